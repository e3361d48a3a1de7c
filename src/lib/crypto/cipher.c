/* SM4: sealing with encryption and MAC, and bare blocks for SM2EnvelopedKey. */
#include "cipher.h"

#include "algorithm.h"
#include "digest.h"
#include "random.h"
#include "sm2_key.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define IV_SIZE 16
#define SEAL_KEY_SIZE 32

static int sm4_run(const EVP_CIPHER *mode, int encrypt, const uint8_t *key, const uint8_t *iv, struct bytes data, uint8_t *out,
                   struct err *err)
{
	int done = 0, last = 0;

	if (data.size > INT_MAX)
		return err_set(err, HF_LIMIT, "SM4: more than 2 GiB at once");
	uint64_t start = account_start();
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	bool fine = ctx != NULL && EVP_CipherInit_ex2(ctx, mode, key, iv, encrypt, NULL) == 1 && EVP_CIPHER_CTX_set_padding(ctx, 0) == 1 &&
	            EVP_CipherUpdate(ctx, out, &done, data.data, (int)data.size) == 1 && EVP_CipherFinal_ex(ctx, out + done, &last) == 1;
	EVP_CIPHER_CTX_free(ctx);
	account_stop(start, ACCOUNT_OTHER, 1);
	return fine ? 0 : crypto_fault(err, "SM4");
}

int sm4_ecb_encrypt(const uint8_t key[SM4_KEY_SIZE], struct bytes data, uint8_t *out, struct err *err)
{
	return sm4_run(algorithms_get()->sm4_ecb, 1, key, NULL, data, out, err);
}

int sm4_ecb_decrypt(const uint8_t key[SM4_KEY_SIZE], struct bytes data, uint8_t *out, struct err *err)
{
	return sm4_run(algorithms_get()->sm4_ecb, 0, key, NULL, data, out, err);
}

/* The working keys of one sealing key. */
struct seal_keys {
	struct secret cipher; /* its first 16 bytes are used */
	struct secret mac;
};

static int seal_keys_derive(struct seal_keys *k, const struct secret *key, struct err *err)
{
	*k = (struct seal_keys){{NULL, 0}, {NULL, 0}};
	if (key->size != SEAL_KEY_SIZE)
		return err_set(err, HF_CRYPTO, "a sealing key has %d bytes", SEAL_KEY_SIZE);
	if (kdf_sm3(key, "hufu-seal-cipher", BYTES_NONE, &k->cipher, err) != 0)
		return -1;
	if (kdf_sm3(key, "hufu-seal-mac", BYTES_NONE, &k->mac, err) != 0) {
		secret_free(&k->cipher);
		return -1;
	}
	return 0;
}

static void seal_keys_free(struct seal_keys *k)
{
	secret_free(&k->cipher);
	secret_free(&k->mac);
}

/* Over context-length (4 bytes, big endian) || context || IV || ciphertext. */
static int seal_tag(const struct seal_keys *k, struct bytes context, struct bytes covered, uint8_t tag[SM3_SIZE], struct err *err)
{
	const uint8_t length[] = {(uint8_t)(context.size >> 24), (uint8_t)(context.size >> 16), (uint8_t)(context.size >> 8),
	                          (uint8_t)context.size};
	const struct bytes parts[] = {BYTES_ARRAY(length), context, covered};

	if (context.size > UINT32_MAX)
		return err_set(err, HF_LIMIT, "sealing context");
	return hmac_sm3_parts(&k->mac, parts, 3, tag, err);
}

int seal(const struct secret *key, struct bytes context, struct bytes plain, struct buf *out, struct err *err)
{
	struct seal_keys keys;
	uint8_t tag[SM3_SIZE];
	int result = -1;

	if (seal_keys_derive(&keys, key, err) != 0)
		return -1;
	if (plain.size > SIZE_MAX - SEAL_OVERHEAD || buf_reserve(out, plain.size + SEAL_OVERHEAD, err) != 0)
		goto out;
	uint8_t *at = out->data + out->size;
	random_bytes(at, IV_SIZE);
	if (sm4_run(algorithms_get()->sm4_ctr, 1, keys.cipher.data, at, plain, at + IV_SIZE, err) != 0 ||
	    seal_tag(&keys, context, (struct bytes){at, IV_SIZE + plain.size}, tag, err) != 0)
		goto out;
	memcpy(at + IV_SIZE + plain.size, tag, SM3_SIZE);
	out->size += plain.size + SEAL_OVERHEAD;
	result = 0;
out:
	seal_keys_free(&keys);
	return result;
}

static int check_tag(const struct seal_keys *keys, struct bytes context, struct bytes sealed, struct err *err)
{
	uint8_t tag[SM3_SIZE];
	size_t covered = sealed.size - SM3_SIZE;

	if (seal_tag(keys, context, (struct bytes){sealed.data, covered}, tag, err) != 0)
		return -1;
	if (!bytes_equal_secret(BYTES_ARRAY(tag), (struct bytes){sealed.data + covered, SM3_SIZE}))
		return err_set(err, HF_SEAL_BROKEN, "sealed bytes were changed, or sealed with another key or for another use");
	return 0;
}

/* Checks, then decrypts into out, which holds sealed.size - SEAL_OVERHEAD bytes. */
static int open_into(const struct seal_keys *keys, struct bytes context, struct bytes sealed, uint8_t *out, struct err *err)
{
	const struct bytes cipher = {sealed.data + IV_SIZE, sealed.size - SEAL_OVERHEAD};

	if (check_tag(keys, context, sealed, err) != 0)
		return -1;
	return sm4_run(algorithms_get()->sm4_ctr, 0, keys->cipher.data, sealed.data, cipher, out, err);
}

static int refuse_short(struct err *err)
{
	return err_set(err, HF_SEAL_BROKEN, "sealed bytes are too short");
}

int unseal(const struct secret *key, struct bytes context, struct bytes sealed, struct secret *out, struct err *err)
{
	struct seal_keys keys;

	*out = (struct secret){NULL, 0};
	if (sealed.size <= SEAL_OVERHEAD)
		return refuse_short(err);
	if (seal_keys_derive(&keys, key, err) != 0)
		return -1;
	int result = secret_new(out, sealed.size - SEAL_OVERHEAD, err);
	if (result == 0)
		result = open_into(&keys, context, sealed, out->data, err);
	if (result != 0)
		secret_free(out);
	seal_keys_free(&keys);
	return result;
}

int unseal_data(const struct secret *key, struct bytes context, struct bytes sealed, struct buf *out, struct err *err)
{
	struct seal_keys keys;

	if (sealed.size < SEAL_OVERHEAD)
		return refuse_short(err);
	if (seal_keys_derive(&keys, key, err) != 0)
		return -1;
	int result = buf_reserve(out, sealed.size - SEAL_OVERHEAD, err);
	if (result == 0)
		result = open_into(&keys, context, sealed, out->data + out->size, err);
	if (result == 0)
		out->size += sealed.size - SEAL_OVERHEAD;
	seal_keys_free(&keys);
	return result;
}
