/* Numbers of 256 bits: four limbs, least significant first. Constant time; results may be arguments. */
#ifndef HUFU_SM2_LIMBS_H
#define HUFU_SM2_LIMBS_H

#include "limb.h"

#define LIMBS 4

/* r = a + b; returns the carry. */
static inline uint64_t limbs_add(uint64_t r[LIMBS], const uint64_t a[LIMBS], const uint64_t b[LIMBS])
{
	u128 t = 0;

	for (int i = 0; i < LIMBS; i++) {
		t += (u128)a[i] + b[i];
		r[i] = (uint64_t)t;
		t >>= 64;
	}
	return (uint64_t)t;
}

/* r = a - b; returns the borrow. */
static inline uint64_t limbs_sub(uint64_t r[LIMBS], const uint64_t a[LIMBS], const uint64_t b[LIMBS])
{
	i128 t = 0;

	for (int i = 0; i < LIMBS; i++) {
		t += (i128)a[i] - b[i];
		r[i] = (uint64_t)t;
		t >>= 64;
	}
	return (uint64_t)t & 1;
}

static inline void limbs_select(uint64_t r[LIMBS], uint64_t mask, const uint64_t a[LIMBS], const uint64_t b[LIMBS])
{
	for (int i = 0; i < LIMBS; i++)
		r[i] = limb_select(mask, a[i], b[i]);
}

/* All ones where a is 0. */
static inline uint64_t limbs_zero(const uint64_t a[LIMBS])
{
	return mask_of_zero(a[0] | a[1] | a[2] | a[3]);
}

/* high:t is a number below 2m; r = that number mod m. */
static inline void limbs_reduce_once(uint64_t r[LIMBS], const uint64_t t[LIMBS], uint64_t high, const uint64_t m[LIMBS])
{
	uint64_t less[LIMBS];
	uint64_t borrow = limbs_sub(less, t, m);

	limbs_select(r, mask_of_bit(borrow & ~high), t, less);
}

/* r = (a + b) mod m and (a - b) mod m, for a, b < m. */
static inline void limbs_add_mod(uint64_t r[LIMBS], const uint64_t a[LIMBS], const uint64_t b[LIMBS], const uint64_t m[LIMBS])
{
	uint64_t t[LIMBS];
	uint64_t carry = limbs_add(t, a, b);

	limbs_reduce_once(r, t, carry, m);
}

static inline void limbs_sub_mod(uint64_t r[LIMBS], const uint64_t a[LIMBS], const uint64_t b[LIMBS], const uint64_t m[LIMBS])
{
	uint64_t t[LIMBS], back[LIMBS];
	uint64_t mask = mask_of_bit(limbs_sub(t, a, b));

	for (int i = 0; i < LIMBS; i++)
		back[i] = m[i] & mask;
	(void)limbs_add(r, t, back);
}

/* r (eight limbs) = a * b. */
static inline void limbs_mul(uint64_t r[2 * LIMBS], const uint64_t a[LIMBS], const uint64_t b[LIMBS])
{
	for (int i = 0; i < LIMBS; i++)
		r[i] = 0;
	for (int i = 0; i < LIMBS; i++) {
		uint64_t carry = 0;

		for (int j = 0; j < LIMBS; j++) {
			u128 t = (u128)a[j] * b[i] + r[i + j] + carry; /* at most 2^128 - 1 */
			r[i + j] = (uint64_t)t;
			carry = (uint64_t)(t >> 64);
		}
		r[i + LIMBS] = carry;
	}
}

static inline void limbs_read(uint64_t r[LIMBS], const uint8_t octets[32])
{
	for (int i = 0; i < LIMBS; i++) {
		r[i] = 0;
		for (int j = 0; j < 8; j++)
			r[i] = r[i] << 8 | octets[8 * (LIMBS - 1 - i) + j];
	}
}

static inline void limbs_write(uint8_t octets[32], const uint64_t a[LIMBS])
{
	for (int i = 0; i < 32; i++)
		octets[i] = (uint8_t)(a[LIMBS - 1 - i / 8] >> (56 - 8 * (i % 8)));
}

#endif
