/* Eight points at once: doubling and addition. Beside each value stands what it is below, in multiples of p (1 is p + 2^232). */
#include "point8.h"

/* "dbl-2001-b" of the Explicit-Formulas Database, for a = -3 (D. J. Bernstein): with gamma = Y^2, beta = X gamma,
 * alpha = 3 (X - Z^2)(X + Z^2):
 *   X3 = alpha^2 - 8 beta, Y3 = alpha (4 beta - X3) - 8 gamma^2, Z3 = 2 Y Z.
 * 4 products, 4 squares. */
void jacobian8_double(struct jacobian8 *a)
{
	const struct sum8 x = sum8_of(&a->x), delta = fp8_sqr(&a->z);                                     /* 1, 2 */
	const struct fp8 less = tidy(sum8_add_p(sum8_sub(x, delta), 2)), more = tidy(sum8_add(x, delta)); /* 3, 3 */
	const struct fp8 gamma = tidy(fp8_sqr(&a->y));                                                    /* 2 */
	const struct sum8 third = fp8_mul(&less, &more);                                                  /* 1.6 */
	const struct fp8 beta4 = tidy(sum8_shift(fp8_mul(&a->x, &gamma), 2));                             /* 4.6 */
	const struct fp8 alpha = tidy(sum8_add(sum8_shift(third, 1), third));                             /* 4.8 */

	a->z = tidy(sum8_shift(fp8_mul(&a->y, &a->z), 1));                                                  /* 4 */
	a->x = tidy_fold(sum8_add_p(sum8_sub(fp8_sqr(&alpha), sum8_shift(sum8_of(&beta4), 1)), 10));        /* 0.8 .. 12.5 */
	const struct fp8 step = tidy(sum8_add_p(sum8_sub(sum8_of(&beta4), sum8_of(&a->x)), 2));             /* 6.6 */
	a->y = tidy_fold(sum8_add_p(sum8_sub(fp8_mul(&alpha, &step), sum8_shift(fp8_sqr(&gamma), 3)), 11)); /* 1 .. 14 */
}

/* The second half of an addition, with H = U1 - U2 and R = S2 - S1 (U1 = X1, S1 = Y1, as b is affine):
 *   X3 = R^2 + H^3 - 2 X1 H^2, Y3 = R (X1 H^2 - X3) + Y1 H^3; the sum of two products is reduced once. */
INLINE8 void add_common(struct fp8 *x, struct fp8 *y, const struct fp8 *r, const struct fp8 *hh, const struct fp8 *hhh)
{
	const struct fp8 v = tidy(fp8_mul(x, hh));                   /* 1.2 */
	const struct sum8 plus = sum8_add(fp8_sqr(r), sum8_of(hhh)); /* 9.2 */
	struct product8 t = product_none();

	*x = tidy_fold(sum8_add_p(sum8_sub(plus, sum8_shift(sum8_of(&v), 1)), 4));      /* 1.6 .. 13.2 */
	const struct fp8 back = tidy(sum8_add_p(sum8_sub(sum8_of(&v), sum8_of(x)), 2)); /* 3.2 */
	product_add(&t, r, &back);
	product_add(&t, y, hhh);
	*y = tidy(reduce(t)); /* 3.5 */
}

/* "madd" of the same (J. Cohen, A. Miyaji, T. Ono), where Z3 = -Z1 H in these signs. 8 products, 3 squares. */
void jacobian8_add(struct jacobian8 *a, const struct affine8 *b, __mmask8 negative)
{
	const struct fp8 zz = tidy(fp8_sqr(&a->z)), zzz = tidy(fp8_mul(&zz, &a->z));                                /* 2, 1.5 */
	const struct fp8 h = tidy(sum8_add_p(sum8_sub(sum8_of(&a->x), fp8_mul(&b->x, &zz)), 4));                    /* U2 3, H 5.1 */
	const struct fp8 r = tidy(sum8_add_signed(sum8_from_p(7, sum8_of(&a->y)), fp8_mul(&b->y, &zzz), negative)); /* S2 2.5, R 10 */
	const struct fp8 hh = tidy(fp8_sqr(&h)), hhh = tidy(fp8_mul(&h, &hh));                                      /* 2.7, 1.9 */

	a->z = tidy(sum8_from_p(3, fp8_mul(&a->z, &h))); /* Z1 H 2.3 */
	add_common(&a->x, &a->y, &r, &hh, &hhh);
}

/* "madd-2008-s" for XYZZ coordinates (M. Scott): ZZ3 = ZZ1 H^2 and, in these signs, ZZZ3 = -ZZZ1 H^3. 8 products, 2 squares. */
void point8_add(struct point8 *a, const struct affine8 *b, __mmask8 negative)
{
	const struct fp8 h = tidy(sum8_add_p(sum8_sub(sum8_of(&a->x), fp8_mul(&b->x, &a->zz)), 4));                    /* U2 3, H 5.1 */
	const struct fp8 r = tidy(sum8_add_signed(sum8_from_p(7, sum8_of(&a->y)), fp8_mul(&b->y, &a->zzz), negative)); /* S2 3, R 10 */
	const struct fp8 hh = tidy(fp8_sqr(&h)), hhh = tidy(fp8_mul(&h, &hh));                                         /* 2.7, 1.9 */

	a->zz = tidy(fp8_mul(&a->zz, &hh));                    /* 1.4 */
	a->zzz = tidy(sum8_from_p(2, fp8_mul(&a->zzz, &hhh))); /* ZZZ1 H^3 1.3 */
	add_common(&a->x, &a->y, &r, &hh, &hhh);
}

void point8_from_jacobian(struct point8 *r, const struct jacobian8 *a)
{
	r->x = a->x;
	r->y = a->y;
	r->zz = tidy(fp8_sqr(&a->z));
	r->zzz = tidy(fp8_mul(&r->zz, &a->z));
}

void point8_keep(struct point8 *a, const struct point8 *before, __mmask8 lanes)
{
	for (size_t i = 0; i < LIMBS52; i++) {
		a->x.v[i] = _mm512_mask_mov_epi64(a->x.v[i], lanes, before->x.v[i]);
		a->y.v[i] = _mm512_mask_mov_epi64(a->y.v[i], lanes, before->y.v[i]);
		a->zz.v[i] = _mm512_mask_mov_epi64(a->zz.v[i], lanes, before->zz.v[i]);
		a->zzz.v[i] = _mm512_mask_mov_epi64(a->zzz.v[i], lanes, before->zzz.v[i]);
	}
}
