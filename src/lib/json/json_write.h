/* Writes JSON straight into a buffer; structure errors cannot be expressed in the output: a misuse fails the writer.
 * The first failure sticks and is told by json_end. Members come out in the order written; for canonical text
 * the caller writes them sorted, or turns the result through json_write_canonical. */
#ifndef HUFU_JSON_JSON_WRITE_H
#define HUFU_JSON_JSON_WRITE_H

#include "bytes.h"

#define JSON_DEPTH_MAX 16

struct json_writer {
	struct buf *out;
	int depth;
	bool object[JSON_DEPTH_MAX];
	bool first[JSON_DEPTH_MAX];
	bool whole; /* the one value at the top is complete */
	bool failed;
	struct err err;
};

void json_begin(struct json_writer *w, struct buf *out);
int json_end(struct json_writer *w, struct err *err) MUST_CHECK; /* all closed, nothing failed */

/* In an object name is the member's name; in an array or at the top it is NULL. */
void json_open_object(struct json_writer *w, const char *name);
void json_open_array(struct json_writer *w, const char *name);
void json_close(struct json_writer *w);                                         /* the innermost object or array */
void json_put_text(struct json_writer *w, const char *name, struct bytes text); /* fails on bad UTF-8 */
void json_put_string(struct json_writer *w, const char *name, const char *text);
void json_put_integer(struct json_writer *w, const char *name, int64_t v); /* within ±2^53 */
void json_put_bool(struct json_writer *w, const char *name, bool v);
void json_put_null(struct json_writer *w, const char *name);
void json_put_hex(struct json_writer *w, const char *name, struct bytes data);
void json_put_base64(struct json_writer *w, const char *name, struct bytes data);
void json_put_raw(struct json_writer *w, const char *name, struct bytes json); /* text that is JSON already */

#endif
