/* Encryption: the standard's example, what must be refused, and OpenSSL on the other side. The argument is the number of texts, each of
 * them encrypted and decrypted both ways. */
#include "encryption.h"

#include "key_pair.h"
#include "oracle.h"
#include "vector.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* GB/T 32918.5 */
#define D "3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8"
#define P "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
#define K "59276E27D506861A16680F3AD9C02DCCEF3CC1FA3CDBE4CE6D54B80DEAC1BC21"
#define C1 \
	"04EBFC718E8D1798620432268E77FEB6415E2EDE0E073C0F4F640ECD2E149A73E858F9D81E5430A57B36DAAB8F950A3C64E6EE6A63094D99283AFF767E124DF0"
#define C3 "59983C18F809E262923C53AEC295D30383B54E39D609D160AFCB1908D0BD8766"
#define C2 "21886CA989CA9C7D58087307CA93092D651EFA"

#define TEXT_MAX 200 /* of oracle_decrypt */

static const struct engine *engines[ENGINES_MAX];
static size_t engine_count, cases = 300;

static void put(const char *hex, uint8_t *out)
{
	struct buf b = vector(hex);

	memcpy(out, b.data, b.size);
	buf_free(&b);
}

struct pair {
	uint8_t d[1][32], point[1][64];
	struct fn secret;
	struct affine key;
};

static void draw(struct pair *p, const struct engine *engine)
{
	do
		oracle_random(p->d[0], 32);
	while (!scalar_fits(p->d[0]));
	(void)fn_read(&p->secret, p->d[0]);
	assert_int_equal(public_of_many(engine, p->point, (const uint8_t(*)[32])p->d, 1), 0);
	assert_int_equal(engine->read(&p->key, p->point[0]), 0);
}

static void encrypts_and_decrypts_the_example(void **state)
{
	const struct bytes text = BYTES_LITERAL("encryption standard");
	uint8_t d[32], point[64], k_octets[32], c1[64], c3[32], c2[19], opened[19];
	struct affine key;
	struct fn k, secret;

	put(D, d);
	put(P, point);
	put(K, k_octets);
	(void)fn_read(&k, k_octets);
	(void)fn_read(&secret, d);
	for (size_t i = 0; i < engine_count; i++) {
		assert_int_equal(engines[i]->read(&key, point), 0);
		assert_true(encrypt_with(engines[i], &key, text, &k, c1, c3, c2) != 0);
		assert_vector(BYTES_ARRAY(c1), C1);
		assert_vector(BYTES_ARRAY(c3), C3);
		assert_vector(BYTES_ARRAY(c2), C2);
		assert_int_equal(decrypt_text(engines[i], &secret, c1, c3, BYTES_ARRAY(c2), opened), 0);
		assert_memory_equal(opened, text.data, sizeof(opened));
		for (size_t bit = 0; bit < 8 * sizeof(c2); bit += 5) {
			c2[bit / 8] ^= (uint8_t)(1u << bit % 8);
			assert_int_equal(decrypt_text(engines[i], &secret, c1, c3, BYTES_ARRAY(c2), opened), -1);
			c2[bit / 8] ^= (uint8_t)(1u << bit % 8);
		}
		c3[5] ^= 1;
		assert_int_equal(decrypt_text(engines[i], &secret, c1, c3, BYTES_ARRAY(c2), opened), -1);
		c3[5] ^= 1;
		c1[63] ^= 1; /* no point of the curve */
		assert_int_equal(decrypt_text(engines[i], &secret, c1, c3, BYTES_ARRAY(c2), opened), -1);
	}
}

/* The text is one octet, so one k in 256 has a key stream of nothing but zeros: the cipher would be the text, and C3 agrees with it. */
static void refuses_a_key_stream_of_zeros(void **state)
{
	const struct bytes text = BYTES_LITERAL("x");
	uint8_t c1[64], c3[32], c2[1], opened[1];
	unsigned seen = 0;
	struct pair p;

	draw(&p, engines[0]);
	for (struct fn k = {{1}}; k.v[0] <= 4096 && seen < 3; k.v[0]++) {
		bool good = encrypt_with(engines[0], &p.key, text, &k, c1, c3, c2) != 0;

		assert_int_equal(good, c2[0] != 'x');
		seen += !good;
		for (size_t e = 0; e < engine_count && (!good || k.v[0] < 8); e++) {
			opened[0] = 'y';
			assert_int_equal(decrypt_text(engines[e], &p.secret, c1, c3, BYTES_ARRAY(c2), opened), good ? 0 : -1);
			assert_int_equal(opened[0], good ? 'x' : 0);
		}
	}
	assert_int_equal(seen, 3);
}

