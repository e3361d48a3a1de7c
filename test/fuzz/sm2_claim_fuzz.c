/* Signatures that hold, made without a private key, and ones beside them: every engine, in batches, with tables and without, says what
 * OpenSSL says.
 *
 * A record of the input names s, t and a small multiple P of G. With R = s G + t P, r = t - s and e = r - x(R) the signature (r, s) of the
 * digest e by the key P holds (GB/T 32918.2 7.1); so s and t may be whatever the arithmetic likes to get wrong. */
#include "crypto_load.h"
#include "fn.h"
#include "fuzz.h"
#include "signature.h"
#include "sm2.h"

#include <openssl/ec.h>
#include <openssl/obj_mac.h>
#include <string.h>

#define CLAIMS 66 /* two groups of verify_many, and some */
#define MULTIPLES 16
#define CACHED 4096

struct number {
	uint8_t kind, octets[4];
};

struct record {
	uint8_t multiple; /* which P; the highest bit: its table is given */
	uint8_t change;   /* 0: none; otherwise which bit of r, s and e is another one, mixed with the last octet of t */
	struct number s, t;
};

struct claim {
	struct record of;
	bool there, valid;
	uint8_t rs[64], digest[32];
};

static struct {
	const struct engine *engine[ENGINES_MAX];
	size_t engines;
	EC_GROUP *group;
	EC_POINT *point[MULTIPLES];
	struct sm2_public *judge[MULTIPLES];
	struct affine key[MULTIPLES];
	struct comb *table[MULTIPLES];
} with;

/* +-1 G to +-8 G */
static void prepare_key(size_t i)
{
	uint8_t octets[SM2_POINT_SIZE];
	BIGNUM *k = BN_new();

	FUZZ_PROMISE(BN_set_word(k, i / 2 + 1) == 1);
	with.point[i] = EC_POINT_new(with.group);
	with.table[i] = aligned_alloc(64, sizeof(*with.table[i]));
	FUZZ_PROMISE(with.table[i] != NULL && EC_POINT_mul(with.group, with.point[i], k, NULL, NULL, NULL) == 1);
	FUZZ_PROMISE(i % 2 == 0 || EC_POINT_invert(with.group, with.point[i], NULL) == 1);
	FUZZ_PROMISE(EC_POINT_point2oct(with.group, with.point[i], POINT_CONVERSION_UNCOMPRESSED, octets, sizeof(octets), NULL) ==
	             sizeof(octets));
	FUZZ_PROMISE(sm2_public_from_point(&with.judge[i], octets, NULL) == 0);
	FUZZ_PROMISE(engine_portable.read(&with.key[i], octets + 1) == 0);
	engine_portable.make_comb(with.table[i], &with.key[i]);
	BN_free(k);
}

static void prepare(void)
{
	FUZZ_PROMISE(crypto_use("openssl", NULL) == 0);
	with.engines = engine_list(with.engine);
	with.group = EC_GROUP_new_by_curve_name(NID_sm2);
	for (size_t i = 0; i < MULTIPLES; i++)
		prepare_key(i);
}

/* Small, nearly n, near a power of two, one digit again and again, and all other. */
static struct fn number(const struct number *from)
{
	uint8_t octets[32] = {0};
	struct fn x;
	uint64_t z = 0;

	memcpy(&z, from->octets, sizeof(from->octets));
	switch (from->kind % 5) {
	case 0:
	case 1:
		memcpy(octets + 28, from->octets, 4);
		break;
	case 2:
		octets[from->octets[0] % 32] = (uint8_t)(1u << from->octets[1] % 8);
		octets[31] ^= from->octets[2];
		octets[30] ^= from->octets[3];
		break;
	case 3:
		for (size_t i = 0; i < 32; i++)
			octets[i] = from->octets[i % 4];
		break;
	default:
		for (size_t i = 0; i < 32; i++) {
			z = z * 6364136223846793005 + 1442695040888963407;
			octets[i] = (uint8_t)(z >> 56);
		}
	}
	(void)fn_read(&x, octets);
	if (from->kind % 5 == 1)
		fn_sub(&x, &(struct fn){{0}}, &x);
	return x;
}

