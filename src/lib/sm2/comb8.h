/* Multiples of the base point for eight numbers at once. */
#ifndef HUFU_SM2_COMB8_H
#define HUFU_SM2_COMB8_H

#include "comb8_table.h"
#include "odd8.h"
#include "point8.h"

/* r = k G, or -k G in the lanes of k->negated, for odd k in 1..n-1; constant time. */
void comb8_multiply(struct point8 *r, const struct odd8 *k);

/* r += k G for public k and r; what meets an equal or opposite point comes out with zz = 0. */
void comb8_accumulate(struct point8 *r, const struct odd8 *k);

#endif
