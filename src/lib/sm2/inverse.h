/* Inverses modulo an odd number of 256 bits, in constant time. */
#ifndef HUFU_SM2_INVERSE_H
#define HUFU_SM2_INVERSE_H

#include "limbs.h"

/* Five signed limbs of 60 bits: the sum of v[i] * 2^(60 i). All but the last are in 0..2^60-1. */
struct signed60 {
	int64_t v[5];
};

struct inverse_modulus {
	struct signed60 m;
	uint64_t m_inverse; /* m^-1 mod 2^60 */
};

extern const struct inverse_modulus inverse_p;
extern const struct inverse_modulus inverse_n;

/* r = a^-1 mod m for a < m, both plain; of 0: 0. */
void inverse_mod(uint64_t r[LIMBS], const uint64_t a[LIMBS], const struct inverse_modulus *m);

#endif
