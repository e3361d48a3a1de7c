/* Claims about public sums, eight at once. */
#ifndef HUFU_SM2_CHECK8_H
#define HUFU_SM2_CHECK8_H

#include "engine.h"

#define CHECKS8 4 /* groups of eight that share an inversion */

/* What became of eight claims. Those in doubt (their sum is infinite, or met an equal or opposite point on its way, or the claimed
 * number stands for two possible coordinates) must be checked otherwise. */
struct verdict8 {
	uint8_t holds, doubtful; /* bit i: claim[i] */
};

struct claims8 {
	const struct sum_check *claim[8]; /* the same may stand in many places */
};

/* Any points; 1 to CHECKS8 groups. */
void check8_any(struct verdict8 *verdict, const struct claims8 *claims, size_t groups);
/* Points that all have tables. */
void check8_known(struct verdict8 *verdict, const struct claims8 *claims);

#endif
