/* Inverses by division steps: D. J. Bernstein and B.-Y. Yang, "Fast constant-time gcd computation and modular inversion" (CHES 2019).
 *
 * A step takes (delta, f, g), f odd, to (1 - delta, g, (g - f) / 2) if delta > 0 and g is odd, else to (1 + delta, f, (g + (g odd) f) / 2).
 * Started with delta = 1/2, f = m, g = a, at most 590 steps bring any g of 256 bits to 0 and f to +-gcd(m, a) (the bound for the start
 * 1/2 was computed by convex hulls and proved in Coq by P. Wuille and others for numbers of 256 bits). Sixty-two steps look only
 * at the lowest 62 bits and are a matrix of small numbers; ten such matrices (620 steps) are applied to f and g, and, mod m, to d and e,
 * which keep d a = f and e a = g. So at the end d = +-a^-1. Steps after g has become 0 change nothing but delta. */
#include "inverse.h"

#define STEPS 62
#define ROUNDS 10
#define LOW62 ((UINT64_C(1) << STEPS) - 1)

const struct inverse_modulus inverse_p = {
    {{0x3fffffffffffffff, 0x3ffffffc00000003, 0x3fffffffffffffff, 0x3fffffbfffffffff, 0xff}},
    0x3fffffffffffffff,
};
const struct inverse_modulus inverse_n = {
    {{0x13bbf40939d54123, 0x080f7dac871814ad, 0x3ffffffffffffff7, 0x3fffffbfffffffff, 0xff}},
    0x0d8061778dcaf68b,
};

/* (f, g) -> (u f + v g, q f + r g) / 2^62; |u| + |v| and |q| + |r| are at most 2^62. */
struct matrix {
	int64_t u, v, q, r;
};

/* Sixty-two steps on the low limbs. zeta is -(delta + 1/2), so that delta > 0 is the sign bit. Returns the new zeta.
 * u, v are doubled where g is halved, which keeps the matrix whole. */
static int64_t divide_steps(struct matrix *t, int64_t zeta, uint64_t f, uint64_t g)
{
	uint64_t u = 1, v = 0, q = 0, r = 1;

	for (int i = 0; i < STEPS; i++) {
		uint64_t swap = limb_hide((uint64_t)(zeta >> 63)), odd = mask_of_bit(g & 1);

		/* g += f, or g -= f where f and g are to change places */
		g += ((f ^ swap) - swap) & odd;
		q += ((u ^ swap) - swap) & odd;
		r += ((v ^ swap) - swap) & odd;
		/* f + (g - f) = g */
		swap &= odd;
		zeta = (zeta ^ (int64_t)swap) - 1;
		f += g & swap;
		u += q & swap;
		v += r & swap;
		g >>= 1;
		u <<= 1;
		v <<= 1;
	}
	*t = (struct matrix){(int64_t)u, (int64_t)v, (int64_t)q, (int64_t)r};
	return zeta;
}

/* (f, g) = t (f, g) / 2^62, exact. Sums stay below 2 * 2^62 * 2^62 + carry < 2^127. */
static void update_fg(struct signed62 *f, struct signed62 *g, const struct matrix *t)
{
	i128 cf = (i128)t->u * f->v[0] + (i128)t->v * g->v[0];
	i128 cg = (i128)t->q * f->v[0] + (i128)t->r * g->v[0];

	for (int i = 1; i < 5; i++) {
		cf = (cf >> STEPS) + (i128)t->u * f->v[i] + (i128)t->v * g->v[i];
		cg = (cg >> STEPS) + (i128)t->q * f->v[i] + (i128)t->r * g->v[i];
		f->v[i - 1] = (int64_t)((uint64_t)cf & LOW62);
		g->v[i - 1] = (int64_t)((uint64_t)cg & LOW62);
	}
	f->v[4] = (int64_t)(cf >> STEPS);
	g->v[4] = (int64_t)(cg >> STEPS);
}

