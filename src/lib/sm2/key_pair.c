/* Key pairs and Z. */
#include "key_pair.h"

#include "declassify.h"
#include "fn.h"
#include "stack_wipe.h"

#include <string.h>

#define AT_ONCE 32

BELOW static uint64_t is_private_key(const uint8_t d[32])
{
	static const struct fn one = {{1}};
	struct fn a, more;
	uint64_t fits = fn_read(&a, d);

	fn_add(&more, &a, &one);
	fits &= ~fn_zero(&a) & ~fn_zero(&more);
	declassify(&fits, sizeof(fits));
	return fits;
}

uint64_t scalar_fits(const uint8_t d[32])
{
	uint64_t fits = is_private_key(d);

	stack_wipe();
	return fits;
}

BELOW static uint64_t make_public(const struct engine *engine, uint8_t (*point)[64], const uint8_t (*d)[32], size_t n)
{
	struct affine multiple[AT_ONCE];
	struct fn k[AT_ONCE];
	uint64_t good = ~UINT64_C(0);

	for (size_t i = 0; i < n; i++) {
		good &= fn_read(&k[0], d[i]);
		good &= ~fn_zero(&k[0]);
	}
	declassify(&good, sizeof(good));
	for (size_t at = 0; good && at < n; at += AT_ONCE) {
		size_t some = n - at < AT_ONCE ? n - at : AT_ONCE;

		for (size_t i = 0; i < some; i++)
			(void)fn_read(&k[i], d[at + i]);
		engine->base_many(multiple, k, some);
		for (size_t i = 0; i < some; i++)
			engine->write(point[at + i], &multiple[i]);
	}
	if (good)
		declassify(point, n * sizeof(*point));
	return good;
}

int public_of_many(const struct engine *engine, uint8_t (*point)[64], const uint8_t (*d)[32], size_t n)
{
	uint64_t good = make_public(engine, point, d, n);

	stack_wipe();
	return good ? 0 : -1;
}

/* a || b || Gx || Gy */
static const uint8_t curve_octets[128] = {
    0xff, 0xff, 0xff, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, /* a */
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfc,
    0x28, 0xe9, 0xfa, 0x9e, 0x9d, 0x9f, 0x5e, 0x34, 0x4d, 0x5a, 0x9e, 0x4b, 0xcf, 0x65, 0x09, 0xa7, /* b */
    0xf3, 0x97, 0x89, 0xf5, 0x15, 0xab, 0x8f, 0x92, 0xdd, 0xbc, 0xbd, 0x41, 0x4d, 0x94, 0x0e, 0x93,
    0x32, 0xc4, 0xae, 0x2c, 0x1f, 0x19, 0x81, 0x19, 0x5f, 0x99, 0x04, 0x46, 0x6a, 0x39, 0xc9, 0x94, /* Gx */
    0x8f, 0xe3, 0x0b, 0xbf, 0xf2, 0x66, 0x0b, 0xe1, 0x71, 0x5a, 0x45, 0x89, 0x33, 0x4c, 0x74, 0xc7,
    0xbc, 0x37, 0x36, 0xa2, 0xf4, 0xf6, 0x77, 0x9c, 0x59, 0xbd, 0xce, 0xe3, 0x6b, 0x69, 0x21, 0x53, /* Gy */
    0xd0, 0xa9, 0x87, 0x7c, 0xc6, 0x2a, 0x47, 0x40, 0x02, 0xdf, 0x32, 0xe5, 0x21, 0x39, 0xf0, 0xa0,
};

void user_digest_begin(struct sm3_state *begun, struct bytes id)
{
	uint8_t bits[2] = {(uint8_t)(id.size >> 5), (uint8_t)(id.size << 3)};

	sm3_begin(begun);
	sm3_add(begun, bits, sizeof(bits));
	sm3_add(begun, id.data, id.size);
	sm3_add(begun, curve_octets, sizeof(curve_octets));
}

void user_digest_end(uint8_t z[SM3_DIGEST], const struct sm3_state *begun, const uint8_t point[64])
{
	struct sm3_state s = *begun;

	sm3_add(&s, point, 64);
	sm3_end(&s, z);
}

void user_digest(uint8_t z[SM3_DIGEST], struct bytes id, const uint8_t point[64])
{
	struct sm3_state begun;

	user_digest_begin(&begun, id);
	user_digest_end(z, &begun, point);
}
