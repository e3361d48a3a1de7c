/* After a private key was used no word of it, of its nonce or of what was encrypted is left anywhere in the process: not on the stack, not
 * on the heap. All memory that can be written is searched, as /proc/self/maps names it. */
#include "agreement.h"
#include "encryption.h"
#include "envelope.h"
#include "key_pair.h"
#include "oracle.h"
#include "signature.h"
#include "sm2.h"
#include "stack_wipe.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#define TEXT_SIZE 48
#define BATCH 33
#define CALLS_SIZE 512 /* frames between the test and what is wiped, and the call that wipes */
#define STACK_SIZE (1u << 20)
#define NEEDLES_MAX 128

/* Words of secrets, masked so that the list is no find itself. Searched for at every octet, as words and as octets of numbers. */
static const uint64_t mask = 0x5ca1ab1e0ddba11d;
static uint64_t needle[NEEDLES_MAX];
static const char *needle_name[NEEDLES_MAX];
static size_t needles;

static const struct engine *engines[ENGINES_MAX];
static size_t engine_count;

#define BATCH 33 /* some engines work on a batch in another way */

/* What the caller of the library holds; unmapped before the search. */
struct held {
	const struct engine *engine;
	uint8_t d[1][32], random[NONCE_RANDOM_SIZE], encryption_random[NONCE_RANDOM_SIZE], text[TEXT_SIZE], opened[TEXT_SIZE];
	uint8_t offer_random[NONCE_RANDOM_SIZE], key[32];
	struct agreement_offer offer;
	struct agreement_tags tags;
	struct signer signer;
	struct fn secret;
	struct secret scalar;
};

static const uint8_t digest[SM3_DIGEST] = {4, 5, 6};

static void *map(size_t size)
{
	void *page = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_ptr_not_equal(page, MAP_FAILED);
	return page;
}

/* Runs in a thread, whose stack is left as it was at the end, for the search. */
static void *on_stack(void *(*run)(void *), void *arg)
{
	void *stack = map(STACK_SIZE);
	pthread_attr_t attr;
	pthread_t thread;

	assert_int_equal(pthread_attr_init(&attr), 0);
	assert_int_equal(pthread_attr_setstack(&attr, stack, STACK_SIZE), 0);
	assert_int_equal(pthread_create(&thread, &attr, run, arg), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	pthread_attr_destroy(&attr);
	return stack;
}

/* What the test itself does with secrets is not searched. */
static void apart(void *(*run)(void *), void *arg)
{
	assert_int_equal(munmap(on_stack(run, arg), STACK_SIZE), 0);
}

static void add_word(const char *name, uint64_t word)
{
	if (needles < NEEDLES_MAX) {
		needle_name[needles] = name;
		needle[needles++] = word ^ mask;
	}
}

/* Least significant limb first, and each limb as it stands in octets. */
static void add_number(const char *name, const struct fn *a)
{
	for (size_t i = 0; i < LIMBS; i++) {
		add_word(name, a->v[i]);
		add_word(name, __builtin_bswap64(a->v[i]));
	}
}

static void add_octets(const char *name, const uint8_t *octets, size_t size)
{
	uint64_t word;

	for (size_t i = 0; i + sizeof(word) <= size; i += sizeof(word)) {
		memcpy(&word, octets + i, sizeof(word));
		add_word(name, word);
	}
}

static void add_key(const uint8_t d[32])
{
	static const struct fn one = {{1}};
	struct fn secret, inverse;
	struct nonce_key key;

	(void)fn_read(&secret, d);
	add_number("d", &secret);
	fn_add(&inverse, &secret, &one);
	fn_inverse(&inverse, &inverse);
	add_number("(1+d)^-1", &inverse);
	fn_to_montgomery(&inverse, &inverse);
	add_number("(1+d)^-1 in Montgomery's form", &inverse);
	nonce_key(&key, d);
	add_octets("the nonces' key", (const uint8_t *)key.v, sizeof(key.v));
}

/* Draws what the caller holds, and notes all that is secret about it. */
static void *draw(void *arg)
{
	struct held *h = arg;
	struct nonce_key key;
	struct fn k;

	needles = 0;
	do
		oracle_random(h->d[0], 32);
	while (!scalar_fits(h->d[0]));
	(void)fn_read(&h->secret, h->d[0]);
	oracle_random(h->random, sizeof(h->random));
	oracle_random(h->encryption_random, sizeof(h->encryption_random));
	oracle_random(h->text, sizeof(h->text));
	add_key(h->d[0]);
	nonce_key(&key, h->d[0]);
	nonce_make(&k, &key, h->random, digest, 0);
	add_number("k", &k);
	oracle_random(h->offer_random, sizeof(h->offer_random));
	nonce_make(&k, &key, h->offer_random, digest, 0);
	add_number("r", &k);
	add_octets("the offer's random octets", h->offer_random, sizeof(h->offer_random));
	add_octets("the nonce's random octets", h->random, sizeof(h->random));
	add_octets("the encryption's random octets", h->encryption_random, sizeof(h->encryption_random));
	add_octets("the text", h->text, sizeof(h->text));
	return NULL;
}

static size_t search_range(const uint8_t *at, const uint8_t *end, bool tell)
{
	static bool maybe[1 << 16];
	size_t found = 0;
	uint64_t word;

	memset(maybe, 0, sizeof(maybe));
	for (size_t i = 0; i < needles; i++)
		maybe[needle[i] >> 48] = true;
	for (; at + sizeof(word) <= end; at++) {
		memcpy(&word, at, sizeof(word));
		if (!maybe[(word ^ mask) >> 48])
			continue;
		for (size_t i = 0; i < needles; i++) {
			if ((word ^ mask) == needle[i]) {
				if (tell)
					printf("# a word of %s at %p\n", needle_name[i], (const void *)at);
				found++;
			}
		}
	}
	return found;
}

/* How many words of the secrets there are in all memory that can be written; tell says which and where. */
static size_t search(bool tell)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	unsigned long start, end;
	char line[512], rights[8];
	size_t found = 0;

	assert_non_null(maps);
	while (fgets(line, sizeof(line), maps) != NULL) {
		if (sscanf(line, "%lx-%lx %7s", &start, &end, rights) == 3 && rights[0] == 'r' && rights[1] == 'w')
			found += search_range((const uint8_t *)start, (const uint8_t *)end, tell);
	}
	(void)fclose(maps);
	return found;
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
		struct held *h = map(sizeof(*h));

		h->engine = engines[e];
		apart(draw, h);
		void *stack = on_stack(use_core, h);
		assert_true(search(false) > 0); /* the caller's own */
		assert_int_equal(munmap(h, sizeof(*h)), 0);
		assert_int_equal(search(true), 0);
		assert_int_equal(munmap(stack, STACK_SIZE), 0);
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
		struct batch *b = map(sizeof(*b));

		b->engine = engines[e];
		oracle_random(b->d[0], sizeof(b->d));
		for (size_t i = 0; i < BATCH; i++) {
			b->d[i][0] &= 0x7f;
			b->sign[i] = (struct sign_job){.signer = &b->signer[i], .digest = digest};
			oracle_random(b->sign[i].random, NONCE_RANDOM_SIZE);
		}
		const uint8_t *stack = on_stack(use_batch, b), *lowest = stack;
		assert_true(b->good);
		while (*lowest == 0)
			lowest++;
		assert_in_range(b->frame - lowest, 1, STACK_WIPE_SIZE + CALLS_SIZE);
		assert_int_equal(munmap((void *)(uintptr_t)stack, STACK_SIZE), 0);
		assert_int_equal(munmap(b, sizeof(*b)), 0);
	}
}

