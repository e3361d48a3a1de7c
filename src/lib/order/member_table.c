/* JSON objects to structs and back by table. */
#include "member_table.h"

#include "signed_text.h"
#include "text_code.h"

#include <string.h>

#define INTEGER_MAX ((INT64_C(1) << 53) - 1)

static int fault(const struct member *m, const char *what, struct err *err)
{
	return err_set(err, HF_ORDER_MEMBER, "member %s: %s", m->name, what);
}

static void *place(const struct member *m, void *to)
{
	return (uint8_t *)to + m->offset;
}

static const void *place_const(const struct member *m, const void *from)
{
	return (const uint8_t *)from + m->offset;
}

static bool is_zero(const uint8_t *data, size_t size)
{
	uint8_t any = 0;

	for (size_t i = 0; i < size; i++)
		any |= data[i];
	return any == 0;
}

static int text_of(const struct member *m, const struct json *value, struct bytes *text, struct err *err)
{
	if (json_kind_of(value) != JSON_KIND_STRING)
		return fault(m, "not a string", err);
	return json_as_text(value, text, err);
}

static int array_of(const struct member *m, const struct json *value, struct err *err)
{
	if (json_kind_of(value) != JSON_KIND_ARRAY)
		return fault(m, "not an array", err);
	if (json_count(value) > m->max)
		return fault(m, "too many items", err);
	if (json_count(value) == 0 && (m->flags & MEMBER_MAY_BE_EMPTY) == 0)
		return fault(m, "empty", err);
	return 0;
}

static int read_text(const struct member *m, const struct json *value, struct pool *pool, void *to, struct err *err)
{
	struct bytes text;

	if (text_of(m, value, &text, err) < 0)
		return -1;
	if (text.size > m->max || (m->size > 0 && text_characters(text) > m->size))
		return fault(m, "too long", err);
	if (text.size == 0 && (m->flags & MEMBER_MAY_BE_EMPTY) == 0)
		return fault(m, "empty", err);
	return pool_bytes(pool, text, place(m, to), err);
}

static int read_integer(const struct member *m, const struct json *value, void *to, struct err *err)
{
	int64_t v;

	if (json_kind_of(value) != JSON_KIND_INTEGER || json_as_integer(value, &v, err) < 0 || v < 0 || v > INTEGER_MAX)
		return fault(m, "not an integer from 0 to 2^53-1", err);
	memcpy(place(m, to), &v, sizeof(v));
	return 0;
}

static int read_hex(const struct member *m, const struct json *value, void *to, struct err *err)
{
	struct bytes text;

	if (text_of(m, value, &text, err) < 0)
		return -1;
	if (text.size == 0 && (m->flags & MEMBER_MAY_BE_EMPTY) != 0) {
		memset(place(m, to), 0, m->size);
		return 0;
	}
	if (hex_read(place(m, to), m->size, text, false) < 0)
		return fault(m, "not lower-case hexadecimal of its length", err);
	if ((m->flags & MEMBER_MAY_BE_EMPTY) != 0 && is_zero(place(m, to), m->size))
		return fault(m, "zeros where it stands empty", err);
	return 0;
}

/* Room for the items of an array. */
static int take_items(const struct member *m, const struct json *value, struct pool *pool, uint8_t **items, size_t *count, struct err *err)
{
	if (array_of(m, value, err) < 0)
		return -1;
	*count = json_count(value);
	*items = pool_alloc(pool, *count * m->size + 1);
	return *items != NULL ? 0 : err_set(err, HF_MEMORY, "member %s", m->name);
}

static int read_hex_list(const struct member *m, const struct json *value, struct pool *pool, void *to, struct err *err)
{
	struct octets_list *list = place(m, to);
	struct bytes text;
	uint8_t *items;
	size_t count;

	if (take_items(m, value, pool, &items, &count, err) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		uint8_t *item = items + i * m->size;

		if (text_of(m, json_item(value, i), &text, err) < 0)
			return -1;
		if (hex_read(item, m->size, text, false) < 0)
			return fault(m, "an item is not lower-case hexadecimal of its length", err);
		if ((m->flags & MEMBER_SORTED) != 0 && i > 0 && memcmp(item - m->size, item, m->size) >= 0)
			return fault(m, "not sorted, or an item twice", err);
	}
	list->data = items;
	list->count = count;
	return 0;
}

