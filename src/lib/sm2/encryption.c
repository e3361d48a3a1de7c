/* Encrypting and decrypting. */
#include "encryption.h"

#include "declassify.h"
#include "stack_wipe.h"

#include <string.h>

/* out = in ^ KDF(x2 || y2) (GB/T 32918.4 5.4.3). x2 || y2 is one block of SM3, taken once for all counters.
 * Returns all zeros when the whole stream was zeros. */
static uint64_t add_key_stream(uint8_t *out, struct bytes in, const uint8_t shared[64])
{
	struct sm3_state start;
	uint8_t stream[SM3_DIGEST], any = 0;
	uint32_t count = 1;

	sm3_begin(&start);
	sm3_add(&start, shared, 64);
	for (size_t at = 0; at < in.size; at += sizeof(stream)) {
		size_t some = in.size - at < sizeof(stream) ? in.size - at : sizeof(stream);

		sm3_key_block(stream, &start, count++);
		for (size_t i = 0; i < some; i++) {
			any |= stream[i];
			out[at + i] = in.data[at + i] ^ stream[i];
		}
	}
	return ~mask_of_zero(any);
}

/* C3 = SM3(x2 || M || y2) */
static void check_digest(uint8_t c3[SM3_DIGEST], const uint8_t shared[64], struct bytes text)
{
	struct sm3_state s;

	sm3_begin(&s);
	sm3_add(&s, shared, 32);
	sm3_add(&s, text.data, text.size);
	sm3_add(&s, shared + 32, 32);
	sm3_end(&s, c3);
}

uint64_t encrypt_with(const struct engine *engine, const struct affine *key, struct bytes text, const struct fn *k, uint8_t c1[64],
                      uint8_t c3[SM3_DIGEST], uint8_t *c2)
{
	struct affine point;
	uint8_t shared[64];

	engine->base_many(&point, k, 1);
	engine->write(c1, &point);
	engine->multiply(&point, key, k);
	engine->write(shared, &point);
	check_digest(c3, shared, text);
	uint64_t good = add_key_stream(c2, text, shared);
	declassify(&good, sizeof(good));
	return good;
}

/* There is no key of the sender's: the random octets take its place, and the receiver's key and the text theirs. */
BELOW static void encrypt_by(const struct engine *engine, const struct affine *key, struct bytes text,
                             const uint8_t random[NONCE_RANDOM_SIZE], uint8_t c1[64], uint8_t c3[SM3_DIGEST], uint8_t *c2)
{
	uint8_t receiver[64], digest[SM3_DIGEST], attempt = 0;
	struct nonce_key mix;
	struct fn k;

	nonce_key(&mix, random, NONCE_OF_ENCRYPTION);
	engine->write(receiver, key);
	check_digest(digest, receiver, text);
	do
		nonce_make(&k, &mix, receiver, digest, attempt++);
	while (!encrypt_with(engine, key, text, &k, c1, c3, c2));
}

void encrypt_text(const struct engine *engine, const struct affine *key, struct bytes text, uint8_t random[NONCE_RANDOM_SIZE],
                  uint8_t c1[64], uint8_t c3[SM3_DIGEST], uint8_t *c2)
{
	encrypt_by(engine, key, text, random, c1, c3, c2);
	stack_wipe();
	explicit_bzero(random, NONCE_RANDOM_SIZE);
}

BELOW static uint64_t decrypt_by(const struct engine *engine, const struct fn *d, const uint8_t c1[64], const uint8_t c3[SM3_DIGEST],
                                 struct bytes c2, uint8_t *text)
{
	struct affine point;
	uint8_t shared[64], digest[SM3_DIGEST];
	uint64_t differ = 0;

	if (engine->read(&point, c1) != 0)
		return 0;
	engine->multiply(&point, &point, d);
	engine->write(shared, &point);
	uint64_t good = add_key_stream(text, c2, shared);
	check_digest(digest, shared, (struct bytes){text, c2.size});
	for (size_t i = 0; i < SM3_DIGEST; i++)
		differ |= digest[i] ^ c3[i];
	good &= mask_of_zero(differ);
	declassify(&good, sizeof(good));
	return good;
}

int decrypt_text(const struct engine *engine, const struct fn *d, const uint8_t c1[64], const uint8_t c3[SM3_DIGEST], struct bytes c2,
                 uint8_t *text)
{
	uint64_t good = decrypt_by(engine, d, c1, c3, c2, text);

	stack_wipe();
	if (!good)
		explicit_bzero(text, c2.size);
	return good ? 0 : -1;
}
