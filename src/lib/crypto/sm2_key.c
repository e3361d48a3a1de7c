/* SM2 key objects: points checked, scalars wiped. */
#include "sm2_key.h"

#include "algorithm.h"
#include "der.h"
#include "digest.h"
#include "random.h"

#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include <stdlib.h>
#include <string.h>

const uint8_t sm2_order[SM2_SCALAR_SIZE] = {0xff, 0xff, 0xff, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                            0x72, 0x03, 0xdf, 0x6b, 0x21, 0xc6, 0x05, 0x2b, 0x53, 0xbb, 0xf4, 0x09, 0x39, 0xd5, 0x41, 0x23};

/* ENTL || ID || a || b || Gx || Gy: what Z begins with for every key (GB/T 32918.2 5.5). */
static const uint8_t z_prefix[] = {
    0x00, 0x80, '1',  '2',  '3',  '4',  '5',  '6',  '7',  '8',  '1',  '2',  '3',  '4',  '5',  '6',  '7',
    '8',  0xff, 0xff, 0xff, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, /* a */
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfc, 0x28,
    0xe9, 0xfa, 0x9e, 0x9d, 0x9f, 0x5e, 0x34, 0x4d, 0x5a, 0x9e, 0x4b, 0xcf, 0x65, 0x09, 0xa7, /* b */
    0xf3, 0x97, 0x89, 0xf5, 0x15, 0xab, 0x8f, 0x92, 0xdd, 0xbc, 0xbd, 0x41, 0x4d, 0x94, 0x0e, 0x93, 0x32,
    0xc4, 0xae, 0x2c, 0x1f, 0x19, 0x81, 0x19, 0x5f, 0x99, 0x04, 0x46, 0x6a, 0x39, 0xc9, 0x94, /* Gx */
    0x8f, 0xe3, 0x0b, 0xbf, 0xf2, 0x66, 0x0b, 0xe1, 0x71, 0x5a, 0x45, 0x89, 0x33, 0x4c, 0x74, 0xc7, 0xbc,
    0x37, 0x36, 0xa2, 0xf4, 0xf6, 0x77, 0x9c, 0x59, 0xbd, 0xce, 0xe3, 0x6b, 0x69, 0x21, 0x53, /* Gy */
    0xd0, 0xa9, 0x87, 0x7c, 0xc6, 0x2a, 0x47, 0x40, 0x02, 0xdf, 0x32, 0xe5, 0x21, 0x39, 0xf0, 0xa0,
};

/* SEQUENCE { SEQUENCE { id-ecPublicKey, curve SM2 }, BIT STRING of 65 octets up to its first; GB/T 35276 7.1 */
static const uint8_t spki_prefix[SM2_SPKI_SIZE - SM2_POINT_SIZE] = {
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
    0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2d, 0x03, 0x42, 0x00,
};

static EVP_PKEY *pkey_from_params(OSSL_PARAM *params, int selection)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "SM2", NULL);
	EVP_PKEY *pkey = NULL;

	if (ctx == NULL || EVP_PKEY_fromdata_init(ctx) != 1 || EVP_PKEY_fromdata(ctx, &pkey, selection, params) != 1)
		pkey = NULL;
	EVP_PKEY_CTX_free(ctx);
	return pkey;
}

int sm2_public_from_point(struct sm2_public **key, const uint8_t point[SM2_POINT_SIZE], struct err *err)
{
	char group[] = "SM2";
	uint8_t octets[SM2_POINT_SIZE];

	*key = NULL;
	if (point[0] != 0x04)
		return err_set(err, HF_DER, "SM2 point is not in uncompressed form (GB/T 35276 7.1)");
	struct sm2_public *k = calloc(1, sizeof(*k));
	if (k == NULL)
		return err_set(err, HF_MEMORY, "SM2 public key");
	memcpy(octets, point, sizeof(octets));
	OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
	                       OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, octets, sizeof(octets)),
	                       OSSL_PARAM_construct_end()};
	k->pkey = pkey_from_params(params, EVP_PKEY_PUBLIC_KEY);
	if (k->pkey == NULL) {
		free(k);
		(void)crypto_fault(NULL, "SM2 public key");
		return err_set(err, HF_DER, "SM2 point is not on the curve (GB/T 32918.1 6.2.1)");
	}
	memcpy(k->point, point, SM2_POINT_SIZE);
	sm3_two(BYTES_ARRAY(z_prefix), (struct bytes){point + 1, SM2_POINT_SIZE - 1}, k->z);
	*key = k;
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

