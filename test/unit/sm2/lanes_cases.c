/* Field, digits and points in eight lanes against BN, the portable field and OpenSSL's points. */
#include "lanes_cases.h"

#include "comb8.h"
#include "fp.h"
#include "oracle.h"

#include <openssl/bn.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const uint64_t ones = (UINT64_C(1) << 52) - 1;

static BIGNUM *modulus(void)
{
	BIGNUM *p = NULL;

	BN_hex2bn(&p, "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF");
	return p;
}

/* The number in one lane; limbs may be negative. */
static BIGNUM *lane_value(const __m512i *limb, size_t limbs, size_t lane)
{
	BIGNUM *sum = BN_new(), *t = BN_new();

	for (size_t i = limbs; i-- > 0;) {
		uint64_t lanes[LANES];

		memcpy(lanes, &limb[i], sizeof(lanes));
		BN_lshift(sum, sum, 52);
		BN_set_word(t, (int64_t)lanes[lane] < 0 ? 0 - lanes[lane] : lanes[lane]);
		if ((int64_t)lanes[lane] < 0)
			BN_sub(sum, sum, t);
		else
			BN_add(sum, sum, t);
	}
	BN_free(t);
	return sum;
}

static void set_lane(__m512i *limb, size_t limbs, size_t lane, const uint64_t *value)
{
	for (size_t i = 0; i < limbs; i++) {
		uint64_t lanes[LANES];

		memcpy(lanes, &limb[i], sizeof(lanes));
		lanes[lane] = value[i];
		memcpy(&limb[i], lanes, sizeof(lanes));
	}
}

/* Tidy limbs: random, and 0, 1, 2^51, 2^52 - 1 in every place. */
static void draw(struct fp8 *a)
{
	const uint64_t edge[4] = {0, 1, UINT64_C(1) << 51, ones};

	for (size_t lane = 0; lane < LANES; lane++) {
		uint64_t value[LIMBS52], pick;

		oracle_random((uint8_t *)value, sizeof(value));
		oracle_random((uint8_t *)&pick, sizeof(pick));
		for (size_t i = 0; i < LIMBS52; i++, pick >>= 8)
			value[i] = (pick & 4) != 0 || lane < 2 ? edge[pick & 3] : value[i] & ones;
		set_lane(a->v, LIMBS52, lane, value);
	}
}

/* got = want mod p, and in 0..below-1 */
static void expect(const struct sum8 *got, size_t lane, const BIGNUM *want, const BIGNUM *below, BN_CTX *bn)
{
	BIGNUM *p = modulus(), *value = lane_value(got->v, LIMBS52, lane), *differ = BN_new();

	assert_false(BN_is_negative(value));
	assert_true(BN_cmp(value, below) < 0);
	BN_sub(differ, value, want);
	BN_nnmod(differ, differ, p, bn);
	assert_true(BN_is_zero(differ));
	BN_free(differ);
	BN_free(value);
	BN_free(p);
}

void lanes_products_agree_with_bn(unsigned rounds)
{
	BN_CTX *bn = BN_CTX_new();
	BIGNUM *p = modulus(), *r = BN_new(), *r_inverse, *want = BN_new(), *below = BN_new();
	struct fp8 a, b;

	BN_set_bit(r, 260);
	r_inverse = BN_mod_inverse(NULL, r, p, bn);
	for (unsigned round = 0; round < rounds; round++) {
		struct product8 two = product_none();

		draw(&a);
		draw(&b);
		struct sum8 product = fp8_mul(&a, &b), square = fp8_sqr(&a);
		product_add(&two, &a, &b);
		product_add(&two, &b, &b);
		struct sum8 both = reduce(two);

		for (size_t lane = 0; lane < LANES; lane++) {
			BIGNUM *x = lane_value(a.v, LIMBS52, lane), *y = lane_value(b.v, LIMBS52, lane);

			/* the bound that reduce promises: t / 2^260 + p */
			BN_mul(want, x, y, bn);
			BN_rshift(below, want, 260);
			BN_add(below, below, p);
			BN_add_word(below, 1);
			BN_mod_mul(want, want, r_inverse, p, bn);
			expect(&product, lane, want, below, bn);
			BN_sqr(want, x, bn);
			BN_rshift(below, want, 260);
			BN_add(below, below, p);
			BN_add_word(below, 1);
			BN_mod_mul(want, want, r_inverse, p, bn);
			expect(&square, lane, want, below, bn);
			BN_add(x, x, y);
			BN_mul(want, x, y, bn);
			BN_rshift(below, want, 260);
			BN_add(below, below, p);
			BN_add_word(below, 1);
			BN_mod_mul(want, want, r_inverse, p, bn);
			expect(&both, lane, want, below, bn);
			BN_free(x);
			BN_free(y);
		}
	}
	BN_free(p);
	BN_free(r);
	BN_free(r_inverse);
	BN_free(want);
	BN_free(below);
	BN_CTX_free(bn);
}

