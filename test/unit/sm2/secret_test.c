/* Run by valgrind, which is told that keys, nonces and texts are undefined: it complains where a branch or an address depends on them.
 * Told a control instead of an engine, it does such a thing, and valgrind must complain. Built with SM2_CHECK_SECRETS. */
#include "agreement.h"
#include "encryption.h"
#include "key_pair.h"
#include "signature.h"

#include <stdio.h>
#include <string.h>
#include <valgrind/memcheck.h>

static void mark_secret(void *p, size_t n)
{
	(void)VALGRIND_MAKE_MEM_UNDEFINED(p, n);
}

/* 1..n-2 and in no way special */
static void scalar(uint8_t d[32], uint8_t seed)
{
	for (size_t i = 0; i < 32; i++)
		d[i] = (uint8_t)(seed + 37 * i * i);
	d[0] = 0x5a;
}

static int signs(const struct engine *engine)
{
	enum { MANY = 5 };
	uint8_t d[MANY][32], digest[MANY][32], point[MANY][64];
	static struct signer signer[MANY];
	struct sign_job sign[MANY];
	struct verify_job check[MANY];
	struct affine key[MANY];

	for (uint8_t i = 0; i < MANY; i++) {
		scalar(d[i], i);
		memset(digest[i], i, 32);
		mark_secret(d[i], 32);
		if (signer_init(&signer[i], d[i]) != 0)
			return -1;
		sign[i] = (struct sign_job){.signer = &signer[i], .digest = digest[i]};
		mark_secret(sign[i].random, sizeof(sign[i].random));
	}
	if (public_of_many(engine, point, (const uint8_t(*)[32])d, MANY) != 0)
		return -1;
	sign_many(engine, sign, MANY);
	for (size_t i = 0; i < MANY; i++) {
		if (engine->read(&key[i], point[i]) != 0)
			return -1;
		check[i] = (struct verify_job){.key = &key[i], .digest = digest[i], .rs = sign[i].rs};
	}
	verify_many(&engine_portable, check, MANY); /* there is no secret in it: the fastest under valgrind */
	for (size_t i = 0; i < MANY; i++) {
		if (!check[i].valid)
			return -1;
	}
	return 0;
}

static int encrypts(const struct engine *engine)
{
	uint8_t d[1][32], point[1][64], text[50] = "a text that nobody else may read", opened[50], random[32] = {1}, c1[64], c3[32], c2[50];
	struct affine key;
	struct fn secret;

	scalar(d[0], 9);
	mark_secret(d, sizeof(d));
	if (public_of_many(engine, point, (const uint8_t(*)[32])d, 1) != 0 || engine->read(&key, point[0]) != 0)
		return -1;
	mark_secret(random, sizeof(random));
	mark_secret(text, sizeof(text));
	encrypt_text(engine, &key, BYTES_ARRAY(text), random, c1, c3, c2);
	(void)VALGRIND_MAKE_MEM_DEFINED(c1, sizeof(c1));
	(void)VALGRIND_MAKE_MEM_DEFINED(c2, sizeof(c2));
	(void)VALGRIND_MAKE_MEM_DEFINED(c3, sizeof(c3));
	(void)fn_read(&secret, d[0]);
	if (decrypt_text(engine, &secret, c1, c3, BYTES_ARRAY(c2), opened) != 0)
		return -1;
	(void)VALGRIND_MAKE_MEM_DEFINED(text, sizeof(text));
	(void)VALGRIND_MAKE_MEM_DEFINED(opened, sizeof(opened));
	return memcmp(text, opened, sizeof(text));
}

static int agrees(const struct engine *engine)
{
	static const uint8_t z[2][SM3_DIGEST] = {{1}, {2}};
	uint8_t d[2][32], point[2][64], random[NONCE_RANDOM_SIZE] = {1}, key[2][40];
	static struct agreement_offer offer[2];
	struct agreement_tags tags;
	struct signer signer[2];

	for (uint8_t i = 0; i < 2; i++) {
		scalar(d[i], i);
		mark_secret(d[i], 32);
		mark_secret(random, sizeof(random));
		if (signer_init(&signer[i], d[i]) != 0)
			return -1;
		agreement_offer_make(&offer[i], engine, &signer[i], z[i], random);
	}
	if (public_of_many(engine, point, (const uint8_t(*)[32])d, 2) != 0)
		return -1;
	for (int i = 0; i < 2; i++) {
		const struct agreement a = {i == 0, &signer[i], &offer[i], z[i], z[1 - i], point[1 - i], offer[1 - i].point};

		if (agreement_key(engine, &a, key[i], sizeof(key[i]), &tags) != 0)
			return -1;
	}
	(void)VALGRIND_MAKE_MEM_DEFINED(key, sizeof(key));
	return memcmp(key[0], key[1], sizeof(key[0]));
}

static int control_branch(void)
{
	uint8_t d[32];

	scalar(d, 3);
	mark_secret(d, sizeof(d));
	return printf(d[3] & 1 ? "odd\n" : "an even one\n") < 0;
}

static int control_address(void)
{
	static uint8_t table[256];
	uint8_t d[32];

	scalar(d, 3);
	mark_secret(d, sizeof(d));
	table[d[5]]++;
	return 0;
}

/* What is made for public numbers, given a secret one. */
static int control_library(void)
{
	struct affine p = curve_base;
	struct sum_check check = {.p = &p};
	uint8_t d[32];

	scalar(d, 3);
	mark_secret(d, sizeof(d));
	(void)fn_read(&check.s, d);
	check.t.v[0] = 5;
	engine_portable.check(&check, 1);
	return 0;
}

/* The argument names the engine: valgrind hides some of what the processor has, though it can run it. The lanes of ifma are linked in plain
 * C (plain512/immintrin.h). */
int main(int argc, char **argv)
{
	const struct engine *engine = &engine_portable;

	if (!RUNNING_ON_VALGRIND || argc != 2)
		return 2;
	if (strcmp(argv[1], "control-branch") == 0)
		return control_branch();
	if (strcmp(argv[1], "control-address") == 0)
		return control_address();
	if (strcmp(argv[1], "control-library") == 0)
		return control_library();
#ifdef __x86_64__
	if (strcmp(argv[1], "adx") == 0)
		engine = &engine_adx;
	if (strcmp(argv[1], "ifma") == 0)
		engine = &engine_ifma;
#endif
	if (signs(engine) != 0)
		return 1;
	return strcmp(argv[1], "ifma") != 0 && (encrypts(engine) != 0 || agrees(engine) != 0); /* which ifma leaves to adx */
}
