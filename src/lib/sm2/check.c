/* The check of public sums s G + t P: the comb for G, and for P its own comb or a windowed non-adjacent form. Variable time. */
#include "multiply.h"

#define WIDTH 5
#define ODD (1 << (WIDTH - 2)) /* P, 3P, 5P, ... 15P */
#define AT_ONCE 16             /* checks that share the inversion of their tables */

/* digit[i] is 0 or odd, below 2^(WIDTH-1) in size, and after one that is not 0 at least WIDTH - 1 are 0. Returns the digits made. */
static int non_adjacent_form(int8_t digit[257], const struct fn *k)
{
	uint64_t rest[LIMBS + 1] = {k->v[0], k->v[1], k->v[2], k->v[3], 0};
	int used = 0;
	unsigned carry = 0;

	for (unsigned i = 0; i < 257;) {
		if (((rest[i / 64] >> (i % 64)) & 1) == carry) {
			digit[i++] = 0;
			continue;
		}
		uint64_t window = rest[i / 64] >> (i % 64);
		if (i % 64 > 64 - WIDTH && i / 64 < LIMBS)
			window |= rest[i / 64 + 1] << (64 - i % 64);
		unsigned low = ((unsigned)window & ((1u << WIDTH) - 1)) + carry;

		carry = low >> (WIDTH - 1);
		digit[i] = (int8_t)((int)low - (int)(carry << WIDTH));
		used = (int)i + 1;
		for (unsigned end = i + WIDTH < 257 ? i + WIDTH : 257; ++i < end;)
			digit[i] = 0;
	}
	return used;
}

/* P, 3P, ... as they come, before they are made affine. */
static void odd_multiples(struct point odd[ODD], const struct affine *p)
{
	struct point twice;

	point_from_affine(&odd[0], p);
	point_double(&twice, &odd[0]);
	point_add_affine(&odd[1], &twice, p);
	for (int i = 2; i < ODD; i++)
		point_add(&odd[i], &odd[i - 1], &twice);
}

static void multiply_public(struct point *r, const struct affine odd[ODD], const struct fn *k)
{
	int8_t digit[257];

	point_set_infinity(r);
	for (int i = non_adjacent_form(digit, k); i-- > 0;) {
		point_double(r, r);
		if (digit[i] == 0)
			continue;
		struct affine entry = odd[(digit[i] < 0 ? -digit[i] : digit[i]) / 2];
		if (digit[i] < 0)
			fp_negate(&entry.y, &entry.y);
		point_add_affine(r, r, &entry);
	}
}

/* x / zz mod n = v without an inversion: x = v zz, or x = (v + n) zz where v + n is below p. */
static bool abscissa_is(const struct sum *a, const struct fn *v)
{
	struct fp want;
	uint64_t more[LIMBS], scrap[LIMBS];

	if (fp_zero(&a->zz))
		return false;
	fp_from_limbs(&want, v->v);
	fp_mul(&want, &want, &a->zz);
	if (fp_equal(&want, &a->x))
		return true;
	if (limbs_add(more, v->v, fn_modulus.v) || !limbs_sub(scrap, more, fp_modulus.v))
		return false;
	fp_from_limbs(&want, more);
	fp_mul(&want, &want, &a->zz);
	return fp_equal(&want, &a->x) != 0;
}

static void check_group(struct sum_check *check, size_t n)
{
	struct point odd[AT_ONCE * ODD], multiple;
	struct affine table[AT_ONCE * ODD];
	struct fp scratch[AT_ONCE * ODD];
	struct sum sum;
	size_t tables = 0;

	for (size_t i = 0; i < n; i++) {
		if (check[i].table == NULL)
			odd_multiples(odd + ODD * tables++, check[i].p);
	}
	if (tables > 0)
		points_to_affine(table, odd, scratch, ODD * tables);
	tables = 0;
	for (size_t i = 0; i < n; i++) {
		if (check[i].table == NULL) {
			multiply_public(&multiple, table + ODD * tables++, &check[i].t);
			sum_from_point(&sum, &multiple);
		} else {
			sum_set_infinity(&sum);
			comb_accumulate(&sum, check[i].table, &check[i].t);
		}
		comb_accumulate(&sum, &base_comb, &check[i].s);
		check[i].holds = abscissa_is(&sum, &check[i].v);
	}
}

void check_sums(struct sum_check *check, size_t n)
{
	for (size_t at = 0; at < n; at += AT_ONCE)
		check_group(check + at, n - at < AT_ONCE ? n - at : AT_ONCE);
}