static void expect_tidy(const struct fp8 *a)
{
	for (size_t i = 0; i < LIMBS52; i++) {
		uint64_t lanes[LANES];

		memcpy(lanes, &a->v[i], sizeof(lanes));
		for (size_t lane = 0; lane < LANES; lane++)
			assert_true(lanes[lane] <= ones);
	}
}

/* Sums of the kinds that points are made of, values from 2^224 up to just below 2^260. */
void lanes_sums_are_made_tidy(unsigned rounds)
{
	BN_CTX *bn = BN_CTX_new();
	BIGNUM *p = modulus(), *folded = BN_dup(p), *all = BN_new(), *t = BN_new();
	struct fp8 a, b, c;

	BN_set_bit(t, 232);
	BN_add(folded, folded, t);
	BN_set_bit(all, 260);
	for (unsigned round = 0; round < rounds; round++) {
		draw(&a);
		draw(&b);
		c = tidy_fold(sum8_of(&a));
		b = tidy_fold(sum8_of(&b));
		expect_tidy(&c);
		const __mmask8 some = (__mmask8)round;
		struct sum8 sums[4] = {
		    sum8_add_signed(sum8_from_p(4, sum8_of(&c)), sum8_of(&b), some),
		    sum8_add_p(sum8_sub(sum8_of(&c), sum8_shift(sum8_of(&b), 1)), 3),
		    sum8_add_p(sum8_sub(sum8_shift(sum8_of(&c), 2), sum8_shift(sum8_of(&b), 3)), 11),
		    sum8_add(sum8_of(&c), sum8_shift(sum8_of(&b), 3)),
		};
		for (size_t lane = 0; lane < LANES; lane++) {
			BIGNUM *x = lane_value(c.v, LIMBS52, lane), *y = lane_value(b.v, LIMBS52, lane),
			       *z = lane_value(a.v, LIMBS52, lane);
			BIGNUM *want[4] = {BN_new(), BN_new(), BN_new(), BN_new()};
			const struct sum8 flat = sum8_of(&c);

			expect(&flat, lane, z, folded, bn);
			(some >> lane & 1 ? BN_add : BN_sub)(want[0], x, y); /* 4 p - c -+ b */
			BN_set_negative(want[0], !BN_is_negative(want[0]));
			BN_lshift1(t, y);
			BN_sub(want[1], x, t);
			BN_lshift(t, y, 3);
			BN_add(want[3], x, t);
			BN_lshift(x, x, 2);
			BN_sub(want[2], x, t);
			for (size_t i = 0; i < 4; i++) {
				struct fp8 carried = tidy(sums[i]), small = tidy_fold(i == 3 ? sum8_add_p(sums[i], 1) : sums[i]);
				struct sum8 one = sum8_of(&carried), two = sum8_of(&small);

				expect_tidy(&carried);
				expect_tidy(&small);
				expect(&one, lane, want[i], all, bn);
				expect(&two, lane, want[i], folded, bn);
				BN_free(want[i]);
			}
			BN_free(x);
			BN_free(y);
			BN_free(z);
		}
	}
	BN_free(p);
	BN_free(folded);
	BN_free(all);
	BN_free(t);
	BN_CTX_free(bn);
}

static void random_element(struct fp *a, size_t i)
{
	uint64_t v[LIMBS];

	oracle_random((uint8_t *)v, sizeof(v));
	for (size_t limb = 0; limb < LIMBS && i % 3 == 0; limb++)
		v[limb] = i / 3 >> limb & 1 ? UINT64_MAX : 0;
	fp_from_limbs(a, v);
}

