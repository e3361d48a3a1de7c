/* Eight odd numbers mod n and their digits: a number without the digit 0 needs no case for it.
 *
 * For odd k and any width w, k = sum of d(i) 2^(w i) with odd digits: below the top, d(i) = 2 b(i) + 1 - 2^w, where b(i) are the w bits of
 * k from bit w i + 1 on; the top digit is what is left, made odd. (M. Joye, M. Tunstall, "Exponent recoding and regular exponentiation
 * algorithms", 2009.) As n is odd, either k or n - k is odd. */
#ifndef HUFU_SM2_ODD8_H
#define HUFU_SM2_ODD8_H

#include "fn.h"
#include "fp8.h"

struct odd8 {
	struct limbs8 k;
	__mmask8 negated; /* lanes that have n - k in place of k */
};

/* Each below n. Constant time. */
static inline void odd8_make(struct odd8 *r, const struct fn *const k[LANES])
{
	static const struct fn zero;
	struct fn other;

	r->negated = 0;
	for (size_t lane = 0; lane < LANES; lane++) {
		uint64_t odd = k[lane]->v[0] & 1;

		fn_sub(&other, &zero, k[lane]);
		limbs_select(other.v, mask_of_bit(odd), k[lane]->v, other.v);
		for (size_t i = 0; i < LIMBS; i++)
			r->k.v[i][lane] = other.v[i];
		r->negated = (__mmask8)(r->negated | (odd ^ 1) << lane);
	}
}

/* Digits as places in a table of odd multiples: |d| = 2 place + 1. */
struct digit8 {
	__m512i place;
	__mmask8 negative;
};

/* Limb i, or 0 above the last. */
INLINE8 __m512i odd8_limb(const struct odd8 *a, unsigned i)
{
	return i < LIMBS ? _mm512_load_si512(a->k.v[i]) : _mm512_setzero_si512();
}

/* What stands from bit `at` on, 64 bits of it. */
INLINE8 __m512i odd8_bits(const struct odd8 *a, unsigned at)
{
	const unsigned limb = at / 64, shift = at % 64;
	const __m512i low = _mm512_srl_epi64(odd8_limb(a, limb), _mm_cvtsi32_si128((int)shift));

	if (shift == 0)
		return low;
	return _mm512_or_epi64(low, _mm512_sll_epi64(odd8_limb(a, limb + 1), _mm_cvtsi32_si128(64 - (int)shift)));
}

/* Digit i of width w, which is not the top one. */
INLINE8 struct digit8 odd8_digit(const struct odd8 *a, unsigned width, unsigned i)
{
	const __m512i bits = odd8_bits(a, width * i + 1), half = all8(INT64_C(1) << (width - 1));
	const __mmask8 below = _mm512_testn_epi64_mask(bits, half); /* 2 b + 1 < 2^w */
	const __m512i size = _mm512_mask_xor_epi64(bits, below, bits, all8(-1));

	return (struct digit8){_mm512_and_epi64(size, all8((INT64_C(1) << (width - 1)) - 1)), (__mmask8)(below ^ a->negated)};
}

/* The top digit, of what is left above bit width * i. */
INLINE8 struct digit8 odd8_top(const struct odd8 *a, unsigned width, unsigned i)
{
	return (struct digit8){odd8_bits(a, width * i + 1), a->negated};
}

#endif
