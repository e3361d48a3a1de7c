/* Eight bytes of a text looked at together: long runs of plain letters need no look at each. Each answer is about the whole word. */
#ifndef HUFU_BASE_BYTE_WORD_H
#define HUFU_BASE_BYTE_WORD_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define WORD_SIZE 8u
#define WORD_OF(byte) (UINT64_C(0x0101010101010101) * (byte))

static inline uint64_t word_at(const uint8_t *at)
{
	uint64_t word;

	memcpy(&word, at, WORD_SIZE);
	return word;
}

/* Every byte is 0x20 to 0x7e. A borrow or a carry comes only from a byte that is none of these. */
static inline bool word_is_printable(uint64_t word)
{
	return ((word | (word - WORD_OF(0x20)) | (word + WORD_OF(1))) & WORD_OF(0x80)) == 0;
}

/* Some byte is this one. */
static inline bool word_has(uint64_t word, uint8_t byte)
{
	uint64_t differ = word ^ WORD_OF(byte);

	return ((differ - WORD_OF(1)) & ~differ & WORD_OF(0x80)) != 0;
}

/* How many bytes are this one. */
static inline unsigned word_count(uint64_t word, uint8_t byte)
{
	uint64_t differ = word ^ WORD_OF(byte);
	uint64_t same = ~(((differ & WORD_OF(0x7f)) + WORD_OF(0x7f)) | differ) & WORD_OF(0x80);

	return (unsigned)((same >> 7) * WORD_OF(1) >> 56);
}

#endif
