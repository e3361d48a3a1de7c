/* The table of odd multiples of the curve's base point that eight lanes look up at once. */
#ifndef HUFU_SM2_COMB8_TABLE_H
#define HUFU_SM2_COMB8_TABLE_H

#include <stdint.h>

#define COMB8_WIDTH 7
#define COMB8_ROWS (256 / COMB8_WIDTH + 1)
#define COMB8_ENTRIES (1 << (COMB8_WIDTH - 1))

/* row[i][limb][j]: limbs 0..4 of x, then of y, of (2j + 1) * 2^(COMB8_WIDTH i) * G, in 52 bits and the form of fp8.h: a limb's entries
 * stand side by side, as the processor permutes them. */
struct comb8 {
	uint64_t row[COMB8_ROWS][10][COMB8_ENTRIES] __attribute__((aligned(64)));
};

/* Made when hufu is built, by make_base_comb8.c. */
extern const struct comb8 base_comb8;

#endif
