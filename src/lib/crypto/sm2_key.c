/* SM2 key objects: points checked, scalars wiped. */
#include "sm2_key.h"

#include "algorithm.h"
#include "der.h"
#include "digest.h"
#include "key_pair.h"
#include "random.h"

#include <stdlib.h>
#include <string.h>

#define GENERATE_AT_ONCE 32

/* SEQUENCE { SEQUENCE { id-ecPublicKey, curve SM2 }, BIT STRING of 65 octets up to its first; GB/T 35276 7.1 */
static const uint8_t spki_prefix[SM2_SPKI_SIZE - SM2_POINT_SIZE] = {
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
    0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2d, 0x03, 0x42, 0x00,
};

int sm2_public_from_point(struct sm2_public **key, const uint8_t point[SM2_POINT_SIZE], struct err *err)
{
	const struct algorithms *with = algorithms_get();

	*key = NULL;
	if (point[0] != 0x04)
		return err_set(err, HF_DER, "SM2 point is not in uncompressed form (GB/T 35276 7.1)");
	struct sm2_public *k = calloc(1, sizeof(*k));
	if (k == NULL)
		return err_set(err, HF_MEMORY, "SM2 public key");
	bool good = with->engine->read(&k->at, point + 1) == 0;
	if (good && with->sm2_by_openssl) {
		k->pkey = openssl_key(point, NULL);
		good = k->pkey != NULL;
	}
	if (!good) {
		free(k);
		(void)crypto_fault(NULL, "SM2 public key");
		return err_set(err, HF_DER, "SM2 point is not on the curve (GB/T 32918.1 6.2.1)");
	}
	memcpy(k->point, point, SM2_POINT_SIZE);
	user_digest_end(k->z, &with->user, point + 1);
	*key = k;
	return 0;
}

int sm2_public_prepare(struct sm2_public *key, struct err *err)
{
	if (key->table != NULL || key->pkey != NULL)
		return 0;
	key->table = aligned_alloc(64, sizeof(*key->table));
	if (key->table == NULL)
		return err_set(err, HF_MEMORY, "table of an SM2 public key");
	algorithms_get()->engine->make_comb(key->table, &key->at);
	return 0;
}

/* Tells a key of another kind from one that is malformed; both are refused. */
static int refuse_spki(struct bytes der, struct err *err)
{
	struct bytes spki, algorithm, octets;

	if (der_read(&der, DER_SEQUENCE, &spki) != 0 || der.size != 0 || der_read(&spki, DER_SEQUENCE, &algorithm) != 0 ||
	    der_read_bits(&spki, &octets) != 0 || spki.size != 0)
		return err_set(err, HF_DER, "SubjectPublicKeyInfo is not DER (RFC 5280 4.1.2.7)");
	return err_set(err, HF_CSR_KEY_TYPE, "public key is not of SM2 (GB/T 35276 7.1)");
}

int sm2_public_from_spki(struct sm2_public **key, struct bytes der, struct err *err)
{
	*key = NULL;
	if (der.size != SM2_SPKI_SIZE || memcmp(der.data, spki_prefix, sizeof(spki_prefix)) != 0)
		return refuse_spki(der, err);
	return sm2_public_from_point(key, der.data + sizeof(spki_prefix), err);
}

void sm2_public_free(struct sm2_public **key)
{
	if (*key == NULL)
		return;
	EVP_PKEY_free((*key)->pkey);
	free((*key)->table);
	free(*key);
	*key = NULL;
}

void sm2_public_point(const struct sm2_public *key, uint8_t point[SM2_POINT_SIZE])
{
	memcpy(point, key->point, SM2_POINT_SIZE);
}

void sm2_point_to_spki(const uint8_t point[SM2_POINT_SIZE], uint8_t der[SM2_SPKI_SIZE])
{
	memcpy(der, spki_prefix, sizeof(spki_prefix));
	memcpy(der + sizeof(spki_prefix), point, SM2_POINT_SIZE);
}

void sm2_public_spki(const struct sm2_public *key, uint8_t der[SM2_SPKI_SIZE])
{
	sm2_point_to_spki(key->point, der);
}

void sm2_public_id(const struct sm2_public *key, uint8_t id[SM2_KEY_ID_SIZE])
{
	uint8_t hash[SM3_SIZE];

	sm3(BYTES_ARRAY(key->point), hash);
	memcpy(id, hash, SM2_KEY_ID_SIZE);
}

void sm2_public_hash(const struct sm2_public *key, uint8_t hash[32])
{
	uint8_t der[SM2_SPKI_SIZE];

	sm2_public_spki(key, der);
	sm3(BYTES_ARRAY(der), hash);
}

