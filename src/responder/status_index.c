/* Open addressing with linear probing. Serial numbers are random and drawn by the signer alone, so their own bytes are the hash. */
#include "status_index.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define SLOTS_FIRST 4096 /* powers of two */
#define FULL_NUMERATOR 7
#define FULL_DENOMINATOR 10

struct slot {
	struct serial serial; /* the first byte of one that is taken is never 00 (serial.h) */
	uint32_t since;
	uint8_t status, reason;
};

struct status_index {
	pthread_rwlock_t lock;
	struct slot *slots;
	size_t size, count;
};

int status_index_new(struct status_index **index, struct err *err)
{
	struct status_index *new = calloc(1, sizeof(*new));

	if (new == NULL)
		return err_set(err, HF_MEMORY, "no memory for the index");
	pthread_rwlock_init(&new->lock, NULL);
	new->size = SLOTS_FIRST;
	new->slots = calloc(new->size, sizeof(new->slots[0]));
	*index = new;
	if (new->slots != NULL)
		return 0;
	status_index_free(index);
	return err_set(err, HF_MEMORY, "no memory for the index");
}

void status_index_free(struct status_index **index)
{
	if (*index == NULL)
		return;
	pthread_rwlock_destroy(&(*index)->lock);
	free((*index)->slots);
	free(*index);
	*index = NULL;
}

/* The slot of the serial, or the free one where it belongs. */
static struct slot *slot_find(struct slot *slots, size_t size, const struct serial *serial)
{
	uint64_t hash;
	size_t at;

	memcpy(&hash, serial->bytes + SERIAL_SIZE - sizeof(hash), sizeof(hash));
	at = (size_t)hash & (size - 1);
	while (slots[at].serial.bytes[0] != 0 && !serial_equal(&slots[at].serial, serial))
		at = (at + 1) & (size - 1);
	return &slots[at];
}

static int grow(struct status_index *index, struct err *err)
{
	size_t size = index->size * 2;
	struct slot *slots = calloc(size, sizeof(slots[0]));

	if (slots == NULL)
		return err_set(err, HF_MEMORY, "no memory for an index of %zu", size);
	for (size_t i = 0; i < index->size; i++)
		if (index->slots[i].serial.bytes[0] != 0)
			*slot_find(slots, size, &index->slots[i].serial) = index->slots[i];
	free(index->slots);
	index->slots = slots;
	index->size = size;
	return 0;
}

static int set(struct status_index *index, const struct serial *serial, const struct index_record *record, struct err *err)
{
	struct slot *slot;

	if (serial->bytes[0] == 0)
		return err_set(err, HF_ORDER_MEMBER, "a serial number that begins with 00");
	if (index->count + 1 > index->size / FULL_DENOMINATOR * FULL_NUMERATOR && grow(index, err) != 0)
		return -1;
	slot = slot_find(index->slots, index->size, serial);
	if (slot->serial.bytes[0] == 0)
		index->count++;
	*slot = (struct slot){*serial, (uint32_t)record->since, (uint8_t)record->status, (uint8_t)record->reason};
	return 0;
}

int status_index_set(struct status_index *index, const struct serial *serial, const struct index_record *record, struct err *err)
{
	int result;

	pthread_rwlock_wrlock(&index->lock);
	result = set(index, serial, record, err);
	pthread_rwlock_unlock(&index->lock);
	return result;
}

struct index_record status_index_get(struct status_index *index, const struct serial *serial)
{
	struct index_record record = {INDEX_UNKNOWN, CRL_UNSPECIFIED, 0};
	const struct slot *slot;

	if (serial->bytes[0] == 0)
		return record;
	pthread_rwlock_rdlock(&index->lock);
	slot = slot_find(index->slots, index->size, serial);
	if (slot->serial.bytes[0] != 0)
		record = (struct index_record){(enum index_status)slot->status, (enum crl_reason)slot->reason, slot->since};
	pthread_rwlock_unlock(&index->lock);
	return record;
}

size_t status_index_count(struct status_index *index)
{
	size_t count;

	pthread_rwlock_rdlock(&index->lock);
	count = index->count;
	pthread_rwlock_unlock(&index->lock);
	return count;
}
