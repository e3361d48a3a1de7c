/* One engine: what the files compiled with it can do, behind its table of functions. */
#include "engine.h"

#include "fn.h"
#include "multiply.h"

#define AT_ONCE 32 /* multiples that share an inversion */
#define TEXT2(x) #x
#define TEXT(x) TEXT2(x)

static void base_many(struct affine *r, const struct fn *k, size_t n)
{
	struct point multiple[AT_ONCE];
	struct fp scratch[AT_ONCE];

	for (size_t at = 0; at < n; at += AT_ONCE) {
		size_t some = n - at < AT_ONCE ? n - at : AT_ONCE;

		for (size_t i = 0; i < some; i++)
			comb_multiply(&multiple[i], &base_comb, &k[at + i]);
		points_to_affine(r + at, multiple, scratch, some);
	}
}

static void multiply(struct affine *r, const struct affine *p, const struct fn *k)
{
	struct point multiple;
	struct fp scratch;

	multiply_secret(&multiple, p, k);
	points_to_affine(r, &multiple, &scratch, 1);
}

static bool add(struct affine *r, const struct affine *a, const struct affine *b)
{
	struct point sum;
	struct fp scratch;

	point_from_affine(&sum, a);
	point_add_affine(&sum, &sum, b);
	if (fp_zero(&sum.z))
		return false;
	points_to_affine(r, &sum, &scratch, 1);
	return true;
}

static int read(struct affine *r, const uint8_t octets[64])
{
	if (fp_read(&r->x, octets) != 0 || fp_read(&r->y, octets + 32) != 0)
		return -1;
	return affine_on_curve(r) ? 0 : -1;
}

static void write(uint8_t octets[64], const struct affine *a)
{
	fp_write(octets, &a->x);
	fp_write(octets + 32, &a->y);
}

static void abscissa(struct fn *r, const struct affine *a)
{
	uint64_t x[LIMBS];

	fp_to_limbs(x, &a->x);
	fn_from_limbs(r, x);
}

const struct engine ENGINE(engine) = {
    .name = TEXT(SM2_ENGINE),
    .base_many = base_many,
    .multiply = multiply,
    .add = add,
    .check = check_sums,
    .read = read,
    .write = write,
    .abscissa = abscissa,
    .make_comb = comb_make,
};
