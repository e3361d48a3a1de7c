/* Key pairs, and the digest Z of a user (GB/T 32918.2 5.5). */
#ifndef HUFU_SM2_KEY_PAIR_H
#define HUFU_SM2_KEY_PAIR_H

#include "engine.h"
#include "sm3_state.h"

#define SM2_STANDARD_ID "1234567812345678" /* GB/T 35276 10.1 */

/* public[i] = d[i] G for n scalars, X || Y; -1 when one is not in 1..n-1 (then nothing is written). Time tells nothing of the scalars. */
int public_of_many(const struct engine *engine, uint8_t (*point)[64], const uint8_t (*d)[32], size_t n) MUST_CHECK;

/* A scalar 1..n-2 from 32 random octets, when they are one (all but one in 2^32 are): all ones. */
uint64_t scalar_fits(const uint8_t d[32]);

/* Z = SM3(ENTL || ID || a || b || G || P). id of at most 8191 octets. */
void user_digest(uint8_t z[SM3_DIGEST], struct bytes id, const uint8_t point[64]);
/* The same in two steps: what all users of an ID share is hashed once, and stays as it is. */
void user_digest_begin(struct sm3_state *begun, struct bytes id);
void user_digest_end(uint8_t z[SM3_DIGEST], const struct sm3_state *begun, const uint8_t point[64]);

#endif
