/* The field mod p: Montgomery products in C, and what every engine has in common. */
#include "fp.h"

#include "inverse.h"

/* 2^512 and 2^768 mod p: what brings a number into Montgomery's form, and an inverse back into it. */
static const struct fp r2 = {{0x0000000200000003, 0x00000002ffffffff, 0x0000000100000001, 0x0000000400000002}};
static const struct fp r3 = {{0x0000001200000016, 0x0000000efffffff8, 0x0000000a0000000c, 0x0000001b00000009}};

#ifndef SM2_ENGINE_IS_ADX
/* One step of Montgomery's reduction of four limbs: t = (t + m p) / 2^64 with m = t[0].
 *
 * p is -1 mod 2^64, so m needs no multiplication, and (m p + m) / 2^64 = m (2^192 - 2^160 - 2^32 + 1) is four shifted copies of m:
 *   limb 0: m - (m << 32)    limb 1: -(m >> 32)    limb 2: -(m << 32)    limb 3: m - (m >> 32)
 * t stays below 2^256: t < 2^256 gives (t + m p) / 2^64 < 2^192 + p, and p + 2^192 - p / 2^64 < p + 2^161 < 2^256. */
static inline void reduce_limb(uint64_t t[LIMBS])
{
	uint64_t m = t[0], low = m << 32, high = m >> 32;
	i128 sum = (i128)t[1] + m - low;

	t[0] = (uint64_t)sum;
	sum = (sum >> 64) + t[2] - high;
	t[1] = (uint64_t)sum;
	sum = (sum >> 64) + t[3] - low;
	t[2] = (uint64_t)sum;
	t[3] = (uint64_t)(sum >> 64) + m - high;
}

/* r = t / 2^256 mod p for t < p^2: below 2p before the last subtraction. */
static inline void reduce(struct fp *r, uint64_t t[2 * LIMBS])
{
	for (int i = 0; i < LIMBS; i++)
		reduce_limb(t);
	uint64_t carry = limbs_add(t, t, t + LIMBS);
	limbs_reduce_once(r->v, t, carry, fp_modulus.v);
}

void fp_mul(struct fp *r, const struct fp *a, const struct fp *b)
{
	uint64_t t[2 * LIMBS];

	limbs_mul(t, a->v, b->v);
	reduce(r, t);
}

/* The six mixed products once, doubled, and the four squares: ten multiplications. */
void fp_sqr(struct fp *r, const struct fp *a)
{
	const uint64_t *v = a->v;
	uint64_t t[2 * LIMBS];
	u128 x;

	x = (u128)v[0] * v[1];
	t[1] = (uint64_t)x;
	x = (u128)v[0] * v[2] + (uint64_t)(x >> 64);
	t[2] = (uint64_t)x;
	x = (u128)v[0] * v[3] + (uint64_t)(x >> 64);
	t[3] = (uint64_t)x;
	t[4] = (uint64_t)(x >> 64);
	x = (u128)v[1] * v[2] + t[3];
	t[3] = (uint64_t)x;
	x = (u128)v[1] * v[3] + t[4] + (uint64_t)(x >> 64);
	t[4] = (uint64_t)x;
	x = (u128)v[2] * v[3] + (uint64_t)(x >> 64);
	t[5] = (uint64_t)x;
	t[6] = (uint64_t)(x >> 64);

	t[7] = t[6] >> 63;
	for (int i = 6; i > 1; i--)
		t[i] = t[i] << 1 | t[i - 1] >> 63;
	t[1] <<= 1;

	u128 carry = 0;
	for (int i = 0; i < LIMBS; i++) {
		x = (u128)v[i] * v[i];
		carry += (uint64_t)x;
		carry += i == 0 ? 0 : t[2 * i];
		t[2 * i] = (uint64_t)carry;
		carry >>= 64;
		carry += (u128)t[2 * i + 1] + (uint64_t)(x >> 64);
		t[2 * i + 1] = (uint64_t)carry;
		carry >>= 64;
	}
	reduce(r, t);
}
#endif

void fp_inverse(struct fp *r, const struct fp *a)
{
	struct fp t;

	inverse_mod(t.v, a->v, &inverse_p); /* (a R)^-1 */
	fp_mul(r, &t, &r3);                 /* (a R)^-1 R^3 / R = a^-1 R */
}

void fp_from_limbs(struct fp *r, const uint64_t a[LIMBS])
{
	limbs_reduce_once(r->v, a, 0, fp_modulus.v); /* a < 2^256 < 2p */
	fp_mul(r, r, &r2);
}

void fp_to_limbs(uint64_t r[LIMBS], const struct fp *a)
{
	static const struct fp plain_one = {{1}};
	struct fp t;

	fp_mul(&t, a, &plain_one);
	for (int i = 0; i < LIMBS; i++)
		r[i] = t.v[i];
}

int fp_read(struct fp *r, const uint8_t octets[32])
{
	uint64_t plain[LIMBS], scrap[LIMBS];

	limbs_read(plain, octets);
	fp_from_limbs(r, plain);
	return limbs_sub(scrap, plain, fp_modulus.v) ? 0 : -1;
}

void fp_write(uint8_t octets[32], const struct fp *a)
{
	uint64_t plain[LIMBS];

	fp_to_limbs(plain, a);
	limbs_write(octets, plain);
}
