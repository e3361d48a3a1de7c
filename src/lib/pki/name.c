/* Distinguished names by one table of their parts. */
#include "name.h"

#include "oid.h"
#include "text_code.h"

#include <stddef.h>

/* In the order in which they are written. Limits: X.520 upper bounds, in characters. */
static const struct part {
	enum oid oid;
	const char *label;
	size_t offset;
	size_t max;
} parts[] = {
    {OID_COUNTRY, "C", offsetof(struct name, country), 2},     {OID_STATE, "ST", offsetof(struct name, state), 128},
    {OID_LOCALITY, "L", offsetof(struct name, locality), 128}, {OID_ORGANISATION, "O", offsetof(struct name, organisation), 64},
    {OID_UNIT, "OU", offsetof(struct name, unit), 64},         {OID_COMMON_NAME, "CN", offsetof(struct name, common_name), 64},
};
#define PARTS (sizeof(parts) / sizeof(parts[0]))

static const struct bytes *value_of(const struct name *name, const struct part *part)
{
	return (const struct bytes *)(const void *)((const char *)name + part->offset);
}

static bool is_country(struct bytes value)
{
	return value.size == 2 && value.data[0] >= 'A' && value.data[0] <= 'Z' && value.data[1] >= 'A' && value.data[1] <= 'Z';
}

int name_check(const struct name *name, struct err *err)
{
	if (name->country.size != 0 && !is_country(name->country))
		return err_set(err, HF_FIELD_FORMAT, "country of a name is not two capital letters (RFC 5280 A.1)");
	if (name->common_name.size == 0)
		return err_set(err, HF_FIELD_MISSING, "common name of a name");
	for (size_t i = 0; i < PARTS; i++) {
		struct bytes value = *value_of(name, &parts[i]);
		if (text_check(value) != TEXT_FINE)
			return err_set(err, HF_FIELD_CHARACTER, "%s of a name", parts[i].label);
		if (text_characters(value) > parts[i].max)
			return err_set(err, HF_NAME_TOO_LONG, "%s has more than %zu characters (RFC 5280 A.1)", parts[i].label,
			               parts[i].max);
	}
	return 0;
}

bool name_within(const struct name *some, const struct name *whole)
{
	for (size_t i = 0; i < PARTS; i++) {
		const struct bytes *value = value_of(some, &parts[i]);

		if (value->size != 0 && !bytes_equal(*value, *value_of(whole, &parts[i])))
			return false;
	}
	return true;
}

void name_write(struct der_writer *w, const struct name *name)
{
	der_open(w, DER_SEQUENCE);
	for (size_t i = 0; i < PARTS; i++) {
		struct bytes value = *value_of(name, &parts[i]);
		if (value.size == 0)
			continue;
		der_open(w, DER_SET);
		der_open(w, DER_SEQUENCE);
		der_put(w, DER_OID, oid_get(parts[i].oid));
		der_put(w, parts[i].oid == OID_COUNTRY ? DER_PRINTABLE_STRING : DER_UTF8_STRING, value);
		der_close(w);
		der_close(w);
	}
	der_close(w);
}

static struct bytes *slot_of(struct name *name, enum oid oid)
{
	for (size_t i = 0; i < PARTS; i++) {
		if (parts[i].oid == oid)
			return (struct bytes *)(void *)((char *)name + parts[i].offset);
	}
	return NULL;
}

static int read_attribute(struct bytes *set, struct name *name)
{
	struct bytes attribute, oid, value;
	uint8_t tag;

	if (der_read(set, DER_SEQUENCE, &attribute) != 0 || der_read_oid(&attribute, &oid) != 0 ||
	    der_read_any(&attribute, &tag, &value) != 0 || attribute.size != 0)
		return -1;
	struct bytes *slot = slot_of(name, oid_find(oid));
	if (slot == NULL || slot->size != 0)
		return 0;
	if ((tag != DER_UTF8_STRING && tag != DER_PRINTABLE_STRING) || text_check(value) != TEXT_FINE)
		return -1;
	*slot = value;
	return 0;
}

int name_read(struct bytes *in, struct name *name)
{
	struct bytes rest = *in, sets, set;

	*name = (struct name){BYTES_NONE};
	if (der_read(&rest, DER_SEQUENCE, &sets) != 0)
		return -1;
	while (sets.size != 0) {
		if (der_read(&sets, DER_SET, &set) != 0 || set.size == 0)
			return -1;
		while (set.size != 0) {
			if (read_attribute(&set, name) != 0)
				return -1;
		}
	}
	*in = rest;
	return 0;
}

int name_print(struct buf *out, const struct name *name, struct err *err)
{
	const char *before = "";

	for (size_t i = 0; i < PARTS; i++) {
		struct bytes value = *value_of(name, &parts[i]);
		if (value.size == 0)
			continue;
		if (buf_append_format(out, err, "%s%s=", before, parts[i].label) != 0 || buf_append(out, value, err) != 0)
			return -1;
		before = ", ";
	}
	return 0;
}
