/* Adding an affine point to a sum. */
#include "sum.h"

/* Where neither is infinite nor H = U2 - X1 is 0; gives H and R to whoever must know. With U2 = X2 ZZ1, S2 = Y2 ZZZ1, R = S2 - Y1:
 *   X3 = R^2 - H^3 - 2 X1 H^2, Y3 = R (X1 H^2 - X3) - Y1 H^3, ZZ3 = ZZ1 H^2, ZZZ3 = ZZZ1 H^3.
 * 8 products, 2 squares; those that do not wait for each other stand together. */
static void add(struct sum *sum, struct fp *h, struct fp *slope, const struct sum *a, const struct affine *b)
{
	struct fp hh, hhh, v;

	fp_mul(h, &b->x, &a->zz);
	fp_mul(slope, &b->y, &a->zzz);
	fp_sub(h, h, &a->x);
	fp_sub(slope, slope, &a->y);
	fp_sqr(&hh, h);
	fp_sqr(&sum->x, slope);
	fp_mul(&hhh, &hh, h);
	fp_mul(&v, &a->x, &hh);
	fp_mul(&sum->zz, &a->zz, &hh);
	fp_sub(&sum->x, &sum->x, &hhh);
	fp_double(&hh, &v);
	fp_sub(&sum->x, &sum->x, &hh);
	fp_sub(&v, &v, &sum->x);
	fp_mul(&sum->zzz, &a->zzz, &hhh);
	fp_mul(&hhh, &hhh, &a->y);
	fp_mul(&v, &v, slope);
	fp_sub(&sum->y, &v, &hhh);
}

void sum_add_other(struct sum *r, const struct sum *a, const struct affine *b)
{
	uint64_t infinite = fp_zero(&a->zz);
	struct fp h, slope;
	struct sum sum;

	add(&sum, &h, &slope, a, b);
	fp_select(&r->x, infinite, &b->x, &sum.x);
	fp_select(&r->y, infinite, &b->y, &sum.y);
	fp_select(&r->zz, infinite, &fp_one, &sum.zz);
	fp_select(&r->zzz, infinite, &fp_one, &sum.zzz);
}

void sum_add(struct sum *r, const struct sum *a, const struct affine *b)
{
	struct fp h, slope;
	struct point twice;
	struct sum sum;

	if (fp_zero(&a->zz)) {
		sum_from_affine(r, b);
		return;
	}
	add(&sum, &h, &slope, a, b);
	if (!fp_zero(&h)) {
		*r = sum;
	} else if (fp_zero(&slope)) {
		point_from_affine(&twice, b);
		point_double(&twice, &twice);
		sum_from_point(r, &twice);
	} else {
		sum_set_infinity(r);
	}
}

void sum_from_point(struct sum *r, const struct point *a)
{
	r->x = a->x;
	r->y = a->y;
	fp_sqr(&r->zz, &a->z);
	fp_mul(&r->zzz, &r->zz, &a->z);
}

/* With z = zz: z^2 = zz zz and z^3 = zz^3 = zzz zzz. */
void sum_to_point(struct point *r, const struct sum *a)
{
	fp_mul(&r->x, &a->x, &a->zz);
	fp_mul(&r->y, &a->y, &a->zzz);
	r->z = a->zz;
}
