/* hufusm2 through OpenSSL's interface, beside the default provider: what one makes the other takes. The first argument is its folder. */
#include "provider_fixture.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/provider.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define ID "1234567812345678"

/* id NULL: as the provider has it. */
static EVP_MD_CTX *start(EVP_PKEY *key, const char *by, const char *id, int verify)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *pctx;

	if (verify)
		assert_int_equal(EVP_DigestVerifyInit_ex(ctx, &pctx, "SM3", NULL, by, key, NULL), 1);
	else
		assert_int_equal(EVP_DigestSignInit_ex(ctx, &pctx, "SM3", NULL, by, key, NULL), 1);
	if (id)
		assert_int_equal(EVP_PKEY_CTX_set1_id(pctx, id, (int)strlen(id)), 1);
	return ctx;
}

static size_t sign(EVP_PKEY *key, const char *by, const char *id, const char *text, uint8_t out[80])
{
	EVP_MD_CTX *ctx = start(key, by, id, 0);
	size_t size = 80;

	assert_int_equal(EVP_DigestSign(ctx, out, &size, (const uint8_t *)text, strlen(text)), 1);
	EVP_MD_CTX_free(ctx);
	return size;
}

static int verify(EVP_PKEY *key, const char *by, const char *id, const char *text, const uint8_t *der, size_t size)
{
	EVP_MD_CTX *ctx = start(key, by, id, 1);
	int answer = EVP_DigestVerify(ctx, der, size, (const uint8_t *)text, strlen(text));

	EVP_MD_CTX_free(ctx);
	ERR_clear_error();
	return answer == 1;
}

static void signs_and_verifies_across(void **state)
{
	static const char *const makers[] = {OURS, THEIRS};
	uint8_t der[80];

	for (size_t maker = 0; maker < 2; maker++) {
		EVP_PKEY *key = provider_generate(makers[maker]);

		for (int i = 0; i < 30; i++) {
			size_t size = sign(key, OURS, NULL, "text", der);

			assert_true(verify(key, OURS, NULL, "text", der, size));
			assert_true(verify(key, OURS, ID, "text", der, size));
			assert_true(verify(key, THEIRS, ID, "text", der, size));
			assert_false(verify(key, THEIRS, NULL, "text", der, size));
			assert_false(verify(key, OURS, "", "text", der, size));
			assert_false(verify(key, OURS, NULL, "texT", der, size));
			assert_false(verify(key, OURS, NULL, "text", der, size - 1));
			der[size] = 0;
			assert_false(verify(key, OURS, NULL, "text", der, size + 1));
			size = sign(key, THEIRS, ID, "text", der);
			assert_true(verify(key, OURS, NULL, "text", der, size));
			size = sign(key, THEIRS, "alice", "text", der);
			assert_true(verify(key, OURS, "alice", "text", der, size));
			assert_false(verify(key, OURS, NULL, "text", der, size));
			size = sign(key, OURS, "", "text", der);
			assert_true(verify(key, THEIRS, NULL, "text", der, size)); /* the empty one */
		}
		EVP_PKEY_free(key);
	}
}

static void streams_and_copies(void **state)
{
	EVP_PKEY *key = provider_generate(OURS);
	EVP_MD_CTX *ctx = start(key, OURS, NULL, 0), *copy = EVP_MD_CTX_new();
	uint8_t der[80];
	size_t size = 0;

	for (int i = 0; i < 100; i++)
		assert_int_equal(EVP_DigestSignUpdate(ctx, "0123456789", 10), 1);
	assert_int_equal(EVP_MD_CTX_copy_ex(copy, ctx), 1);
	assert_int_equal(EVP_DigestSignUpdate(ctx, "end", 3), 1);
	assert_int_equal(EVP_DigestSignFinal(ctx, NULL, &size), 1);
	assert_int_equal(size, 72);
	size = 10;
	assert_int_equal(EVP_DigestSignFinal(copy, der, &size), 0); /* no room */
	size = sizeof(der);
	assert_int_equal(EVP_DigestSignFinal(ctx, der, &size), 1);
	EVP_MD_CTX_free(copy);
	EVP_MD_CTX_free(ctx);

	ctx = start(key, THEIRS, ID, 1);
	for (int i = 0; i < 1000; i += 8)
		assert_int_equal(EVP_DigestVerifyUpdate(ctx, &"01234567890123456789"[i % 10], 8), 1);
	assert_int_equal(EVP_DigestVerifyUpdate(ctx, "end", 3), 1);
	assert_int_equal(EVP_DigestVerifyFinal(ctx, der, size), 1);
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(key);
	ERR_clear_error();
}

