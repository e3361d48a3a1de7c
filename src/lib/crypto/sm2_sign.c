/* SM2 signatures with the standard ID, one at a time and in batches. */
#include "algorithm.h"
#include "der.h"
#include "digest.h"
#include "sm2_key.h"

#include <openssl/err.h>
#include <string.h>

int sm2_digest(const struct sm2_public *key, struct bytes message, uint8_t e[32], struct err *err)
{
	(void)err;
	sm3_two(BYTES_ARRAY(key->z), message, e);
	return 0;
}

/* OpenSSL's own Z would be that of the empty ID, so it is always given e. */
static int sign_e(const struct sm2_private *key, const uint8_t e[32], uint8_t der[SM2_SIGNATURE_MAX], size_t *size, struct err *err)
{
	uint64_t start = account_start();
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key->pkey, NULL);

	*size = SM2_SIGNATURE_MAX;
	bool made = ctx != NULL && EVP_PKEY_sign_init(ctx) == 1 && EVP_PKEY_sign(ctx, der, size, e, 32) == 1;
	EVP_PKEY_CTX_free(ctx);
	account_stop(start, ACCOUNT_SIGN);
	return made ? 0 : crypto_fault(err, "SM2 signature");
}

/* The signature's DER form was checked before. */
static int verify_e(const struct sm2_public *key, const uint8_t e[32], struct bytes der, struct err *err)
{
	uint64_t start = account_start();
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key->pkey, NULL);
	int answer = -1;

	if (ctx != NULL && EVP_PKEY_verify_init(ctx) == 1)
		answer = EVP_PKEY_verify(ctx, der.data, der.size, e, 32);
	EVP_PKEY_CTX_free(ctx);
	account_stop(start, ACCOUNT_VERIFY);
	if (answer < 0)
		return crypto_fault(err, "SM2 verification");
	ERR_clear_error();
	return answer == 1 ? 0 : err_set(err, HF_CERT_SIGNATURE, "SM2 signature does not match (GB/T 32918.2 7.1)");
}

static int check_range(const uint8_t rs[64], struct err *err)
{
	if (!sm2_scalar_in_range(rs, 1) || !sm2_scalar_in_range(rs + 32, 1))
		return err_set(err, HF_CERT_SIGNATURE, "SM2 signature: r or s is not in 1..n-1 (GB/T 32918.2 7.1)");
	return 0;
}

int sm2_sign(const struct sm2_private *key, struct bytes message, struct buf *out, struct err *err)
{
	uint8_t e[32], der[SM2_SIGNATURE_MAX];
	size_t size;

	if (sm2_digest(key->public_half, message, e, err) != 0 || sign_e(key, e, der, &size, err) != 0)
		return -1;
	return buf_append(out, (struct bytes){der, size}, err);
}

int sm2_sign_digest(const struct sm2_private *key, const uint8_t e[32], uint8_t rs[64], struct err *err)
{
	uint8_t der[SM2_SIGNATURE_MAX];
	size_t size;

	if (sign_e(key, e, der, &size, err) != 0)
		return -1;
	return sm2_signature_from_der((struct bytes){der, size}, rs, err);
}

int sm2_verify(const struct sm2_public *key, struct bytes message, struct bytes signature, struct err *err)
{
	uint8_t e[32], rs[64];

	if (sm2_signature_from_der(signature, rs, err) != 0)
		return err_set(err, HF_CERT_SIGNATURE, "SM2 signature is not DER (GB/T 35276 7.3)");
	if (check_range(rs, err) != 0 || sm2_digest(key, message, e, err) != 0)
		return -1;
	return verify_e(key, e, signature, err);
}

int sm2_verify_digest(const struct sm2_public *key, const uint8_t e[32], const uint8_t rs[64], struct err *err)
{
	struct buf der;
	int result = -1;

	buf_init(&der, SM2_SIGNATURE_MAX);
	if (check_range(rs, err) == 0 && sm2_signature_to_der(rs, &der, err) == 0)
		result = verify_e(key, e, buf_get(&der), err);
	buf_free(&der);
	return result;
}

int sm2_signature_to_der(const uint8_t rs[64], struct buf *out, struct err *err)
{
	struct der_writer w;

	der_start(&w, out);
	der_open(&w, DER_SEQUENCE);
	der_put_natural(&w, (struct bytes){rs, 32});
	der_put_natural(&w, (struct bytes){rs + 32, 32});
	der_close(&w);
	return der_finish(&w, err);
}

int sm2_signature_from_der(struct bytes der, uint8_t rs[64], struct err *err)
{
	struct bytes pair, r, s;

	if (der_read(&der, DER_SEQUENCE, &pair) != 0 || der.size != 0 || der_read_natural(&pair, &r) != 0 ||
	    der_read_natural(&pair, &s) != 0 || pair.size != 0 || r.size > 32 || s.size > 32)
		return err_set(err, HF_DER, "SM2 signature is not SEQUENCE { r, s } of 256 bits in DER (GB/T 35276 7.3)");
	memset(rs, 0, 64);
	memcpy(rs + 32 - r.size, r.data, r.size);
	memcpy(rs + 64 - s.size, s.data, s.size);
	return 0;
}

int sm2_sign_many(struct sm2_sign_item *items, size_t n, struct err *err)
{
	struct err one;
	int result = 0;

	for (size_t i = 0; i < n; i++) {
		buf_init(&items[i].signature, SM2_SIGNATURE_MAX);
		items[i].result = sm2_sign(items[i].key, items[i].message, &items[i].signature, &one);
		if (items[i].result != 0 && one.kind == ERR_MEMORY) {
			result = -1;
			if (err != NULL)
				*err = one;
		}
	}
	return result;
}

int sm2_verify_many(struct sm2_verify_item *items, size_t n, struct err *err)
{
	(void)err;
	for (size_t i = 0; i < n; i++)
		items[i].result = sm2_verify(items[i].key, items[i].message, items[i].signature, NULL);
	return 0;
}
