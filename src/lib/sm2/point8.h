/* Eight points at once. The sum of equal or opposite points comes out with z (or zz and zzz) 0 mod p, and so does all that is made from
 * it: who cannot exclude such sums looks at the end. */
#ifndef HUFU_SM2_POINT8_H
#define HUFU_SM2_POINT8_H

#include "fp8.h"

/* Not infinite; coordinates below 16 p. */
struct affine8 {
	struct fp8 x, y;
};

/* (x / z^2, y / z^3); x below p + 2^232, y and z below 4 p. */
struct jacobian8 {
	struct fp8 x, y, z;
};

/* (x / zz, y / zzz), zz^3 = zzz^2; x below p + 2^232, y below 4 p, zz and zzz below 2 p. */
struct point8 {
	struct fp8 x, y, zz, zzz;
};

void jacobian8_double(struct jacobian8 *a);
/* a += b, or -b in the lanes of the mask. */
void jacobian8_add(struct jacobian8 *a, const struct affine8 *b, __mmask8 negative);
void point8_add(struct point8 *a, const struct affine8 *b, __mmask8 negative);

/* a = before in the lanes of the mask. */
void point8_keep(struct point8 *a, const struct point8 *before, __mmask8 lanes);
void point8_from_jacobian(struct point8 *r, const struct jacobian8 *a);

#endif
