/* After a key went through hufusm2 no word of it is left in the process. */
#include "provider_fixture.h"
#include "secret_search.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define TEXT_SIZE 48

/* What the caller holds; unmapped before the search. */
struct held {
	uint8_t d[32], text[TEXT_SIZE], opened[TEXT_SIZE];
	char pem[1000];
	size_t pem_size;
};

static void *note(void *arg)
{
	const struct held *h = arg;

	search_begin();
	search_add_key(h->d);
	search_add_octets("the text", h->text, sizeof(h->text));
	return NULL;
}

/* OpenSSL's decoders, which are of the default provider, leave the key's octets in memory that they freed: twice as DER, and once as the
 * parameters with which they give it to hufusm2. That is out of its hands; of what it makes of d itself nothing may be left. */
static void *note_without_d(void *arg)
{
	const struct held *h = arg;

	search_begin();
	search_add_signer(h->d);
	search_add_octets("the text", h->text, sizeof(h->text));
	return NULL;
}

static void use(EVP_PKEY *key, struct held *h)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, OURS);
	EVP_PKEY *copy = EVP_PKEY_dup(key);
	uint8_t der[80], cipher[200];
	size_t made = sizeof(cipher), opened = sizeof(h->opened);

	assert_true(provider_verify(key, OURS, "text", der, provider_sign(copy, "text", der)));
	assert_int_equal(EVP_PKEY_encrypt_init(ctx), 1);
	assert_int_equal(EVP_PKEY_encrypt(ctx, cipher, &made, h->text, sizeof(h->text)), 1);
	assert_int_equal(EVP_PKEY_decrypt_init(ctx), 1);
	assert_int_equal(EVP_PKEY_decrypt(ctx, h->opened, &opened, cipher, made), 1);
	assert_memory_equal(h->text, h->opened, TEXT_SIZE);
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(copy);
	EVP_PKEY_free(key);
}

/* In a process of its own, of whose heap nothing is left here. */
static void draw(struct held *h)
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid != 0) {
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_int_equal(status, 0);
		return;
	}
	for (size_t i = 0; i < sizeof(h->text); i++)
		h->text[i] = (uint8_t)(0x91 * i + 0x3c);
	EVP_PKEY *key = provider_generate(OURS);
	BIGNUM *d = NULL;
	assert_int_equal(EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_PRIV_KEY, &d), 1);
	assert_int_equal(BN_bn2binpad(d, h->d, 32), 32);
	BN_clear_free(d);
	BIO *out = BIO_new(BIO_s_secmem());
	assert_int_equal(PEM_write_bio_PrivateKey(out, key, NULL, NULL, 0, NULL, NULL), 1);
	h->pem_size = (size_t)BIO_read(out, h->pem, sizeof(h->pem));
	BIO_free(out);
	EVP_PKEY_free(key);
	_exit(0);
}

static void *generate(void *arg)
{
	struct held *h = arg;
	EVP_PKEY *key = provider_generate(OURS);
	BIGNUM *d = NULL;

	assert_int_equal(EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_PRIV_KEY, &d), 1);
	assert_int_equal(BN_bn2binpad(d, h->d, 32), 32);
	BN_clear_free(d);
	search_apart(note, h);
	use(key, h);
	return NULL;
}

static void *import(void *arg)
{
	struct held *h = arg;

	search_apart(note, h);
	use(provider_take(NULL, 0, h->d, "SM2", EVP_PKEY_KEYPAIR), h);
	return NULL;
}

static void *read_pem(void *arg)
{
	struct held *h = arg;
	BIO *in = BIO_new_mem_buf(h->pem, (int)h->pem_size);

	search_apart(note_without_d, h);
	use(PEM_read_bio_PrivateKey(in, NULL, NULL, NULL), h);
	BIO_free(in);
	return NULL;
}

static void nothing_is_left(void **state)
{
	void *(*const ways[])(void *) = {generate, import, read_pem};

	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		struct held *h = mmap(NULL, sizeof(*h), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

		assert_ptr_not_equal(h, MAP_FAILED);
		draw(h);
		void *stack = search_on_stack(ways[i], h);
		assert_true(search(false) > 0); /* the caller's own */
		assert_int_equal(munmap(h, sizeof(*h)), 0);
		assert_int_equal(search(true), 0);
		assert_int_equal(munmap(stack, SEARCH_STACK_SIZE), 0);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(nothing_is_left)};

	return provider_run_tests(argc, argv, tests);
}
