/* The AVX-512 operations that the eight lanes of SM2 use, in plain C: with this in place of the compiler's header, the same sources run on
 * any processor, and under valgrind, which then sees what depends on secrets. No branch and no address here depends on a lane, but where
 * the processor's own operation reads memory by it. */
#ifndef HUFU_TEST_PLAIN512_H
#define HUFU_TEST_PLAIN512_H

#include <stdint.h>
#include <string.h>

#pragma GCC diagnostic ignored "-Wpsabi"

typedef uint64_t __m512i __attribute__((vector_size(64)));
typedef int64_t plain_signed512 __attribute__((vector_size(64)));
typedef uint8_t __mmask8;
typedef int __m128i;

#define PLAIN static inline __attribute__((always_inline, unused))
#define PLAIN_CALL static __attribute__((noinline, unused)) /* loops: compilers need minutes where all are written out */

/* Hides from the compiler what it knows of x, so that it cannot turn a mask into a branch. */
PLAIN uint64_t plain_hide(uint64_t x)
{
	__asm__("" : "+r"(x));
	return x;
}

/* All ones in the lanes of the mask. */
PLAIN __m512i plain_lanes(__mmask8 mask)
{
	__m512i r = {0};

	for (int i = 0; i < 8; i++)
		r[i] = 0 - plain_hide(mask >> i & 1);
	return r;
}

PLAIN __m512i plain_select(__mmask8 mask, __m512i a, __m512i b)
{
	const __m512i lanes = plain_lanes(mask);

	return (a & lanes) | (b & ~lanes);
}

PLAIN __mmask8 plain_top_bits(__m512i a)
{
	unsigned r = 0;

	for (int i = 0; i < 8; i++)
		r |= (unsigned)(a[i] >> 63) << i;
	return (__mmask8)r;
}

PLAIN __m512i _mm512_set1_epi64(int64_t x)
{
	const uint64_t u = (uint64_t)x;

	return (__m512i){u, u, u, u, u, u, u, u};
}

PLAIN __m512i _mm512_setzero_si512(void)
{
	return (__m512i){0};
}

PLAIN __m512i _mm512_set_epi64(int64_t h, int64_t g, int64_t f, int64_t e, int64_t d, int64_t c, int64_t b, int64_t a)
{
	return (__m512i){(uint64_t)a, (uint64_t)b, (uint64_t)c, (uint64_t)d, (uint64_t)e, (uint64_t)f, (uint64_t)g, (uint64_t)h};
}

PLAIN __m512i _mm512_load_si512(const void *from)
{
	__m512i r;

	memcpy(&r, from, sizeof(r));
	return r;
}

PLAIN void _mm512_store_si512(void *to, __m512i a)
{
	memcpy(to, &a, sizeof(a));
}

PLAIN __m512i _mm512_add_epi64(__m512i a, __m512i b)
{
	return a + b;
}

PLAIN __m512i _mm512_sub_epi64(__m512i a, __m512i b)
{
	return a - b;
}

PLAIN __m512i _mm512_and_epi64(__m512i a, __m512i b)
{
	return a & b;
}

PLAIN __m512i _mm512_or_epi64(__m512i a, __m512i b)
{
	return a | b;
}

PLAIN __m512i _mm512_xor_epi64(__m512i a, __m512i b)
{
	return a ^ b;
}

PLAIN __m512i _mm512_slli_epi64(__m512i a, unsigned bits)
{
	return a << bits;
}

PLAIN __m512i _mm512_srli_epi64(__m512i a, unsigned bits)
{
	return a >> bits;
}

PLAIN_CALL __m512i _mm512_srai_epi64(__m512i a, unsigned bits)
{
	return (__m512i)((plain_signed512)a >> bits);
}

PLAIN __m128i _mm_cvtsi32_si128(int x)
{
	return x;
}

PLAIN __m512i _mm512_sll_epi64(__m512i a, __m128i bits)
{
	return a << bits;
}

PLAIN __m512i _mm512_srl_epi64(__m512i a, __m128i bits)
{
	return a >> bits;
}

