/* The eight lanes by themselves, and as an engine beside the portable one. Skipped where the processor cannot. The argument is the number
 * of rounds in which the field meets OpenSSL's numbers, eight products, squares and sums in each. */
#include "engine.h"
#include "fn.h"
#include "key_pair.h"
#include "lanes_cases.h"
#include "oracle.h"
#include "signature.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MOST 41
#define LANES 8

/* With plain512 nothing is asked of the processor but what the engine that single operations are left to needs. */
static bool available(void)
{
	const struct engine *engines[3];
	size_t n = engine_list(engines);

#ifdef LANES_ARE_PLAIN
	return n > 1;
#else
	return engines[n - 1] == &engine_ifma;
#endif
}

#ifdef LANES_ARE_PLAIN
#define ABSENT "ADX"
#else
#define ABSENT "AVX-512 IFMA"
#endif

static unsigned rounds = 400;

#define CASE(name, ...) \
	static void name(void **state) \
	{ \
		lanes_##name(__VA_ARGS__); \
	}
CASE(products_agree_with_bn, rounds)
CASE(sums_are_made_tidy, rounds)
CASE(agree_with_the_portable_field, rounds)
CASE(know_zero)
CASE(invert)
CASE(split_odd_numbers)
CASE(add_in_every_case)
CASE(read_the_built_table)

struct some {
	uint8_t d[MOST][32], digest[MOST][32], point[MOST][64];
	struct signer signer[MOST];
	struct sign_job sign[MOST];
	struct affine key[MOST];
	struct comb *table; /* of key 0 */
};

static struct some *some_new(void)
{
	struct some *s = calloc(1, sizeof(*s));

	assert_non_null(s);
	s->table = aligned_alloc(64, sizeof(*s->table));
	assert_non_null(s->table);
	for (size_t i = 0; i < MOST; i++) {
		do
			oracle_random(s->d[i], 32);
		while (!scalar_fits(s->d[i]));
		oracle_random(s->digest[i], 32);
		assert_int_equal(signer_init(&s->signer[i], s->d[i]), 0);
	}
	assert_int_equal(public_of_many(&engine_portable, s->point, (const uint8_t(*)[32])s->d, MOST), 0);
	for (size_t i = 0; i < MOST; i++)
		assert_int_equal(engine_portable.read(&s->key[i], s->point[i]), 0);
	engine_portable.make_comb(s->table, &s->key[0]);
	return s;
}

static void some_free(struct some *s)
{
	free(s->table);
	free(s);
}

static void make_jobs(struct some *s, struct sign_job *jobs, size_t n, uint8_t seed)
{
	for (size_t i = 0; i < n; i++) {
		jobs[i] = (struct sign_job){.signer = &s->signer[i], .digest = s->digest[i]};
		memset(jobs[i].random, seed + (int)i, NONCE_RANDOM_SIZE);
	}
}

/* The same keys, digests and random octets: the same signatures, in batches of every size; and the same public keys. */
static void signs_as_the_portable_engine(void **state)
{
	struct some *s = some_new();
	struct sign_job *other = calloc(MOST, sizeof(*other));
	uint8_t point[MOST][64];

	assert_non_null(other);
	for (size_t n = 1; n <= MOST; n++) {
		make_jobs(s, s->sign, n, (uint8_t)n);
		make_jobs(s, other, n, (uint8_t)n);
		sign_many(&engine_ifma, s->sign, n);
		sign_many(&engine_portable, other, n);
		for (size_t i = 0; i < n; i++)
			assert_memory_equal(s->sign[i].rs, other[i].rs, 64);
		memset(point, 0, sizeof(point));
		assert_int_equal(public_of_many(&engine_ifma, point, (const uint8_t(*)[32])s->d, n), 0);
		assert_memory_equal(point, s->point, n * 64);
	}
	free(other);
	some_free(s);
}

