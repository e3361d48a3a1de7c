/* Many short keys with a number each: slots of key and six bytes of value, of which zero means empty. */
#include "hash_index.h"

#include <stdlib.h>
#include <string.h>

#define VALUE_SIZE 6
#define LEAST_SLOTS 64

struct hash_index {
	uint8_t *slots;
	size_t slot_count, used;
	size_t key_size, slot_size;
	uint64_t seed;
};

static uint64_t mix(uint64_t h)
{
	h ^= h >> 33;
	h *= UINT64_C(0xff51afd7ed558ccd);
	h ^= h >> 33;
	h *= UINT64_C(0xc4ceb9fe1a85ec53);
	return h ^ (h >> 33);
}

static size_t slot_of(const struct hash_index *index, const uint8_t *key)
{
	uint64_t h = index->seed;

	for (size_t at = 0; at < index->key_size; at += 8) {
		uint64_t word = 0;
		size_t left = index->key_size - at;

		memcpy(&word, key + at, left < 8 ? left : 8);
		h = mix(h ^ word);
	}
	/* Maps to 0..slot_count-1 without a division, for any slot_count. */
	return (size_t)(((unsigned __int128)h * index->slot_count) >> 64);
}

static uint64_t value_at(const struct hash_index *index, size_t slot)
{
	const uint8_t *p = index->slots + slot * index->slot_size + index->key_size;
	uint64_t value = 0;

	for (size_t i = 0; i < VALUE_SIZE; i++)
		value = value << 8 | p[i];
	return value;
}

static void set_value(struct hash_index *index, size_t slot, uint64_t value)
{
	uint8_t *p = index->slots + slot * index->slot_size + index->key_size;

	for (size_t i = VALUE_SIZE; i-- > 0; value >>= 8)
		p[i] = (uint8_t)value;
}

/* The slot of the key, or the empty one where it would stand. */
static size_t find(const struct hash_index *index, const uint8_t *key)
{
	size_t slot = slot_of(index, key);

	while (value_at(index, slot) != 0 && memcmp(index->slots + slot * index->slot_size, key, index->key_size) != 0)
		slot = slot + 1 == index->slot_count ? 0 : slot + 1;
	return slot;
}

static int resize(struct hash_index *index, size_t slot_count, struct err *err)
{
	struct hash_index bigger = *index;

	bigger.slot_count = slot_count;
	bigger.slots = calloc(slot_count, index->slot_size);
	if (bigger.slots == NULL)
		return err_set(err, HF_MEMORY, "index of %zu slots", slot_count);
	for (size_t i = 0; i < index->slot_count; i++) {
		const uint8_t *from = index->slots + i * index->slot_size;

		if (value_at(index, i) != 0)
			memcpy(bigger.slots + find(&bigger, from) * index->slot_size, from, index->slot_size);
	}
	free(index->slots);
	*index = bigger;
	return 0;
}

int hash_index_new(struct hash_index **index, size_t key_size, uint64_t seed, struct err *err)
{
	struct hash_index *made;

	if (key_size == 0 || key_size > HASH_INDEX_KEY_MAX)
		return err_set(err, HF_SYSTEM, "index with keys of %zu bytes", key_size);
	made = calloc(1, sizeof(*made));
	if (made == NULL)
		return err_set(err, HF_MEMORY, "index");
	made->key_size = key_size;
	made->slot_size = key_size + VALUE_SIZE;
	made->seed = seed;
	if (resize(made, LEAST_SLOTS, err) < 0) {
		free(made);
		return -1;
	}
	*index = made;
	return 0;
}

void hash_index_free(struct hash_index **index)
{
	if (*index == NULL)
		return;
	free((*index)->slots);
	free(*index);
	*index = NULL;
}

bool hash_index_get(const struct hash_index *index, const void *key, uint64_t *value)
{
	*value = value_at(index, find(index, key));
	return *value != 0;
}

int hash_index_reserve(struct hash_index *index, size_t more, struct err *err)
{
	size_t need = index->used + more, slots = index->slot_count;

	/* At most 13 of 16 slots are used, and the table grows by half. */
	while (need > slots / 16 * 13)
		slots += slots / 2;
	return slots == index->slot_count ? 0 : resize(index, slots, err);
}

int hash_index_put(struct hash_index *index, const void *key, uint64_t value, struct err *err)
{
	size_t slot;

	if (value == 0 || value > HASH_INDEX_VALUE_MAX)
		return err_set(err, HF_SYSTEM, "index value out of range");
	if (hash_index_reserve(index, 1, err) < 0)
		return -1;
	slot = find(index, key);
	if (value_at(index, slot) == 0) {
		memcpy(index->slots + slot * index->slot_size, key, index->key_size);
		index->used++;
	}
	set_value(index, slot, value);
	return 0;
}

size_t hash_index_count(const struct hash_index *index)
{
	return index->used;
}