/* (d, e) = t (d, e) / 2^62 mod m, for d, e in (-2m, m), into (-2m, m): a negative d or e is first taken as d + m or e + m, in (-m, m);
 * the products then lie in (-2^62 m, 2^62 m), and subtracting the multiple of m, below 2^62, that clears the low 62 bits
 * leaves (-2^63 m, 2^62 m). */
static void update_de(struct signed62 *d, struct signed62 *e, const struct matrix *t, const struct inverse_modulus *m)
{
	int64_t d_negative = d->v[4] >> 63, e_negative = e->v[4] >> 63;
	int64_t md = (t->u & d_negative) + (t->v & e_negative);
	int64_t me = (t->q & d_negative) + (t->r & e_negative);
	i128 cd = (i128)t->u * d->v[0] + (i128)t->v * e->v[0];
	i128 ce = (i128)t->q * d->v[0] + (i128)t->r * e->v[0];

	md -= (int64_t)((m->m_inverse * (uint64_t)cd + (uint64_t)md) & LOW62);
	me -= (int64_t)((m->m_inverse * (uint64_t)ce + (uint64_t)me) & LOW62);
	cd += (i128)m->m.v[0] * md;
	ce += (i128)m->m.v[0] * me;
	for (int i = 1; i < 5; i++) {
		cd = (cd >> STEPS) + (i128)t->u * d->v[i] + (i128)t->v * e->v[i] + (i128)m->m.v[i] * md;
		ce = (ce >> STEPS) + (i128)t->q * d->v[i] + (i128)t->r * e->v[i] + (i128)m->m.v[i] * me;
		d->v[i - 1] = (int64_t)((uint64_t)cd & LOW62);
		e->v[i - 1] = (int64_t)((uint64_t)ce & LOW62);
	}
	d->v[4] = (int64_t)(cd >> STEPS);
	e->v[4] = (int64_t)(ce >> STEPS);
}

/* a = (a ^ mask) - mask + (m & add), with carries. */
static void adjust(struct signed62 *a, int64_t mask, int64_t add, const struct signed62 *m)
{
	int64_t carry = 0;

	for (int i = 0; i < 5; i++) {
		carry += ((a->v[i] ^ mask) - mask) + (m->v[i] & add);
		a->v[i] = i < 4 ? (int64_t)((uint64_t)carry & LOW62) : carry;
		carry >>= STEPS;
	}
}

void inverse_mod(uint64_t r[LIMBS], const uint64_t a[LIMBS], const struct inverse_modulus *m)
{
	struct signed62 f = m->m, d = {{0}}, e = {{1}};
	struct signed62 g = {{
	    (int64_t)(a[0] & LOW62),
	    (int64_t)((a[0] >> 62 | a[1] << 2) & LOW62),
	    (int64_t)((a[1] >> 60 | a[2] << 4) & LOW62),
	    (int64_t)((a[2] >> 58 | a[3] << 6) & LOW62),
	    (int64_t)(a[3] >> 56),
	}};
	int64_t zeta = -1;
	struct matrix t;

	for (int i = 0; i < ROUNDS; i++) {
		zeta = divide_steps(&t, zeta, (uint64_t)f.v[0] | (uint64_t)f.v[1] << 62, (uint64_t)g.v[0] | (uint64_t)g.v[1] << 62);
		update_de(&d, &e, &t, m);
		update_fg(&f, &g, &t);
	}
	/* into (-m, m), with the sign of f, into (-m, m) again as 0..m-1 */
	adjust(&d, 0, d.v[4] >> 63, &m->m);
	adjust(&d, f.v[4] >> 63, 0, &m->m);
	adjust(&d, 0, d.v[4] >> 63, &m->m);
	r[0] = (uint64_t)d.v[0] | (uint64_t)d.v[1] << 62;
	r[1] = (uint64_t)d.v[1] >> 2 | (uint64_t)d.v[2] << 60;
	r[2] = (uint64_t)d.v[2] >> 4 | (uint64_t)d.v[3] << 58;
	r[3] = (uint64_t)d.v[3] >> 6 | (uint64_t)d.v[4] << 56;
}
