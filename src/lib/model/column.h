/* How a struct stands in a row: its members by name, so that rows become structs without a line of code for each column. */
#ifndef HUFU_MODEL_COLUMN_H
#define HUFU_MODEL_COLUMN_H

#include "bytes.h"

enum column_type {
	COLUMN_INTEGER, /* int64_t */
	COLUMN_TEXT,    /* const char *, NUL-terminated UTF-8; "" for NULL */
	COLUMN_BYTES,   /* struct bytes; BYTES_NONE for NULL */
	COLUMN_CHOICE   /* an enum, stored as one of `choices` (ended by NULL), its index being the enum's value */
};

struct column {
	const char *name; /* of the SQL column or its alias */
	enum column_type type;
	size_t offset;
	const char *const *choices;
};

struct shape {
	const char *name;
	const struct column *columns;
	size_t count;
	size_t size; /* of the struct */
};

#define COLUMN(type, member, kind) \
	{ \
#member, kind, offsetof(struct type, member), NULL \
	}
#define COLUMN_OF_CHOICE(type, member, names) \
	{ \
#member, COLUMN_CHOICE, offsetof(struct type, member), names \
	}
#define SHAPE(type, table) \
	{ \
#type, table, sizeof(table) / sizeof((table)[0]), sizeof(struct type) \
	}

/* The index of text in choices, or -1. */
int choice_index(const char *const *choices, struct bytes text);

#endif