void lanes_agree_with_the_portable_field(unsigned rounds)
{
	struct fp a[LANES], b[LANES], got[LANES], want;
	const struct fp *from_a[LANES], *from_b[LANES];
	struct fp *to[LANES];
	struct fp8 x, y, r;

	for (size_t i = 0; i < LANES; i++) {
		from_a[i] = &a[i];
		from_b[i] = &b[i];
		to[i] = &got[i];
	}
	for (size_t round = 0; round < rounds; round++) {
		for (size_t i = 0; i < LANES; i++) {
			random_element(&a[i], round + i);
			random_element(&b[i], round * i);
		}
		fp8_load(&x, from_a);
		fp8_load(&y, from_b);
		fp8_store(to, &x);
		assert_memory_equal(got, a, sizeof(a));
		x = tidy_fold(sum8_of(&x));
		y = tidy_fold(sum8_of(&y));
		r = tidy(fp8_mul(&x, &y));
		fp8_store(to, &r);
		for (size_t i = 0; i < LANES; i++) {
			fp_mul(&want, &a[i], &b[i]);
			assert_memory_equal(&got[i], &want, sizeof(want));
		}
		r = tidy(fp8_sqr(&x));
		fp8_store(to, &r);
		for (size_t i = 0; i < LANES; i++) {
			fp_sqr(&want, &a[i]);
			assert_memory_equal(&got[i], &want, sizeof(want));
		}
	}
	struct limbs8 plain;
	oracle_random((uint8_t *)plain.v, sizeof(plain.v));
	memset(plain.v[3], 0xff, sizeof(plain.v[3]));
	fp8_from_limbs(&x, &plain);
	fp8_store(to, &x);
	for (size_t i = 0; i < LANES; i++) {
		uint64_t v[LIMBS] = {plain.v[0][i], plain.v[1][i], plain.v[2][i], plain.v[3][i]};

		fp_from_limbs(&want, v);
		assert_memory_equal(&got[i], &want, sizeof(want));
	}
}

/* Multiples of p and their neighbours, a different one in each lane. */
void lanes_know_zero(void)
{
	BIGNUM *p = modulus(), *t = BN_new();

	for (int delta = -1; delta <= 1; delta++) {
		for (unsigned first = 0; first < 16; first += 8) {
			struct fp8 a;

			for (unsigned lane = 0; lane < LANES; lane++) {
				uint64_t value[LIMBS52];

				BN_copy(t, p);
				BN_mul_word(t, first + lane);
				if (delta < 0 && first + lane > 0)
					BN_sub_word(t, 1);
				else if (delta != 0)
					BN_add_word(t, 1);
				for (size_t i = 0; i < LIMBS52; i++) {
					BIGNUM *limb = BN_dup(t);

					BN_rshift(limb, limb, 52 * (int)i);
					BN_mask_bits(limb, 52);
					value[i] = BN_get_word(limb);
					BN_free(limb);
				}
				set_lane(a.v, LIMBS52, lane, value);
			}
			assert_int_equal(fp8_zero(&a), delta == 0 ? 0xff : 0);
		}
	}
	BN_free(p);
	BN_free(t);
}

void lanes_invert(void)
{
	const struct fp8 one = fp8_all(fp8_one);

	for (size_t n = 1; n <= 5; n++) {
		struct fp8 a[5], r[5];

		for (size_t i = 0; i < n; i++) {
			do
				draw(&a[i]);
			while (fp8_zero(&a[i]) != 0);
			a[i] = tidy_fold(sum8_of(&a[i]));
			if (i % 2 == 0)
				a[i] = tidy(sum8_add_p(sum8_of(&a[i]), 2));
		}
		fp8_inverse_many(r, a, n);
		for (size_t i = 0; i < n; i++) {
			const struct fp8 beside = tidy(sum8_add_p(sum8_sub(fp8_mul(&a[i], &r[i]), sum8_of(&one)), 1));

			assert_int_equal(fp8_zero(&beside), 0xff);
		}
	}
}

