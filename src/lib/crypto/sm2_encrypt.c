/* SM2 public-key encryption between OpenSSL's DER and the caller. */
#include "algorithm.h"
#include "der.h"
#include "sm2_key.h"

#include <openssl/err.h>
#include <stdlib.h>

int sm2_encrypt(const struct sm2_public *key, struct bytes plain, struct buf *out, struct err *err)
{
	if (plain.size == 0)
		return err_set(err, HF_LIMIT, "nothing to encrypt");
	size_t size = plain.size + SM2_CIPHER_OVERHEAD;
	if (buf_reserve(out, size, err) != 0)
		return -1;
	uint64_t start = account_start();
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key->pkey, NULL);
	bool made = ctx != NULL && EVP_PKEY_encrypt_init(ctx) == 1 &&
	            EVP_PKEY_encrypt(ctx, out->data + out->size, &size, plain.data, plain.size) == 1;
	EVP_PKEY_CTX_free(ctx);
	account_stop(start, ACCOUNT_OTHER);
	if (!made)
		return crypto_fault(err, "SM2 encryption");
	out->size += size;
	return 0;
}

/* SM2Cipher ::= SEQUENCE { x, y INTEGER, hash OCTET STRING (32), cipher OCTET STRING } (GB/T 35276 7.2) */
static int check_cipher(struct bytes der, size_t *plain_size, struct err *err)
{
	struct bytes fields, x, y, hash, cipher;

	if (der_read(&der, DER_SEQUENCE, &fields) != 0 || der.size != 0 || der_read_natural(&fields, &x) != 0 ||
	    der_read_natural(&fields, &y) != 0 || der_read(&fields, DER_OCTET_STRING, &hash) != 0 ||
	    der_read(&fields, DER_OCTET_STRING, &cipher) != 0 || fields.size != 0)
		return err_set(err, HF_ENVELOPE, "SM2Cipher is not DER (GB/T 35276 7.2)");
	if (x.size > 32 || y.size > 32 || hash.size != 32 || cipher.size == 0 || cipher.size > SECRET_MAX)
		return err_set(err, HF_ENVELOPE, "SM2Cipher: size of a field (GB/T 35276 7.2)");
	*plain_size = cipher.size;
	return 0;
}

int sm2_decrypt(const struct sm2_private *key, struct bytes cipher, struct secret *out, struct err *err)
{
	size_t expected = 0;

	*out = (struct secret){NULL, 0};
	if (check_cipher(cipher, &expected, err) != 0 || secret_new(out, expected, err) != 0)
		return -1;
	uint64_t start = account_start();
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key->pkey, NULL);
	size_t size = expected;
	bool opened = ctx != NULL && EVP_PKEY_decrypt_init(ctx) == 1 &&
	              EVP_PKEY_decrypt(ctx, out->data, &size, cipher.data, cipher.size) == 1 && size == expected;
	EVP_PKEY_CTX_free(ctx);
	account_stop(start, ACCOUNT_OTHER);
	if (opened)
		return 0;
	ERR_clear_error();
	secret_free(out);
	return err_set(err, HF_ENVELOPE, "SM2 ciphertext does not open with this key (GB/T 32918.4 7.1)");
}
