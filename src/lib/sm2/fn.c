/* Numbers mod n, the order of the group. */
#include "fn.h"

#include "inverse.h"

/* -n^-1 mod 2^64, and 2^512 mod n */
#define N_PRIME UINT64_C(0x327f9e8872350975)
static const struct fn r2 = {{0x901192af7c114f20, 0x3464504ade6fa2fa, 0x620fc84c3affe0d4, 0x1eb5e412a22b3d3b}};

/* Montgomery's reduction limb by limb; the product is below n^2, so the sum with multiples of n is below 2n * 2^256. */
void fn_mul(struct fn *r, const struct fn *a, const struct fn *b)
{
	uint64_t t[2 * LIMBS], above = 0;

	limbs_mul(t, a->v, b->v);
	for (int i = 0; i < LIMBS; i++) {
		uint64_t m = t[i] * N_PRIME, carry = 0;

		for (int j = 0; j < LIMBS; j++) {
			u128 x = (u128)m * fn_modulus.v[j] + t[i + j] + carry;
			t[i + j] = (uint64_t)x;
			carry = (uint64_t)(x >> 64);
		}
		u128 x = (u128)t[i + LIMBS] + carry + above;
		t[i + LIMBS] = (uint64_t)x;
		above = (uint64_t)(x >> 64);
	}
	limbs_reduce_once(r->v, t + LIMBS, above, fn_modulus.v);
}

void fn_to_montgomery(struct fn *r, const struct fn *a)
{
	fn_mul(r, a, &r2);
}

void fn_inverse(struct fn *r, const struct fn *a)
{
	struct fn t;

	inverse_mod(t.v, a->v, &inverse_n);
	*r = t;
}

void fn_from_limbs(struct fn *r, const uint64_t a[LIMBS])
{
	limbs_reduce_once(r->v, a, 0, fn_modulus.v);
}

uint64_t fn_read(struct fn *r, const uint8_t octets[32])
{
	uint64_t plain[LIMBS], scrap[LIMBS];

	limbs_read(plain, octets);
	fn_from_limbs(r, plain);
	return mask_of_bit(limbs_sub(scrap, plain, fn_modulus.v));
}

void fn_write(uint8_t octets[32], const struct fn *a)
{
	limbs_write(octets, a->v);
}