void sm2_user_digest(uint8_t z[32], struct bytes id, const uint8_t point[SM2_POINT_SIZE])
{
	user_digest(z, id, point + 1);
}

bool sm2_public_equal(const struct sm2_public *a, const struct sm2_public *b)
{
	return memcmp(a->point, b->point, SM2_POINT_SIZE) == 0;
}

/* Takes the scalar, which is in range, and the public point that belongs to it. */
static int private_new(struct sm2_private **key, const uint8_t scalar[SM2_SCALAR_SIZE], const uint8_t xy[64], struct err *err)
{
	struct sm2_private *k = calloc(1, sizeof(*k));
	uint8_t point[SM2_POINT_SIZE] = {0x04};

	if (k == NULL)
		return err_set(err, HF_MEMORY, "SM2 private key");
	memcpy(point + 1, xy, 64);
	if (secret_new(&k->half, sizeof(struct private_half), err) != 0 || sm2_public_from_point(&k->public_half, point, err) != 0)
		goto failed;
	struct private_half *half = private_half(k);
	memcpy(half->scalar, scalar, SM2_SCALAR_SIZE);
	if (signer_init(&half->signer, scalar) != 0) {
		err_set(err, HF_DER, "SM2 private key is not in 1..n-2 (GB/T 32918.1 6.1)");
		goto failed;
	}
	if (algorithms_get()->sm2_by_openssl) {
		k->pkey = openssl_key(point, scalar);
		if (k->pkey == NULL) {
			(void)crypto_fault(err, "SM2 private key");
			goto failed;
		}
	}
	*key = k;
	return 0;
failed:
	sm2_private_free(&k);
	return -1;
}

int sm2_private_from_scalar(struct sm2_private **key, const struct secret *scalar, struct err *err)
{
	uint8_t point[1][64];

	*key = NULL;
	if (scalar->size != SM2_SCALAR_SIZE || !scalar_fits(scalar->data) ||
	    public_of_many(algorithms_get()->engine, point, (const uint8_t(*)[32])scalar->data, 1) != 0)
		return err_set(err, HF_DER, "SM2 private key is not in 1..n-2 (GB/T 32918.1 6.1)");
	return private_new(key, scalar->data, point[0], err);
}

static int generate_group(struct sm2_private **keys, uint8_t (*scalar)[SM2_SCALAR_SIZE], size_t n, struct err *err)
{
	uint8_t point[GENERATE_AT_ONCE][64];

	random_bytes(scalar[0], n * SM2_SCALAR_SIZE);
	for (size_t i = 0; i < n; i++) {
		while (!scalar_fits(scalar[i]))
			random_bytes(scalar[i], SM2_SCALAR_SIZE);
	}
	if (public_of_many(algorithms_get()->engine, point, (const uint8_t(*)[32])scalar, n) != 0)
		return err_set(err, HF_CRYPTO, "SM2 key pairs");
	for (size_t i = 0; i < n; i++) {
		if (private_new(&keys[i], scalar[i], point[i], err) != 0)
			return -1;
	}
	return 0;
}

int sm2_private_generate_many(struct sm2_private **keys, size_t n, struct err *err)
{
	struct secret scalars;
	int result = 0;

	memset(keys, 0, n * sizeof(keys[0]));
	if (secret_new(&scalars, GENERATE_AT_ONCE * SM2_SCALAR_SIZE, err) != 0)
		return -1;
	uint64_t start = account_start();
	for (size_t at = 0; result == 0 && at < n; at += GENERATE_AT_ONCE) {
		size_t some = n - at < GENERATE_AT_ONCE ? n - at : GENERATE_AT_ONCE;

		result = generate_group(keys + at, (uint8_t(*)[SM2_SCALAR_SIZE])scalars.data, some, err);
	}
	account_stop(start, ACCOUNT_OTHER, n);
	secret_free(&scalars);
	for (size_t i = 0; result != 0 && i < n; i++)
		sm2_private_free(&keys[i]);
	return result;
}

int sm2_private_generate(struct sm2_private **key, struct err *err)
{
	return sm2_private_generate_many(key, 1, err);
}

int sm2_private_scalar(const struct sm2_private *key, struct secret *out, struct err *err)
{
	return secret_copy(out, BYTES_ARRAY(private_half(key)->scalar), err);
}

const struct sm2_public *sm2_private_public(const struct sm2_private *key)
{
	return key->public_half;
}

void sm2_private_free(struct sm2_private **key)
{
	if (*key == NULL)
		return;
	EVP_PKEY_free((*key)->pkey);
	sm2_public_free(&(*key)->public_half);
	secret_free(&(*key)->half);
	free(*key);
	*key = NULL;
}
