/* Message bodies by table: a struct and its fields, encoded in the table's order, read back with every length checked.
 * doc/protocol/wire.md 2 */
#ifndef HUFU_PROCESS_FIELD_H
#define HUFU_PROCESS_FIELD_H

#include "pool.h"

enum field_type {
	FIELD_U32,   /* uint32_t, 4 bytes big endian */
	FIELD_I64,   /* int64_t, 8 bytes big endian, two's complement */
	FIELD_BYTES, /* struct bytes, u32 length + bytes */
	FIELD_TEXT,  /* struct bytes, as FIELD_BYTES, must be UTF-8 without control or bidi characters; LF may stand */
	FIELD_LIST   /* struct bytes_list, u32 count, then each as FIELD_BYTES */
};

struct bytes_list {
	struct bytes *items;
	size_t count;
};

#define FIELD_LIST_MAX 4096

struct field {
	const char *name;
	enum field_type type;
	size_t offset;
	uint32_t max;       /* bytes of a value, or of each item; 0 for integers */
	uint32_t max_items; /* lists only */
};

/* A body's table, ended by count. */
struct body {
	const char *name;
	const struct field *fields;
	size_t count;
	size_t struct_size;
};

/* clang-format off */
#define FIELD(struct_type, member, kind, limit) \
	{ #member, kind, offsetof(struct struct_type, member), limit, 0 }
#define FIELD_OF_LIST(struct_type, member, limit, items) \
	{ #member, FIELD_LIST, offsetof(struct struct_type, member), limit, items }
#define BODY(struct_type, table) \
	{ #struct_type, table, sizeof(table) / sizeof((table)[0]), sizeof(struct struct_type) }
/* clang-format on */

int body_encode(const struct body *body, const void *from, struct buf *out, struct err *err) MUST_CHECK;
/* Values are lent from in; lists are taken from pool (NULL will do for a table without lists). On -1 all of it is zero. Trailing bytes are
 * refused. HF_MESSAGE_FORMAT, HF_MESSAGE_SIZE. */
int body_decode(const struct body *body, struct bytes in, struct pool *pool, void *to, struct err *err) MUST_CHECK;

#endif
