/* Numbers mod n in constant time. */
#ifndef HUFU_SM2_FN_H
#define HUFU_SM2_FN_H

#include "curve.h"

static inline void fn_add(struct fn *r, const struct fn *a, const struct fn *b)
{
	limbs_add_mod(r->v, a->v, b->v, fn_modulus.v);
}

static inline void fn_sub(struct fn *r, const struct fn *a, const struct fn *b)
{
	limbs_sub_mod(r->v, a->v, b->v, fn_modulus.v);
}

static inline uint64_t fn_zero(const struct fn *a)
{
	return limbs_zero(a->v);
}

/* r = a * b / 2^256: with one factor in Montgomery's form, the plain product. */
void fn_mul(struct fn *r, const struct fn *a, const struct fn *b);
void fn_to_montgomery(struct fn *r, const struct fn *a);
void fn_inverse(struct fn *r, const struct fn *a); /* plain to plain; of 0: 0 */

/* Big endian. Reading takes any 256 bits mod n; the answer is all ones where they were below n. */
uint64_t fn_read(struct fn *r, const uint8_t octets[32]);
void fn_write(uint8_t octets[32], const struct fn *a);
void fn_from_limbs(struct fn *r, const uint64_t a[LIMBS]); /* a < 2^256 */

#endif
