/* Many random cases, both ways: what is signed here is verified by OpenSSL and what OpenSSL signed is verified here, and all engines say
 * the same. The argument is the number of cases, each of them one signature each way. */
#include "key_pair.h"
#include "oracle.h"
#include "signature.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define BATCH 40 /* signatures at once, and by one key: 1 to BATCH */

static const struct engine *engines[ENGINES_MAX];
static size_t engine_count, cases = 1000;

struct round {
	size_t n;
	uint8_t d[1][32], point[1][64], digest[BATCH][32], random[BATCH][NONCE_RANDOM_SIZE];
	uint8_t ours[BATCH][64], theirs[BATCH][64];
	struct signer signer;
	EVP_PKEY *key;
};

/* All ones and zeros now and then, as digests above and below n. */
static void draw(struct round *r, size_t n)
{
	r->n = n;
	do
		oracle_random(r->d[0], 32);
	while (!scalar_fits(r->d[0]));
	oracle_random(r->digest[0], n * 32);
	oracle_random(r->random[0], n * NONCE_RANDOM_SIZE);
	if (n % 8 == 0) {
		memset(r->digest[n / 2], 0xff, 32);
		memset(r->digest[n / 3], 0, 32);
	}
	assert_int_equal(signer_init(&r->signer, r->d[0]), 0);
}

/* The public key and the signatures: of the best engine, then compared with every other one's. */
static void sign_here(struct round *r)
{
	for (size_t e = engine_count; e-- > 0;) {
		struct sign_job jobs[BATCH];
		uint8_t point[1][64];

		assert_int_equal(public_of_many(engines[e], point, (const uint8_t(*)[32])r->d, 1), 0);
		for (size_t i = 0; i < r->n; i++) {
			jobs[i] = (struct sign_job){.signer = &r->signer, .digest = r->digest[i]};
			memcpy(jobs[i].random, r->random[i], NONCE_RANDOM_SIZE);
		}
		sign_many(engines[e], jobs, r->n);
		if (e + 1 == engine_count)
			memcpy(r->point, point, sizeof(point));
		assert_memory_equal(point, r->point, sizeof(point));
		for (size_t i = 0; i < r->n; i++) {
			if (e + 1 == engine_count)
				memcpy(r->ours[i], jobs[i].rs, 64);
			assert_memory_equal(jobs[i].rs, r->ours[i], 64);
		}
	}
}

static void judge_there(struct round *r)
{
	r->key = oracle_key(r->point[0], r->d[0]);
	for (size_t i = 0; i < r->n; i++) {
		assert_true(oracle_verify_by(r->key, r->digest[i], r->ours[i]));
		oracle_sign_by(r->theirs[i], r->key, r->digest[i]);
	}
}

/* Spoils a signature of OpenSSL's, or its digest, by one bit; or has it judged by another key. What OpenSSL says then. */
static bool spoil_last(struct round *r, uint8_t key[64])
{
	uint8_t *rs = r->theirs[r->n - 1], *digest = r->digest[r->n - 1], d[32];
	size_t bit = rs[63] + 256u * (rs[62] & 1);

	memcpy(key, r->point[0], 64);
	if (r->n % 3 == 0) {
		rs[bit / 8] ^= (uint8_t)(1u << bit % 8);
	} else if (r->n % 3 == 1) {
		digest[bit / 8 % 32] ^= (uint8_t)(1u << bit % 8);
	} else {
		memcpy(d, r->d[0], sizeof(d));
		d[31] ^= 1;
		assert_true(oracle_sum(key, d, NULL, NULL));
		return oracle_verify(key, digest, rs);
	}
	return oracle_verify_by(r->key, digest, rs);
}

/* With the key's table and without; the last one is spoilt. */
static void judge_here(struct round *r)
{
	static struct comb table;
	struct verify_job jobs[BATCH];
	uint8_t other[64];

	assert_false(spoil_last(r, other));
	for (size_t e = 0; e < engine_count; e++) {
		struct affine key, last_key;

		assert_int_equal(engines[e]->read(&key, r->point[0]), 0);
		assert_int_equal(engines[e]->read(&last_key, other), 0);
		if (r->n % 16 == 0)
			engines[e]->make_comb(&table, &key);
		for (size_t i = 0; i < r->n; i++)
			jobs[i] = (struct verify_job){
			    .key = &key, .table = r->n % 16 == 0 ? &table : NULL, .digest = r->digest[i], .rs = r->theirs[i]};
		if (memcmp(other, r->point[0], sizeof(other)) != 0)
			jobs[r->n - 1] = (struct verify_job){.key = &last_key, .digest = r->digest[r->n - 1], .rs = r->theirs[r->n - 1]};
		verify_many(engines[e], jobs, r->n);
		for (size_t i = 0; i < r->n; i++)
			assert_int_equal(jobs[i].valid, i + 1 < r->n);
	}
}

static void agrees_with_openssl(void **state)
{
	static struct round r;

	for (size_t done = 0, n = 1; done < cases; done += n, n = n % BATCH + 1) {
		draw(&r, n);
		sign_here(&r);
		judge_there(&r);
		judge_here(&r);
		EVP_PKEY_free(r.key);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(agrees_with_openssl)};

	if (argc > 1)
		cases = strtoul(argv[1], NULL, 10);
	engine_count = engine_list(engines);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
