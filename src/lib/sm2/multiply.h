/* Multiples of any point: by a secret number, and sums of public ones. */
#ifndef HUFU_SM2_MULTIPLY_H
#define HUFU_SM2_MULTIPLY_H

#include "comb.h"
#include "engine.h"

/* r = k p in constant time, for k < n and p of order n; k = 0 gives infinity. */
void multiply_secret(struct point *r, const struct affine *p, const struct fn *k);

/* Fills in each answer; time depends on the numbers. */
void check_sums(struct sum_check *check, size_t n);

#endif
