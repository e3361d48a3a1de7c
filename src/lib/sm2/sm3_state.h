/* SM3 (GB/T 32905). States may be copied, to hash a common beginning once. */
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

/* One block of a key stream, counted from 1 (GB/T 32918.4 5.4.3): SM3 of what start took, which stays as it is, and the count. */
void sm3_key_block(uint8_t block[SM3_DIGEST], const struct sm3_state *start, uint32_t count);

/* The compression function CF (GB/T 32905 5.3): v = CF(v, block). */
void sm3_compress(uint32_t v[8], const uint8_t block[SM3_BLOCK]);
/* The eight words as octets. */
void sm3_write(uint8_t digest[SM3_DIGEST], const uint32_t v[8]);

#endif
