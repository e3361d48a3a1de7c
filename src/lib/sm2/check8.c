/* Public sums s G + t P in eight lanes: digits of five bits for P, or its own comb, and the base point's comb. Variable time. */
#include "check8.h"

#include "comb8.h"

#define WIDTH 5
#define ODD (1 << (WIDTH - 1)) /* P, 3P, ... 31P */
#define TOP (256 / WIDTH)      /* the top digit is 1 */

/* Odd multiples of eight points, (2j + 1) P in row j; and what is needed to make them affine: the z of row j is step[j] times that of the
 * row before. */
struct odd_points {
	struct affine8 row[ODD];
	struct fp8 step[ODD];
};

/* P' and 2 P over the same z = 2 Y: x of P' is S = 4 X Y^2 and y is 8 Y^4; with M = 3 (X - 1)(X + 1), x of 2 P is M^2 - 2 S and y is
 * M (S - x) - 8 Y^4. */
static void double_together(struct affine8 *p, struct affine8 *twice, struct fp8 *z)
{
	const struct fp8 one = fp8_all(fp8_one);
	const struct fp8 less = tidy(sum8_add_p(sum8_sub(sum8_of(&p->x), sum8_of(&one)), 1)); /* 2.1 */
	const struct fp8 more = tidy(sum8_add(sum8_of(&p->x), sum8_of(&one)));                /* 1.1 */
	const struct sum8 third = fp8_mul(&less, &more);                                      /* 1.2 */
	const struct fp8 m = tidy(sum8_add(sum8_shift(third, 1), third));                     /* 3.6 */

	*z = tidy(sum8_shift(sum8_of(&p->y), 1));                                                  /* 2.1 */
	const struct fp8 yy = tidy(fp8_sqr(z));                                                    /* 4 Y^2: 1.3 */
	p->x = tidy(fp8_mul(&p->x, &yy));                                                          /* 1.1 */
	const struct fp8 yyy = tidy(fp8_mul(&p->y, &yy));                                          /* 4 Y^3: 1.1 */
	p->y = tidy(fp8_mul(&yyy, z));                                                             /* 8 Y^4: 1.2 */
	twice->x = tidy_fold(sum8_add_p(sum8_sub(fp8_sqr(&m), sum8_shift(sum8_of(&p->x), 1)), 4)); /* 1.8 .. 5.9 */
	const struct fp8 back = tidy(sum8_add_p(sum8_sub(sum8_of(&p->x), sum8_of(&twice->x)), 2)); /* 3.1 */
	twice->y = tidy(sum8_add_p(sum8_sub(fp8_mul(&m, &back), sum8_of(&p->y)), 2));              /* 3.7 */
}

/* "ZADDU" (R. Goundar, M. Joye, A. Miyaji, "Co-Z addition formulae and binary ladders on elliptic curves", 2010): two points over the same
 * z give their sum, and the first of them again, over z times the difference of their x. With C = step^2, W1 = X1 C, W2 = X2 C and
 * A1 = Y1 (W1 - W2):
 *   X3 = (Y1 - Y2)^2 - W1 - W2, Y3 = (Y1 - Y2)(W1 - X3) - A1, and the first again is (W1, A1).
 * Rows: x 1.1, y 4.8; twice: x 1.2, y 4. */
