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

/* Entries that share one comparison, so that their sums fit the registers. */
#define SCAN_GROUP (SCAN_BYTES / 8)
#define SCAN_ENTRY_MAX 96

/* out = table[index - 1], or zeros for index 0. Entries of size bytes, a multiple of 32 and at most SCAN_ENTRY_MAX, stand one after the
 * other; their number is a multiple of SCAN_GROUP. First the group is taken, then the entry out of it. */
static inline __attribute__((always_inline)) void table_scan(void *out, const void *table, size_t entries, size_t size, uint64_t index)
{
	const uint32_t place = (uint32_t)index - 1; /* in no group for index 0 */
	const scan_word group_wanted = (scan_word){0} + place / SCAN_GROUP, wanted = (scan_word){0} + place % SCAN_GROUP;
	scan_word group[SCAN_GROUP * SCAN_ENTRY_MAX / SCAN_BYTES] = {{0}}, found[SCAN_ENTRY_MAX / SCAN_BYTES] = {{0}}, at = {0}, mask;
	const size_t words = size / SCAN_BYTES;
	const scan_word *entry = table;

	for (size_t i = 0; i < entries; i += SCAN_GROUP, entry += SCAN_GROUP * words) {
		mask = (scan_word)(at == group_wanted);
		at += 1;
		for (size_t j = 0; j < SCAN_GROUP * words; j++)
			group[j] |= entry[j] & mask;
	}
	for (uint32_t i = 0; i < SCAN_GROUP; i++) {
		mask = (scan_word)((scan_word){0} + i == wanted);
		for (size_t j = 0; j < words; j++)
			found[j] |= group[i * words + j] & mask;
	}
	for (size_t j = 0; j < words; j++)
		((scan_word *)out)[j] = found[j];
}

#endif
