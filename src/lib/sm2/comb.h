/* Multiples of one point from a table of its multiples, without doublings. */
#ifndef HUFU_SM2_COMB_H
#define HUFU_SM2_COMB_H

#include "comb_table.h"
#include "sum.h"

/* r = k P in constant time, for k < n; k = 0 gives infinity. */
void comb_multiply(struct point *r, const struct comb *table, const struct fn *k);

/* r += k P for public k and r. */
void comb_accumulate(struct sum *r, const struct comb *table, const struct fn *k);

/* For a point of order n; about 2400 additions. */
void comb_make(struct comb *table, const struct affine *p);

#endif