static void add_together(struct affine8 *sum, struct fp8 *step, struct affine8 *twice, const struct affine8 *row)
{
	*step = tidy(sum8_add_p(sum8_sub(sum8_of(&twice->x), sum8_of(&row->x)), 2));                 /* 3.2 */
	const struct fp8 c = tidy(fp8_sqr(step));                                                    /* 1.7 */
	const struct sum8 w1 = fp8_mul(&twice->x, &c), w2 = fp8_mul(&row->x, &c);                    /* 1.2 */
	const struct fp8 cube = tidy(sum8_add_p(sum8_sub(w1, w2), 2));                               /* 3.2 */
	const struct fp8 rise = tidy(sum8_add_p(sum8_sub(sum8_of(&twice->y), sum8_of(&row->y)), 5)); /* 9 */

	twice->x = tidy(w1);
	twice->y = tidy(fp8_mul(&twice->y, &cube));                                        /* 1.8 */
	sum->x = tidy_fold(sum8_add_p(sum8_sub(fp8_sqr(&rise), sum8_add(w1, w2)), 3));     /* 0.6 .. 9.1 */
	const struct fp8 back = tidy(sum8_add_p(sum8_sub(w1, sum8_of(&sum->x)), 2));       /* 3.2 */
	sum->y = tidy(sum8_add_p(sum8_sub(fp8_mul(&rise, &back), sum8_of(&twice->y)), 2)); /* 4.8 */
}

/* Gives the last row's z. No step is 0: (2j + 1) P and 2 P are different for a P of order n, and not opposite. */
static void odd_points_make(struct odd_points *odd, struct fp8 *z, const struct affine8 *p)
{
	struct affine8 twice;

	odd->row[0] = *p;
	double_together(&odd->row[0], &twice, z);
	for (size_t j = 1; j < ODD; j++) {
		add_together(&odd->row[j], &odd->step[j], &twice, &odd->row[j - 1]);
		*z = tidy(fp8_mul(z, &odd->step[j]));
	}
	odd->row[0] = *p;
}

/* With the inverse of the last row's z. */
static void odd_points_flatten(struct odd_points *odd, struct fp8 inverse)
{
	for (size_t j = ODD - 1; j > 0; j--) {
		const struct fp8 square = tidy(fp8_sqr(&inverse)), cube = tidy(fp8_mul(&square, &inverse));

		odd->row[j].x = tidy(fp8_mul(&odd->row[j].x, &square));
		odd->row[j].y = tidy(fp8_mul(&odd->row[j].y, &cube));
		inverse = tidy(fp8_mul(&inverse, &odd->step[j]));
	}
}

static void gather(struct affine8 *r, const struct odd_points *odd, __m512i place)
{
	const __m512i lanes = _mm512_set_epi64(7, 6, 5, 4, 3, 2, 1, 0);
	const __m512i at = _mm512_add_epi64(_mm512_mullo_epi64(place, all8(sizeof(odd->row[0]) / 8)), lanes);

	for (size_t i = 0; i < LIMBS52; i++) {
		r->x.v[i] = _mm512_i64gather_epi64(at, &odd->row[0].x.v[i], 8);
		r->y.v[i] = _mm512_i64gather_epi64(at, &odd->row[0].y.v[i], 8);
	}
}

static void negate_where(struct fp8 *y, __mmask8 negative)
{
	const struct fp8 other = tidy(sum8_from_p(2, sum8_of(y)));

	for (size_t i = 0; i < LIMBS52; i++)
		y->v[i] = _mm512_mask_mov_epi64(y->v[i], negative, other.v[i]);
}

static void multiply_any(struct point8 *r, const struct odd_points *odd, const struct odd8 *k)
{
	struct jacobian8 sum = {odd->row[0].x, odd->row[0].y, fp8_all(fp8_one)};
	struct affine8 entry;

	negate_where(&sum.y, odd8_top(k, WIDTH, TOP).negative);
	for (unsigned i = TOP; i-- > 0;) {
		struct digit8 d = odd8_digit(k, WIDTH, i);

		for (unsigned j = 0; j < WIDTH; j++)
			jacobian8_double(&sum);
		gather(&entry, odd, d.place);
		jacobian8_add(&sum, &entry, d.negative);
	}
	point8_from_jacobian(r, &sum);
}

/* x / zz mod n = v where x = v zz, or x = (v + n) zz for a v below p - n, which is below 2^128: those are left to others. */
static struct verdict8 judge(const struct point8 *sum, const struct claims8 *claims)
{
	struct limbs8 plain;
	struct fp8 v;
	uint8_t small = 0;

