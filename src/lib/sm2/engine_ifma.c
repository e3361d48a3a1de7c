/* The engine for processors with AVX-512 IFMA: multiples and checks eight at a time. Eight take about as long as one or two take with adx,
 * so a group that is not full is worked all the same, and only one alone is left to adx. */
#include "check8.h"
#include "comb8.h"

#define GROUPS CHECKS8 /* of eight, which share an inversion */
#define AT_ONCE (GROUPS * LANES)

/* x = X / ZZ = X (ZZ / ZZZ)^2, y = Y / ZZZ; lanes beyond n are not wanted. */
static void write_group(struct affine *r, size_t n, const struct point8 *a, const struct fp8 *inverse)
{
	const struct fp8 root = tidy(fp8_mul(&a->zz, inverse)), square = tidy(fp8_sqr(&root));
	const struct fp8 x = tidy(fp8_mul(&a->x, &square)), y = tidy(fp8_mul(&a->y, inverse));
	struct affine unwanted;
	struct fp *to_x[LANES], *to_y[LANES];

	for (size_t lane = 0; lane < LANES; lane++) {
		struct affine *to = lane < n ? &r[lane] : &unwanted;

		to_x[lane] = &to->x;
		to_y[lane] = &to->y;
	}
	fp8_store(to_x, &x);
	fp8_store(to_y, &y);
}

/* n from 1 to AT_ONCE; a group that is not full repeats its last number. */
static void base_some(struct affine *r, const struct fn *k, size_t n)
{
	struct point8 multiple[GROUPS];
	struct fp8 zzz[GROUPS], inverse[GROUPS];
	const struct fn *lane_k[LANES];
	struct odd8 odd;
	size_t groups = (n + LANES - 1) / LANES, g = 0;

	do {
		for (size_t lane = 0; lane < LANES; lane++)
			lane_k[lane] = &k[LANES * g + lane < n ? LANES * g + lane : n - 1];
		odd8_make(&odd, lane_k);
		comb8_multiply(&multiple[g], &odd);
		zzz[g] = multiple[g].zzz;
	} while (++g < groups);
	fp8_inverse_many(inverse, zzz, groups);
	for (g = 0; g < groups; g++)
		write_group(r + LANES * g, n - LANES * g, &multiple[g], &inverse[g]);
}

static void base_many(struct affine *r, const struct fn *k, size_t n)
{
	if (n == 1) {
		engine_adx.base_many(r, k, 1);
		return;
	}
	for (size_t at = 0; at < n; at += AT_ONCE)
		base_some(r + at, k + at, n - at < AT_ONCE ? n - at : AT_ONCE);
}

/* Up to AT_ONCE claims of one kind: all with tables, or none. A group that is not full repeats its last claim. */
static void check_some(struct sum_check *const *check, size_t n, bool known)
{
	struct claims8 claims[GROUPS];
	struct verdict8 verdict[GROUPS];

	if (n % LANES == 1)
		engine_adx.check(check[--n], 1);
	size_t groups = (n + LANES - 1) / LANES;
	if (groups == 0)
		return;
	for (size_t i = 0; i < groups * LANES; i++)
		claims[i / LANES].claim[i % LANES] = check[i < n ? i : n - 1];
	if (known) {
		for (size_t g = 0; g < groups; g++)
			check8_known(&verdict[g], &claims[g]);
	} else {
		check8_any(verdict, claims, groups);
	}
	for (size_t i = 0; i < n; i++) {
		check[i]->holds = verdict[i / LANES].holds >> i % LANES & 1;
		if (verdict[i / LANES].doubtful >> i % LANES & 1)
			engine_adx.check(check[i], 1);
	}
}

static void check_many(struct sum_check *check, size_t n)
{
	struct sum_check *some[2][AT_ONCE];
	size_t held[2] = {0, 0};

	for (size_t i = 0; i < n; i++) {
		bool known = check[i].table != NULL;

		some[known][held[known]++] = &check[i];
		if (held[known] == AT_ONCE) {
			check_some(some[known], AT_ONCE, known);
			held[known] = 0;
		}
	}
	for (int known = 0; known < 2; known++) {
		if (held[known] > 0)
			check_some(some[known], held[known], known);
	}
}

static void multiply(struct affine *r, const struct affine *p, const struct fn *k)
{
	engine_adx.multiply(r, p, k);
}

static bool add(struct affine *r, const struct affine *a, const struct affine *b)
{
	return engine_adx.add(r, a, b);
}

static int read(struct affine *r, const uint8_t octets[64])
{
	return engine_adx.read(r, octets);
}

static void write(uint8_t octets[64], const struct affine *a)
{
	engine_adx.write(octets, a);
}

static void abscissa(struct fn *r, const struct affine *a)
{
	engine_adx.abscissa(r, a);
}

static void make_comb(struct comb *table, const struct affine *p)
{
	engine_adx.make_comb(table, p);
}

const struct engine engine_ifma = {
    .name = "ifma",
    .base_many = base_many,
    .multiply = multiply,
    .add = add,
    .check = check_many,
    .read = read,
    .write = write,
    .abscissa = abscissa,
    .make_comb = make_comb,
};
