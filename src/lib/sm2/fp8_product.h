/* Products mod p of eight elements at once, one in each 64-bit lane of AVX-512 registers, by 52-bit products (IFMA). Part of fp8.h. */
#ifndef HUFU_SM2_FP8_PRODUCT_H
#define HUFU_SM2_FP8_PRODUCT_H

#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>

#define LANES 8
#define LIMBS52 5
#define MASK52 0xfffffffffffff
#define INLINE8 static inline __attribute__((always_inline))

/* Tidy: limbs in 0..2^52-1, and so values below 2^260. Only such are factors: products read 52 bits of each limb. */
struct fp8 {
	__m512i v[LIMBS52];
};

/* Limbs of less than 2^61 in size, with a sign. */
struct sum8 {
	__m512i v[LIMBS52];
};

/* Columns of sums of products: the sum of v[i] * 2^(52 i). */
struct product8 {
	__m512i v[2 * LIMBS52];
};

/* p = 2^256 - 2^224 - 2^96 + 2^64 - 1 = P4 * 2^208 - P1 * 2^52 - 1 */
#define FP8_P4 ((INT64_C(1) << 48) - (INT64_C(1) << 16))
#define FP8_P1 ((INT64_C(1) << 44) - (INT64_C(1) << 12))

INLINE8 __m512i all8(int64_t x)
{
	return _mm512_set1_epi64(x);
}

/* Columns i .. i+5 += a * b. A column takes at most 9 halves below 2^52 from each product. */
INLINE8 void product_add_row(struct product8 *t, size_t i, __m512i a, const struct fp8 *b)
{
	t->v[i] = _mm512_madd52lo_epu64(t->v[i], a, b->v[0]);
	t->v[i + 1] = _mm512_madd52lo_epu64(t->v[i + 1], a, b->v[1]);
	t->v[i + 2] = _mm512_madd52lo_epu64(t->v[i + 2], a, b->v[2]);
	t->v[i + 3] = _mm512_madd52lo_epu64(t->v[i + 3], a, b->v[3]);
	t->v[i + 4] = _mm512_madd52lo_epu64(t->v[i + 4], a, b->v[4]);
	t->v[i + 1] = _mm512_madd52hi_epu64(t->v[i + 1], a, b->v[0]);
	t->v[i + 2] = _mm512_madd52hi_epu64(t->v[i + 2], a, b->v[1]);
	t->v[i + 3] = _mm512_madd52hi_epu64(t->v[i + 3], a, b->v[2]);
	t->v[i + 4] = _mm512_madd52hi_epu64(t->v[i + 4], a, b->v[3]);
	t->v[i + 5] = _mm512_madd52hi_epu64(t->v[i + 5], a, b->v[4]);
}

INLINE8 void product_add(struct product8 *t, const struct fp8 *a, const struct fp8 *b)
{
	product_add_row(t, 0, a->v[0], b);
	product_add_row(t, 1, a->v[1], b);
	product_add_row(t, 2, a->v[2], b);
	product_add_row(t, 3, a->v[3], b);
	product_add_row(t, 4, a->v[4], b);
}

INLINE8 struct product8 product_none(void)
{
	__m512i o = _mm512_setzero_si512();

	return (struct product8){{o, o, o, o, o, o, o, o, o, o}};
}

INLINE8 void product_add_one(struct product8 *t, size_t i, __m512i a, __m512i b)
{
	t->v[i] = _mm512_madd52lo_epu64(t->v[i], a, b);
	t->v[i + 1] = _mm512_madd52hi_epu64(t->v[i + 1], a, b);
}

/* One step of Montgomery's reduction: t += m p 2^(52 i) with m = v[i] mod 2^52, which leaves nothing in column i.
 *
 * p is -1 mod 2^52, so m needs no multiplication, and (m p + m) / 2^52 = P4 m 2^156 - P1 m. Instead of -P1 m, P1 (2^52 - 1 - m) is
 * added, whose factor is v[i] with its bits turned: too much by P1 2^52 - P1. Over five steps these cancel but for the first and last. */
INLINE8 void reduce_column(struct product8 *t, size_t i)
{
	const __m512i m = t->v[i], turned = _mm512_ternarylogic_epi64(m, m, m, 0x55);

	t->v[i + 1] = _mm512_add_epi64(t->v[i + 1], _mm512_srai_epi64(m, 52));
	t->v[i + 1] = _mm512_madd52lo_epu64(t->v[i + 1], turned, all8(FP8_P1));
	t->v[i + 2] = _mm512_madd52hi_epu64(t->v[i + 2], turned, all8(FP8_P1));
	t->v[i + 4] = _mm512_madd52lo_epu64(t->v[i + 4], m, all8(FP8_P4));
	t->v[i + 5] = _mm512_madd52hi_epu64(t->v[i + 5], m, all8(FP8_P4));
}

/* t / 2^260 mod p, below t / 2^260 + p: for a product of a < A p and b < B p, below (A B / 16 + 1) p. */
INLINE8 struct sum8 reduce(struct product8 t)
{
	t.v[1] = _mm512_add_epi64(t.v[1], all8(FP8_P1));
	t.v[6] = _mm512_sub_epi64(t.v[6], all8(FP8_P1));
	reduce_column(&t, 0);
	reduce_column(&t, 1);
	reduce_column(&t, 2);
	reduce_column(&t, 3);
	reduce_column(&t, 4);
	return (struct sum8){{t.v[5], t.v[6], t.v[7], t.v[8], t.v[9]}};
}

INLINE8 struct sum8 fp8_mul(const struct fp8 *a, const struct fp8 *b)
{
	struct product8 t = product_none();

	product_add(&t, a, b);
	return reduce(t);
}

/* The ten mixed products once, doubled, and the five squares. */
INLINE8 struct sum8 fp8_sqr(const struct fp8 *a)
{
	const __m512i *v = a->v;
	struct product8 t = product_none();

	product_add_one(&t, 1, v[0], v[1]);
	product_add_one(&t, 2, v[0], v[2]);
	product_add_one(&t, 3, v[0], v[3]);
	product_add_one(&t, 4, v[0], v[4]);
	product_add_one(&t, 5, v[1], v[4]);
	product_add_one(&t, 6, v[2], v[4]);
	product_add_one(&t, 7, v[3], v[4]);
	product_add_one(&t, 3, v[1], v[2]);
	product_add_one(&t, 4, v[1], v[3]);
	product_add_one(&t, 5, v[2], v[3]);
	for (size_t i = 1; i < 2 * LIMBS52 - 1; i++)
		t.v[i] = _mm512_add_epi64(t.v[i], t.v[i]);
	product_add_one(&t, 0, v[0], v[0]);
	product_add_one(&t, 2, v[1], v[1]);
	product_add_one(&t, 4, v[2], v[2]);
	product_add_one(&t, 6, v[3], v[3]);
	product_add_one(&t, 8, v[4], v[4]);
	return reduce(t);
}

#endif