	for (size_t lane = 0; lane < LANES; lane++) {
		const uint64_t *from = claims->claim[lane]->v.v;

		for (size_t i = 0; i < LIMBS; i++)
			plain.v[i][lane] = from[i];
		small = (uint8_t)(small | ((from[2] | from[3]) == 0) << lane);
	}
	fp8_from_limbs(&v, &plain);
	const struct fp8 difference = tidy(sum8_add_p(sum8_sub(sum8_of(&sum->x), fp8_mul(&v, &sum->zz)), 2));
	const uint8_t agrees = fp8_zero(&difference), lost = fp8_zero(&sum->zz);

	return (struct verdict8){.holds = agrees & (uint8_t)~lost, .doubtful = lost | (small & (uint8_t)~agrees)};
}

static void odd_numbers(struct odd8 *s, struct odd8 *t, const struct claims8 *claims)
{
	const struct fn *of_s[LANES], *of_t[LANES];

	for (size_t lane = 0; lane < LANES; lane++) {
		of_s[lane] = &claims->claim[lane]->s;
		of_t[lane] = &claims->claim[lane]->t;
	}
	odd8_make(s, of_s);
	odd8_make(t, of_t);
}

void check8_any(struct verdict8 *verdict, const struct claims8 *claims, size_t groups)
{
	struct odd_points odd[CHECKS8];
	struct fp8 z[CHECKS8], inverse[CHECKS8];
	const struct fp *x[LANES], *y[LANES];
	struct affine8 p;
	struct odd8 s, t;
	struct point8 sum;

	size_t g = 0;
	do {
		for (size_t lane = 0; lane < LANES; lane++) {
			x[lane] = &claims[g].claim[lane]->p->x;
			y[lane] = &claims[g].claim[lane]->p->y;
		}
		fp8_load(&p.x, x);
		fp8_load(&p.y, y);
		p.x = tidy_fold(sum8_of(&p.x));
		p.y = tidy_fold(sum8_of(&p.y));
		odd_points_make(&odd[g], &z[g], &p);
	} while (++g < groups);
	fp8_inverse_many(inverse, z, groups);
	for (g = 0; g < groups; g++) {
		odd_points_flatten(&odd[g], inverse[g]);
		odd_numbers(&s, &t, &claims[g]);
		multiply_any(&sum, &odd[g], &t);
		comb8_accumulate(&sum, &s);
		verdict[g] = judge(&sum, &claims[g]);
	}
}

/* Row i of each point's own comb; the place for the digit 0 is read and its sum not taken. */
static void add_known_row(struct point8 *sum, const struct claims8 *claims, unsigned i)
{
	const struct fp *x[LANES], *y[LANES];
	struct point8 before = *sum;
	struct affine8 entry;
	uint8_t negative = 0, nothing = 0;

	for (size_t lane = 0; lane < LANES; lane++) {
		const struct sum_check *c = claims->claim[lane];
		const struct digit d = window_digit(&c->t, COMB_WIDTH, i);
		const struct affine *at = &c->table->row[i][d.size == 0 ? 0 : d.size - 1];

		x[lane] = &at->x;
		y[lane] = &at->y;
		negative = (uint8_t)(negative | (d.negative & 1) << lane);
		nothing = (uint8_t)(nothing | (d.size == 0) << lane);
	}
	fp8_load(&entry.x, x);
	fp8_load(&entry.y, y);
	point8_add(sum, &entry, negative);
	if (nothing != 0)
		point8_keep(sum, &before, nothing);
}

void check8_known(struct verdict8 *verdict, const struct claims8 *claims)
{
	struct odd8 s, t;
	struct point8 sum;

	odd_numbers(&s, &t, claims);
	comb8_multiply(&sum, &s);
	for (unsigned i = 0; i < COMB_ROWS; i++)
		add_known_row(&sum, claims, i);
	*verdict = judge(&sum, claims);
}
