/* The canonical text of a value. */
#include "json_string.h"
#include "json_value.h"

#include <inttypes.h>

static int write_object(struct buf *out, const struct json *v, struct err *err)
{
	if (buf_append_u8(out, '{', err))
		return -1;
	for (size_t i = 0; i < v->count; i++) {
		if (i && buf_append_u8(out, ',', err))
			return -1;
		if (json_append_string(out, bytes_text(v->items[i]->name), err) || buf_append_u8(out, ':', err) ||
		    json_write_canonical(out, v->items[i], err))
			return -1;
	}
	return buf_append_u8(out, '}', err);
}

static int write_array(struct buf *out, const struct json *v, struct err *err)
{
	if (buf_append_u8(out, '[', err))
		return -1;
	for (size_t i = 0; i < json_count(v); i++) {
		if (i && buf_append_u8(out, ',', err))
			return -1;
		if (json_write_canonical(out, json_item(v, i), err))
			return -1;
	}
	return buf_append_u8(out, ']', err);
}

/* Recursion ends at the depth that json_read allows. */
int json_write_canonical(struct buf *out, const struct json *v, struct err *err)
{
	struct bytes text;
	int64_t number;

	switch (json_kind_of(v)) {
	case JSON_KIND_OBJECT:
		return write_object(out, v, err);
	case JSON_KIND_ARRAY:
		return write_array(out, v, err);
	case JSON_KIND_STRING:
		return json_as_text(v, &text, err) || json_append_string(out, text, err) ? -1 : 0;
	case JSON_KIND_INTEGER:
		return json_as_integer(v, &number, err) || buf_append_format(out, err, "%" PRId64, number) ? -1 : 0;
	case JSON_KIND_TRUE:
		return buf_append_text(out, "true", err);
	case JSON_KIND_FALSE:
		return buf_append_text(out, "false", err);
	case JSON_KIND_NULL:
		break;
	}
	return buf_append_text(out, "null", err);
}
