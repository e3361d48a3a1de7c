/* Hedged nonces. */
#include "nonce.h"

#include "declassify.h"

#include <string.h>

/* What was refused is independent of what is taken, so the number of tries (one, but for a chance of 2^-32) tells nothing. */
void nonce_make(struct fn *k, const struct hmac_state *key, const uint8_t random[NONCE_RANDOM_SIZE], const uint8_t digest[SM3_DIGEST],
                uint8_t attempt)
{
	uint8_t count[2] = {attempt, 0}, octets[SM3_DIGEST];
	uint64_t fits;

	do {
		struct sm3_state text = key->inner;

		sm3_add(&text, random, NONCE_RANDOM_SIZE);
		sm3_add(&text, digest, SM3_DIGEST);
		sm3_add(&text, count, sizeof(count));
		hmac_end(&text, key, octets);
		fits = fn_read(k, octets);
		fits &= ~fn_zero(k);
		declassify(&fits, sizeof(fits));
		count[1]++;
		explicit_bzero(&text, sizeof(text));
	} while (!fits);
	explicit_bzero(octets, sizeof(octets));
}
