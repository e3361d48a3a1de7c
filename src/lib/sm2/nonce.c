/* Hedged nonces. */
#include "nonce.h"

#include "declassify.h"

#include <string.h>

void nonce_key(struct nonce_key *key, const uint8_t secret[32], const char *label)
{
	struct sm3_state s;
	uint8_t block[SM3_BLOCK] = {0};

	memcpy(block, secret, 32);
	memcpy(block + 32, label, strlen(label));
	sm3_begin(&s);
	sm3_compress(s.v, block);
	memcpy(key->v, s.v, sizeof(key->v));
}

/* What was refused is independent of what is taken, so the number of tries (one, but for a chance of 2^-32) tells nothing. */
void nonce_make(struct fn *k, const struct nonce_key *key, const uint8_t random[NONCE_RANDOM_SIZE], const uint8_t digest[SM3_DIGEST],
                uint8_t attempt)
{
	uint8_t block[SM3_BLOCK], octets[SM3_DIGEST];
	struct nonce_key state = *key;
	uint64_t fits;

	memcpy(block, random, NONCE_RANDOM_SIZE);
	memcpy(block + NONCE_RANDOM_SIZE, digest, SM3_DIGEST);
	sm3_compress(state.v, block);
	for (uint8_t again = 0;; again++) {
		if (attempt > 0 || again > 0) {
			memset(block, 0, sizeof(block));
			block[0] = attempt;
			block[1] = again;
			sm3_compress(state.v, block);
		}
		sm3_write(octets, state.v);
		fits = fn_read(k, octets) & ~fn_zero(k);
		declassify(&fits, sizeof(fits));
		if (fits)
			break;
	}
}
