/* The secret number of each signature and encryption: random, and hedged against a random generator that repeats itself. */
#ifndef HUFU_SM2_NONCE_H
#define HUFU_SM2_NONCE_H

#include "fn.h"
#include "sm3_state.h"

#define NONCE_RANDOM_SIZE 32

/* k in 1..n-1 = HMAC-SM3(key, random || digest || attempt || try) with the first try that is in range. For one key the same k
 * comes again only for the same random octets, the same digest and the same attempt: then the signature is the same too.
 * attempt counts what the caller refused before. */
void nonce_make(struct fn *k, const struct hmac_state *key, const uint8_t random[NONCE_RANDOM_SIZE], const uint8_t digest[SM3_DIGEST],
                uint8_t attempt);

#endif
