/* SM2 public-key encryption (GB/T 32918.4): C1 a point, C3 a digest, C2 the text under a key stream. */
#ifndef HUFU_SM2_ENCRYPTION_H
#define HUFU_SM2_ENCRYPTION_H

#include "engine.h"
#include "nonce.h"

/* c1: X || Y; c2: as long as the text, which has at least one octet. random is wiped. */
void encrypt_text(const struct engine *engine, const struct affine *key, struct bytes text, uint8_t random[NONCE_RANDOM_SIZE],
                  uint8_t c1[64], uint8_t c3[SM3_DIGEST], uint8_t *c2);

/* text: as long as c2. -1, with text wiped, when C1 is no point of the curve or C3 does not agree. d in 1..n-2. */
int decrypt_text(const struct engine *engine, const struct fn *d, const uint8_t c1[64], const uint8_t c3[SM3_DIGEST], struct bytes c2,
                 uint8_t *text) MUST_CHECK;

/* The same with a given k, in 1..n-1; all zeros when the key stream was nothing but zeros, and another k must be taken. */
uint64_t encrypt_with(const struct engine *engine, const struct affine *key, struct bytes text, const struct fn *k, uint8_t c1[64],
                      uint8_t c3[SM3_DIGEST], uint8_t *c2);

#endif
