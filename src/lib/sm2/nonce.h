/* The secret number of each signature and encryption: random, and hedged against a random generator that repeats itself. */
#ifndef HUFU_SM2_NONCE_H
#define HUFU_SM2_NONCE_H

#include "fn.h"
#include "sm3_state.h"

#define NONCE_RANDOM_SIZE 32

/* k = CF(CF(IV, secret || label), random || digest), CF being SM3's compression function; the inner value is made once for a key.
 *
 * A compression function keyed by its chaining value is taken for a pseudo-random function, which is what the proof of HMAC rests on too
 * (M. Bellare, CRYPTO 2006). HMAC needs its outer digest only because texts of many lengths could be made longer; here each text is one
 * block, and without that the cascade is pseudo-random by itself (Bellare, Canetti, Krawczyk, FOCS 1996). So to who does not know
 * the secret, k is as good as random for each new pair of random octets and digest, whoever chose them: a generator that stands still, or
 * goes on from a copy of its state (fork, a machine restored), gives different k for different digests, and for one digest the same
 * signature again. With good random octets k does not follow from key and digest, so faults and measurements cannot be repeated. */
struct nonce_key {
	uint32_t v[8];
};

/* One for each use, so that no two uses ever share a number, whatever stands in the digest's place. */
#define NONCE_OF_SIGNATURE "hufu SM2 nonce"
#define NONCE_OF_AGREEMENT "hufu SM2 offer"
#define NONCE_OF_ENCRYPTION "hufu SM2 cipher"

void nonce_key(struct nonce_key *key, const uint8_t secret[32], const char *label); /* of at most 32 octets */

/* k in 1..n-1. attempt counts what the caller refused before. A k that is out of range, or refused, is never used: the next one is CF of it
 * and a block with the count. */
void nonce_make(struct fn *k, const struct nonce_key *key, const uint8_t random[NONCE_RANDOM_SIZE], const uint8_t digest[SM3_DIGEST],
                uint8_t attempt);

#endif
