/* What hufusm2 refuses, it refuses with a reason of its own in OpenSSL's queue of errors. */
#include "provider_fixture.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/params.h>
#include <openssl/provider.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const uint8_t digest[32] = {1, 2, 3};

/* One of the errors that are waiting is this one of hufusm2's; afterwards none is. */
static void expect_reason(const char *reason)
{
	unsigned long error;
	bool found = false;

	while ((error = ERR_get_error()) != 0) {
		const char *by = ERR_lib_error_string(error), *why = ERR_reason_error_string(error);

		found |= by != NULL && why != NULL && strcmp(by, "hufusm2") == 0 && strcmp(why, reason) == 0;
	}
	if (!found)
		fail_msg("no error says: %s", reason);
}

static void refuses_keys(void **state)
{
	static const char scalar_range[] = "the private key is not in 1..n-2 (GB/T 32918.1 6.1)";
	static const char no_point[] = "the public key is no point of the curve (GB/T 32918.1 6.2.1)";
	static const uint8_t none[32] = {0};
	EVP_PKEY *key = provider_generate(OURS);
	uint8_t point[65], d[32];
	size_t size;

	assert_int_equal(EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point), &size), 1);
	assert_null(provider_take(point, 65, NULL, "P-256", EVP_PKEY_PUBLIC_KEY));
	expect_reason("the group is not SM2");
	assert_null(provider_take(NULL, 0, NULL, "SM2", EVP_PKEY_PUBLIC_KEY));
	expect_reason("there is no public key");
	assert_null(provider_take(point, 64, NULL, "SM2", EVP_PKEY_PUBLIC_KEY));
	expect_reason(no_point);
	assert_null(provider_take((const uint8_t[]){0}, 1, NULL, "SM2", EVP_PKEY_PUBLIC_KEY)); /* infinity */
	expect_reason(no_point);
	memset(d, 7, sizeof(d));
	assert_null(provider_take(point, 65, d, "SM2", EVP_PKEY_KEYPAIR));
	expect_reason("the private key is not that of the public key");
	point[40] ^= 1;
	assert_null(provider_take(point, 65, NULL, "SM2", EVP_PKEY_PUBLIC_KEY));
	expect_reason(no_point);
	assert_null(provider_take(NULL, 0, none, "SM2", EVP_PKEY_KEYPAIR));
	expect_reason(scalar_range);
	memset(d, 0xff, sizeof(d));
	assert_null(provider_take(NULL, 0, d, "SM2", EVP_PKEY_KEYPAIR));
	expect_reason(scalar_range);

	assert_int_not_equal(EVP_PKEY_set1_encoded_public_key(key, point, sizeof(point)), 1);
	expect_reason("a key does not change once it is made");
	assert_int_equal(EVP_PKEY_set_utf8_string_param(key, OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT, "uncompressed"), 1);
	assert_int_not_equal(EVP_PKEY_set_utf8_string_param(key, OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT, "compressed"), 1);
	expect_reason("points are given in the uncompressed form only (GB/T 35276 7.1)");
	EVP_PKEY_free(key);
}

static void refuses_halves_that_are_missing(void **state)
{
	EVP_PKEY *key = provider_generate(OURS), *curve = provider_take(NULL, 0, NULL, "SM2", EVP_PKEY_KEY_PARAMETERS), *half;
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, curve, OURS);
	uint8_t point[65];
	size_t size;

	assert_int_not_equal(EVP_PKEY_verify_init(ctx), 1);
	expect_reason("there is no public key");
	EVP_PKEY_CTX_free(ctx);
	assert_int_equal(EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point), &size), 1);
	half = provider_take(point, sizeof(point), NULL, "SM2", EVP_PKEY_PUBLIC_KEY);
	ctx = EVP_PKEY_CTX_new_from_pkey(NULL, half, OURS);
	assert_int_not_equal(EVP_PKEY_sign_init(ctx), 1);
	expect_reason("there is no private key");
	assert_int_not_equal(EVP_PKEY_decrypt_init(ctx), 1);
	expect_reason("there is no private key");
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(half);
	EVP_PKEY_free(curve);
	EVP_PKEY_free(key);
}

static void refuses_what_no_signature_has(void **state)
{
	static uint8_t long_id[8192];
	EVP_PKEY *key = provider_generate(OURS);
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, OURS), *pctx;
	EVP_MD_CTX *message = EVP_MD_CTX_new();
	uint8_t der[80];
	int number = 5;
	const OSSL_PARAM wrong[] = {OSSL_PARAM_construct_int(OSSL_PKEY_PARAM_DIST_ID, &number), OSSL_PARAM_construct_end()};
	size_t size = sizeof(der);

	assert_int_equal(EVP_PKEY_sign_init(ctx), 1);
	assert_int_not_equal(EVP_PKEY_sign(ctx, der, &size, digest, 31), 1);
	expect_reason("a digest has 32 octets");
	size = 69;
	assert_int_not_equal(EVP_PKEY_sign(ctx, der, &size, digest, 32), 1);
	expect_reason("no room for the answer");
	assert_int_not_equal(EVP_PKEY_CTX_set_params(ctx, wrong), 1);
	expect_reason("a parameter is not of its type");
	assert_int_equal(EVP_PKEY_verify_init(ctx), 1);
	assert_int_not_equal(EVP_PKEY_verify(ctx, digest, sizeof(digest), digest, 32), 1);
	expect_reason("the signature is not SM2Signature in DER (GB/T 35276 7.3)");
	assert_int_not_equal(EVP_PKEY_verify(ctx, (const uint8_t *)"\x30\x06\x02\x01\x01\x02\x01\x01", 8, digest, 32), 1);
	assert_int_equal(ERR_peek_error(), 0); /* one that does not match is an answer, not a fault */
	EVP_PKEY_CTX_free(ctx);

	assert_int_not_equal(EVP_DigestSignInit_ex(message, NULL, "SHA256", NULL, OURS, key, NULL), 1);
	expect_reason("SM3 is the only digest of SM2");
	EVP_MD_CTX_free(message);
	message = EVP_MD_CTX_new();
	assert_int_equal(EVP_DigestSignInit_ex(message, &pctx, "SM3", NULL, OURS, key, NULL), 1);
	assert_int_equal(EVP_PKEY_CTX_set1_id(pctx, long_id, sizeof(long_id) - 1), 1);
	assert_int_not_equal(EVP_PKEY_CTX_set1_id(pctx, long_id, sizeof(long_id)), 1);
	expect_reason("distid is longer than 8191 octets (GB/T 32918.2 5.5)");
	assert_int_equal(EVP_DigestSignUpdate(message, "x", 1), 1);
	assert_int_not_equal(EVP_PKEY_CTX_set1_id(pctx, "late", 4), 1);
	expect_reason("distid comes before the first octet of the message");
	EVP_MD_CTX_free(message);
	EVP_PKEY_free(key);
}

