/* One key in many hands: threads, copies, and the two processes after a fork. */
#include "provider_fixture.h"

#include <openssl/err.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define THREADS 4
#define ROUNDS 200
#define OCTETS 80

struct signature {
	size_t size;
	uint8_t der[OCTETS];
};

static struct signature sign(EVP_PKEY *key)
{
	struct signature s = {0};

	s.size = provider_sign(key, "text", s.der);
	return s;
}

static void expect_good(EVP_PKEY *key, const struct signature *s)
{
	assert_true(provider_verify(key, THEIRS, "text", s->der, s->size));
	assert_true(provider_verify(key, OURS, "text", s->der, s->size));
}

/* What a thread finds wrong it counts: cmocka's assertions are for the first thread. */
struct hand {
	EVP_PKEY *key;
	pthread_t thread;
	size_t wrong;
	struct signature last;
};

/* Signs, verifies, encrypts and decrypts, and holds the key and lets it go. */
static void *use(void *arg)
{
	struct hand *h = arg;
	uint8_t cipher[200], text[16];

	for (int i = 0; i < ROUNDS; i++) {
		EVP_PKEY *copy = EVP_PKEY_dup(h->key);
		EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, h->key, OURS);
		EVP_MD_CTX *message = EVP_MD_CTX_new();
		size_t made = sizeof(cipher), opened = sizeof(text);

		h->last.size = OCTETS;
		h->wrong += EVP_DigestSignInit_ex(message, NULL, "SM3", NULL, OURS, i % 2 ? copy : h->key, NULL) != 1 ||
		            EVP_DigestSign(message, h->last.der, &h->last.size, (const uint8_t *)"text", 4) != 1;
		EVP_MD_CTX_free(message);
		EVP_PKEY_free(copy);
		message = EVP_MD_CTX_new();
		h->wrong += EVP_DigestVerifyInit_ex(message, NULL, "SM3", NULL, OURS, h->key, NULL) != 1 ||
		            EVP_DigestVerify(message, h->last.der, h->last.size, (const uint8_t *)"text", 4) != 1;
		h->wrong +=
		    EVP_PKEY_encrypt_init(ctx) != 1 || EVP_PKEY_encrypt(ctx, cipher, &made, (const uint8_t *)"a short text", 12) != 1;
		h->wrong += EVP_PKEY_decrypt_init(ctx) != 1 || EVP_PKEY_decrypt(ctx, text, &opened, cipher, made) != 1 || opened != 12 ||
		            memcmp(text, "a short text", 12) != 0;
		EVP_MD_CTX_free(message);
		EVP_PKEY_CTX_free(ctx);
	}
	return NULL;
}

static void threads_share_a_key(void **state)
{
	static struct hand hand[THREADS];
	EVP_PKEY *key = provider_generate(OURS);

	for (size_t i = 0; i < THREADS; i++) {
		hand[i].key = key;
		assert_int_equal(pthread_create(&hand[i].thread, NULL, use, &hand[i]), 0);
	}
	for (size_t i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(hand[i].thread, NULL), 0);
		assert_int_equal(hand[i].wrong, 0);
		expect_good(key, &hand[i].last);
	}
	EVP_PKEY_free(key);
}

/* The copy outlives what it was copied from. */
static void copies_sign(void **state)
{
	EVP_PKEY *key = provider_generate(OURS), *copy = EVP_PKEY_dup(key), *again;
	struct signature s;

	assert_non_null(copy);
	again = EVP_PKEY_dup(copy);
	s = sign(copy);
	expect_good(key, &s);
	s = sign(key);
	expect_good(copy, &s);
	EVP_PKEY_free(key);
	s = sign(copy);
	EVP_PKEY_free(copy);
	expect_good(again, &s);
	s = sign(again);
	expect_good(again, &s);
	EVP_PKEY_free(again);
}

static void write_all(int fd, const struct signature *s)
{
	if (write(fd, s, sizeof(*s)) != sizeof(*s))
		_exit(3);
}

/* Parent and children sign the same text with the same key: all signatures are good, and no two have one r, so no nonce came twice. */
static void a_fork_gives_new_nonces(void **state)
{
	enum { EACH = 3, ALL = 3 * EACH };
	EVP_PKEY *key = provider_generate(OURS);
	struct signature all[ALL];
	size_t n = 0;
	int pipes[2], status;

	(void)sign(key); /* the generator has its state before it is copied */
	for (int child = 0; child < 2; child++) {
		assert_int_equal(pipe(pipes), 0);
		pid_t pid = fork();
		assert_true(pid >= 0);
		if (pid == 0) {
			for (int i = 0; i < EACH; i++) {
				struct signature s = sign(key);
				write_all(pipes[1], &s);
			}
			_exit(0);
		}
		(void)close(pipes[1]);
		for (int i = 0; i < EACH; i++)
			assert_int_equal(read(pipes[0], &all[n++], sizeof(all[0])), sizeof(all[0]));
		(void)close(pipes[0]);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_int_equal(status, 0);
	}
	while (n < ALL)
		all[n++] = sign(key);
	for (size_t i = 0; i < ALL; i++) {
		expect_good(key, &all[i]);
		for (size_t j = 0; j < i; j++)
			assert_memory_not_equal(all[i].der + 4, all[j].der + 4, 32);
	}
	EVP_PKEY_free(key);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(threads_share_a_key),
	    cmocka_unit_test(copies_sign),
	    cmocka_unit_test(a_fork_gives_new_nonces),
	};

	return provider_run_tests(argc, argv, tests);
}
