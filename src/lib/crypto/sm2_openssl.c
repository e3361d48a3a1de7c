/* SM2 by OpenSSL, for who sets service.sm2 = openssl. */
#include "algorithm.h"
#include "sm2_key.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/param_build.h>

EVP_PKEY *openssl_key(const uint8_t point[SM2_POINT_SIZE], const uint8_t *d)
{
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "SM2", NULL);
	BIGNUM *scalar = d != NULL ? BN_secure_new() : NULL;
	OSSL_PARAM *params = NULL;
	EVP_PKEY *pkey = NULL;

	if (build == NULL || ctx == NULL || OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, "SM2", 0) != 1 ||
	    OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point, SM2_POINT_SIZE) != 1)
		goto out;
	if (d != NULL) {
		if (scalar == NULL || BN_bin2bn(d, SM2_SCALAR_SIZE, scalar) == NULL)
			goto out;
		BN_set_flags(scalar, BN_FLG_CONSTTIME);
		if (OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_PRIV_KEY, scalar) != 1)
			goto out;
	}
	params = OSSL_PARAM_BLD_to_param(build);
	if (params == NULL || EVP_PKEY_fromdata_init(ctx) != 1 ||
	    EVP_PKEY_fromdata(ctx, &pkey, d != NULL ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY, params) != 1)
		pkey = NULL;
out:
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(build);
	BN_clear_free(scalar);
	EVP_PKEY_CTX_free(ctx);
	return pkey;
}

/* OpenSSL's own Z would be that of the empty ID, so it is always given e. */
int openssl_sign(const struct sm2_private *key, const uint8_t e[32], uint8_t rs[64], struct err *err)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key->pkey, NULL);
	uint8_t der[SM2_SIGNATURE_MAX];
	size_t size = sizeof(der);

	bool made = ctx != NULL && EVP_PKEY_sign_init(ctx) == 1 && EVP_PKEY_sign(ctx, der, &size, e, 32) == 1;
	EVP_PKEY_CTX_free(ctx);
	if (!made)
		return crypto_fault(err, "SM2 signature");
	return sm2_signature_from_der((struct bytes){der, size}, rs, err);
}

int openssl_verify(const struct sm2_public *key, const uint8_t e[32], const uint8_t rs[64], struct err *err)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key->pkey, NULL);
	struct buf der;
	int answer = -1;

	buf_init(&der, SM2_SIGNATURE_MAX);
	if (ctx != NULL && EVP_PKEY_verify_init(ctx) == 1 && sm2_signature_to_der(rs, &der, err) == 0)
		answer = EVP_PKEY_verify(ctx, der.data, der.size, e, 32);
	EVP_PKEY_CTX_free(ctx);
	buf_free(&der);
	if (answer < 0)
		return crypto_fault(err, "SM2 verification");
	ERR_clear_error();
	return answer == 1 ? 0 : err_set(err, HF_CERT_SIGNATURE, "SM2 signature does not match (GB/T 32918.2 7.1)");
}

int openssl_encrypt(const struct sm2_public *key, struct bytes plain, struct buf *out, struct err *err)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key->pkey, NULL);
	size_t size = out->capacity - out->size;

	bool made = ctx != NULL && EVP_PKEY_encrypt_init(ctx) == 1 &&
	            EVP_PKEY_encrypt(ctx, out->data + out->size, &size, plain.data, plain.size) == 1;
	EVP_PKEY_CTX_free(ctx);
	if (!made)
		return crypto_fault(err, "SM2 encryption");
	out->size += size;
	return 0;
}

bool openssl_decrypt(const struct sm2_private *key, struct bytes cipher, struct secret *out)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key->pkey, NULL);
	size_t size = out->size;

	bool opened = ctx != NULL && EVP_PKEY_decrypt_init(ctx) == 1 &&
	              EVP_PKEY_decrypt(ctx, out->data, &size, cipher.data, cipher.size) == 1 && size == out->size;
	EVP_PKEY_CTX_free(ctx);
	ERR_clear_error();
	return opened;
}
