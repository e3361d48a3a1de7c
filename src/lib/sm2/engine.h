/* The curve's arithmetic as one kind of processor does it best. All engines give the same answers. */
#ifndef HUFU_SM2_ENGINE_H
#define HUFU_SM2_ENGINE_H

#include "comb_table.h"
#include "curve.h"

#include <stdbool.h>
#include <stddef.h>

/* A claim that the point s G + t P is not infinite and its x, mod n, is v. All of it is public. */
struct sum_check {
	struct fn s, t, v;
	const struct affine *p;
	const struct comb *table; /* of P, or NULL */
	bool holds;               /* the answer */
};

struct engine {
	const char *name;
	/* r[i] = k[i] G in constant time, k[i] in 1..n-1; the more at once, the less each costs. */
	void (*base_many)(struct affine *r, const struct fn *k, size_t n);
	/* r = k p in constant time, k in 1..n-1, p of order n. */
	void (*multiply)(struct affine *r, const struct affine *p, const struct fn *k);
	/* r = a + b for public points; false when that is infinite. */
	bool (*add)(struct affine *r, const struct affine *a, const struct affine *b);
	void (*check)(struct sum_check *check, size_t n); /* fills in each answer; here too, more at once cost less */
	/* 64 octets X || Y; -1 when a coordinate is not below p or the point is not on the curve. */
	int (*read)(struct affine *r, const uint8_t octets[64]);
	void (*write)(uint8_t octets[64], const struct affine *a);
	void (*abscissa)(struct fn *r, const struct affine *a); /* x mod n */
	void (*make_comb)(struct comb *table, const struct affine *p);
};

extern const struct engine engine_portable;
#ifdef __x86_64__
extern const struct engine engine_adx;
extern const struct engine engine_ifma;
#endif

/* The best that this processor has. */
const struct engine *engine_best(void);
/* Those that this processor has, best last; for tests and measurements. */
#define ENGINES_MAX 3
size_t engine_list(const struct engine *list[ENGINES_MAX]);

#endif
