/* Inverses by division steps: D. J. Bernstein and B.-Y. Yang, "Fast constant-time gcd computation and modular inversion" (CHES 2019).
 *
 * A step takes (delta, f, g), f odd, to (1 - delta, g, (g - f) / 2) if delta > 0 and g is odd, else to (1 + delta, f, (g + (g odd) f) / 2).
 * Started with delta = 1/2, f = m, g = a, at most 590 steps bring any g of 256 bits to 0 and f to +-gcd(m, a) (the bound for the start
 * 1/2 was computed by convex hulls and proved in Coq by P. Wuille and others for numbers of 256 bits). Sixty steps look only
 * at the lowest 60 bits and are a matrix of small numbers; ten such matrices (600 steps) are applied to f and g, and, mod m, to d and e,
 * which keep d a = f and e a = g. So at the end d = +-a^-1. Steps after g has become 0 change nothing but delta. */
#include "inverse.h"

#define STEPS 60
#define HALF (STEPS / 2)
#define ROUNDS 10
#define LOW60 ((UINT64_C(1) << STEPS) - 1)

const struct inverse_modulus inverse_p = {
    {{0xfffffffffffffff, 0xffffff00000000f, 0xfffffffffffffff, 0xfffefffffffffff, 0x00000000000ffff}},
    0xfffffffffffffff,
};
const struct inverse_modulus inverse_n = {
    {{0x3bbf40939d54123, 0x03df6b21c6052b5, 0xfffffffffffff72, 0xfffefffffffffff, 0x00000000000ffff}},
    0xd8061778dcaf68b,
};

/* (f, g) -> (u f + v g, q f + r g), to be divided by 2 for each step; |u| + |v| and |q| + |r| are at most 2^steps. */
struct matrix {
	int64_t u, v, q, r;
};

struct state {
	int64_t zeta;  /* -(delta + 1/2): delta > 0 is the sign bit */
	uint64_t f, g; /* the lowest bits */
};

/* Thirty steps. Their numbers are at most 2^30 in size, so a row (u, v) is worked with as the one word u + 2^32 v.
 * u, v are doubled where g is halved, which keeps the matrix whole. */
static struct matrix divide_steps(struct state *s)
{
	uint64_t f = s->f, g = s->g, uv = 1, qr = UINT64_C(1) << 32;
	int64_t zeta = s->zeta;

	for (int i = 0; i < HALF; i++) {
		uint64_t swap = limb_hide((uint64_t)(zeta >> 63)), odd = mask_of_bit(g & 1);

		/* g += f, or g -= f where f and g are to change places */
		g += ((f ^ swap) - swap) & odd;
		qr += ((uv ^ swap) - swap) & odd;
		/* f + (g - f) = g */
		swap &= odd;
		zeta = (zeta ^ (int64_t)swap) - 1;
		f += g & swap;
		uv += qr & swap;
		g >>= 1;
		uv <<= 1;
	}
	*s = (struct state){zeta, f, g};
	int64_t u = (int32_t)(uint32_t)uv, q = (int32_t)(uint32_t)qr;
	return (struct matrix){u, (int64_t)(uv - (uint64_t)u) >> 32, q, (int64_t)(qr - (uint64_t)q) >> 32};
}

/* Sixty steps: the second thirty after the first. */
static struct matrix divide_steps_twice(struct state *s)
{
	struct matrix a = divide_steps(s), b = divide_steps(s);

	return (struct matrix){b.u * a.u + b.v * a.q, b.u * a.v + b.v * a.r, b.q * a.u + b.r * a.q, b.q * a.v + b.r * a.r};
}

/* (f, g) = t (f, g) / 2^60, exact. Sums stay below 2 * 2^60 * 2^60 + carry < 2^127. */
static void update_fg(struct signed60 *f, struct signed60 *g, const struct matrix *t)
{
	i128 cf = (i128)t->u * f->v[0] + (i128)t->v * g->v[0];
	i128 cg = (i128)t->q * f->v[0] + (i128)t->r * g->v[0];

	for (int i = 1; i < 5; i++) {
		cf = (cf >> STEPS) + (i128)t->u * f->v[i] + (i128)t->v * g->v[i];
		cg = (cg >> STEPS) + (i128)t->q * f->v[i] + (i128)t->r * g->v[i];
		f->v[i - 1] = (int64_t)((uint64_t)cf & LOW60);
		g->v[i - 1] = (int64_t)((uint64_t)cg & LOW60);
	}
	f->v[4] = (int64_t)(cf >> STEPS);
	g->v[4] = (int64_t)(cg >> STEPS);
}

