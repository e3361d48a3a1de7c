/* Reading JSON with jansson, behind limits that are checked before and after it. */
#include "json.h"

#include "json_string.h"
#include "text_code.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define READ_DEPTH_MAX 32

/* jansson would open /dev/urandom for the seed of its hashes, which a jailed program cannot. */
__attribute__((constructor)) static void seed_hashes(void)
{
	size_t seed = 0;

	if (getrandom(&seed, sizeof(seed), 0) == (ssize_t)sizeof(seed))
		json_object_seed(seed);
}

static const json_t *inner(const struct json *v)
{
	return (const json_t *)v;
}

static const struct json *outer(const json_t *v)
{
	return (const struct json *)v;
}

/* Counts brackets outside strings, so that the parser never recurses deeper than allowed. */
static bool too_deep(struct bytes text)
{
	bool in_string = false;
	int depth = 0;

	for (size_t i = 0; i < text.size; i++) {
		uint8_t c = text.data[i];

		if (in_string) {
			if (c == '\\')
				i++;
			else if (c == '"')
				in_string = false;
		} else if (c == '"') {
			in_string = true;
		} else if (c == '{' || c == '[') {
			if (++depth > READ_DEPTH_MAX)
				return true;
		} else if (c == '}' || c == ']') {
			depth--;
		}
	}
	return false;
}

static bool numbers_are_exact(const json_t *v)
{
	json_t *object = (json_t *)v; /* iteration takes a non-const pointer and changes nothing */
	const char *name;
	json_t *child;
	size_t i;

	switch (json_typeof(v)) {
	case JSON_REAL:
		return false;
	case JSON_INTEGER:
		return json_integer_value(v) >= -JSON_INTEGER_MAX && json_integer_value(v) <= JSON_INTEGER_MAX;
	case JSON_OBJECT:
		json_object_foreach(object, name, child) if (!numbers_are_exact(child)) return false;
		return true;
	case JSON_ARRAY:
		json_array_foreach(v, i, child) if (!numbers_are_exact(child)) return false;
		return true;
	default:
		return true;
	}
}

int json_read(struct json **root, struct bytes text, size_t max, struct err *err)
{
	json_error_t fault;
	json_t *value;

	*root = NULL;
	if (text.size > max)
		return err_set(err, HF_LIMIT, "JSON text of %zu bytes, %zu are possible", text.size, max);
	if (text.size == 0)
		return err_set(err, HF_JSON, "JSON text is empty (RFC 8259 2)");
	if (too_deep(text))
		return err_set(err, HF_JSON, "JSON text is nested deeper than %d (RFC 8259 9)", READ_DEPTH_MAX);
	value = json_loadb((const char *)text.data, text.size, JSON_REJECT_DUPLICATES, &fault);
	if (!value)
		return err_set(err, json_error_code(&fault) == json_error_out_of_memory ? HF_MEMORY : HF_JSON,
		               "JSON text is broken at byte %d (RFC 8259): fault %d", fault.position, (int)json_error_code(&fault));
	if (!numbers_are_exact(value)) {
		json_decref(value);
		return err_set(err, HF_JSON, "JSON text has a number that is no integer below 2^53 (RFC 8259 6)");
	}
	*root = (struct json *)value;
	return 0;
}

void json_free(struct json **root)
{
	json_decref((json_t *)*root);
	*root = NULL;
}

enum json_kind json_kind_of(const struct json *v)
{
	switch (json_typeof(inner(v))) {
	case JSON_OBJECT:
		return JSON_KIND_OBJECT;
	case JSON_ARRAY:
		return JSON_KIND_ARRAY;
	case JSON_STRING:
		return JSON_KIND_STRING;
	case JSON_INTEGER:
		return JSON_KIND_INTEGER;
	case JSON_TRUE:
		return JSON_KIND_TRUE;
	case JSON_FALSE:
		return JSON_KIND_FALSE;
	case JSON_REAL: /* never left in by json_read */
	case JSON_NULL:
		break;
	}
	return JSON_KIND_NULL;
}

const struct json *json_member(const struct json *object, const char *name)
{
	return outer(json_object_get(inner(object), name));
}

size_t json_count(const struct json *v)
{
	return json_is_object(inner(v)) ? json_object_size(inner(v)) : json_array_size(inner(v));
}

const struct json *json_item(const struct json *array, size_t i)
{
	return outer(json_array_get(inner(array), i));
}

int json_each(const struct json *object, json_each_fn *fn, void *ctx, struct err *err)
{
	json_t *iterated = (json_t *)inner(object);
	const char *name;
	json_t *value;

	json_object_foreach(iterated, name, value) if (fn(ctx, name, outer(value), err)) return -1;
	return 0;
}

int json_as_text(const struct json *v, struct bytes *out, struct err *err)
{
	if (!json_is_string(inner(v)))
		return err_set(err, HF_JSON, "no string");
	*out = (struct bytes){(const uint8_t *)json_string_value(inner(v)), json_string_length(inner(v))};
	return 0;
}

int json_as_integer(const struct json *v, int64_t *out, struct err *err)
{
	if (!json_is_integer(inner(v)))
		return err_set(err, HF_JSON, "no integer");
	*out = json_integer_value(inner(v));
	return 0;
}

int json_get_text(const struct json *object, const char *name, struct bytes *out, struct err *err)
{
	if (json_as_text(json_member(object, name), out, err))
		return err_wrap(err, "member %s", name);
	return 0;
}

int json_get_integer(const struct json *object, const char *name, int64_t *out, struct err *err)
{
	if (json_as_integer(json_member(object, name), out, err))
		return err_wrap(err, "member %s", name);
	return 0;
}

int json_get_object(const struct json *object, const char *name, const struct json **out, struct err *err)
{
	*out = json_member(object, name);
	return json_is_object(inner(*out)) ? 0 : err_set(err, HF_JSON, "member %s: no object", name);
}

int json_get_array(const struct json *object, const char *name, const struct json **out, struct err *err)
{
	*out = json_member(object, name);
	return json_is_array(inner(*out)) ? 0 : err_set(err, HF_JSON, "member %s: no array", name);
}

int json_get_base64(const struct json *object, const char *name, struct buf *out, struct err *err)
{
	struct bytes text;

	if (json_get_text(object, name, &text, err))
		return -1;
	if (base64_read(out, text, err))
		return err_wrap(err, "member %s", name);
	return 0;
}
