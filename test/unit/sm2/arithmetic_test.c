/* Field, scalars and points of one engine against OpenSSL's BN and EC: built once for each engine. An argument gives the number of pairs.
 */
#include "fn.h"
#include "oracle.h"
#include "sum.h"

#include <openssl/bn.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define EDGES 22

static size_t pairs = 4000;
static BIGNUM *p, *n, *r_inverse, *n_inverse;
static BN_CTX *bn;

static int setup(void **state)
{
	BIGNUM *r = BN_new();

	bn = BN_CTX_new();
	p = n = r_inverse = n_inverse = NULL;
	BN_hex2bn(&p, "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF");
	BN_hex2bn(&n, "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123");
	BN_set_bit(r, 256);
	r_inverse = BN_mod_inverse(NULL, r, p, bn);
	n_inverse = BN_mod_inverse(NULL, r, n, bn);
	BN_free(r);
	return r_inverse == NULL || n_inverse == NULL;
}

static int teardown(void **state)
{
	BN_free(p);
	BN_free(n);
	BN_free(r_inverse);
	BN_free(n_inverse);
	BN_CTX_free(bn);
	return 0;
}

static BIGNUM *big(const uint64_t v[LIMBS])
{
	return BN_lebin2bn((const uint8_t *)v, 32, NULL);
}

static void expect(const uint64_t got[LIMBS], BIGNUM *want)
{
	uint8_t octets[32];

	assert_int_equal(BN_bn2lebinpad(want, octets, 32), 32);
	assert_memory_equal(got, octets, 32);
}

/* Residues: 0, 1, 2, m - 1, m - 2, limbs of ones and of zeros, then random ones. */
static void draw(uint64_t v[LIMBS], const uint64_t m[LIMBS], size_t i)
{
	uint64_t scrap[LIMBS];

	oracle_random((uint8_t *)v, 32);
	if (i < 3) {
		memset(v, 0, 32);
		v[0] = i;
	} else if (i < 6) {
		memset(v, 0, 32);
		v[0] = i - 2;
		(void)limbs_sub(v, m, v);
	} else if (i < EDGES) {
		for (size_t limb = 0; limb < LIMBS; limb++)
			v[limb] = (i - 6) >> limb & 1 ? UINT64_MAX : 0;
	} else if (i % 5 == 0) {
		v[i % LIMBS] = UINT64_MAX; /* long carries */
	} else if (i % 5 == 1) {
		v[i % LIMBS] = 0;
	}
	while (!limbs_sub(scrap, v, m))
		(void)limbs_sub(v, v, m);
}

static void pair(uint64_t a[LIMBS], uint64_t b[LIMBS], const uint64_t m[LIMBS], size_t i)
{
	draw(a, m, i < EDGES * EDGES ? i / EDGES : i);
	draw(b, m, i < EDGES * EDGES ? i % EDGES : i + 1);
}

static void field_agrees_with_bn(void **state)
{
	struct fp a, b, r;
	BIGNUM *x = BN_new();

	for (size_t i = 0; i < pairs; i++) {
		pair(a.v, b.v, fp_modulus.v, i);
		BIGNUM *ba = big(a.v), *bb = big(b.v);

		fp_mul(&r, &a, &b);
		BN_mod_mul(x, ba, bb, p, bn);
		BN_mod_mul(x, x, r_inverse, p, bn);
		expect(r.v, x);
		fp_sqr(&r, &a);
		BN_mod_sqr(x, ba, p, bn);
		BN_mod_mul(x, x, r_inverse, p, bn);
		expect(r.v, x);
		fp_add(&r, &a, &b);
		BN_mod_add(x, ba, bb, p, bn);
		expect(r.v, x);
		fp_sub(&r, &a, &b);
		BN_mod_sub(x, ba, bb, p, bn);
		expect(r.v, x);
		fp_negate(&r, &a);
		BN_zero(x);
		BN_mod_sub(x, x, ba, p, bn);
		expect(r.v, x);
		fp_halve(&r, &a);
		BN_copy(x, ba);
		if (BN_is_odd(x))
			BN_add(x, x, p);
		BN_rshift1(x, x);
		expect(r.v, x);
		BN_free(ba);
		BN_free(bb);
	}
	BN_free(x);
}

static void results_may_be_arguments(void **state)
{
	struct fp a, b, r, s;

	for (size_t i = 0; i < 500; i++) {
		pair(a.v, b.v, fp_modulus.v, i);
		fp_mul(&r, &a, &b);
		s = a;
		fp_mul(&s, &s, &b);
		assert_memory_equal(&s, &r, sizeof(r));
		s = b;
		fp_mul(&s, &a, &s);
		assert_memory_equal(&s, &r, sizeof(r));
		fp_mul(&r, &a, &a);
		s = a;
		fp_sqr(&s, &s);
		assert_memory_equal(&s, &r, sizeof(r));
		s = a;
		fp_mul(&s, &s, &s);
		assert_memory_equal(&s, &r, sizeof(r));
		fp_add(&r, &a, &b);
		s = b;
		fp_add(&s, &a, &s);
		assert_memory_equal(&s, &r, sizeof(r));
		fp_sub(&r, &a, &b);
		s = b;
		fp_sub(&s, &a, &s);
		assert_memory_equal(&s, &r, sizeof(r));
	}
}

static void inverts(void **state)
{
	struct fp a, r;
	struct fn k, q;

	for (size_t i = 0; i < pairs; i++) {
		draw(a.v, fp_modulus.v, i);
		fp_inverse(&r, &a);
		fp_mul(&r, &r, &a);
		if (fp_zero(&a))
			assert_true(fp_zero(&r) != 0);
		else
			assert_memory_equal(&r, &fp_one, sizeof(r));
		draw(k.v, fn_modulus.v, i);
		fn_inverse(&q, &k);
		if (fn_zero(&k)) {
			assert_true(fn_zero(&q) != 0);
			continue;
		}
		BIGNUM *b = big(k.v), *inverse = BN_mod_inverse(NULL, b, n, bn);
		expect(q.v, inverse);
		BN_free(inverse);
		BN_free(b);
	}
}