/* x of s G + t P, mod n, as OpenSSL sees it; false where that is infinite. */
static bool sum_abscissa(struct fn *x, const uint8_t s[32], const uint8_t t[32], const EC_POINT *p)
{
	BIGNUM *bs = BN_bin2bn(s, 32, NULL), *bt = BN_bin2bn(t, 32, NULL);
	EC_POINT *sum = EC_POINT_new(with.group);
	uint8_t octets[SM2_POINT_SIZE];

	FUZZ_PROMISE(EC_POINT_mul(with.group, sum, bs, p, bt, NULL) == 1);
	bool finite = EC_POINT_is_at_infinity(with.group, sum) == 0;
	if (finite) {
		FUZZ_PROMISE(EC_POINT_point2oct(with.group, sum, POINT_CONVERSION_UNCOMPRESSED, octets, sizeof(octets), NULL) ==
		             sizeof(octets));
		(void)fn_read(x, octets + 1);
	}
	EC_POINT_free(sum);
	BN_free(bs);
	BN_free(bt);
	return finite;
}

static void make(struct claim *c)
{
	size_t p = c->of.multiple % MULTIPLES, bit = c->of.change * 3u + c->of.t.octets[3] % 3u;
	struct fn s = number(&c->of.s), t = number(&c->of.t), r, e, x = {{0}};
	uint8_t octets[32];

	fn_write(octets, &t);
	fn_write(c->rs + 32, &s);
	bool finite = sum_abscissa(&x, c->rs + 32, octets, with.point[p]);
	fn_sub(&r, &t, &s);
	fn_sub(&e, &r, &x);
	fn_write(c->rs, &r);
	fn_write(c->digest, &e);
	if (c->of.change != 0)
		(bit < 512 ? c->rs : c->digest)[bit % 512 / 8] ^= (uint8_t)(1u << bit % 8);
	c->valid = sm2_verify_digest(with.judge[p], c->digest, c->rs, NULL) == 0;
	c->there = true;
	FUZZ_PROMISE(c->of.change != 0 || c->valid == (finite && !fn_zero(&r) && !fn_zero(&s) && !fn_zero(&t)));
}

/* The same record is met again and again, and OpenSSL takes its time. */
static const struct claim *claim_of(const uint8_t *octets)
{
	static struct claim cache[CACHED];
	size_t place = 0;

	for (size_t i = 0; i < sizeof(struct record); i++)
		place = place * 31 + octets[i];
	struct claim *c = &cache[place % CACHED];
	if (!c->there || memcmp(&c->of, octets, sizeof(c->of)) != 0) {
		memcpy(&c->of, octets, sizeof(c->of));
		make(c);
	}
	return c;
}

/* A beginning that has no record more than the one before says nothing new. */
static bool just_played(const uint8_t *records, size_t n)
{
	static uint8_t last[CLAIMS * sizeof(struct record)];
	static size_t last_n = SIZE_MAX;
	bool same = n == last_n && memcmp(last, records, n * sizeof(struct record)) == 0;

	last_n = n;
	memcpy(last, records, n * sizeof(struct record));
	return same;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct claim claims[CLAIMS];
	struct verify_job jobs[CLAIMS];
	size_t n = size / sizeof(struct record) < CLAIMS ? size / sizeof(struct record) : CLAIMS;

	if (with.group == NULL)
		prepare();
	if (just_played(data, n))
		return 0;
	for (size_t i = 0; i < n; i++) {
		claims[i] = *claim_of(data + i * sizeof(struct record));
		const size_t p = claims[i].of.multiple % MULTIPLES;
		jobs[i] = (struct verify_job){.key = &with.key[p],
		                              .table = claims[i].of.multiple & 0x80 ? with.table[p] : NULL,
		                              .digest = claims[i].digest,
		                              .rs = claims[i].rs};
	}
	for (size_t e = 0; e < with.engines; e++) {
		verify_many(with.engine[e], jobs, n);
		for (size_t i = 0; i < n; i++)
			FUZZ_PROMISE(jobs[i].valid == claims[i].valid);
	}
	return 0;
}
