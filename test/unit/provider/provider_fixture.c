/* Both providers. */
#include "provider_fixture.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/params.h>
#include <openssl/provider.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define ID "1234567812345678"

static const char *folder;

int provider_run(int argc, char **argv, const struct CMUnitTest *tests, size_t n)
{
	OSSL_PROVIDER *own = NULL, *usual = NULL;
	int failed;

	folder = argc == 2 ? argv[1] : NULL;
	if (folder == NULL || OSSL_PROVIDER_set_default_search_path(NULL, folder) != 1 ||
	    (own = OSSL_PROVIDER_load(NULL, "hufusm2")) == NULL || (usual = OSSL_PROVIDER_load(NULL, "default")) == NULL)
		return 2;
	failed = _cmocka_run_group_tests("provider", tests, n, NULL, NULL);
	(void)OSSL_PROVIDER_unload(usual);
	(void)OSSL_PROVIDER_unload(own);
	return failed;
}

const char *provider_folder(void)
{
	return folder;
}

EVP_PKEY *provider_generate(const char *by)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "SM2", by);
	EVP_PKEY *key = NULL;

	assert_non_null(ctx);
	assert_int_equal(EVP_PKEY_keygen_init(ctx), 1);
	assert_int_equal(EVP_PKEY_generate(ctx, &key), 1);
	EVP_PKEY_CTX_free(ctx);
	return key;
}

EVP_PKEY *provider_take(const uint8_t *point, size_t size, const uint8_t *d, const char *group, int selection)
{
	OSSL_PARAM params[4], *p = params;
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "SM2", OURS);
	EVP_PKEY *key = NULL;
	uint8_t native[32];

	*p++ = OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, (char *)(uintptr_t)group, 0);
	if (point)
		*p++ = OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, (void *)(uintptr_t)point, size);
	if (d) {
		for (size_t i = 0; i < 32; i++)
			native[i] = d[31 - i];
		*p++ = OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_PRIV_KEY, native, 32);
	}
	*p = OSSL_PARAM_construct_end();
	assert_int_equal(EVP_PKEY_fromdata_init(ctx), 1);
	if (EVP_PKEY_fromdata(ctx, &key, selection, params) != 1)
		key = NULL;
	EVP_PKEY_CTX_free(ctx);
	explicit_bzero(native, sizeof(native));
	return key;
}

size_t provider_sign(EVP_PKEY *key, const char *text, uint8_t out[80])
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	size_t size = 80;

	assert_int_equal(EVP_DigestSignInit_ex(ctx, NULL, "SM3", NULL, OURS, key, NULL), 1);
	assert_int_equal(EVP_DigestSign(ctx, out, &size, (const uint8_t *)text, strlen(text)), 1);
	EVP_MD_CTX_free(ctx);
	return size;
}

int provider_verify(EVP_PKEY *key, const char *by, const char *text, const uint8_t *der, size_t size)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *pctx;

	assert_int_equal(EVP_DigestVerifyInit_ex(ctx, &pctx, "SM3", NULL, by, key, NULL), 1);
	assert_int_equal(EVP_PKEY_CTX_set1_id(pctx, ID, (int)strlen(ID)), 1);
	int answer = EVP_DigestVerify(ctx, der, size, (const uint8_t *)text, strlen(text));
	EVP_MD_CTX_free(ctx);
	ERR_clear_error();
	return answer == 1;
}
