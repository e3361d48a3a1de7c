/* JSON objects to structs and back by table: a row for each member, sorted by name, so that what is written is canonical. */
#ifndef HUFU_ORDER_MEMBER_TABLE_H
#define HUFU_ORDER_MEMBER_TABLE_H

#include "json.h"
#include "json_write.h"
#include "pool.h"

enum member_type {
	MEMBER_TEXT,        /* struct bytes; 1..max bytes (0..max with MEMBER_MAY_BE_EMPTY); size: characters at most, 0: any */
	MEMBER_INTEGER,     /* int64_t; 0..2^53-1 */
	MEMBER_HEX,         /* uint8_t[size], 2*size lower-case digits */
	MEMBER_HEX_LIST,    /* struct octets_list; items of size bytes, at most max */
	MEMBER_BASE64,      /* struct bytes; 1..max bytes */
	MEMBER_CHOICE,      /* int, the position in names */
	MEMBER_CHOICES,     /* uint32_t, one bit for each of names; the array is sorted, none twice */
	MEMBER_OBJECT,      /* the struct of the inner table */
	MEMBER_OBJECT_LIST, /* struct object_list; items of size bytes, the struct of the inner table; at most max */
	MEMBER_JSON,        /* const struct json *, lent from what is read; not written */
};

enum member_flag {
	MEMBER_MAY_BE_EMPTY = 1, /* the empty text, an empty list; MEMBER_HEX: "" gives all zeros */
	MEMBER_ONLY_FILLED = 2,  /* texts: the member stands there only when it is not empty */
	MEMBER_SORTED = 4,       /* lists: sorted, none twice */
};

struct octets_list {
	const uint8_t *data; /* count items, one after the other */
	size_t count;
};
struct object_list {
	void *items;
	size_t count;
};

struct member_table;
struct member {
	const char *name;
	enum member_type type;
	size_t offset;
	uint32_t size;
	uint32_t max;
	unsigned flags;
	const char *const *names;         /* choices, ended by NULL */
	const struct member_table *inner; /* objects */
};
/* Rows sorted by name; rows of one name are alternatives of which a mask picks at most one. */
struct member_table {
	const struct member *rows;
	size_t count; /* at most 64 */
};

/* Rows for a member of struct `of`, named `text` in JSON. */
#define ROW_TEXT(of, text, member, limit, how) \
	{ \
		.name = text, .type = MEMBER_TEXT, .offset = offsetof(struct of, member), .max = limit, .flags = how \
	}
#define ROW_NAME(of, text, member, characters, how) \
	{ \
		.name = text, .type = MEMBER_TEXT, .offset = offsetof(struct of, member), .size = characters, .max = 4 * (characters), \
		.flags = how \
	}
#define ROW_INTEGER(of, text, member) \
	{ \
		.name = text, .type = MEMBER_INTEGER, .offset = offsetof(struct of, member) \
	}
#define ROW_HEX(of, text, member, how) \
	{ \
		.name = text, .type = MEMBER_HEX, .offset = offsetof(struct of, member), .size = sizeof(((struct of *)0)->member), \
		.flags = how \
	}
#define ROW_HEX_LIST(of, text, member, each, limit, how) \
	{ \
		.name = text, .type = MEMBER_HEX_LIST, .offset = offsetof(struct of, member), .size = each, .max = limit, .flags = how \
	}
#define ROW_BASE64(of, text, member, limit) \
	{ \
		.name = text, .type = MEMBER_BASE64, .offset = offsetof(struct of, member), .max = limit \
	}
#define ROW_CHOICE(of, text, member, list) \
	{ \
		.name = text, .type = MEMBER_CHOICE, .offset = offsetof(struct of, member), .names = list \
	}
#define ROW_CHOICES(of, text, member, list, limit, how) \
	{ \
		.name = text, .type = MEMBER_CHOICES, .offset = offsetof(struct of, member), .max = limit, .names = list, .flags = how \
	}
#define ROW_OBJECT(of, text, member, table) \
	{ \
		.name = text, .type = MEMBER_OBJECT, .offset = offsetof(struct of, member), .inner = table \
	}
#define ROW_OBJECT_LIST(of, text, member, each, limit, table) \
	{ \
		.name = text, .type = MEMBER_OBJECT_LIST, .offset = offsetof(struct of, member), .size = each, .max = limit, \
		.inner = table \
	}
#define ROW_JSON(of, text, member) \
	{ \
		.name = text, .type = MEMBER_JSON, .offset = offsetof(struct of, member) \
	}
#define MEMBER_TABLE(rows) \
	{ \
		rows, sizeof(rows) / sizeof((rows)[0]) \
	}

#define MEMBER_ALL UINT64_MAX
#define MEMBER_BIT(row) (UINT64_C(1) << (row))

/* Reads exactly the rows whose bit is set in mask: a missing, unknown or wrongly shaped member is HF_ORDER_MEMBER.
 * Texts and lists are taken from pool. */
int members_read(const struct member_table *table, uint64_t mask, const struct json *object, struct pool *pool, void *to,
                 struct err *err) MUST_CHECK;
/* The same from a text of at most max bytes that must be canonical (signed_text_read says what it refuses). No row is MEMBER_JSON: the JSON
 * does not outlive the call. */
int members_read_text(const struct member_table *table, uint64_t mask, struct bytes text, size_t max, struct pool *pool, void *to,
                      struct err *err) MUST_CHECK;
/* One whole object appended to out: canonical, if the values are. */
int members_write_text(const struct member_table *table, uint64_t mask, const void *from, struct buf *out, struct err *err) MUST_CHECK;

#endif
