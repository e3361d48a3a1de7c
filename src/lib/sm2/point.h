/* Points of the curve in Jacobian coordinates. */
#ifndef HUFU_SM2_POINT_H
#define HUFU_SM2_POINT_H

#include "fp.h"

#include <stddef.h>

/* Constant time and right for every input: infinity, equal and opposite points. Results may be arguments. */
void point_double(struct point *r, const struct point *a);
void point_add(struct point *r, const struct point *a, const struct point *b);

/* Right for every input; time depends on whether a is infinite, b or -b: for public points only. */
void point_add_affine(struct point *r, const struct point *a, const struct affine *b);

static inline void point_set_infinity(struct point *r)
{
	*r = (struct point){fp_one, fp_one, {{0}}};
}

static inline void point_from_affine(struct point *r, const struct affine *a)
{
	*r = (struct point){a->x, a->y, fp_one};
}

static inline void point_select(struct point *r, uint64_t mask, const struct point *a, const struct point *b)
{
	fp_select(&r->x, mask, &a->x, &b->x);
	fp_select(&r->y, mask, &a->y, &b->y);
	fp_select(&r->z, mask, &a->z, &b->z);
}

/* n points, none infinite (an infinite one spoils all), with one inversion; scratch holds n elements. Constant time. */
void points_to_affine(struct affine *r, const struct point *p, struct fp *scratch, size_t n);

/* All ones where y^2 = x^3 - 3x + b. */
uint64_t affine_on_curve(const struct affine *a);

#endif
