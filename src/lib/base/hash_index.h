/* Many short keys with a number each, in as little memory as can be: one flat table, open addressing. */
#ifndef HUFU_BASE_HASH_INDEX_H
#define HUFU_BASE_HASH_INDEX_H

#include "bytes.h"

#define HASH_INDEX_KEY_MAX 48
#define HASH_INDEX_VALUE_MAX ((UINT64_C(1) << 48) - 1)

struct hash_index;

/* Keys of key_size bytes; 6 bytes of value each. seed: secret where foreign hands may choose keys, so that they cannot crowd the table. */
int hash_index_new(struct hash_index **index, size_t key_size, uint64_t seed, struct err *err) MUST_CHECK;
void hash_index_free(struct hash_index **index);

/* True and *value when the key is there. */
bool hash_index_get(const struct hash_index *index, const void *key, uint64_t *value);
/* Sets or replaces. Value 1..HASH_INDEX_VALUE_MAX. HF_MEMORY leaves the index as it was. */
int hash_index_put(struct hash_index *index, const void *key, uint64_t value, struct err *err) MUST_CHECK;
size_t hash_index_count(const struct hash_index *index);
/* Room for so many more, so that the next puts cannot fail. */
int hash_index_reserve(struct hash_index *index, size_t more, struct err *err) MUST_CHECK;

#endif