/* k of the given attempt, as encrypt_text makes it. */
static struct fn nonce_of(const struct pair *p, struct bytes text, const uint8_t random[NONCE_RANDOM_SIZE], uint8_t attempt)
{
	uint8_t digest[SM3_DIGEST];
	struct nonce_key mix;
	struct sm3_state s;
	struct fn k;

	sm3_begin(&s);
	sm3_add(&s, p->point[0], 32);
	sm3_add(&s, text.data, text.size);
	sm3_add(&s, p->point[0] + 32, 32);
	sm3_end(&s, digest);
	nonce_key(&mix, random, NONCE_OF_ENCRYPTION);
	nonce_make(&k, &mix, p->point[0], digest, attempt);
	return k;
}

/* Random octets whose first k has such a stream, and whose second one has not. */
static void takes_another_nonce_then(void **state)
{
	const struct bytes text = BYTES_LITERAL("x");
	uint8_t random[NONCE_RANDOM_SIZE] = {0}, c1[64], want[64], c3[32], c2[1], opened[1];
	struct pair p;
	struct fn k;

	draw(&p, engines[0]);
	for (uint16_t count = 0;; count++) {
		assert_true(count < 8192);
		memcpy(random, &count, sizeof(count));
		k = nonce_of(&p, text, random, 0);
		if (encrypt_with(engines[0], &p.key, text, &k, want, c3, c2) != 0)
			continue;
		k = nonce_of(&p, text, random, 1);
		if (encrypt_with(engines[0], &p.key, text, &k, want, c3, c2) != 0)
			break;
	}
	encrypt_text(engines[0], &p.key, text, random, c1, c3, c2);
	assert_memory_equal(c1, want, sizeof(c1));
	assert_int_equal(decrypt_text(engines[0], &p.secret, c1, c3, BYTES_ARRAY(c2), opened), 0);
	assert_int_equal(opened[0], 'x');
}

/* All engines make the same of the same random octets; what one of the three parts has another bit in is refused. */
static void agrees_with_openssl(void **state)
{
	uint8_t text[TEXT_MAX], random[NONCE_RANDOM_SIZE], c1[64], c3[32], c2[TEXT_MAX], opened[TEXT_MAX];
	struct pair p;

	for (size_t i = 0; i < cases; i++) {
		const struct engine *engine = engines[i % engine_count], *other = engines[i / engine_count % engine_count];
		uint8_t drawn[NONCE_RANDOM_SIZE], c1_other[64], c3_other[32], c2_other[TEXT_MAX];
		const size_t size = i % TEXT_MAX + 1;

		draw(&p, engine);
		oracle_random(text, size);
		oracle_random(drawn, sizeof(drawn));
		memcpy(random, drawn, sizeof(drawn));
		encrypt_text(engine, &p.key, (struct bytes){text, size}, random, c1, c3, c2);
		memcpy(random, drawn, sizeof(drawn));
		encrypt_text(other, &p.key, (struct bytes){text, size}, random, c1_other, c3_other, c2_other);
		assert_memory_equal(c1, c1_other, sizeof(c1));
		assert_memory_equal(c3, c3_other, sizeof(c3));
		assert_memory_equal(c2, c2_other, size);
		assert_true(oracle_decrypt(opened, size, p.d[0], c1, c3, c2));
		assert_memory_equal(opened, text, size);

		oracle_encrypt(c1, c3, c2, p.point[0], text, size);
		memset(opened, 0, size);
		bool hidden =
		    memcmp(c2, text, size) != 0; /* OpenSSL does not look whether the key stream is zeros, which it may be for an octet */
		assert_int_equal(decrypt_text(engine, &p.secret, c1, c3, (struct bytes){c2, size}, opened), hidden ? 0 : -1);
		if (hidden)
			assert_memory_equal(opened, text, size);
		uint8_t *const part[] = {c1, c3, c2};
		const size_t part_size[] = {sizeof(c1), sizeof(c3), size}, which = i % 3, bit = drawn[0] % (8 * part_size[which]);
		part[which][bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_int_equal(decrypt_text(engine, &p.secret, c1, c3, (struct bytes){c2, size}, opened), -1);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(encrypts_and_decrypts_the_example),
	    cmocka_unit_test(refuses_a_key_stream_of_zeros),
	    cmocka_unit_test(takes_another_nonce_then),
	    cmocka_unit_test(agrees_with_openssl),
	};

	if (argc > 1)
		cases = strtoul(argv[1], NULL, 10);
	engine_count = engine_list(engines);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
