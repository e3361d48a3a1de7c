/* SM3 (GB/T 32905) for the core's own digests: Z, nonces, encryption. States may be copied, to hash a common beginning once. */
#ifndef HUFU_SM2_SM3_STATE_H
#define HUFU_SM2_SM3_STATE_H

#include "bytes.h"

#define SM3_BLOCK 64
#define SM3_DIGEST 32

struct sm3_state {
	uint32_t v[8];
	uint64_t size; /* octets taken so far */
	uint8_t block[SM3_BLOCK];
};

void sm3_begin(struct sm3_state *s);
void sm3_add(struct sm3_state *s, const void *data, size_t size);
void sm3_end(struct sm3_state *s, uint8_t digest[SM3_DIGEST]); /* s may not be used again but by sm3_begin */

/* HMAC (GB/T 15852.2, RFC 2104) with the two states of its key made once. */
struct hmac_state {
	struct sm3_state inner, outer;
};
void hmac_key(struct hmac_state *key, const uint8_t *secret, size_t size); /* size at most SM3_BLOCK */
/* Begin with a copy of key->inner, add the text, then: */
void hmac_end(struct sm3_state *text, const struct hmac_state *key, uint8_t tag[SM3_DIGEST]);

#endif