static void takes_keys_in_every_form(void **state)
{
	EVP_PKEY *key = provider_generate(OURS), *other = provider_generate(OURS), *copy = EVP_PKEY_dup(key), *taken;
	uint8_t point[65], compressed[33], d[32];
	BIGNUM *scalar = NULL;
	size_t size;
	char group[20];

	assert_int_equal(EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point), &size), 1);
	assert_int_equal(EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_PRIV_KEY, &scalar), 1);
	assert_int_equal(EVP_PKEY_get_group_name(key, group, sizeof(group), &size), 1);
	assert_string_equal(group, "SM2");
	assert_int_equal(EVP_PKEY_get_bits(key), 256);
	assert_int_equal(BN_bn2binpad(scalar, d, 32), 32);
	assert_int_equal(EVP_PKEY_eq(key, copy), 1);
	assert_int_equal(EVP_PKEY_eq(key, other), 0);

	taken = provider_take(point, 65, NULL, "SM2", EVP_PKEY_PUBLIC_KEY);
	assert_int_equal(EVP_PKEY_eq(key, taken), 1);
	EVP_PKEY_free(taken);
	compressed[0] = (uint8_t)(2 | (point[64] & 1));
	memcpy(compressed + 1, point + 1, 32);
	taken = provider_take(compressed, 33, NULL, "SM2", EVP_PKEY_PUBLIC_KEY);
	assert_int_equal(EVP_PKEY_eq(key, taken), 1);
	EVP_PKEY_free(taken);
	taken = provider_take(NULL, 0, d, "SM2", EVP_PKEY_KEYPAIR); /* the point is computed */
	assert_int_equal(EVP_PKEY_eq(key, taken), 1);
	EVP_PKEY_free(taken);

	BN_clear_free(scalar);
	EVP_PKEY_free(copy);
	EVP_PKEY_free(other);
	EVP_PKEY_free(key);
}

/* In a library context of its own, beside the usual one: that one's generator, providers and settings are not touched. */
static void works_in_a_context_of_its_own(void **state)
{
	const uint8_t digest[32] = {1};
	uint8_t der[80];

	for (int round = 0; round < 3; round++) {
		OSSL_LIB_CTX *context = OSSL_LIB_CTX_new();
		OSSL_PROVIDER *ours, *theirs;
		size_t size = sizeof(der);

		assert_int_equal(OSSL_PROVIDER_set_default_search_path(context, provider_folder()), 1);
		ours = OSSL_PROVIDER_load(context, "hufusm2");
		assert_non_null(ours);
		EVP_PKEY *key = EVP_PKEY_Q_keygen(context, OURS, "SM2");
		assert_null(key); /* it has no generator without default */
		ERR_clear_error();
		theirs = OSSL_PROVIDER_load(context, "default");
		assert_non_null(theirs);
		key = EVP_PKEY_Q_keygen(context, OURS, "SM2");
		assert_non_null(key);
		EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(context, key, OURS);
		assert_int_equal(EVP_PKEY_sign_init(ctx), 1);
		assert_int_equal(EVP_PKEY_sign(ctx, der, &size, digest, sizeof(digest)), 1);
		assert_int_equal(EVP_PKEY_verify_init(ctx), 1);
		assert_int_equal(EVP_PKEY_verify(ctx, der, size, digest, sizeof(digest)), 1);
		EVP_PKEY_CTX_free(ctx);
		EVP_PKEY_free(key);
		assert_int_equal(OSSL_PROVIDER_unload(theirs), 1);
		assert_int_equal(OSSL_PROVIDER_unload(ours), 1);
		OSSL_LIB_CTX_free(context);
	}
}

static size_t encrypt(EVP_PKEY *key, const char *by, const uint8_t *in, size_t size, uint8_t *out, size_t room)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, by);
	size_t need = 0;

	assert_int_equal(EVP_PKEY_encrypt_init(ctx), 1);
	assert_int_equal(EVP_PKEY_encrypt(ctx, NULL, &need, in, size), 1);
	assert_true(need <= room);
	assert_int_equal(EVP_PKEY_encrypt(ctx, out, &need, in, size), 1);
	EVP_PKEY_CTX_free(ctx);
	return need;
}

static int decrypts_to(EVP_PKEY *key, const char *by, const uint8_t *in, size_t size, const uint8_t *text, size_t text_size)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, by);
	uint8_t out[600];
	size_t got = sizeof(out);

	assert_int_equal(EVP_PKEY_decrypt_init(ctx), 1);
	int opened = EVP_PKEY_decrypt(ctx, out, &got, in, size) == 1 && got == text_size && memcmp(out, text, text_size) == 0;
	EVP_PKEY_CTX_free(ctx);
	ERR_clear_error();
	return opened;
}

static void encrypts_and_decrypts_across(void **state)
{
	EVP_PKEY *key = provider_generate(THEIRS);
	uint8_t text[300], cipher[600];

	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (uint8_t)i;
	for (size_t size = 1; size <= sizeof(text); size += 23) {
		size_t made = encrypt(key, OURS, text, size, cipher, sizeof(cipher));

		assert_true(decrypts_to(key, THEIRS, cipher, made, text, size));
		assert_true(decrypts_to(key, OURS, cipher, made, text, size));
		assert_false(decrypts_to(key, OURS, cipher, made - 1, text, size));
		cipher[made - 1] ^= 1;
		assert_false(decrypts_to(key, OURS, cipher, made, text, size));
		made = encrypt(key, THEIRS, text, size, cipher, sizeof(cipher));
		assert_true(decrypts_to(key, OURS, cipher, made, text, size));
	}
	EVP_PKEY_free(key);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(signs_and_verifies_across),     cmocka_unit_test(streams_and_copies),
	    cmocka_unit_test(takes_keys_in_every_form),      cmocka_unit_test(encrypts_and_decrypts_across),
	    cmocka_unit_test(works_in_a_context_of_its_own),
	};

	return provider_run_tests(argc, argv, tests);
}