/* Sums of the digits give k or n - k, whichever is odd. */
static void expect_digits(const struct odd8 *odd, size_t lane, const BIGNUM *k, unsigned width)
{
	BIGNUM *sum = BN_new(), *t = BN_new(), *n = BN_lebin2bn((const uint8_t *)fn_modulus.v, 32, NULL);
	const unsigned top = 256 / width;

	for (unsigned i = top + 1; i-- > 0;) {
		struct digit8 d = i == top ? odd8_top(odd, width, i) : odd8_digit(odd, width, i);
		uint64_t place[LANES];

		memcpy(place, &d.place, sizeof(place));
		assert_true(place[lane] < UINT64_C(1) << (width - 1));
		BN_lshift(sum, sum, (int)width);
		BN_set_word(t, 2 * place[lane] + 1);
		if (d.negative >> lane & 1)
			BN_sub(sum, sum, t);
		else
			BN_add(sum, sum, t);
	}
	assert_int_equal(odd->negated >> lane & 1, !BN_is_odd(k));
	BN_sub(t, sum, k); /* -(n - k) = k - n */
	if (odd->negated >> lane & 1)
		BN_add(t, t, n);
	assert_true(BN_is_zero(t));
	BN_free(sum);
	BN_free(t);
	BN_free(n);
}

void lanes_split_odd_numbers(void)
{
	static uint8_t scalar[1408][32];
	size_t n = oracle_boundary_scalars(scalar, 1400);

	for (size_t at = 0; at < n; at += LANES) {
		struct fn k[LANES];
		const struct fn *lane_k[LANES];
		struct odd8 odd;

		for (size_t i = 0; i < LANES; i++) {
			(void)fn_read(&k[i], scalar[at + i]);
			lane_k[i] = &k[i];
		}
		odd8_make(&odd, lane_k);
		for (size_t i = 0; i < LANES && at + i < n; i++) {
			BIGNUM *b = BN_lebin2bn((const uint8_t *)k[i].v, 32, NULL);

			expect_digits(&odd, i, b, 5);
			expect_digits(&odd, i, b, 7);
			BN_free(b);
		}
	}
}

/* Size times the base point. */
static void multiple(struct affine *flat, int size)
{
	uint8_t scalar[32] = {0}, octets[64];

	scalar[31] = (uint8_t)(size < 0 ? -size : size);
	assert_true(oracle_sum(octets, scalar, NULL, NULL));
	assert_int_equal(fp_read(&flat->x, octets) | fp_read(&flat->y, octets + 32), 0);
	if (size < 0)
		fp_negate(&flat->y, &flat->y);
}

static void load_multiples(struct affine8 *r, const int size[LANES])
{
	struct affine flat[LANES];
	const struct fp *x[LANES], *y[LANES];

	for (size_t i = 0; i < LANES; i++) {
		multiple(&flat[i], size[i]);
		x[i] = &flat[i].x;
		y[i] = &flat[i].y;
	}
	fp8_load(&r->x, x);
	fp8_load(&r->y, y);
}

/* x / zz and y / zzz are those of the multiples; for a multiple of 0, zz is 0. */
static void expect_multiples(const struct point8 *got, const int size[LANES])
{
	struct fp x[LANES], y[LANES], zz[LANES], zzz[LANES], t;
	struct fp *to_x[LANES], *to_y[LANES], *to_zz[LANES], *to_zzz[LANES];
	struct affine want;

	for (size_t i = 0; i < LANES; i++) {
		to_x[i] = &x[i];
		to_y[i] = &y[i];
		to_zz[i] = &zz[i];
		to_zzz[i] = &zzz[i];
	}
	fp8_store(to_x, &got->x);
	fp8_store(to_y, &got->y);
	fp8_store(to_zz, &got->zz);
	fp8_store(to_zzz, &got->zzz);
	for (size_t i = 0; i < LANES; i++) {
		assert_int_equal(fp_zero(&zz[i]) != 0, size[i] == 0);
		assert_int_equal(fp_zero(&zzz[i]) != 0, size[i] == 0);
		if (size[i] == 0)
			continue;
		multiple(&want, size[i]);
		fp_mul(&t, &want.x, &zz[i]);
		assert_memory_equal(&t, &x[i], sizeof(t));
		fp_mul(&t, &want.y, &zzz[i]);
		assert_memory_equal(&t, &y[i], sizeof(t));
	}
}

