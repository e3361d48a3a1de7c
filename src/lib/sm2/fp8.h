/* Arithmetic mod p on eight elements at once.
 *
 * An element a stands as a * 2^260 mod p, plus a multiple of p, in five limbs of 52 bits. Products leave sums whose limbs are signed and
 * may be larger; sums are added and subtracted limb by limb, and made tidy once, before the next product. Comments bound values by
 * multiples of p; 16 p < 2^260. All of it is constant time. */
#ifndef HUFU_SM2_FP8_H
#define HUFU_SM2_FP8_H

#include "curve.h"
#include "fp8_product.h"

INLINE8 struct sum8 sum8_of(const struct fp8 *a)
{
	return (struct sum8){{a->v[0], a->v[1], a->v[2], a->v[3], a->v[4]}};
}

INLINE8 struct sum8 sum8_add(struct sum8 a, struct sum8 b)
{
	for (size_t i = 0; i < LIMBS52; i++)
		a.v[i] = _mm512_add_epi64(a.v[i], b.v[i]);
	return a;
}

INLINE8 struct sum8 sum8_sub(struct sum8 a, struct sum8 b)
{
	for (size_t i = 0; i < LIMBS52; i++)
		a.v[i] = _mm512_sub_epi64(a.v[i], b.v[i]);
	return a;
}

/* a - b in the lanes of the mask, else a + b. */
INLINE8 struct sum8 sum8_add_signed(struct sum8 a, struct sum8 b, __mmask8 negative)
{
	for (size_t i = 0; i < LIMBS52; i++)
		a.v[i] = _mm512_mask_sub_epi64(_mm512_add_epi64(a.v[i], b.v[i]), negative, a.v[i], b.v[i]);
	return a;
}

/* 2^bits a */
INLINE8 struct sum8 sum8_shift(struct sum8 a, unsigned bits)
{
	for (size_t i = 0; i < LIMBS52; i++)
		a.v[i] = _mm512_slli_epi64(a.v[i], bits);
	return a;
}

/* a + k p */
INLINE8 struct sum8 sum8_add_p(struct sum8 a, int64_t k)
{
	a.v[0] = _mm512_sub_epi64(a.v[0], all8(k));
	a.v[1] = _mm512_sub_epi64(a.v[1], all8(k * FP8_P1));
	a.v[4] = _mm512_add_epi64(a.v[4], all8(k * FP8_P4));
	return a;
}

/* k p - a */
INLINE8 struct sum8 sum8_from_p(int64_t k, struct sum8 a)
{
	const __m512i zero = _mm512_setzero_si512();

	return sum8_sub((struct sum8){{all8(-k), all8(-k * FP8_P1), zero, zero, all8(k * FP8_P4)}}, a);
}

/* Carries. For values in 0..2^260-1. */
INLINE8 struct fp8 tidy(struct sum8 a)
{
	for (size_t i = 0; i < LIMBS52 - 1; i++) {
		a.v[i + 1] = _mm512_add_epi64(a.v[i + 1], _mm512_srai_epi64(a.v[i], 52));
		a.v[i] = _mm512_and_epi64(a.v[i], all8(MASK52));
	}
	return (struct fp8){{a.v[0], a.v[1], a.v[2], a.v[3], a.v[4]}};
}

/* The same, into 0..p + 2^232: what the top limb has of 2^256 comes back as 2^224 + 2^96 - 2^64 + 1. For values of at least 2^224 (or tidy
 * ones), so that the top limb is not negative before the others' carries. */
INLINE8 struct fp8 tidy_fold(struct sum8 a)
{
	const __m512i over = _mm512_srli_epi64(a.v[4], 48);

	a.v[4] = _mm512_and_epi64(a.v[4], all8((INT64_C(1) << 48) - 1));
	a.v[4] = _mm512_madd52lo_epu64(a.v[4], over, all8(1 << 16));
	a.v[1] = _mm512_madd52lo_epu64(a.v[1], over, all8(FP8_P1));
	a.v[0] = _mm512_add_epi64(a.v[0], over);
	return tidy(a);
}

/* Eight numbers of 256 bits, limb by limb. */
struct limbs8 {
	uint64_t v[LIMBS][LANES];
} __attribute__((aligned(64)));

extern const uint64_t fp8_one[LIMBS52]; /* 2^260 mod p */

INLINE8 struct fp8 fp8_all(const uint64_t a[LIMBS52])
{
	return (struct fp8){{all8((int64_t)a[0]), all8((int64_t)a[1]), all8((int64_t)a[2]), all8((int64_t)a[3]), all8((int64_t)a[4])}};
}

/* a * 2^shift in limbs of 52 bits: 4 brings struct fp's form, a * 2^256, into this one; below 16 p. */
INLINE8 struct fp8 fp8_split(__m512i w0, __m512i w1, __m512i w2, __m512i w3, unsigned shift)
{
	const __m512i mask = all8(MASK52);
	struct fp8 r;

	r.v[0] = _mm512_and_epi64(_mm512_slli_epi64(w0, shift), mask);
	r.v[1] = _mm512_and_epi64(_mm512_or_epi64(_mm512_srli_epi64(w0, 52 - shift), _mm512_slli_epi64(w1, 12 + shift)), mask);
	r.v[2] = _mm512_and_epi64(_mm512_or_epi64(_mm512_srli_epi64(w1, 40 - shift), _mm512_slli_epi64(w2, 24 + shift)), mask);
	r.v[3] = _mm512_and_epi64(_mm512_or_epi64(_mm512_srli_epi64(w2, 28 - shift), _mm512_slli_epi64(w3, 36 + shift)), mask);
	r.v[4] = _mm512_srli_epi64(w3, 16 - shift);
	return r;
}

/* Between struct fp and lanes; the other side's form is 2^256. */
void fp8_load(struct fp8 *r, const struct fp *const a[LANES]); /* below 16 p */
void fp8_store(struct fp *const r[LANES], const struct fp8 *a);
/* Any numbers below 2^256, plain. */
void fp8_from_limbs(struct fp8 *r, const struct limbs8 *a);

/* The lanes where a is 0 mod p. */
__mmask8 fp8_zero(const struct fp8 *a);

/* r[i] = a[i]^-1 for n vectors, below 4 p, in which nothing is 0, with one inversion for all lanes of all. r and a do not overlap. */
void fp8_inverse_many(struct fp8 *r, const struct fp8 *a, size_t n);

#endif