static int read_base64(const struct member *m, const struct json *value, struct pool *pool, void *to, struct err *err)
{
	struct bytes text;
	struct buf decoded;
	int result = -1;

	buf_init(&decoded, m->max);
	if (text_of(m, value, &text, err) < 0)
		goto out;
	if (base64_read(&decoded, text, NULL) < 0) {
		fault(m, "not base64, or too long", err);
		goto out;
	}
	if (decoded.size == 0 && (m->flags & MEMBER_MAY_BE_EMPTY) == 0) {
		fault(m, "empty", err);
		goto out;
	}
	result = pool_bytes(pool, buf_get(&decoded), place(m, to), err);
out:
	buf_free(&decoded);
	return result;
}

static int name_position(const struct member *m, const struct json *value, int *position, struct err *err)
{
	struct bytes text;

	if (text_of(m, value, &text, err) < 0)
		return -1;
	for (int i = 0; m->names[i] != NULL; i++) {
		if (bytes_is_text(text, m->names[i])) {
			*position = i;
			return 0;
		}
	}
	return fault(m, "none of the names it may have", err);
}

static int read_choices(const struct member *m, const struct json *value, void *to, struct err *err)
{
	uint32_t *set = place(m, to);
	int before = -1, position = 0;

	if (array_of(m, value, err) < 0)
		return -1;
	*set = 0;
	for (size_t i = 0; i < json_count(value); i++) {
		if (name_position(m, json_item(value, i), &position, err) < 0)
			return -1;
		if (position <= before)
			return fault(m, "not sorted, or a name twice", err);
		*set |= UINT32_C(1) << position;
		before = position;
	}
	return 0;
}

static int read_object(const struct member *m, const struct json *value, struct pool *pool, void *to, struct err *err)
{
	if (json_kind_of(value) != JSON_KIND_OBJECT)
		return fault(m, "not an object", err);
	if (members_read(m->inner, MEMBER_ALL, value, pool, to, err) < 0)
		return err_wrap(err, "member %s", m->name);
	return 0;
}

static int read_object_list(const struct member *m, const struct json *value, struct pool *pool, void *to, struct err *err)
{
	struct object_list *list = place(m, to);
	uint8_t *items;
	size_t count;

	if (take_items(m, value, pool, &items, &count, err) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		if (read_object(m, json_item(value, i), pool, items + i * m->size, err) < 0)
			return -1;
	}
	list->items = items;
	list->count = count;
	return 0;
}

static int read_member(const struct member *m, const struct json *value, struct pool *pool, void *to, struct err *err)
{
	switch (m->type) {
	case MEMBER_TEXT:
		return read_text(m, value, pool, to, err);
	case MEMBER_INTEGER:
		return read_integer(m, value, to, err);
	case MEMBER_HEX:
		return read_hex(m, value, to, err);
	case MEMBER_HEX_LIST:
		return read_hex_list(m, value, pool, to, err);
	case MEMBER_BASE64:
		return read_base64(m, value, pool, to, err);
	case MEMBER_CHOICE:
		return name_position(m, value, place(m, to), err);
	case MEMBER_CHOICES:
		return read_choices(m, value, to, err);
	case MEMBER_OBJECT:
		return read_object(m, value, pool, place(m, to), err);
	case MEMBER_OBJECT_LIST:
		return read_object_list(m, value, pool, to, err);
	case MEMBER_JSON:
		memcpy(place(m, to), &value, sizeof(value));
		return 0;
	}
	return fault(m, "a type without reader", err);
}

int members_read(const struct member_table *table, uint64_t mask, const struct json *object, struct pool *pool, void *to, struct err *err)
{
	size_t known = 0;

	for (size_t i = 0; i < table->count; i++) {
		const struct member *m = &table->rows[i];
		const struct json *value;

		if ((mask & MEMBER_BIT(i)) == 0)
			continue;
		value = json_member(object, m->name);
		if (value == NULL && (m->flags & MEMBER_ONLY_FILLED) != 0)
			continue;
		if (value == NULL)
			return fault(m, "missing", err);
		if (read_member(m, value, pool, to, err) < 0)
			return -1;
		known++;
	}
	if (known != json_count(object))
		return err_set(err, HF_ORDER_MEMBER, "a member that does not belong here");
	return 0;
}

