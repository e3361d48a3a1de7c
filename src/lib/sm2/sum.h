/* Sums of many affine points: (x / zz, y / zzz) with zz^3 = zzz^2; zz = 0 is infinity, whatever x and y are. Adding an affine point costs
 * a square less than in Jacobian coordinates, and less waits for what comes before ("madd-2008-s" for XYZZ coordinates of the
 * Explicit-Formulas Database). Doublings would cost more: here are none, but for public points. */
#ifndef HUFU_SM2_SUM_H
#define HUFU_SM2_SUM_H

#include "point.h"

struct sum {
	struct fp x, y, zz, zzz;
};

/* Constant time. Right for infinite a; a = b and a = -b are excluded by the caller's proof. r may be a. */
void sum_add_other(struct sum *r, const struct sum *a, const struct affine *b);

/* Right for every input; time depends on whether a is infinite, b or -b: for public points only. r may be a. */
void sum_add(struct sum *r, const struct sum *a, const struct affine *b);

/* Constant time. */
void sum_from_point(struct sum *r, const struct point *a);
void sum_to_point(struct point *r, const struct sum *a);

static inline void sum_set_infinity(struct sum *r)
{
	*r = (struct sum){.x = fp_one, .y = fp_one};
}

static inline void sum_from_affine(struct sum *r, const struct affine *a)
{
	*r = (struct sum){a->x, a->y, fp_one, fp_one};
}

static inline void sum_select(struct sum *r, uint64_t mask, const struct sum *a, const struct sum *b)
{
	fp_select(&r->x, mask, &a->x, &b->x);
	fp_select(&r->y, mask, &a->y, &b->y);
	fp_select(&r->zz, mask, &a->zz, &b->zz);
	fp_select(&r->zzz, mask, &a->zzz, &b->zzz);
}

#endif
