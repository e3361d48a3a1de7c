/* Nonces: in range, spread evenly, and another one whenever any of what they are made of is. */
#include "nonce.h"

#include "oracle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define DRAWS 65536

static const uint8_t secret[32] = {0x39, 0x45, 0x20}, digest[SM3_DIGEST] = {1, 2, 3};

static bool in_range(const struct fn *k)
{
	uint64_t scrap[LIMBS];

	return !fn_zero(k) && limbs_sub(scrap, k->v, fn_modulus.v);
}

/* Octets of the most even spread differ from the mean by chance alone: for 255 degrees of freedom their chi-square is below 390 but once
 * in 10^7. The top 32 bits of n are nearly ones, so every octet is spread evenly. */
static void expect_even(unsigned count[32][256])
{
	for (size_t place = 0; place < 32; place++) {
		double sum = 0, mean = DRAWS / 256.0;

		for (size_t value = 0; value < 256; value++)
			sum += (count[place][value] - mean) * (count[place][value] - mean) / mean;
		assert_true(sum < 390);
	}
}

/* With good random octets, and with a counter in their place. */
static void spread_evenly(void **state)
{
	static unsigned count[2][32][256];
	uint8_t random[NONCE_RANDOM_SIZE] = {0}, octets[32];
	struct nonce_key key;
	struct fn k;

	nonce_key(&key, secret, NONCE_OF_SIGNATURE);
	memset(count, 0, sizeof(count));
	for (uint32_t i = 0; i < DRAWS; i++) {
		for (size_t kind = 0; kind < 2; kind++) {
			memset(random, 0, sizeof(random));
			memcpy(random, &i, sizeof(i));
			if (kind == 1)
				oracle_random(random, sizeof(random));
			nonce_make(&k, &key, random, digest, 0);
			assert_true(in_range(&k));
			fn_write(octets, &k);
			for (size_t place = 0; place < 32; place++)
				count[kind][place][octets[place]]++;
		}
	}
	expect_even(count[0]);
	expect_even(count[1]);
}

/* Each bit of secret, random octets and digest changes about half the bits; the same again gives the same. */
static void depend_on_every_bit(void **state)
{
	struct {
		uint8_t secret[32], random[NONCE_RANDOM_SIZE], digest[SM3_DIGEST];
	} in = {{0x11}, {0x22}, {0x33}};
	struct nonce_key key;
	struct fn first, k;

	nonce_key(&key, in.secret, NONCE_OF_SIGNATURE);
	nonce_make(&first, &key, in.random, in.digest, 0);
	for (size_t bit = 0; bit <= 8 * sizeof(in); bit++) {
		uint8_t *octet = (uint8_t *)&in + bit / 8 % sizeof(in), flip = (uint8_t)(bit < 8 * sizeof(in) ? 1u << bit % 8 : 0);
		int changed = 0;

		*octet ^= flip;
		nonce_key(&key, in.secret, NONCE_OF_SIGNATURE);
		nonce_make(&k, &key, in.random, in.digest, 0);
		*octet ^= flip;
		for (size_t i = 0; i < LIMBS; i++)
			changed += __builtin_popcountll(k.v[i] ^ first.v[i]);
		if (flip == 0)
			assert_int_equal(changed, 0);
		else
			assert_in_range(changed, 64, 192);
	}
}

static void attempts_differ(void **state)
{
	static const uint8_t random[NONCE_RANDOM_SIZE] = {7};
	struct nonce_key key;
	struct fn k[40];

	nonce_key(&key, secret, NONCE_OF_SIGNATURE);
	for (uint8_t i = 0; i < 40; i++) {
		nonce_make(&k[i], &key, random, digest, i);
		assert_true(in_range(&k[i]));
		for (uint8_t j = 0; j < i; j++)
			assert_memory_not_equal(&k[i], &k[j], sizeof(k[i]));
	}
}

/* One secret, the same random octets and the same in the digest's place. */
static void uses_differ(void **state)
{
	static const char *const label[] = {NONCE_OF_SIGNATURE, NONCE_OF_AGREEMENT, NONCE_OF_ENCRYPTION};
	static const uint8_t random[NONCE_RANDOM_SIZE] = {7};
	struct nonce_key key;
	struct fn k[3];

	for (size_t i = 0; i < 3; i++) {
		nonce_key(&key, secret, label[i]);
		nonce_make(&k[i], &key, random, digest, 0);
		for (size_t j = 0; j < i; j++)
			assert_memory_not_equal(&k[i], &k[j], sizeof(k[i]));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(spread_evenly),
	    cmocka_unit_test(depend_on_every_bit),
	    cmocka_unit_test(attempts_differ),
	    cmocka_unit_test(uses_differ),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
