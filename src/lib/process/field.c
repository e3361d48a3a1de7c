/* Bodies by table: one encoder and one reader for every field type. doc/protocol/wire.md 2 */
#include "field.h"

#include "text_code.h"

#include <string.h>

static const void *member_at(const void *from, const struct field *f)
{
	return (const uint8_t *)from + f->offset;
}

/* One length-prefixed value against its limits, the same for both directions. */
static int check_value(const struct body *body, const struct field *f, struct bytes v, struct err *err)
{
	if (v.size > f->max)
		return err_set(err, HF_MESSAGE_SIZE, "%s.%s: %zu bytes, %u are possible", body->name, f->name, v.size, f->max);
	if (f->type == FIELD_TEXT && text_check_lines(v) != TEXT_FINE)
		return err_set(err, HF_MESSAGE_FORMAT, "%s.%s: characters that no text may hold (wire.md 2)", body->name, f->name);
	return 0;
}

static int check_count(const struct body *body, const struct field *f, size_t count, struct err *err)
{
	if (count > f->max_items || count > FIELD_LIST_MAX)
		return err_set(err, HF_MESSAGE_SIZE, "%s.%s: %zu items, %u are possible", body->name, f->name, count, f->max_items);
	return 0;
}

static int encode_value(const struct body *body, const struct field *f, struct bytes v, struct buf *out, struct err *err)
{
	if (check_value(body, f, v, err) || buf_append_u32(out, (uint32_t)v.size, err))
		return -1;
	return buf_append(out, v, err);
}

static int encode_list(const struct body *body, const struct field *f, const struct bytes_list *list, struct buf *out, struct err *err)
{
	if (check_count(body, f, list->count, err) || buf_append_u32(out, (uint32_t)list->count, err))
		return -1;
	for (size_t i = 0; i < list->count; i++)
		if (encode_value(body, f, list->items[i], out, err))
			return -1;
	return 0;
}

static int encode_field(const struct body *body, const struct field *f, const void *member, struct buf *out, struct err *err)
{
	switch (f->type) {
	case FIELD_U32:
		return buf_append_u32(out, *(const uint32_t *)member, err);
	case FIELD_I64:
		return buf_append_u64(out, (uint64_t) * (const int64_t *)member, err);
	case FIELD_BYTES:
	case FIELD_TEXT:
		return encode_value(body, f, *(const struct bytes *)member, out, err);
	case FIELD_LIST:
		return encode_list(body, f, member, out, err);
	}
	return err_set(err, HF_SYSTEM, "%s.%s: no such field type", body->name, f->name);
}

int body_encode(const struct body *body, const void *from, struct buf *out, struct err *err)
{
	size_t before = out->size;

	for (size_t i = 0; i < body->count; i++) {
		const struct field *f = &body->fields[i];

		if (encode_field(body, f, member_at(from, f), out, err)) {
			out->size = before;
			return -1;
		}
	}
	return 0;
}

static int truncated(const struct body *body, const struct field *f, struct err *err)
{
	return err_set(err, HF_MESSAGE_FORMAT, "%s.%s: the body ends too early (wire.md 2)", body->name, f->name);
}

static int decode_value(const struct body *body, const struct field *f, struct reader *r, struct bytes *v, struct err *err)
{
	uint32_t size;

	if (reader_u32(r, &size) || reader_take(r, size, v))
		return truncated(body, f, err);
	return check_value(body, f, *v, err);
}

static int decode_list(const struct body *body, const struct field *f, struct reader *r, struct pool *pool, struct bytes_list *list,
                       struct err *err)
{
	uint32_t count;

	/* Every item takes at least its length: no more memory is taken than the body's size deserves. */
	if (reader_u32(r, &count) || count > r->rest.size / 4)
		return truncated(body, f, err);
	if (check_count(body, f, count, err))
		return -1;
	list->count = count;
	list->items = count ? pool_alloc(pool, count * sizeof(struct bytes)) : NULL;
	if (count && !list->items)
		return err_set(err, HF_LIMIT, "%s.%s: no room for %u items", body->name, f->name, count);
	for (uint32_t i = 0; i < count; i++)
		if (decode_value(body, f, r, &list->items[i], err))
			return -1;
	return 0;
}

static int decode_field(const struct body *body, const struct field *f, struct reader *r, struct pool *pool, void *member, struct err *err)
{
	uint64_t wide;

	switch (f->type) {
	case FIELD_U32:
		return reader_u32(r, member) ? truncated(body, f, err) : 0;
	case FIELD_I64:
		if (reader_u64(r, &wide))
			return truncated(body, f, err);
		memcpy(member, &wide, sizeof(wide));
		return 0;
	case FIELD_BYTES:
	case FIELD_TEXT:
		return decode_value(body, f, r, member, err);
	case FIELD_LIST:
		return decode_list(body, f, r, pool, member, err);
	}
	return err_set(err, HF_SYSTEM, "%s.%s: no such field type", body->name, f->name);
}

int body_decode(const struct body *body, struct bytes in, struct pool *pool, void *to, struct err *err)
{
	struct reader r = {in};

	memset(to, 0, body->struct_size);
	for (size_t i = 0; i < body->count; i++) {
		const struct field *f = &body->fields[i];

		if (decode_field(body, f, &r, pool, (uint8_t *)to + f->offset, err)) {
			memset(to, 0, body->struct_size);
			return -1;
		}
	}
	if (r.rest.size) {
		memset(to, 0, body->struct_size);
		return err_set(err, HF_MESSAGE_FORMAT, "%s: %zu bytes too many (wire.md 2)", body->name, r.rest.size);
	}
	return 0;
}
