/* Signing and verifying. */
#include "signature.h"

#include "declassify.h"
#include "stack_wipe.h"

#include <string.h>

#define AT_ONCE 32

BELOW static uint64_t make_signer(struct signer *s, const uint8_t d[32])
{
	static const struct fn one = {{1}};
	struct fn more;
	uint64_t good = fn_read(&s->d, d);

	fn_add(&more, &s->d, &one);
	good &= ~fn_zero(&s->d) & ~fn_zero(&more); /* d = n - 1 has no (1 + d)^-1 */
	fn_inverse(&more, &more);
	fn_to_montgomery(&s->inverse, &more);
	nonce_key(&s->nonce, d, NONCE_OF_SIGNATURE);
	declassify(&good, sizeof(good));
	return good;
}

int signer_init(struct signer *s, const uint8_t d[32])
{
	uint64_t good = make_signer(s, d);

	stack_wipe();
	return good ? 0 : -1;
}

/* s = (1 + d)^-1 (k - r d) = (1 + d)^-1 (k + r) - r. */
uint64_t signature_of(uint8_t rs[64], const struct signer *s, const uint8_t digest[32], const struct fn *k, const struct fn *x)
{
	struct fn r, t;
	uint64_t bad;

	(void)fn_read(&r, digest);
	fn_add(&r, &r, x);
	fn_add(&t, &r, k);
	bad = fn_zero(&r) | fn_zero(&t);
	fn_mul(&t, &t, &s->inverse);
	fn_sub(&t, &t, &r);
	bad |= fn_zero(&t);
	fn_write(rs, &r);
	fn_write(rs + 32, &t);
	return ~bad;
}

/* Three in n nonces (r, r + k or s is 0), about one in 2^254.4, give no signature; the next attempt takes another. */
static void sign_again(const struct engine *engine, struct sign_job *job)
{
	struct affine point;
	struct fn k, x;
	uint64_t good = 0;

	for (uint8_t attempt = 1; !good; attempt++) {
		nonce_make(&k, &job->signer->nonce, job->random, job->digest, attempt);
		engine->base_many(&point, &k, 1);
		engine->abscissa(&x, &point);
		good = signature_of(job->rs, job->signer, job->digest, &k, &x);
	}
}

BELOW static void sign_group(const struct engine *engine, struct sign_job *jobs, size_t n)
{
	struct affine point[AT_ONCE];
	struct fn k[AT_ONCE], x;

	for (size_t i = 0; i < n; i++)
		nonce_make(&k[i], &jobs[i].signer->nonce, jobs[i].random, jobs[i].digest, 0);
	engine->base_many(point, k, n);
	for (size_t i = 0; i < n; i++) {
		engine->abscissa(&x, &point[i]);
		uint64_t good = signature_of(jobs[i].rs, jobs[i].signer, jobs[i].digest, &k[i], &x);

		declassify(&good, sizeof(good));
		if (!good)
			sign_again(engine, &jobs[i]);
		declassify(jobs[i].rs, sizeof(jobs[i].rs));
		explicit_bzero(jobs[i].random, sizeof(jobs[i].random));
	}
}

void sign_many(const struct engine *engine, struct sign_job *jobs, size_t n)
{
	for (size_t at = 0; at < n; at += AT_ONCE)
		sign_group(engine, jobs + at, n - at < AT_ONCE ? n - at : AT_ONCE);
	stack_wipe();
}

/* GB/T 32918.2 7.1: r and s in 1..n-1, t = r + s not 0, and r = e + x of s G + t P, which is x = r - e mod n. */
static bool read_claim(struct sum_check *c, const struct verify_job *job)
{
	struct fn e, r;

	if (!fn_read(&r, job->rs) || !fn_read(&c->s, job->rs + 32) || fn_zero(&r) || fn_zero(&c->s))
		return false;
	fn_add(&c->t, &r, &c->s);
	if (fn_zero(&c->t))
		return false;
	(void)fn_read(&e, job->digest);
	fn_sub(&c->v, &r, &e);
	c->p = job->key;
	c->table = job->table;
	return true;
}

void verify_many(const struct engine *engine, struct verify_job *jobs, size_t n)
{
	struct sum_check check[AT_ONCE];
	struct verify_job *asked[AT_ONCE];

	for (size_t at = 0; at < n;) {
		size_t held = 0;

		for (; at < n && held < AT_ONCE; at++) {
			jobs[at].valid = false;
			if (read_claim(&check[held], &jobs[at]))
				asked[held++] = &jobs[at];
		}
		engine->check(check, held);
		for (size_t i = 0; i < held; i++)
			asked[i]->valid = check[i].holds;
	}
}
