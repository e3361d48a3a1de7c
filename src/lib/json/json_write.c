/* The JSON writer: commas, quotes and brackets are its own, so that no caller can break the text. */
#include "json_write.h"

#include "json_string.h"
#include "text_code.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

void json_begin(struct json_writer *w, struct buf *out)
{
	*w = (struct json_writer){.out = out};
}

int json_end(struct json_writer *w, struct err *err)
{
	if (!w->failed && (w->depth || !w->whole)) {
		w->failed = true;
		err_set(&w->err, HF_SYSTEM, "JSON writer ended with %d open objects or arrays", w->depth);
	}
	if (!w->failed)
		return 0;
	if (err)
		*err = w->err;
	return -1;
}

static void misuse(struct json_writer *w, const char *what, const char *name)
{
	w->failed = true;
	err_set(&w->err, HF_SYSTEM, "JSON writer: %s at %s", what, name ? name : "a value without name");
}

static void put(struct json_writer *w, const char *text)
{
	if (!w->failed && buf_append_text(w->out, text, &w->err))
		w->failed = true;
}

static void put_quoted(struct json_writer *w, struct bytes text)
{
	if (!w->failed && json_append_string(w->out, text, &w->err))
		w->failed = true;
}

/* Everything that stands before a value: the comma, and the name where one belongs. */
static void before_value(struct json_writer *w, const char *name)
{
	bool in_object = w->depth > 0 && w->object[w->depth - 1];

	if (w->failed)
		return;
	if (w->depth == 0) {
		if (w->whole || name)
			misuse(w, "a second value or a name at the top", name);
		w->whole = true;
		return;
	}
	if (in_object != (name != NULL)) {
		misuse(w, in_object ? "no name in an object" : "a name in an array", name);
		return;
	}
	if (!w->first[w->depth - 1])
		put(w, ",");
	w->first[w->depth - 1] = false;
	if (name) {
		put_quoted(w, bytes_text(name));
		put(w, ":");
	}
}

static void open_level(struct json_writer *w, const char *name, bool object)
{
	before_value(w, name);
	if (w->failed)
		return;
	if (w->depth == JSON_DEPTH_MAX) {
		misuse(w, "too deep", name);
		return;
	}
	put(w, object ? "{" : "[");
	w->object[w->depth] = object;
	w->first[w->depth] = true;
	w->depth++;
}

void json_open_object(struct json_writer *w, const char *name)
{
	open_level(w, name, true);
}

void json_open_array(struct json_writer *w, const char *name)
{
	open_level(w, name, false);
}

void json_close(struct json_writer *w)
{
	if (w->failed)
		return;
	if (w->depth == 0) {
		misuse(w, "nothing to close", NULL);
		return;
	}
	w->depth--;
	put(w, w->object[w->depth] ? "}" : "]");
}

void json_put_text(struct json_writer *w, const char *name, struct bytes text)
{
	before_value(w, name);
	put_quoted(w, text);
}

void json_put_string(struct json_writer *w, const char *name, const char *text)
{
	json_put_text(w, name, bytes_text(text));
}

void json_put_integer(struct json_writer *w, const char *name, int64_t v)
{
	char digits[24];

	before_value(w, name);
	if (v < -JSON_INTEGER_MAX || v > JSON_INTEGER_MAX)
		misuse(w, "integer beyond 2^53", name);
	snprintf(digits, sizeof(digits), "%" PRId64, v);
	put(w, digits);
}

void json_put_bool(struct json_writer *w, const char *name, bool v)
{
	before_value(w, name);
	put(w, v ? "true" : "false");
}

void json_put_null(struct json_writer *w, const char *name)
{
	before_value(w, name);
	put(w, "null");
}

/* The NUL stands where the quote comes. */
static void put_digits(struct json_writer *w, struct bytes data)
{
	if (w->failed)
		return;
	if (data.size > SIZE_MAX / 4 || buf_reserve(w->out, 2 * data.size + 1, &w->err)) {
		w->failed = true;
		return;
	}
	hex_write((char *)w->out->data + w->out->size, data.data, data.size);
	w->out->size += 2 * data.size;
}

void json_put_hex(struct json_writer *w, const char *name, struct bytes data)
{
	before_value(w, name);
	put(w, "\"");
	put_digits(w, data);
	put(w, "\"");
}

void json_put_base64(struct json_writer *w, const char *name, struct bytes data)
{
	before_value(w, name);
	put(w, "\"");
	if (!w->failed && base64_write(w->out, data, &w->err))
		w->failed = true;
	put(w, "\"");
}

void json_put_raw(struct json_writer *w, const char *name, struct bytes json)
{
	before_value(w, name);
	if (json.size == 0)
		misuse(w, "an empty raw value", name);
	if (!w->failed && buf_append(w->out, json, &w->err))
		w->failed = true;
}