/* Number i: what is wrong with it. */
static void spoil(uint8_t rs[64], uint8_t digest[32], size_t way)
{
	struct fn r, s;

	switch (way % 8) {
	case 0:
		memset(rs, 0, 32);
		break;
	case 1:
		memset(rs + 32, 0, 32);
		break;
	case 2:
		fn_write(rs, &fn_modulus);
		break;
	case 3:
		fn_write(rs + 32, &fn_modulus);
		break;
	case 4: /* above n */
		memset(rs + 32 * (way & 8) / 8, 0xff, 32);
		break;
	case 5: /* r + s = n */
		(void)fn_read(&r, rs);
		fn_sub(&s, &(struct fn){{0}}, &r);
		fn_write(rs + 32, &s);
		break;
	case 6:
		rs[way % 64] ^= 0x10;
		break;
	default:
		digest[way % 32] ^= 1;
	}
}

/* In every batch size, other places hold bad signatures: these are refused and no others. Some keys have tables. */
static void refuses_just_the_bad_ones(void **state)
{
	struct some *s = some_new();

	for (size_t n = 1; n <= MOST; n++) {
		uint8_t rs[MOST][64], digest[MOST][32];
		struct verify_job check[MOST];
		bool bad[MOST];

		make_jobs(s, s->sign, n, 1);
		sign_many(&engine_portable, s->sign, n);
		for (size_t i = 0; i < n; i++) {
			uint8_t pick;

			memcpy(rs[i], s->sign[i].rs, 64);
			memcpy(digest[i], s->digest[i], 32);
			oracle_random(&pick, 1);
			bad[i] = pick % 3 == 0;
			if (bad[i])
				spoil(rs[i], digest[i], n + i);
			check[i] = (struct verify_job){.key = &s->key[i], .digest = digest[i], .rs = rs[i]};
		}
		verify_many(&engine_ifma, check, n);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(check[i].valid, !bad[i]);
		/* all of one known key and of no known key, in turn */
		struct sign_job same[MOST];
		make_jobs(s, same, n, 9);
		for (size_t i = 0; i < n; i++)
			same[i].signer = &s->signer[i % 2];
		sign_many(&engine_portable, same, n);
		for (size_t i = 0; i < n; i++) {
			bad[i] = (i * n) % 5 == 1;
			memcpy(rs[i], same[i].rs, 64);
			memcpy(digest[i], s->digest[i], 32);
			if (bad[i])
				spoil(rs[i], digest[i], n + i);
			check[i] = (struct verify_job){
			    .key = &s->key[i % 2], .table = i % 2 == 0 ? s->table : NULL, .digest = digest[i], .rs = rs[i]};
		}
		verify_many(&engine_ifma, check, n);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(check[i].valid, !bad[i]);
	}
	some_free(s);
}

/* P = G, -G and small multiples, with s and t that meet equal and opposite points on the way or sum to infinity: the portable engine says
 * what is right. Each lane has a neighbour that meets none. */
static void checks_sums_that_collide(void **state)
{
	static uint8_t scalar[1400][32];
	static struct comb table;
	size_t n = oracle_boundary_scalars(scalar, 1400), claims = 0;
	struct sum_check one[16], two[16];
	struct affine p[16];
	struct fn k, all_k[12];

	for (size_t i = 0; i < 12; i++)
		(void)fn_read(&all_k[i], scalar[i]);
	for (size_t i = 0; i < n; i += i < 12 ? 1 : 131) {
		(void)fn_read(&k, scalar[i]);
		engine_portable.base_many(&p[0], &k, 1);
		engine_portable.make_comb(&table, &p[0]);
		for (size_t j = 0; j < 144; j++) {
			struct affine sum;
			struct fn at, v;
			struct sum_check *c = &one[claims];

			*c = (struct sum_check){.s = all_k[j % 12], .t = all_k[j / 12], .p = &p[0], .table = j % 3 == 0 ? &table : NULL};
			/* s + t k, where it is no infinity, is what the sum must be */
			fn_to_montgomery(&at, &k);
			fn_mul(&at, &at, &c->t);
			fn_add(&at, &at, &c->s);
			v = (struct fn){{j}};
			if (!fn_zero(&at)) {
				engine_portable.base_many(&sum, &at, 1);
				engine_portable.abscissa(&v, &sum);
			}
			c->v = v;
			c->v.v[0] ^= j % 5 == 4;
			bool right = !fn_zero(&at) && j % 5 != 4;
			if (++claims < 16 && j + 1 < 144) {
				c->holds = right;
				continue;
			}
			c->holds = right;
			memcpy(two, one, sizeof(two));
			for (size_t m = 0; m < claims; m++)
				two[m].holds = !one[m].holds;
			engine_ifma.check(two, claims);
			for (size_t m = 0; m < claims; m++)
				assert_int_equal(two[m].holds, one[m].holds);
			claims = 0;
		}
	}
}

