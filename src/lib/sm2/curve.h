/* The curve of GB/T 32918.5, y^2 = x^3 - 3x + b over the field mod p with a group of prime order n: its numbers and its points. */
#ifndef HUFU_SM2_CURVE_H
#define HUFU_SM2_CURVE_H

#include "limbs.h"

/* An element of the field mod p = 2^256 - 2^224 - 2^96 + 2^64 - 1 in Montgomery's form (a stands as a * 2^256 mod p), always below p. */
struct fp {
	uint64_t v[LIMBS];
};

/* A number mod n, always below n; plain unless a comment says Montgomery. */
struct fn {
	uint64_t v[LIMBS];
};

/* A point that is not infinity. Where a function does not say that it checks, the point lies on the curve. */
struct affine {
	struct fp x, y;
};

/* Jacobian coordinates: (x / z^2, y / z^3); z = 0 is infinity, whatever x and y are. */
struct point {
	struct fp x, y, z;
};

extern const struct fp fp_modulus; /* p itself, not in Montgomery's form */
extern const struct fp fp_one;
extern const struct fp curve_b;
extern const struct affine curve_base;
extern const struct fn fn_modulus;

#endif
