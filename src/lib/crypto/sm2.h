/* SM2 keys, signatures and encryption (GB/T 32918, GB/T 35276), always with the standard ID "1234567812345678". */
#ifndef HUFU_CRYPTO_SM2_H
#define HUFU_CRYPTO_SM2_H

#include "secret.h"

#define SM2_POINT_SIZE 65 /* 04 || X || Y */
#define SM2_SCALAR_SIZE 32
#define SM2_SPKI_SIZE 91        /* SubjectPublicKeyInfo DER of an uncompressed point */
#define SM2_SIGNATURE_MAX 72    /* DER SEQUENCE { r, s } */
#define SM2_CIPHER_OVERHEAD 128 /* more than DER of C1C3C2 adds to the plaintext */
#define SM2_KEY_ID_SIZE 20

struct sm2_public; /* a checked point; safe to share between threads for reading */
struct sm2_private;

/* Points are checked to lie on the curve and not to be infinity. HF_CSR_KEY_TYPE when the key is of another kind, HF_DER when malformed. */
int sm2_public_from_point(struct sm2_public **key, const uint8_t point[SM2_POINT_SIZE], struct err *err) MUST_CHECK;
int sm2_public_from_spki(struct sm2_public **key, struct bytes der, struct err *err) MUST_CHECK;
void sm2_public_free(struct sm2_public **key);
/* For a key that verifies thousands of signatures (an issuer's, a responder's): a table of 148 KiB, made in about a millisecond, makes each
 * verification three to four times faster. Before the key is shared between threads. */
int sm2_public_prepare(struct sm2_public *key, struct err *err) MUST_CHECK;
void sm2_public_point(const struct sm2_public *key, uint8_t point[SM2_POINT_SIZE]);
void sm2_public_spki(const struct sm2_public *key, uint8_t der[SM2_SPKI_SIZE]);
/* Key identifier: the first 20 bytes of SM3(04||X||Y). */
void sm2_public_id(const struct sm2_public *key, uint8_t id[SM2_KEY_ID_SIZE]);
/* Key hash: SM3 of the SubjectPublicKeyInfo DER. */
void sm2_public_hash(const struct sm2_public *key, uint8_t hash[32]);
/* Z of a user of any ID, of at most 8191 octets (GB/T 32918.2 5.5): what a digest of a message begins with outside these functions. */
void sm2_user_digest(uint8_t z[32], struct bytes id, const uint8_t point[SM2_POINT_SIZE]);
bool sm2_public_equal(const struct sm2_public *a, const struct sm2_public *b);
/* SPKI form of a point without a key object (the prefix is fixed). */
void sm2_point_to_spki(const uint8_t point[SM2_POINT_SIZE], uint8_t der[SM2_SPKI_SIZE]);

int sm2_private_generate(struct sm2_private **key, struct err *err) MUST_CHECK;
/* n at once, cheaper than one by one; all or none (each then NULL). */
int sm2_private_generate_many(struct sm2_private **keys, size_t n, struct err *err) MUST_CHECK;
/* scalar: 32 bytes big endian in 1..n-2. */
int sm2_private_from_scalar(struct sm2_private **key, const struct secret *scalar, struct err *err) MUST_CHECK;
int sm2_private_scalar(const struct sm2_private *key, struct secret *out, struct err *err) MUST_CHECK;
const struct sm2_public *sm2_private_public(const struct sm2_private *key); /* lends */
void sm2_private_free(struct sm2_private **key);                            /* wipes */

/* Signs SM3(Z || message). out gets DER; size at most SM2_SIGNATURE_MAX. */
int sm2_sign(const struct sm2_private *key, struct bytes message, struct buf *out, struct err *err) MUST_CHECK;
/* Signs a digest e that was made with Z already (what a card is given). rs: r || s, 32 bytes each. */
int sm2_sign_digest(const struct sm2_private *key, const uint8_t e[32], uint8_t rs[64], struct err *err) MUST_CHECK;
/* 0 valid; -1 with HF_CERT_SIGNATURE when it is not (also for non-minimal DER or trailing bytes), HF_CRYPTO when the library failed. */
int sm2_verify(const struct sm2_public *key, struct bytes message, struct bytes signature, struct err *err) MUST_CHECK;
int sm2_verify_digest(const struct sm2_public *key, const uint8_t e[32], const uint8_t rs[64], struct err *err) MUST_CHECK;
/* e = SM3(Z || message) with the standard ID. */
int sm2_digest(const struct sm2_public *key, struct bytes message, uint8_t e[32], struct err *err) MUST_CHECK;

/* r||s <-> DER. */
int sm2_signature_to_der(const uint8_t rs[64], struct buf *out, struct err *err) MUST_CHECK;
int sm2_signature_from_der(struct bytes der, uint8_t rs[64], struct err *err) MUST_CHECK; /* strict DER */

/* Public-key encryption, DER SM2Cipher { x, y, hash, cipher } (GB/T 35276 7.2). */
int sm2_encrypt(const struct sm2_public *key, struct bytes plain, struct buf *out, struct err *err) MUST_CHECK;
/* HF_ENVELOPE when cipher is malformed, larger than SECRET_MAX, or does not open. */
int sm2_decrypt(const struct sm2_private *key, struct bytes cipher, struct secret *out, struct err *err) MUST_CHECK;

/* Batches: the walls for speed. Results stand in the items; the call itself fails only on memory. An item whose result is -1 has an
 * empty signature. */
struct sm2_sign_item {
	const struct sm2_private *key;
	struct bytes message;
	struct buf signature; /* initialised by the call; the caller frees */
	int result;           /* 0 or -1 */
};
struct sm2_verify_item {
	const struct sm2_public *key;
	struct bytes message;
	struct bytes signature;
	int result; /* 0 valid, -1 not */
};
int sm2_sign_many(struct sm2_sign_item *items, size_t n, struct err *err) MUST_CHECK;
int sm2_verify_many(struct sm2_verify_item *items, size_t n, struct err *err) MUST_CHECK;

/* CPU time that all threads of the process spent inside this folder, in ns, and the calls by kind; for the metrics. Not counted are digests
 * of less than 512 bytes, as to measure one would cost as much as to do it. */
struct crypto_account {
	uint64_t ns;
	uint64_t signs, verifies, others;
};
struct crypto_account crypto_account_get(void);

#endif