static void refuses_what_does_not_open(void **state)
{
	static uint8_t text[(1u << 20) + 1];
	EVP_PKEY *key = provider_generate(OURS);
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, OURS);
	uint8_t cipher[200], out[40];
	size_t size = 0, made = sizeof(cipher);

	assert_int_equal(EVP_PKEY_encrypt_init(ctx), 1);
	assert_int_not_equal(EVP_PKEY_encrypt(ctx, NULL, &size, text, sizeof(text)), 1);
	expect_reason("a text to encrypt has 1 octet to 1 MiB");
	assert_int_not_equal(EVP_PKEY_encrypt(ctx, NULL, &size, text, 0), 1);
	expect_reason("a text to encrypt has 1 octet to 1 MiB");
	size = 40;
	assert_int_not_equal(EVP_PKEY_encrypt(ctx, cipher, &size, text, 40), 1);
	expect_reason("no room for the answer");
	assert_int_equal(EVP_PKEY_encrypt(ctx, cipher, &made, text, 40), 1);
	assert_int_equal(EVP_PKEY_decrypt_init(ctx), 1);
	size = 39;
	assert_int_not_equal(EVP_PKEY_decrypt(ctx, out, &size, cipher, made), 1);
	expect_reason("no room for the answer");
	size = sizeof(out);
	assert_int_not_equal(EVP_PKEY_decrypt(ctx, out, &size, cipher, made - 1), 1);
	expect_reason("the ciphertext is not SM2Cipher in DER (GB/T 35276 7.2)");
	cipher[made - 1] ^= 1;
	size = sizeof(out);
	assert_int_not_equal(EVP_PKEY_decrypt(ctx, out, &size, cipher, made), 1);
	expect_reason("the ciphertext does not open with this key (GB/T 32918.4 7.1)");
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(key);
}

/* Alone, without the default provider beside it. */
static void refuses_to_make_keys_without_a_generator(void **state)
{
	OSSL_LIB_CTX *context = OSSL_LIB_CTX_new();

	assert_int_equal(OSSL_PROVIDER_set_default_search_path(context, provider_folder()), 1);
	OSSL_PROVIDER *alone = OSSL_PROVIDER_load(context, "hufusm2");
	assert_non_null(alone);
	assert_null(EVP_PKEY_Q_keygen(context, OURS, "SM2"));
	expect_reason("no random octets: a provider with a generator must be loaded beside this one");
	assert_int_equal(OSSL_PROVIDER_unload(alone), 1);
	OSSL_LIB_CTX_free(context);
}

/* It does not load; the reason comes as the text of the error, for OpenSSL asks for the reasons later. */
static void refuses_an_identifier_that_is_too_long(void **state)
{
	static const char *const section = "openssl_conf = init\n[init]\nproviders = providers\n[providers]\nhufusm2 = hufusm2\n"
	                                   "[hufusm2]\nmodule = %s/hufusm2.so\ndefault-id = %0*d\n";
	char name[] = "/tmp/hufusm2-XXXXXX";
	const char *text;
	int flags;

	for (int size = 8191; size <= 8192; size++) {
		OSSL_LIB_CTX *context = OSSL_LIB_CTX_new();
		int file = mkstemp(name);
		bool said = false;

		assert_true(file >= 0);
		assert_true(dprintf(file, section, provider_folder(), size, 0) > size);
		(void)close(file);
		assert_int_equal(OSSL_LIB_CTX_load_config(context, name), 1);
		(void)unlink(name);
		memcpy(name + sizeof(name) - 7, "XXXXXX", 6);
		OSSL_PROVIDER *loaded = OSSL_PROVIDER_load(context, "hufusm2");
		assert_int_equal(loaded != NULL, size == 8191);
		while (ERR_get_error_all(NULL, NULL, NULL, &text, &flags) != 0)
			said |=
			    (flags & ERR_TXT_STRING) != 0 && strcmp(text, "default-id is longer than 8191 octets (GB/T 32918.2 5.5)") == 0;
		assert_int_equal(said, size == 8192);
		if (loaded != NULL)
			assert_int_equal(OSSL_PROVIDER_unload(loaded), 1);
		OSSL_LIB_CTX_free(context);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(refuses_keys),
	    cmocka_unit_test(refuses_halves_that_are_missing),
	    cmocka_unit_test(refuses_what_no_signature_has),
	    cmocka_unit_test(refuses_what_does_not_open),
	    cmocka_unit_test(refuses_to_make_keys_without_a_generator),
	    cmocka_unit_test(refuses_an_identifier_that_is_too_long),
	};

	return provider_run_tests(argc, argv, tests);
}
