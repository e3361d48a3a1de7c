/* The table of multiples of one point that multiplication without doublings reads. */
#ifndef HUFU_SM2_COMB_TABLE_H
#define HUFU_SM2_COMB_TABLE_H

#include "curve.h"
#include "window.h"

#define COMB_WIDTH 7
#define COMB_ROWS WINDOWS(COMB_WIDTH)
#define COMB_ENTRIES (1 << (COMB_WIDTH - 1))

/* row[i][j] = (j + 1) * 2^(COMB_WIDTH i) * P */
struct comb {
	struct affine row[COMB_ROWS][COMB_ENTRIES] __attribute__((aligned(64)));
};

/* The table of the curve's base point; made when hufu is built, by make_base_comb.c. */
extern const struct comb base_comb;

#endif
