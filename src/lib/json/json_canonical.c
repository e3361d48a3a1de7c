/* The canonical text of a value. */
#include "json.h"

#include "json_string.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct member {
	const char *name;
	const struct json *value;
};

struct members {
	struct member *items;
	size_t count;
};

static int gather_member(void *ctx, const char *name, const struct json *value, struct err *err)
{
	struct members *members = ctx;

	members->items[members->count++] = (struct member){name, value};
	return 0;
}

static int compare_names(const void *a, const void *b)
{
	const struct member *left = a, *right = b;

	return strcmp(left->name, right->name);
}

static int write_object(struct buf *out, const struct json *v, struct err *err)
{
	struct members members = {calloc(json_count(v) + 1, sizeof(struct member)), 0};
	int result = -1;

	if (!members.items)
		return err_set(err, HF_MEMORY, "no memory to sort %zu members", json_count(v));
	if (json_each(v, gather_member, &members, err))
		goto out;
	qsort(members.items, members.count, sizeof(struct member), compare_names);
	if (buf_append_u8(out, '{', err))
		goto out;
	for (size_t i = 0; i < members.count; i++) {
		if (i && buf_append_u8(out, ',', err))
			goto out;
		if (json_append_string(out, bytes_text(members.items[i].name), err) || buf_append_u8(out, ':', err) ||
		    json_write_canonical(out, members.items[i].value, err))
			goto out;
	}
	result = buf_append_u8(out, '}', err);
out:
	free(members.items);
	return result;
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
