/* JSON values as read from foreign bytes. */
#ifndef HUFU_JSON_JSON_H
#define HUFU_JSON_JSON_H

#include "bytes.h"

struct json; /* opaque; owned by the root that json_read gave */

/* Reads one text (RFC 8259): an object or array, nothing after it; refuses repeated members, bad UTF-8, NUL, numbers that
 * are no integer of absolute value below 2^53, depth over 32, and texts over max bytes. HF_JSON, HF_LIMIT. */
int json_read(struct json **root, struct bytes text, size_t max, struct err *err) MUST_CHECK;
void json_free(struct json **root);

enum json_kind { JSON_KIND_OBJECT, JSON_KIND_ARRAY, JSON_KIND_STRING, JSON_KIND_INTEGER, JSON_KIND_TRUE, JSON_KIND_FALSE, JSON_KIND_NULL };
enum json_kind json_kind_of(const struct json *v);

/* Children are lent and live as long as the root. NULL when absent. */
const struct json *json_member(const struct json *object, const char *name);
size_t json_count(const struct json *v); /* members or items */
const struct json *json_item(const struct json *array, size_t i);
/* Calls each member in the order of the text. */
typedef int json_each_fn(void *ctx, const char *name, const struct json *value, struct err *err);
int json_each(const struct json *object, json_each_fn *fn, void *ctx, struct err *err) MUST_CHECK;

/* Typed reading with the member's name in the error (HF_JSON). The bytes are lent. */
int json_get_text(const struct json *object, const char *name, struct bytes *out, struct err *err) MUST_CHECK;
int json_get_integer(const struct json *object, const char *name, int64_t *out, struct err *err) MUST_CHECK;
int json_get_object(const struct json *object, const char *name, const struct json **out, struct err *err) MUST_CHECK;
int json_get_array(const struct json *object, const char *name, const struct json **out, struct err *err) MUST_CHECK;
int json_as_text(const struct json *v, struct bytes *out, struct err *err) MUST_CHECK;
int json_as_integer(const struct json *v, int64_t *out, struct err *err) MUST_CHECK;
/* base64 member to bytes appended to out. */
int json_get_base64(const struct json *object, const char *name, struct buf *out, struct err *err) MUST_CHECK;

/* How the text was written. canonical: json_write_canonical would give the very same bytes. escapes: a string has a backslash.
 * words: true, false or null stands somewhere. */
struct json_form {
	bool canonical, escapes, words;
};
struct json_form json_form_get(const struct json *root); /* the one that json_read gave, no child */

/* Canonical form: members sorted bytewise, no white space, strings as UTF-8 with only '"', '\\' and C0 controls escaped (RFC 8785 3.2.2.2),
 * integers in shortest decimal. Appends to out. doc/protocol/order.md 1. */
int json_write_canonical(struct buf *out, const struct json *v, struct err *err) MUST_CHECK;

#endif
