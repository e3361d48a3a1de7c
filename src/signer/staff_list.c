/* The persons of the service and their certificates. */
#include "staff_list.h"

#include <stdlib.h>
#include <string.h>

#define HOUR 3600
#define NOBODY SIZE_MAX /* in place of an entry: of a certificate that was a person's once */

void staff_list_free(struct staff_list *list)
{
	for (size_t i = 0; i < list->entry_count; i++) {
		free(list->entries[i].person.id);
		free(list->entries[i].person.name);
	}
	for (size_t i = 0; i < list->certificate_count; i++)
		cert_free(&list->certificates[i].cert);
	free(list->entries);
	free(list->certificates);
	memset(list, 0, sizeof(*list));
}

struct staff_entry *staff_list_find(const struct staff_list *list, struct bytes id)
{
	for (size_t i = 0; i < list->entry_count; i++) {
		if (bytes_is_text(id, list->entries[i].person.id))
			return &list->entries[i];
	}
	return NULL;
}

static struct staff_certificate *known_certificate(const struct staff_list *list, const uint8_t serial[ORDER_SERIAL_SIZE])
{
	for (size_t i = 0; i < list->certificate_count; i++) {
		if (memcmp(list->certificates[i].serial, serial, ORDER_SERIAL_SIZE) == 0)
			return &list->certificates[i];
	}
	return NULL;
}

struct staff_certificate *staff_list_certificate(const struct staff_list *list, const uint8_t serial[ORDER_SERIAL_SIZE])
{
	struct staff_certificate *known = known_certificate(list, serial);

	return known != NULL && known->entry != NOBODY ? known : NULL;
}

static void *room_for_one(void *items, size_t each, size_t count, size_t *capacity)
{
	size_t more = *capacity == 0 ? 16 : *capacity * 2;
	void *moved;

	if (count < *capacity)
		return items;
	moved = realloc(items, more * each);
	if (moved != NULL)
		*capacity = more;
	return moved;
}

static struct staff_entry *add_entry(struct staff_list *list, struct bytes id)
{
	struct staff_entry *entries = room_for_one(list->entries, sizeof(*entries), list->entry_count, &list->entry_capacity), *entry;

	if (entries == NULL)
		return NULL;
	list->entries = entries;
	entry = &entries[list->entry_count];
	memset(entry, 0, sizeof(*entry));
	entry->person.id = strndup((const char *)id.data, id.size);
	if (entry->person.id == NULL)
		return NULL;
	list->entry_count++;
	return entry;
}

/* Makes the certificate the entry's only one. The cert of one that was his stays: it may be lent at this moment. */
static int set_certificate(struct staff_list *list, const uint8_t serial[ORDER_SERIAL_SIZE], size_t entry, struct err *err)
{
	struct staff_certificate *own = known_certificate(list, serial), *all;

	if (own == NULL) {
		all = room_for_one(list->certificates, sizeof(*all), list->certificate_count, &list->certificate_capacity);
		if (all == NULL)
			return err_set(err, HF_MEMORY, "persons");
		list->certificates = all;
		own = &all[list->certificate_count++];
		*own = (struct staff_certificate){.entry = NOBODY};
		memcpy(own->serial, serial, ORDER_SERIAL_SIZE);
	}
	for (size_t i = 0; i < list->certificate_count; i++) {
		if (list->certificates[i].entry == entry)
			list->certificates[i].entry = NOBODY;
	}
	own->entry = entry;
	return 0;
}

int staff_list_set(struct staff_list *list, const struct order_person *person, uint32_t roles, int64_t from, int64_t to,
                   const uint8_t serial[ORDER_SERIAL_SIZE], struct err *err)
{
	struct staff_entry *entry = staff_list_find(list, person->id);
	char *name = strndup((const char *)person->name.data, person->name.size);

	if (name != NULL && entry == NULL)
		entry = add_entry(list, person->id);
	if (name == NULL || entry == NULL) {
		free(name);
		return err_set(err, HF_MEMORY, "persons");
	}
	free(entry->person.name);
	entry->person.name = name;
	entry->person.roles = roles;
	entry->person.from = from;
	entry->person.to = to;
	return set_certificate(list, serial, (size_t)(entry - list->entries), err);
}

void staff_list_count(struct staff_list *list, struct bytes id, int64_t time)
{
	struct staff_entry *entry = staff_list_find(list, id);

	if (entry == NULL)
		return;
	if (entry->hour != time / HOUR) {
		entry->hour = time / HOUR;
		entry->issued = 0;
	}
	entry->issued++;
}

int64_t staff_list_counted(const struct staff_list *list, struct bytes id, int64_t time)
{
	const struct staff_entry *entry = staff_list_find(list, id);

	return entry != NULL && entry->hour == time / HOUR ? entry->issued : 0;
}
