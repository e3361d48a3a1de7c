/* Arithmetic mod p in constant time. Every argument and every result is below p; results may be arguments. */
#ifndef HUFU_SM2_FP_H
#define HUFU_SM2_FP_H

#include "curve.h"
#include "engine_name.h"

void fp_mul(struct fp *r, const struct fp *a, const struct fp *b);
void fp_sqr(struct fp *r, const struct fp *a);
void fp_inverse(struct fp *r, const struct fp *a); /* of 0: 0 */

/* Big endian, plain. Reading returns -1, with *r unusable, when the number is not below p; the answer is not secret. */
int fp_read(struct fp *r, const uint8_t octets[32]);
void fp_write(uint8_t octets[32], const struct fp *a);
void fp_from_limbs(struct fp *r, const uint64_t a[LIMBS]); /* a < 2^256 */
void fp_to_limbs(uint64_t r[LIMBS], const struct fp *a);   /* below p, plain */

#ifdef SM2_ENGINE_IS_ADX
#include "fp_x86.h"
#else
static inline void fp_add(struct fp *r, const struct fp *a, const struct fp *b)
{
	limbs_add_mod(r->v, a->v, b->v, fp_modulus.v);
}

static inline void fp_sub(struct fp *r, const struct fp *a, const struct fp *b)
{
	limbs_sub_mod(r->v, a->v, b->v, fp_modulus.v);
}

/* r = a / 2: an odd a becomes even by adding p, which is odd. */
static inline void fp_halve(struct fp *r, const struct fp *a)
{
	uint64_t odd = mask_of_bit(a->v[0] & 1), t[LIMBS];

	for (int i = 0; i < LIMBS; i++)
		t[i] = fp_modulus.v[i] & odd;
	uint64_t carry = limbs_add(t, a->v, t);
	for (int i = 0; i < LIMBS - 1; i++)
		r->v[i] = t[i] >> 1 | t[i + 1] << 63;
	r->v[LIMBS - 1] = t[LIMBS - 1] >> 1 | carry << 63;
}
#endif

static inline void fp_double(struct fp *r, const struct fp *a)
{
	fp_add(r, a, a);
}

/* r = -a */
static inline void fp_negate(struct fp *r, const struct fp *a)
{
	static const struct fp zero;

	fp_sub(r, &zero, a);
}

/* Masks: all ones where it holds. */
static inline uint64_t fp_zero(const struct fp *a)
{
	return limbs_zero(a->v);
}

static inline uint64_t fp_equal(const struct fp *a, const struct fp *b)
{
	return mask_of_zero((a->v[0] ^ b->v[0]) | (a->v[1] ^ b->v[1]) | (a->v[2] ^ b->v[2]) | (a->v[3] ^ b->v[3]));
}

static inline void fp_select(struct fp *r, uint64_t mask, const struct fp *a, const struct fp *b)
{
	limbs_select(r->v, mask, a->v, b->v);
}

#endif
