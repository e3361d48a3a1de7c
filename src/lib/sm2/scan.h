/* Reading a table at a secret place: every entry is read, and masks keep the one that is wanted. */
#ifndef HUFU_SM2_SCAN_H
#define HUFU_SM2_SCAN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __AVX2__
#define SCAN_BYTES 32
#else
#define SCAN_BYTES 16
#endif
typedef uint32_t scan_word __attribute__((vector_size(SCAN_BYTES), aligned(8), may_alias));

/* out = table[index - 1], or zeros for index 0; entries of size bytes, a multiple of 32 and at most 96, stand one after the other. */
static inline __attribute__((always_inline)) void table_scan(void *out, const void *table, size_t entries, size_t size, uint64_t index)
{
	const scan_word wanted = (scan_word){0} + (uint32_t)index;
	scan_word found[96 / SCAN_BYTES] = {{0}}, at = {0};
	const scan_word *entry = table;
	const size_t words = size / SCAN_BYTES;

	for (size_t i = 0; i < entries; i++, entry += words) {
		at += 1;
		scan_word mask = (scan_word)(at == wanted);
		for (size_t j = 0; j < words; j++)
			found[j] |= entry[j] & mask;
	}
	for (size_t j = 0; j < words; j++)
		((scan_word *)out)[j] = found[j];
}

#endif
