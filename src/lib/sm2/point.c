/* Point doubling and addition. */
#include "point.h"

/* With M = 3 (X - Z^2)(X + Z^2) and S = 4 X Y^2 (a = -3):
 *   X3 = M^2 - 2S, Y3 = M (S - X3) - 8 Y^4, Z3 = 2 Y Z.
 * Infinity stays infinity; no point of the group has order 2, so Y is never 0. 4 products, 4 squares. */
void point_double(struct point *r, const struct point *a)
{
	struct fp m, s, t, yy;

	fp_sqr(&t, &a->z);
	fp_double(&yy, &a->y);
	fp_sub(&m, &a->x, &t);
	fp_add(&t, &a->x, &t);
	fp_mul(&r->z, &yy, &a->z);
	fp_sqr(&yy, &yy); /* 4 Y^2 */
	fp_mul(&m, &m, &t);
	fp_mul(&s, &yy, &a->x);
	fp_double(&t, &m);
	fp_add(&m, &m, &t);
	fp_sqr(&yy, &yy);
	fp_sqr(&r->x, &m);
	fp_double(&t, &s);
	fp_sub(&r->x, &r->x, &t);
	fp_halve(&yy, &yy); /* 8 Y^4 */
	fp_sub(&s, &s, &r->x);
	fp_mul(&s, &s, &m);
	fp_sub(&r->y, &s, &yy);
}

/* Every addition, with U1, S1 and U2, S2 the points' coordinates over a common denominator, H = U2 - U1, R = S2 - S1:
 *   X3 = R^2 - H^3 - 2 U1 H^2, Y3 = R (U1 H^2 - X3) - S1 H^3, Z3 = Z1 Z2 H.
 * Products that do not wait for each other stand together, here and in the doubling: the processor works on some at a time. */

/* Opposite points give H = 0, so Z3 = 0. Equal ones give H = R = 0 and take the double, which is always computed.
 * 12 products, 4 squares, and the double. */
void point_add(struct point *r, const struct point *a, const struct point *b)
{
	uint64_t a_infinite = fp_zero(&a->z), b_infinite = fp_zero(&b->z);
	struct fp aa, bb, u1, s1, h, slope, hh, hhh;
	struct point sum, twice;

	point_double(&twice, a);
	fp_sqr(&aa, &a->z);
	fp_sqr(&bb, &b->z);
	fp_mul(&h, &b->x, &aa);
	fp_mul(&u1, &a->x, &bb);
	fp_mul(&aa, &aa, &a->z);
	fp_mul(&bb, &bb, &b->z);
	fp_sub(&h, &h, &u1);
	fp_mul(&slope, &b->y, &aa);
	fp_mul(&s1, &a->y, &bb);
	fp_mul(&sum.z, &a->z, &b->z);
	fp_sub(&slope, &slope, &s1);
	uint64_t equal = fp_zero(&h) & fp_zero(&slope);
	fp_sqr(&hh, &h);
	fp_mul(&sum.z, &sum.z, &h);
	fp_mul(&hhh, &hh, &h);
	fp_mul(&u1, &u1, &hh);
	fp_sqr(&sum.x, &slope);
	fp_mul(&s1, &s1, &hhh);
	fp_sub(&sum.x, &sum.x, &hhh);
	fp_double(&hh, &u1);
	fp_sub(&sum.x, &sum.x, &hh);
	fp_sub(&u1, &u1, &sum.x);
	fp_mul(&u1, &u1, &slope);
	fp_sub(&sum.y, &u1, &s1);

	point_select(&sum, equal, &twice, &sum);
	point_select(&sum, b_infinite, a, &sum);
	point_select(r, a_infinite, b, &sum);
}

/* The sum of a and an affine b, where neither is infinite nor H is 0; gives H and R to whoever must know. 8 products, 3 squares. */
static void add_mixed(struct point *sum, struct fp *h, struct fp *slope, const struct point *a, const struct affine *b)
{
	struct fp zz, hh, hhh, v;

	fp_sqr(&zz, &a->z);
	fp_mul(h, &b->x, &zz);
	fp_mul(&zz, &zz, &a->z);
	fp_sub(h, h, &a->x);
	fp_sqr(&hh, h);
	fp_mul(slope, &b->y, &zz);
	fp_mul(&sum->z, &a->z, h);
	fp_mul(&v, &a->x, &hh);
	fp_sub(slope, slope, &a->y);
	fp_mul(&hhh, &hh, h);
	fp_sqr(&sum->x, slope);
	fp_double(&hh, &v);
	fp_sub(&sum->x, &sum->x, &hh);
	fp_sub(&sum->x, &sum->x, &hhh);
	fp_mul(&hhh, &hhh, &a->y);
	fp_sub(&v, &v, &sum->x);
	fp_mul(&v, &v, slope);
	fp_sub(&sum->y, &v, &hhh);
}

void point_add_affine(struct point *r, const struct point *a, const struct affine *b)
{
	struct fp h, slope;
	struct point sum;

	if (fp_zero(&a->z)) {
		point_from_affine(r, b);
		return;
	}
	add_mixed(&sum, &h, &slope, a, b);
	if (!fp_zero(&h))
		*r = sum;
	else if (fp_zero(&slope))
		point_double(r, a);
	else
		point_set_infinity(r);
}

/* Montgomery's trick: scratch[i] = z[0] ... z[i]; the inverse of the whole product gives each inverse on the way back. */
void points_to_affine(struct affine *r, const struct point *p, struct fp *scratch, size_t n)
{
	struct fp inverse, one, square;

	scratch[0] = p[0].z;
	for (size_t i = 1; i < n; i++)
		fp_mul(&scratch[i], &scratch[i - 1], &p[i].z);
	fp_inverse(&inverse, &scratch[n - 1]);
	for (size_t i = n; i-- > 0;) {
		if (i > 0)
			fp_mul(&one, &inverse, &scratch[i - 1]);
		else
			one = inverse;
		fp_mul(&inverse, &inverse, &p[i].z);
		fp_sqr(&square, &one);
		fp_mul(&r[i].x, &p[i].x, &square);
		fp_mul(&square, &square, &one);
		fp_mul(&r[i].y, &p[i].y, &square);
	}
}

uint64_t affine_on_curve(const struct affine *a)
{
	struct fp left, right, three;

	fp_sqr(&left, &a->y);
	fp_sqr(&right, &a->x);
	fp_double(&three, &fp_one);
	fp_add(&three, &three, &fp_one);
	fp_sub(&right, &right, &three);
	fp_mul(&right, &right, &a->x);
	fp_add(&right, &right, &curve_b);
	return fp_equal(&left, &right);
}
