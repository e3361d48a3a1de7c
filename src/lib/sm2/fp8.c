/* Eight elements of the field at once: the way in and out, and inversion. */
#include "fp8.h"

#include "inverse.h"

const uint64_t fp8_one[LIMBS52] = {0x0000000000010, 0x0ffffffff0000, 0, 0, 0x0000000100000};
/* 2^256, 2^520 and 2^780 mod p: factors that bring the form to 2^256, a plain number to the form, and a plain inverse of the form to it. */
static const uint64_t to_256[LIMBS52] = {0x0000000000001, 0x00ffffffff000, 0, 0, 0x0000000010000};
static const uint64_t r2[LIMBS52] = {0x0020000000300, 0xffffffff00000, 0x0000100000002, 0x0200000001000, 0x0000004000000};
static const uint64_t r3[LIMBS52] = {0x1200000016000, 0xffffff8000000, 0x000c0000000ef, 0x90000000a0000, 0x00001b0000000};

/* p itself, in tidy limbs */
static const uint64_t p52[LIMBS52] = {0xfffffffffffff, 0xff00000000fff, 0xfffffffffffff, 0xfffffffffffff, 0x0fffffffeffff};

static struct fp8 split(const struct limbs8 *a, unsigned shift)
{
	return fp8_split(_mm512_load_si512(a->v[0]), _mm512_load_si512(a->v[1]), _mm512_load_si512(a->v[2]), _mm512_load_si512(a->v[3]),
	                 shift);
}

/* For a below 2 p: the lanes' numbers below p, packed. */
static void pack(struct limbs8 *r, const struct fp8 *a)
{
	struct fp8 less = tidy(sum8_add_p(sum8_of(a), -1)), t;
	__mmask8 below = _mm512_movepi64_mask(less.v[4]);

	for (size_t i = 0; i < LIMBS52; i++)
		t.v[i] = _mm512_mask_mov_epi64(less.v[i], below, a->v[i]);
	_mm512_store_si512(r->v[0], _mm512_or_epi64(t.v[0], _mm512_slli_epi64(t.v[1], 52)));
	_mm512_store_si512(r->v[1], _mm512_or_epi64(_mm512_srli_epi64(t.v[1], 12), _mm512_slli_epi64(t.v[2], 40)));
	_mm512_store_si512(r->v[2], _mm512_or_epi64(_mm512_srli_epi64(t.v[2], 24), _mm512_slli_epi64(t.v[3], 28)));
	_mm512_store_si512(r->v[3], _mm512_or_epi64(_mm512_srli_epi64(t.v[3], 36), _mm512_slli_epi64(t.v[4], 16)));
}

void fp8_load(struct fp8 *r, const struct fp *const a[LANES])
{
	struct limbs8 t;

	for (size_t lane = 0; lane < LANES; lane++) {
		for (size_t i = 0; i < LIMBS; i++)
			t.v[i][lane] = a[lane]->v[i];
	}
	*r = split(&t, 4);
}

void fp8_store(struct fp *const r[LANES], const struct fp8 *a)
{
	struct fp8 factor = fp8_all(to_256), form = tidy(fp8_mul(a, &factor));
	struct limbs8 t;

	pack(&t, &form);
	for (size_t lane = 0; lane < LANES; lane++) {
		for (size_t i = 0; i < LIMBS; i++)
			r[lane]->v[i] = t.v[i][lane];
	}
}

void fp8_from_limbs(struct fp8 *r, const struct limbs8 *a)
{
	struct fp8 factor = fp8_all(r2), plain = split(a, 0);

	*r = tidy(fp8_mul(&plain, &factor));
}

/* a / 2^260 is in 0..p: of the multiples of p only 0 and p. */
__mmask8 fp8_zero(const struct fp8 *a)
{
	static const uint64_t plain_one[LIMBS52] = {1};
	const struct fp8 one = fp8_all(plain_one), t = tidy(fp8_mul(a, &one)), p = fp8_all(p52);
	__m512i any = _mm512_setzero_si512(), other = any;

	for (size_t i = 0; i < LIMBS52; i++) {
		any = _mm512_or_epi64(any, t.v[i]);
		other = _mm512_or_epi64(other, _mm512_xor_epi64(t.v[i], p.v[i]));
	}
	return _mm512_testn_epi64_mask(any, any) | _mm512_testn_epi64_mask(other, other);
}

/* Lanes exchanged with those 4, 2 and 1 beside them. */
static struct fp8 exchange(const struct fp8 *a, unsigned distance)
{
	struct fp8 r;

	for (size_t i = 0; i < LIMBS52; i++) {
		if (distance == 4)
			r.v[i] = _mm512_shuffle_i64x2(a->v[i], a->v[i], 0x4e);
		else
			r.v[i] = distance == 2 ? _mm512_permutex_epi64(a->v[i], 0x4e) : _mm512_permutex_epi64(a->v[i], 0xb1);
	}
	return r;
}

/* The product of all lanes, by halves, and back: the inverse of half a product is that of the product times the other half. */
static void inverse_lanes(struct fp8 *r, const struct fp8 *a)
{
	struct fp8 half[4] = {*a}, other, factor = fp8_all(r3);
	struct limbs8 t;
	uint64_t one[LIMBS];

	for (unsigned i = 0; i < 3; i++) {
		other = exchange(&half[i], 4u >> i);
		half[i + 1] = tidy(fp8_mul(&half[i], &other));
	}
	pack(&t, &half[3]); /* (a R)(b R) / R is below 2 p */
	for (size_t i = 0; i < LIMBS; i++)
		one[i] = t.v[i][0];
	inverse_mod(one, one, &inverse_p); /* (a R)^-1 */
	for (size_t i = 0; i < LIMBS; i++) {
		for (size_t lane = 0; lane < LANES; lane++)
			t.v[i][lane] = one[i];
	}
	*r = split(&t, 0);
	*r = tidy(fp8_mul(r, &factor)); /* (a R)^-1 R^3 / R = a^-1 R */
	for (unsigned i = 3; i-- > 0;) {
		other = exchange(&half[i], 4u >> i);
		*r = tidy(fp8_mul(r, &other));
	}
}

/* Montgomery's trick: r[i] = a[0] ... a[i], then the inverse of the whole product gives each inverse on the way back. */
void fp8_inverse_many(struct fp8 *r, const struct fp8 *a, size_t n)
{
	struct fp8 inverse;

	r[0] = a[0];
	for (size_t i = 1; i < n; i++)
		r[i] = tidy(fp8_mul(&r[i - 1], &a[i]));
	inverse_lanes(&inverse, &r[n - 1]);
	for (size_t i = n; i-- > 1;) {
		r[i] = tidy(fp8_mul(&inverse, &r[i - 1]));
		inverse = tidy(fp8_mul(&inverse, &a[i]));
	}
	r[0] = inverse;
}