/* (d, e) = t (d, e) / 2^60 mod m, for d, e in (-2m, m), into (-2m, m): a negative d or e is first taken as d + m or e + m, in (-m, m);
 * the products then lie in (-2^60 m, 2^60 m), and subtracting the multiple of m, below 2^60, that clears the low 60 bits
 * leaves (-2^61 m, 2^60 m). */
static void update_de(struct signed60 *d, struct signed60 *e, const struct matrix *t, const struct inverse_modulus *m)
{
	int64_t d_negative = d->v[4] >> 63, e_negative = e->v[4] >> 63;
	int64_t md = (t->u & d_negative) + (t->v & e_negative);
	int64_t me = (t->q & d_negative) + (t->r & e_negative);
	i128 cd = (i128)t->u * d->v[0] + (i128)t->v * e->v[0];
	i128 ce = (i128)t->q * d->v[0] + (i128)t->r * e->v[0];

	md -= (int64_t)((m->m_inverse * (uint64_t)cd + (uint64_t)md) & LOW60);
	me -= (int64_t)((m->m_inverse * (uint64_t)ce + (uint64_t)me) & LOW60);
	cd += (i128)m->m.v[0] * md;
	ce += (i128)m->m.v[0] * me;
	for (int i = 1; i < 5; i++) {
		cd = (cd >> STEPS) + (i128)t->u * d->v[i] + (i128)t->v * e->v[i] + (i128)m->m.v[i] * md;
		ce = (ce >> STEPS) + (i128)t->q * d->v[i] + (i128)t->r * e->v[i] + (i128)m->m.v[i] * me;
		d->v[i - 1] = (int64_t)((uint64_t)cd & LOW60);
		e->v[i - 1] = (int64_t)((uint64_t)ce & LOW60);
	}
	d->v[4] = (int64_t)(cd >> STEPS);
	e->v[4] = (int64_t)(ce >> STEPS);
}

/* a = (a ^ mask) - mask + (m & add), with carries. */
static void adjust(struct signed60 *a, int64_t mask, int64_t add, const struct signed60 *m)
{
	int64_t carry = 0;

	for (int i = 0; i < 5; i++) {
		carry += ((a->v[i] ^ mask) - mask) + (m->v[i] & add);
		a->v[i] = i < 4 ? (int64_t)((uint64_t)carry & LOW60) : carry;
		carry >>= STEPS;
	}
}

void inverse_mod(uint64_t r[LIMBS], const uint64_t a[LIMBS], const struct inverse_modulus *m)
{
	struct signed60 f = m->m, d = {{0}}, e = {{1}};
	struct signed60 g = {{
	    (int64_t)(a[0] & LOW60),
	    (int64_t)((a[0] >> 60 | a[1] << 4) & LOW60),
	    (int64_t)((a[1] >> 56 | a[2] << 8) & LOW60),
	    (int64_t)((a[2] >> 52 | a[3] << 12) & LOW60),
	    (int64_t)(a[3] >> 48),
	}};
	struct state s = {.zeta = -1};

	for (int i = 0; i < ROUNDS; i++) {
		s.f = (uint64_t)f.v[0] | (uint64_t)f.v[1] << 60;
		s.g = (uint64_t)g.v[0] | (uint64_t)g.v[1] << 60;
		struct matrix t = divide_steps_twice(&s);

		update_de(&d, &e, &t, m);
		update_fg(&f, &g, &t);
	}
	/* into (-m, m), with the sign of f, into (-m, m) again as 0..m-1 */
	adjust(&d, 0, d.v[4] >> 63, &m->m);
	adjust(&d, f.v[4] >> 63, 0, &m->m);
	adjust(&d, 0, d.v[4] >> 63, &m->m);
	r[0] = (uint64_t)d.v[0] | (uint64_t)d.v[1] << 60;
	r[1] = (uint64_t)d.v[1] >> 4 | (uint64_t)d.v[2] << 56;
	r[2] = (uint64_t)d.v[2] >> 8 | (uint64_t)d.v[3] << 52;
	r[3] = (uint64_t)d.v[3] >> 12 | (uint64_t)d.v[4] << 48;
}
