/* After a private key was used no word of it, of its nonce or of what was encrypted is left anywhere in the process: not on the stack, not
 * on the heap. All memory that can be written is searched. */
#include "agreement.h"
#include "encryption.h"
#include "key_pair.h"
#include "oracle.h"
#include "secret_search.h"
#include "signature.h"
#include "stack_wipe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#define TEXT_SIZE 48
#define BATCH 33       /* some engines work on a batch in another way */
#define CALLS_SIZE 512 /* frames between the test and what is wiped, and the call that wipes */

static const struct engine *engines[ENGINES_MAX];
static size_t engine_count;

/* What the caller of the library holds; unmapped before the search. */
struct held {
	const struct engine *engine;
	uint8_t d[1][32], random[NONCE_RANDOM_SIZE], encryption_random[NONCE_RANDOM_SIZE], text[TEXT_SIZE], opened[TEXT_SIZE];
	uint8_t offer_random[NONCE_RANDOM_SIZE], key[32];
	struct agreement_offer offer;
	struct agreement_tags tags;
	struct signer signer;
	struct fn secret;
};

static const uint8_t digest[SM3_DIGEST] = {4, 5, 6};

/* Draws what the caller holds, and notes all that is secret about it. */
static void *draw(void *arg)
{
	struct held *h = arg;
	struct nonce_key key;
	struct fn k;

	search_begin();
	do
		oracle_random(h->d[0], 32);
	while (!scalar_fits(h->d[0]));
	(void)fn_read(&h->secret, h->d[0]);
	oracle_random(h->random, sizeof(h->random));
	oracle_random(h->encryption_random, sizeof(h->encryption_random));
	oracle_random(h->text, sizeof(h->text));
	search_add_key(h->d[0]);
	nonce_key(&key, h->d[0], NONCE_OF_SIGNATURE);
	nonce_make(&k, &key, h->random, digest, 0);
	search_add_number("k", &k);
	oracle_random(h->offer_random, sizeof(h->offer_random));
	nonce_key(&key, h->d[0], NONCE_OF_AGREEMENT);
	search_add_octets("the offers' key", (const uint8_t *)key.v, sizeof(key.v));
	nonce_make(&k, &key, h->offer_random, digest, 0);
	search_add_number("r", &k);
	search_add_octets("the offer's random octets", h->offer_random, sizeof(h->offer_random));
	search_add_octets("the nonce's random octets", h->random, sizeof(h->random));
	search_add_octets("the encryption's random octets", h->encryption_random, sizeof(h->encryption_random));
	search_add_octets("the text", h->text, sizeof(h->text));
	return NULL;
}

/* Everything that takes a secret. */
static void *use_core(void *arg)
{
	struct held *h = arg;
	const struct engine *engine = h->engine;
	struct sign_job job = {.signer = &h->signer, .digest = digest}, many[BATCH];
	uint8_t point[1][64], c1[64], c3[SM3_DIGEST], c2[TEXT_SIZE];
	struct affine key;

	assert_true(scalar_fits(h->d[0]) != 0);
	assert_int_equal(signer_init(&h->signer, h->d[0]), 0);
	memcpy(job.random, h->random, sizeof(job.random));
	for (size_t i = 0; i < BATCH; i++)
		many[i] = job;
	sign_many(engine, &job, 1);
	sign_many(engine, many, BATCH);
	assert_memory_equal(many[BATCH - 1].rs, job.rs, sizeof(job.rs));
	assert_int_equal(public_of_many(engine, point, (const uint8_t(*)[32])h->d, 1), 0);
	assert_int_equal(engine->read(&key, point[0]), 0);
	encrypt_text(engine, &key, BYTES_ARRAY(h->text), h->encryption_random, c1, c3, c2);
	assert_int_equal(decrypt_text(engine, &h->secret, c1, c3, BYTES_ARRAY(c2), h->opened), 0);
	assert_memory_equal(h->text, h->opened, TEXT_SIZE);
	memcpy(job.random, h->offer_random, sizeof(job.random));
	agreement_offer_make(&h->offer, engine, &h->signer, digest, job.random);
	const struct agreement with_itself = {true, &h->signer, &h->offer, digest, digest, point[0], h->offer.point};
	assert_int_equal(agreement_key(engine, &with_itself, h->key, sizeof(h->key), &h->tags), 0);
	return NULL;
}