static void *note_scalar(void *arg)
{
	const struct held *h = arg;

	needles = 0;
	add_key(h->scalar.data);
	return NULL;
}

/* One key made, read, sealed, opened, used; the needles are noted as soon as it is there. */
static void *use_door(void *arg)
{
	const struct bytes text = BYTES_LITERAL("a message");
	struct held *h = arg;
	struct sm2_private *key, *again, *other, *received;
	struct buf signature, cipher, envelope;
	struct secret opened;
	struct err err;

	buf_init(&signature, SM2_SIGNATURE_MAX);
	buf_init(&cipher, 1024);
	buf_init(&envelope, 1024);
	assert_int_equal(sm2_private_generate(&key, &err), 0);
	assert_int_equal(sm2_private_generate(&other, &err), 0);
	assert_int_equal(sm2_private_scalar(key, &h->scalar, &err), 0);
	apart(note_scalar, h);
	assert_int_equal(sm2_private_from_scalar(&again, &h->scalar, &err), 0);
	assert_int_equal(sm2_sign(again, text, &signature, &err), 0);
	assert_int_equal(sm2_encrypt(sm2_private_public(key), text, &cipher, &err), 0);
	assert_int_equal(sm2_decrypt(key, buf_get(&cipher), &opened, &err), 0);
	assert_int_equal(envelope_seal(sm2_private_public(other), key, &envelope, &err), 0);
	assert_int_equal(envelope_open(other, buf_get(&envelope), &received, &err), 0);
	secret_free(&opened);
	sm2_private_free(&received);
	sm2_private_free(&again);
	sm2_private_free(&other);
	sm2_private_free(&key);
	buf_free(&signature);
	buf_free(&cipher);
	buf_free(&envelope);
	return NULL;
}

static void the_door_leaves_nothing(void **state)
{
	struct held *h = map(sizeof(*h));
	void *stack = on_stack(use_door, h);

	assert_true(search(false) > 0); /* what was read */
	secret_free(&h->scalar);
	assert_int_equal(search(true), 0);
	assert_int_equal(munmap(stack, STACK_SIZE), 0);
	assert_int_equal(munmap(h, sizeof(*h)), 0);
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
		struct held *h = map(sizeof(*h));

		apart(draw, h);
		void *stack = on_stack(forget[i], h);
		assert_int_equal(munmap(h, sizeof(*h)), 0);
		assert_in_range(search(false), 4, 32);
		assert_int_equal(munmap(stack, STACK_SIZE), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_core_leaves_nothing),
	    cmocka_unit_test(nothing_works_below_what_is_wiped),
	    cmocka_unit_test(the_door_leaves_nothing),
	    cmocka_unit_test(what_is_forgotten_is_found),
	};

	engine_count = engine_list(engines);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