bool sm2_public_equal(const struct sm2_public *a, const struct sm2_public *b)
{
	return memcmp(a->point, b->point, SM2_POINT_SIZE) == 0;
}

bool sm2_scalar_in_range(const uint8_t scalar[SM2_SCALAR_SIZE], uint8_t less)
{
	uint8_t any = 0;
	unsigned borrow = 0;

	/* scalar - (order - less + 1) borrows exactly when scalar <= order - less; the order ends in 23, so less stays in its last octet.
	 */
	for (size_t i = SM2_SCALAR_SIZE; i-- > 0;) {
		unsigned limit = sm2_order[i] - (i == SM2_SCALAR_SIZE - 1 ? less - 1u : 0u);
		any |= scalar[i];
		borrow = (scalar[i] - limit - borrow) >> 31;
	}
	return any != 0 && borrow == 1;
}

/* point = scalar * G. */
static int multiply_base(const struct secret *scalar, uint8_t point[SM2_POINT_SIZE], struct err *err)
{
	const EC_GROUP *group = algorithms_get()->sm2;
	BIGNUM *d = BN_secure_new();
	EC_POINT *p = EC_POINT_new(group);
	int result = -1;

	if (d == NULL || p == NULL || BN_bin2bn(scalar->data, SM2_SCALAR_SIZE, d) == NULL)
		goto out;
	BN_set_flags(d, BN_FLG_CONSTTIME);
	if (EC_POINT_mul(group, p, d, NULL, NULL, NULL) != 1)
		goto out;
	if (EC_POINT_point2oct(group, p, POINT_CONVERSION_UNCOMPRESSED, point, SM2_POINT_SIZE, NULL) != SM2_POINT_SIZE)
		goto out;
	result = 0;
out:
	BN_clear_free(d);
	EC_POINT_free(p);
	return result == 0 ? 0 : crypto_fault(err, "SM2 public half");
}

static EVP_PKEY *private_pkey(const struct secret *scalar, const uint8_t point[SM2_POINT_SIZE])
{
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	BIGNUM *d = BN_secure_new();
	OSSL_PARAM *params = NULL;
	EVP_PKEY *pkey = NULL;

	if (build == NULL || d == NULL || BN_bin2bn(scalar->data, SM2_SCALAR_SIZE, d) == NULL)
		goto out;
	BN_set_flags(d, BN_FLG_CONSTTIME);
	if (OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, "SM2", 0) != 1 ||
	    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_PRIV_KEY, d) != 1 ||
	    OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point, SM2_POINT_SIZE) != 1)
		goto out;
	params = OSSL_PARAM_BLD_to_param(build);
	if (params != NULL)
		pkey = pkey_from_params(params, EVP_PKEY_KEYPAIR);
out:
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(build);
	BN_clear_free(d);
	return pkey;
}

int sm2_private_from_scalar(struct sm2_private **key, const struct secret *scalar, struct err *err)
{
	uint8_t point[SM2_POINT_SIZE];

	*key = NULL;
	if (scalar->size != SM2_SCALAR_SIZE || !sm2_scalar_in_range(scalar->data, 2))
		return err_set(err, HF_DER, "SM2 private key is not in 1..n-2 (GB/T 32918.1 6.1)");
	struct sm2_private *k = calloc(1, sizeof(*k));
	if (k == NULL)
		return err_set(err, HF_MEMORY, "SM2 private key");
	if (secret_copy(&k->scalar, secret_get(scalar), err) != 0 || multiply_base(scalar, point, err) != 0 ||
	    sm2_public_from_point(&k->public_half, point, err) != 0) {
		sm2_private_free(&k);
		return -1;
	}
	k->pkey = private_pkey(scalar, point);
	if (k->pkey == NULL) {
		sm2_private_free(&k);
		return crypto_fault(err, "SM2 private key");
	}
	*key = k;
	return 0;
}

int sm2_private_generate(struct sm2_private **key, struct err *err)
{
	struct secret scalar;

	*key = NULL;
	if (secret_new(&scalar, SM2_SCALAR_SIZE, err) != 0)
		return -1;
	uint64_t start = account_start();
	do {
		random_bytes(scalar.data, scalar.size);
	} while (!sm2_scalar_in_range(scalar.data, 2));
	int result = sm2_private_from_scalar(key, &scalar, err);
	account_stop(start, ACCOUNT_OTHER);
	secret_free(&scalar);
	return result;
}

int sm2_private_scalar(const struct sm2_private *key, struct secret *out, struct err *err)
{
	return secret_copy(out, secret_get(&key->scalar), err);
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
	secret_free(&(*key)->scalar);
	free(*key);
	*key = NULL;
}