static void the_core_leaves_nothing(void **state)
{
	for (size_t e = 0; e < engine_count; e++) {
		struct held *h = search_map(sizeof(*h));

		h->engine = engines[e];
		search_apart(draw, h);
		void *stack = search_on_stack(use_core, h);
		assert_true(search(false) > 0); /* the caller's own */
		assert_int_equal(munmap(h, sizeof(*h)), 0);
		assert_int_equal(search(true), 0);
		assert_int_equal(munmap(stack, SEARCH_STACK_SIZE), 0);
	}
}

/* A batch, as the engines with lanes work it; everything is drawn before. */
struct batch {
	const struct engine *engine;
	const uint8_t *frame; /* where the stack of the calls begins */
	uint8_t d[BATCH][32], point[BATCH][64], text[TEXT_SIZE], c1[64], c3[SM3_DIGEST], c2[TEXT_SIZE];
	struct signer signer[BATCH];
	struct sign_job sign[BATCH];
	struct affine key;
	bool good;
};

static void *use_batch(void *arg)
{
	struct batch *b = arg;

	b->frame = __builtin_frame_address(0);
	b->good = true;
	for (size_t i = 0; i < BATCH; i++)
		b->good &= scalar_fits(b->d[i]) != 0 && signer_init(&b->signer[i], b->d[i]) == 0;
	sign_many(b->engine, b->sign, BATCH);
	b->good &= public_of_many(b->engine, b->point, (const uint8_t(*)[32])b->d, BATCH) == 0;
	b->good &= b->engine->read(&b->key, b->point[0]) == 0;
	encrypt_text(b->engine, &b->key, BYTES_ARRAY(b->text), b->sign[0].random, b->c1, b->c3, b->c2);
	b->good &= decrypt_text(b->engine, &b->signer[0].d, b->c1, b->c3, BYTES_ARRAY(b->c2), b->text) == 0;
	return NULL;
}

/* The stack was zeros before; what is not below the calls is theirs, and must not reach farther than what they zero. */
static void nothing_works_below_what_is_wiped(void **state)
{
	for (size_t e = 0; e < engine_count; e++) {
		struct batch *b = search_map(sizeof(*b));

		b->engine = engines[e];
		oracle_random(b->d[0], sizeof(b->d));
		for (size_t i = 0; i < BATCH; i++) {
			b->d[i][0] &= 0x7f;
			b->sign[i] = (struct sign_job){.signer = &b->signer[i], .digest = digest};
			oracle_random(b->sign[i].random, NONCE_RANDOM_SIZE);
		}
		const uint8_t *stack = search_on_stack(use_batch, b), *lowest = stack;
		assert_true(b->good);
		while (*lowest == 0)
			lowest++;
		assert_in_range(b->frame - lowest, 1, STACK_WIPE_SIZE + CALLS_SIZE);
		assert_int_equal(munmap((void *)(uintptr_t)stack, SEARCH_STACK_SIZE), 0);
		assert_int_equal(munmap(b, sizeof(*b)), 0);
	}
}

/* Deep enough that the end of the thread does not come there. */
static void *forget_on_stack(void *arg)
{
	const struct held *h = arg;
	uint8_t frame[8192];

	memcpy(frame + sizeof(frame) / 2, h->d[0], 32);
	__asm__ volatile("" : : "r"(frame) : "memory");
	return NULL;
}

static void *forget_on_heap(void *arg)
{
	const struct held *h = arg;
	uint8_t *copy = malloc(256);

	assert_non_null(copy);
	memcpy(copy + 128, h->d[0], 32);
	__asm__ volatile("" : : "r"(copy) : "memory");
	free(copy);
	return NULL;
}

static void what_is_forgotten_is_found(void **state)
{
	void *(*const forget[])(void *) = {forget_on_stack, forget_on_heap};

	for (size_t i = 0; i < 2; i++) {
		struct held *h = search_map(sizeof(*h));

		search_apart(draw, h);
		void *stack = search_on_stack(forget[i], h);
		assert_int_equal(munmap(h, sizeof(*h)), 0);
		assert_in_range(search(false), 4, 32);
		assert_int_equal(munmap(stack, SEARCH_STACK_SIZE), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_core_leaves_nothing),
	    cmocka_unit_test(nothing_works_below_what_is_wiped),
	    cmocka_unit_test(what_is_forgotten_is_found),
	};

	engine_count = engine_list(engines);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