/* A point X || Y with X = n + j, for the smallest such j from the given one. */
static void point_above_the_order(uint8_t xy[64], BN_ULONG j)
{
	BIGNUM *p = NULL, *b = NULL, *x = BN_lebin2bn((const uint8_t *)fn_modulus.v, 32, NULL), *yy = BN_new(), *t = BN_new(), *y;
	BN_CTX *bn = BN_CTX_new();

	BN_hex2bn(&p, "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF");
	BN_hex2bn(&b, "28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93");
	BN_add_word(x, j);
	for (;;) {
		BN_mod_sqr(yy, x, p, bn);
		BN_sub_word(yy, 3);
		BN_mod_mul(yy, yy, x, p, bn);
		BN_mod_add(yy, yy, b, p, bn);
		y = BN_mod_sqrt(NULL, yy, p, bn);
		if (y != NULL)
			break;
		BN_add_word(x, 1);
	}
	assert_true(BN_cmp(x, p) < 0);
	assert_int_equal(BN_bn2binpad(x, xy, 32), 32);
	assert_int_equal(BN_bn2binpad(y, xy + 32, 32), 32);
	BN_free(p);
	BN_free(b);
	BN_free(x);
	BN_free(yy);
	BN_free(t);
	BN_free(y);
	BN_CTX_free(bn);
}

/* The sum has an x of at least n: its number is x - n, and the claim of it holds; of a number beside it not. */
static void knows_both_coordinates_of_a_small_number(void **state)
{
	uint8_t sum[LANES][64], point[64], minus_one[32], one[32] = {[31] = 1};
	struct sum_check check[LANES];
	struct affine p[LANES], at;
	struct fn k;

	fn_sub(&k, &(struct fn){{0}}, &(struct fn){{1}});
	fn_write(minus_one, &k);
	for (size_t i = 0; i < LANES; i++) {
		point_above_the_order(sum[i], 1000 * i);
		assert_true(oracle_sum(point, minus_one, sum[i], one)); /* the sum - G */
		assert_int_equal(engine_portable.read(&p[i], point), 0);
		assert_int_equal(engine_portable.read(&at, sum[i]), 0);
		check[i] = (struct sum_check){.s = {{1}}, .t = {{1}}, .p = &p[i]};
		engine_portable.abscissa(&check[i].v, &at);
		assert_true((check[i].v.v[1] | check[i].v.v[2] | check[i].v.v[3]) == 0);
		check[i].v.v[0] += i % 3 == 1;
	}
	engine_ifma.check(check, LANES);
	for (size_t i = 0; i < LANES; i++)
		assert_int_equal(check[i].holds, i % 3 != 1);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(products_agree_with_bn),
	    cmocka_unit_test(sums_are_made_tidy),
	    cmocka_unit_test(agree_with_the_portable_field),
	    cmocka_unit_test(know_zero),
	    cmocka_unit_test(invert),
	    cmocka_unit_test(split_odd_numbers),
	    cmocka_unit_test(add_in_every_case),
	    cmocka_unit_test(read_the_built_table),
	    cmocka_unit_test(signs_as_the_portable_engine),
	    cmocka_unit_test(refuses_just_the_bad_ones),
	    cmocka_unit_test(checks_sums_that_collide),
	    cmocka_unit_test(knows_both_coordinates_of_a_small_number),
	};

	if (argc > 1)
		rounds = (unsigned)strtoul(argv[1], NULL, 10);
	if (!available()) {
		puts("1..1\nok 1 - lanes # SKIP this processor has no " ABSENT);
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