PLAIN __m512i _mm512_mullo_epi64(__m512i a, __m512i b)
{
	return a * b;
}

#define PLAIN_LOW52 UINT64_C(0xfffffffffffff)
__extension__ typedef unsigned __int128 plain_u128;

PLAIN_CALL __m512i _mm512_madd52lo_epu64(__m512i sum, __m512i a, __m512i b)
{
	for (int i = 0; i < 8; i++)
		sum[i] += (uint64_t)((plain_u128)(a[i] & PLAIN_LOW52) * (b[i] & PLAIN_LOW52)) & PLAIN_LOW52;
	return sum;
}

PLAIN_CALL __m512i _mm512_madd52hi_epu64(__m512i sum, __m512i a, __m512i b)
{
	for (int i = 0; i < 8; i++)
		sum[i] += (uint64_t)((plain_u128)(a[i] & PLAIN_LOW52) * (b[i] & PLAIN_LOW52) >> 52);
	return sum;
}

/* The only truth table in use: not a. */
PLAIN __m512i _mm512_ternarylogic_epi64(__m512i a, __m512i b, __m512i c, int table)
{
	(void)b;
	(void)c;
	if (table != 0x55)
		__builtin_trap();
	return ~a;
}

PLAIN_CALL __m512i _mm512_mask_mov_epi64(__m512i other, __mmask8 mask, __m512i a)
{
	return plain_select(mask, a, other);
}

PLAIN_CALL __m512i _mm512_mask_sub_epi64(__m512i other, __mmask8 mask, __m512i a, __m512i b)
{
	return plain_select(mask, a - b, other);
}

PLAIN __m512i _mm512_mask_xor_epi64(__m512i other, __mmask8 mask, __m512i a, __m512i b)
{
	return plain_select(mask, a ^ b, other);
}

/* x | -x has the top bit where x is not 0. */
PLAIN_CALL __mmask8 _mm512_test_epi64_mask(__m512i a, __m512i b)
{
	const __m512i x = a & b;

	return plain_top_bits(x | ((__m512i){0} - x));
}

PLAIN __mmask8 _mm512_testn_epi64_mask(__m512i a, __m512i b)
{
	return (__mmask8)~_mm512_test_epi64_mask(a, b);
}

PLAIN __mmask8 _mm512_movepi64_mask(__m512i a)
{
	return plain_top_bits(a);
}

/* Sixteen entries, each looked at: the processor permutes registers and knows no addresses. */
PLAIN_CALL __m512i _mm512_permutex2var_epi64(__m512i a, __m512i place, __m512i b)
{
	__m512i r = {0};

	for (uint64_t entry = 0; entry < 16; entry++) {
		const uint64_t value = entry < 8 ? a[entry] : b[entry - 8];

		for (int i = 0; i < 8; i++) {
			const uint64_t differ = (place[i] & 15) ^ entry;

			r[i] |= value & (plain_hide((differ | (0 - differ)) >> 63) - 1);
		}
	}
	return r;
}

PLAIN_CALL __m512i _mm512_shuffle_i64x2(__m512i a, __m512i b, unsigned pairs)
{
	__m512i r = {0};

	for (unsigned i = 0; i < 8; i++)
		r[i] = (i < 4 ? a : b)[2 * (pairs >> (i / 2 * 2) & 3) + i % 2];
	return r;
}

PLAIN_CALL __m512i _mm512_permutex_epi64(__m512i a, unsigned places)
{
	__m512i r = {0};

	for (unsigned i = 0; i < 8; i++)
		r[i] = a[i / 4 * 4 + (places >> (i % 4 * 2) & 3)];
	return r;
}

PLAIN_CALL __m512i _mm512_i64gather_epi64(__m512i at, const void *base, unsigned scale)
{
	__m512i r = {0};

	for (int i = 0; i < 8; i++) {
		uint64_t value;

		memcpy(&value, (const uint8_t *)base + at[i] * scale, sizeof(value));
		r[i] = value;
	}
	return r;
}

#endif