int members_read_text(const struct member_table *table, uint64_t mask, struct bytes text, size_t max, struct pool *pool, void *to,
                      struct err *err)
{
	struct json *root = NULL;
	int result = -1;

	if (signed_text_read(&root, text, max, err) == 0)
		result = members_read(table, mask, root, pool, to, err);
	json_free(&root);
	return result;
}

static struct bytes bytes_at(const struct member *m, const void *from)
{
	struct bytes value;

	memcpy(&value, place_const(m, from), sizeof(value));
	return value;
}

static void write_hex(struct json_writer *w, const struct member *m, const void *from)
{
	struct bytes value = {place_const(m, from), m->size};

	if ((m->flags & MEMBER_MAY_BE_EMPTY) != 0 && is_zero(value.data, value.size))
		value = BYTES_NONE;
	json_put_hex(w, m->name, value);
}

static void write_hex_list(struct json_writer *w, const struct member *m, const void *from)
{
	const struct octets_list *list = place_const(m, from);

	json_open_array(w, m->name);
	for (size_t i = 0; i < list->count; i++)
		json_put_hex(w, NULL, (struct bytes){list->data + i * m->size, m->size});
	json_close(w);
}

static void write_choices(struct json_writer *w, const struct member *m, const void *from)
{
	const uint32_t *set = place_const(m, from);

	json_open_array(w, m->name);
	for (int i = 0; m->names[i] != NULL; i++) {
		if ((*set & (UINT32_C(1) << i)) != 0)
			json_put_string(w, NULL, m->names[i]);
	}
	json_close(w);
}

/* Writes the rows of mask into the open object of w. */
static void members_write(const struct member_table *table, uint64_t mask, const void *from, struct json_writer *w);

static void write_object_list(struct json_writer *w, const struct member *m, const void *from)
{
	const struct object_list *list = place_const(m, from);

	json_open_array(w, m->name);
	for (size_t i = 0; i < list->count; i++) {
		json_open_object(w, NULL);
		members_write(m->inner, MEMBER_ALL, (const uint8_t *)list->items + i * m->size, w);
		json_close(w);
	}
	json_close(w);
}

static void write_member(struct json_writer *w, const struct member *m, const void *from)
{
	switch (m->type) {
	case MEMBER_TEXT:
		if ((m->flags & MEMBER_ONLY_FILLED) == 0 || bytes_at(m, from).size > 0)
			json_put_text(w, m->name, bytes_at(m, from));
		break;
	case MEMBER_INTEGER:
		json_put_integer(w, m->name, *(const int64_t *)place_const(m, from));
		break;
	case MEMBER_HEX:
		write_hex(w, m, from);
		break;
	case MEMBER_HEX_LIST:
		write_hex_list(w, m, from);
		break;
	case MEMBER_BASE64:
		json_put_base64(w, m->name, bytes_at(m, from));
		break;
	case MEMBER_CHOICE:
		json_put_string(w, m->name, m->names[*(const int *)place_const(m, from)]);
		break;
	case MEMBER_CHOICES:
		write_choices(w, m, from);
		break;
	case MEMBER_OBJECT:
		json_open_object(w, m->name);
		members_write(m->inner, MEMBER_ALL, place_const(m, from), w);
		json_close(w);
		break;
	case MEMBER_OBJECT_LIST:
		write_object_list(w, m, from);
		break;
	case MEMBER_JSON:
		break;
	}
}

static void members_write(const struct member_table *table, uint64_t mask, const void *from, struct json_writer *w)
{
	for (size_t i = 0; i < table->count; i++) {
		if ((mask & MEMBER_BIT(i)) != 0)
			write_member(w, &table->rows[i], from);
	}
}

int members_write_text(const struct member_table *table, uint64_t mask, const void *from, struct buf *out, struct err *err)
{
	struct json_writer w;

	json_begin(&w, out);
	json_open_object(&w, NULL);
	members_write(table, mask, from, &w);
	json_close(&w);
	return json_end(&w, err);
}
