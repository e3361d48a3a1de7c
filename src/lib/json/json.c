/* What stands in a JSON text that was read. */
#include "json_value.h"
#include "text_code.h"

#include <stdlib.h>
#include <string.h>

static struct json_document *document_of(const struct json *root)
{
	return (struct json_document *)((uintptr_t)root - offsetof(struct json_document, values));
}

void json_free(struct json **root)
{
	if (*root != NULL)
		free(document_of(*root));
	*root = NULL;
}

struct json_form json_form_get(const struct json *root)
{
	return document_of(root)->form;
}

static bool is(const struct json *v, enum json_kind kind)
{
	return v != NULL && v->kind == kind;
}

enum json_kind json_kind_of(const struct json *v)
{
	return v->kind;
}

const struct json *json_member(const struct json *object, const char *name)
{
	uint32_t from = 0, until = is(object, JSON_KIND_OBJECT) ? object->count : 0;

	while (from < until) {
		uint32_t middle = from + (until - from) / 2;
		int order = strcmp(object->items[middle]->name, name);

		if (order == 0)
			return object->items[middle];
		if (order < 0)
			from = middle + 1;
		else
			until = middle;
	}
	return NULL;
}

size_t json_count(const struct json *v)
{
	return is(v, JSON_KIND_OBJECT) || is(v, JSON_KIND_ARRAY) ? v->count : 0;
}

const struct json *json_item(const struct json *array, size_t i)
{
	return is(array, JSON_KIND_ARRAY) && i < array->count ? array->items[i] : NULL;
}

int json_each(const struct json *object, json_each_fn *fn, void *ctx, struct err *err)
{
	const struct json *v = object;

	if (!is(object, JSON_KIND_OBJECT))
		return 0;
	v++;
	for (uint32_t i = 0; i < object->count; i++, v += v->values) {
		if (fn(ctx, v->name, v, err))
			return -1;
	}
	return 0;
}

int json_as_text(const struct json *v, struct bytes *out, struct err *err)
{
	if (!is(v, JSON_KIND_STRING))
		return err_set(err, HF_JSON, "no string");
	*out = v->text;
	return 0;
}

int json_as_integer(const struct json *v, int64_t *out, struct err *err)
{
	if (!is(v, JSON_KIND_INTEGER))
		return err_set(err, HF_JSON, "no integer");
	*out = v->integer;
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
	return is(*out, JSON_KIND_OBJECT) ? 0 : err_set(err, HF_JSON, "member %s: no object", name);
}

int json_get_array(const struct json *object, const char *name, const struct json **out, struct err *err)
{
	*out = json_member(object, name);
	return is(*out, JSON_KIND_ARRAY) ? 0 : err_set(err, HF_JSON, "member %s: no array", name);
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
