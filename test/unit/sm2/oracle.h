/* What OpenSSL's own arithmetic says: the judge over hufu's. */
#ifndef HUFU_TEST_SM2_ORACLE_H
#define HUFU_TEST_SM2_ORACLE_H

#include "curve.h"

#include <openssl/bn.h>
#include <openssl/evp.h>
#include <stdbool.h>

/* point (X || Y) = g G + k P; P may be NULL. False where that is infinity. */
bool oracle_sum(uint8_t point[64], const uint8_t *g, const uint8_t *p, const uint8_t *k);

/* A key, for many operations; d NULL: the public half. Freed by EVP_PKEY_free. */
EVP_PKEY *oracle_key(const uint8_t key[64], const uint8_t *d);
bool oracle_verify_by(EVP_PKEY *key, const uint8_t digest[32], const uint8_t rs[64]);
void oracle_sign_by(uint8_t rs[64], EVP_PKEY *key, const uint8_t digest[32]);
/* The same with keys of a moment. */
bool oracle_verify(const uint8_t key[64], const uint8_t digest[32], const uint8_t rs[64]);
void oracle_sign(uint8_t rs[64], const uint8_t d[32], const uint8_t digest[32]);
bool oracle_decrypt(uint8_t *text, size_t size, const uint8_t d[32], const uint8_t c1[64], const uint8_t c3[32], const uint8_t *c2);
void oracle_encrypt(uint8_t c1[64], uint8_t c3[32], uint8_t *c2, const uint8_t key[64], const uint8_t *text, size_t size);

/* From a generator whose seed a comment of the test's output names, and SM2_TEST_SEED sets; OpenSSL's signatures and
 * encryptions above draw from it as well. For one thread at a time. */
void oracle_random(uint8_t *out, size_t n);

/* Numbers that arithmetic likes to get wrong: small ones, those near the order, powers of two and their neighbours, windows at their
 * extremes. Returns how many there are; below is n or 2^256. */
size_t oracle_boundary_scalars(uint8_t (*scalar)[32], size_t max);

#endif