/* a with a random z */
static void spread(struct jacobian8 *r, const struct affine8 *a)
{
	do
		draw(&r->z);
	while (fp8_zero(&r->z) != 0);
	r->z = tidy_fold(sum8_of(&r->z));
	const struct fp8 square = tidy(fp8_sqr(&r->z)), cube = tidy(fp8_mul(&square, &r->z));
	const struct fp8 x = tidy(fp8_mul(&a->x, &square));
	r->x = tidy_fold(sum8_of(&x));
	r->y = tidy(fp8_mul(&a->y, &cube));
}

/* In each lane another pair of -8G .. 8G is added and subtracted: equal and opposite points among them, which come out as 0, and stay 0 in
 * what follows; their neighbours are not touched by it. */
void lanes_add_in_every_case(void)
{
	for (int first = -8; first <= 8; first++) {
		int a_size[LANES], b_size[LANES], want[LANES], twice[LANES], later[LANES];
		struct affine8 a, b;
		struct jacobian8 j, sum;
		struct point8 point;
		__mmask8 negative = (__mmask8)(0x5a + 31 * first);

		if (first == 0)
			continue;
		for (int i = 0; i < LANES; i++) {
			a_size[i] = first;
			b_size[i] = i - 8 + 9 * (first & 1);
			twice[i] = 2 * first;
			want[i] = negative >> i & 1 ? first - b_size[i] : first + b_size[i];
			if (a_size[i] == (negative >> i & 1 ? -b_size[i] : b_size[i]))
				want[i] = 0; /* a double is no such sum */
			later[i] = want[i] == 0 ? 0 : 2 * want[i] + b_size[i];
			if (2 * want[i] == b_size[i])
				later[i] = 0;
		}
		load_multiples(&a, a_size);
		load_multiples(&b, b_size);
		spread(&j, &a);
		sum = j;
		jacobian8_double(&sum);
		point8_from_jacobian(&point, &sum);
		expect_multiples(&point, twice);
		sum = j;
		jacobian8_add(&sum, &b, negative);
		point8_from_jacobian(&point, &sum);
		expect_multiples(&point, want);
		jacobian8_double(&sum);
		jacobian8_add(&sum, &b, 0);
		point8_from_jacobian(&point, &sum);
		expect_multiples(&point, later);
		point8_from_jacobian(&point, &j);
		point8_add(&point, &b, negative);
		expect_multiples(&point, want);
		struct point8 kept = point;
		point8_add(&point, &a, 0);
		point8_keep(&point, &kept, 0xff);
		expect_multiples(&point, want);
	}
}

/* Every entry of every row: odd multiples in the right order and form. */
void lanes_read_the_built_table(void)
{
	static const struct fn one = {{1}};
	struct fn k = one;

	for (unsigned row = 0; row < COMB8_ROWS; row++) {
		struct affine base;
		uint8_t octets[64], scalar[32];

		fn_write(scalar, &k);
		assert_true(oracle_sum(octets, scalar, NULL, NULL));
		assert_int_equal(fp_read(&base.x, octets) | fp_read(&base.y, octets + 32), 0);
		for (unsigned entry = 0; entry < COMB8_ENTRIES; entry++) {
			struct fp8 x, y;
			struct fp got[2][LANES];
			struct fp *to_x[LANES], *to_y[LANES];
			uint8_t factor[32] = {[31] = (uint8_t)(2 * entry + 1)}, want[64], have[64];

			for (size_t i = 0; i < LANES; i++) {
				to_x[i] = &got[0][i];
				to_y[i] = &got[1][i];
			}
			for (size_t limb = 0; limb < LIMBS52; limb++) {
				x.v[limb] = all8((int64_t)base_comb8.row[row][limb][entry]);
				y.v[limb] = all8((int64_t)base_comb8.row[row][limb + 5][entry]);
			}
			expect_tidy(&x);
			expect_tidy(&y);
			fp8_store(to_x, &x);
			fp8_store(to_y, &y);
			fp_write(have, &got[0][3]);
			fp_write(have + 32, &got[1][3]);
			assert_true(oracle_sum(want, NULL, octets, factor));
			assert_memory_equal(have, want, 64);
		}
		for (unsigned i = 0; i < COMB8_WIDTH; i++)
			fn_add(&k, &k, &k);
	}
}
