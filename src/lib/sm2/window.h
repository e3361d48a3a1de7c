/* Signed windows (Booth's recoding): k = sum of digit(i) * 2^(w i), each digit in -2^(w-1) .. 2^(w-1). */
#ifndef HUFU_SM2_WINDOW_H
#define HUFU_SM2_WINDOW_H

#include "curve.h"

/* Windows that cover 256 bits and the carry out of them. */
#define WINDOWS(width) (256 / (width) + 1)

struct digit {
	uint64_t size;     /* 0 .. 2^(w-1) */
	uint64_t negative; /* mask */
};

/* Digit i, from the w bits of the window and the one below it. Constant time in k; width 2..7, i below WINDOWS(width). */
static inline struct digit window_digit(const struct fn *k, unsigned width, unsigned i)
{
	unsigned at = width * i; /* of k * 2 */
	unsigned limb = at / 64, shift = at % 64;
	uint64_t doubled[LIMBS + 2] = {
	    k->v[0] << 1, k->v[1] << 1 | k->v[0] >> 63, k->v[2] << 1 | k->v[1] >> 63, k->v[3] << 1 | k->v[2] >> 63, k->v[3] >> 63, 0,
	};
	uint64_t bits = doubled[limb] >> shift;

	if (shift != 0)
		bits |= doubled[limb + 1] << (64 - shift);
	bits &= (UINT64_C(2) << width) - 1;
	uint64_t negative = mask_of_bit(bits >> width);
	uint64_t size = limb_select(negative, ((UINT64_C(2) << width) - 1) - bits, bits);
	return (struct digit){(size >> 1) + (size & 1), negative};
}

#endif
