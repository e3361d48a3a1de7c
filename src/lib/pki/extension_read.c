/* A list of extensions, and the values that more than one reader needs. */
#include "extension.h"

static int read_one(struct bytes *in, struct extension *e)
{
	struct bytes fields;

	*e = (struct extension){.oid = OID_OTHER};
	if (der_read(in, DER_SEQUENCE, &fields) != 0 || der_read_oid(&fields, &e->id) != 0)
		return -1;
	if (der_is(fields, DER_BOOLEAN)) {
		/* DEFAULT FALSE is not written in DER (X.690 11.5) */
		if (der_read_boolean(&fields, &e->critical) != 0 || !e->critical)
			return -1;
	}
	if (der_read(&fields, DER_OCTET_STRING, &e->value) != 0 || fields.size != 0)
		return -1;
	e->oid = oid_find(e->id);
	return 0;
}

static bool stands_already(const struct extension_list *list, struct bytes id)
{
	for (size_t i = 0; i < list->count; i++) {
		if (bytes_equal(list->items[i].id, id))
			return true;
	}
	return false;
}

int extension_list_read(struct extension_list *list, struct bytes content)
{
	list->count = 0;
	if (content.size == 0)
		return -1;
	while (content.size != 0) {
		struct extension e;
		if (list->count == EXTENSIONS_MAX || read_one(&content, &e) != 0 || stands_already(list, e.id))
			return -1;
		list->items[list->count++] = e;
	}
	return 0;
}

int extension_read_authority_key_id(struct bytes value, struct bytes *key_id)
{
	struct bytes fields, other;
	uint8_t tag;

	*key_id = BYTES_NONE;
	if (der_read(&value, DER_SEQUENCE, &fields) != 0 || value.size != 0)
		return -1;
	if (der_is(fields, DER_CONTEXT(0)) && der_read(&fields, DER_CONTEXT(0), key_id) != 0)
		return -1;
	while (fields.size != 0) { /* issuer and serial number: well formed, not needed */
		if (der_read_any(&fields, &tag, &other) != 0)
			return -1;
	}
	return 0;
}

int extension_read_octets(struct bytes value, struct bytes *octets)
{
	if (der_read(&value, DER_OCTET_STRING, octets) != 0 || value.size != 0)
		return -1;
	return 0;
}