static void scalars_agree_with_bn(void **state)
{
	struct fn a, b, r;
	BIGNUM *x = BN_new();

	for (size_t i = 0; i < pairs; i++) {
		pair(a.v, b.v, fn_modulus.v, i);
		BIGNUM *ba = big(a.v), *bb = big(b.v);

		fn_mul(&r, &a, &b);
		BN_mod_mul(x, ba, bb, n, bn);
		BN_mod_mul(x, x, n_inverse, n, bn);
		expect(r.v, x);
		fn_to_montgomery(&r, &a);
		fn_mul(&r, &r, &b);
		BN_mod_mul(x, ba, bb, n, bn);
		expect(r.v, x);
		fn_add(&r, &a, &b);
		BN_mod_add(x, ba, bb, n, bn);
		expect(r.v, x);
		fn_sub(&r, &a, &b);
		BN_mod_sub(x, ba, bb, n, bn);
		expect(r.v, x);
		BN_free(ba);
		BN_free(bb);
	}
	BN_free(x);
}

static void octets_come_and_go(void **state)
{
	uint8_t in[32], out[32];
	struct fp a;
	struct fn k;

	for (size_t i = 0; i < 2000; i++) {
		BIGNUM *b;

		oracle_random(in, 32);
		if (i % 2)
			memset(in, 0xff, 4 + i % 28);
		b = BN_bin2bn(in, 32, NULL);
		if (fp_read(&a, in) == 0) {
			fp_write(out, &a);
			assert_memory_equal(out, in, 32);
			assert_true(BN_cmp(b, p) < 0);
		} else {
			assert_true(BN_cmp(b, p) >= 0);
		}
		assert_int_equal(fn_read(&k, in) != 0, BN_cmp(b, n) < 0);
		BN_mod(b, b, n, bn);
		expect(k.v, b);
		BN_free(b);
	}
}

/* The point of a small multiple of the base with a random Z; 0 is infinity with anything in X and Y. */
static void multiple(struct point *out, struct affine *flat, int size)
{
	uint8_t scalar[32] = {0}, octets[64];
	struct fp z, zz;

	do
		draw(z.v, fp_modulus.v, 1000);
	while (fp_zero(&z));
	if (size == 0) {
		*out = (struct point){z, fp_one, {{0}}};
		return;
	}
	scalar[31] = (uint8_t)(size < 0 ? -size : size);
	assert_true(oracle_sum(octets, scalar, NULL, NULL));
	assert_int_equal(fp_read(&flat->x, octets) | fp_read(&flat->y, octets + 32), 0);
	if (size < 0)
		fp_negate(&flat->y, &flat->y);
	fp_sqr(&zz, &z);
	fp_mul(&out->x, &flat->x, &zz);
	fp_mul(&zz, &zz, &z);
	fp_mul(&out->y, &flat->y, &zz);
	out->z = z;
}

static void expect_multiple(const struct point *got, int size)
{
	struct affine want = {{{0}}, {{0}}}, have;
	struct point scrap;
	struct fp scratch;

	multiple(&scrap, &want, size);
	assert_int_equal(fp_zero(&got->z) != 0, size == 0);
	if (size == 0)
		return;
	points_to_affine(&have, got, &scratch, 1);
	assert_memory_equal(&have, &want, sizeof(want));
}

/* All sums of -6G .. 6G: equal and opposite points and infinity on every side. */
static void adds_in_every_case(void **state)
{
	struct affine flat_a = {{{0}}, {{0}}}, flat_b = {{{0}}, {{0}}};
	struct point a, b, r;
	struct sum sum, more;

	for (int i = -6; i <= 6; i++) {
		multiple(&a, &flat_a, i);
		point_double(&r, &a);
		expect_multiple(&r, 2 * i);
		for (int j = -6; j <= 6; j++) {
			multiple(&b, &flat_b, j);
			point_add(&r, &a, &b);
			expect_multiple(&r, i + j);
			r = a;
			point_add(&r, &r, &b);
			expect_multiple(&r, i + j);
			r = b;
			point_add(&r, &a, &r);
			expect_multiple(&r, i + j);
			if (j == 0)
				continue;
			point_add_affine(&r, &a, &flat_b);
			expect_multiple(&r, i + j);
			sum_from_point(&sum, &a);
			sum_add(&more, &sum, &flat_b);
			sum_to_point(&r, &more);
			expect_multiple(&r, i + j);
			sum_add(&sum, &sum, &flat_b);
			sum_to_point(&r, &sum);
			expect_multiple(&r, i + j);
			if (i == j || i == -j)
				continue;
			sum_from_point(&sum, &a);
			sum_add_other(&sum, &sum, &flat_b);
			sum_to_point(&r, &sum);
			expect_multiple(&r, i + j);
		}
	}
	multiple(&a, &flat_a, 3);
	point_add(&r, &a, &a);
	expect_multiple(&r, 6);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(field_agrees_with_bn),  cmocka_unit_test(results_may_be_arguments), cmocka_unit_test(inverts),
	    cmocka_unit_test(scalars_agree_with_bn), cmocka_unit_test(octets_come_and_go),       cmocka_unit_test(adds_in_every_case),
	};

	if (argc > 1)
		pairs = strtoul(argv[1], NULL, 10);
	return cmocka_run_group_tests(tests, setup, teardown);
}
