/* A request's body (urlencoded, multipart/form-data, or a JSON object) read into a struct by a table of fields. */
#ifndef HUFU_WEB_FORM_H
#define HUFU_WEB_FORM_H

#include "multipart.h"
#include "pool.h"

enum form_type {
	FORM_TEXT,    /* const char *: one line, trimmed, NFC, no control or bidi characters; "" when absent */
	FORM_LINES,   /* const char *: as FORM_TEXT with line feeds (CR LF becomes LF) */
	FORM_RAW,     /* struct bytes: UTF-8 taken as it came (signed texts, base64); no control characters but line ends and tabs */
	FORM_INTEGER, /* int64_t within min..max; 0 when absent */
	FORM_CHOICE,  /* int: index into choices, -1 when absent */
	FORM_FLAG,    /* bool: true when "1", "on" or "true" */
	FORM_LIST,    /* struct form_list: every value of that name, each as FORM_TEXT */
	FORM_FILE     /* struct form_file: multipart only */
};

struct form_list {
	const char **items;
	size_t count;
};
struct form_file {
	const char *name; /* as the browser told it, last part of any path; for showing only */
	const char *type; /* as told: not to be believed */
	struct bytes content;
};

#define FORM_LIST_ITEM_MAX 256
#define FORM_FIELDS_MAX 64

/* min, max: characters of a text, value of an integer, bytes of raw and file, number of list items. max 0 for choice and flag. */
struct form_field {
	const char *name;
	enum form_type type;
	size_t offset;
	bool required;
	int64_t min, max;
	const char *const *choices; /* NULL-terminated, for FORM_CHOICE */
	/* A further rule for a text that is not empty; its err->code becomes the fault. May be NULL. */
	int (*check)(const char *text, struct err *err);
};

struct form_table {
	const struct form_field *fields;
	size_t count;
	size_t struct_size;
};
#define FORM_TABLE(struct_type, table) \
	{ \
		(table), sizeof(table) / sizeof((table)[0]), sizeof(struct struct_type) \
	}

/* At most one fault per field, in the order of the table. */
struct form_fault {
	const char *field;
	enum err_code code;
	int64_t limit; /* the min or max that was broken; 0 otherwise */
};
struct form_faults {
	struct form_fault *items;
	size_t count;
};
enum err_code form_fault_of(const struct form_faults *faults, const char *field); /* HF_NONE when the field is fine */

enum form_encoding { FORM_URLENCODED, FORM_MULTIPART, FORM_JSON };
/* By Content-Type; the boundary is filled for multipart. HF_HTTP_FORM for others. */
int form_encoding_of(const char *content_type, enum form_encoding *encoding, char boundary[MULTIPART_BOUNDARY_MAX + 1],
                     struct err *err) MUST_CHECK;

struct form_result {
	void *value; /* struct_size bytes of the pool */
	struct form_faults faults;
	struct bytes token; /* the field "csrf" */
};
/* Reads the body. A field that is not in the table, or stands twice without being a list, makes the form malformed (HF_HTTP_FORM), but for
 * "csrf". A field's own fault is no error: it stands in faults, and its text is kept as typed where it is UTF-8, so that the page can show
 * it again. All is taken from pool or lent from body. */
int form_read(struct form_result *out, const struct form_table *table, enum form_encoding encoding, const char *boundary, struct bytes body,
              struct pool *pool, struct err *err) MUST_CHECK;

#endif
