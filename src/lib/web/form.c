/* The three encodings of a form, and what they have in common. */
#include "form.h"

#include "form_value.h"
#include "json.h"
#include "text_code.h"
#include "url_text.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

struct form_reading {
	const struct form_table *table;
	struct form_result *out;
	struct pool *pool;
	struct form_slot slots[FORM_FIELDS_MAX];
	/* multipart: the part under way */
	const struct form_field *field; /* NULL: the token */
	struct buf part;
	size_t part_max;
};

enum err_code form_fault_of(const struct form_faults *faults, const char *field)
{
	for (size_t i = 0; i < faults->count; i++)
		if (strcmp(faults->items[i].field, field) == 0)
			return faults->items[i].code;
	return HF_NONE;
}

static int boundary_copy(const char *parameters, char boundary[MULTIPART_BOUNDARY_MAX + 1], struct err *err)
{
	const char *at = strcasestr(parameters, "boundary=");
	size_t size;

	if (at == NULL)
		return err_set(err, HF_HTTP_FORM, "multipart without a boundary (RFC 2046 5.1.1)");
	at += strlen("boundary=");
	if (*at == '"') {
		at++;
		size = strcspn(at, "\"");
	} else {
		size = strcspn(at, "; \t");
	}
	if (size == 0 || size > MULTIPART_BOUNDARY_MAX)
		return err_set(err, HF_HTTP_FORM, "a boundary of %zu characters (RFC 2046 5.1.1)", size);
	memcpy(boundary, at, size);
	boundary[size] = '\0';
	return 0;
}

int form_encoding_of(const char *content_type, enum form_encoding *encoding, char boundary[MULTIPART_BOUNDARY_MAX + 1], struct err *err)
{
	size_t size = content_type != NULL ? strcspn(content_type, "; \t") : 0;
	struct bytes type = {(const uint8_t *)content_type, size};

	boundary[0] = '\0';
	if (size == strlen("application/x-www-form-urlencoded") &&
	    strncasecmp(content_type, "application/x-www-form-urlencoded", size) == 0)
		*encoding = FORM_URLENCODED;
	else if (size == strlen("application/json") && strncasecmp(content_type, "application/json", size) == 0)
		*encoding = FORM_JSON;
	else if (size == strlen("multipart/form-data") && strncasecmp(content_type, "multipart/form-data", size) == 0)
		*encoding = FORM_MULTIPART;
	else
		return err_set(err, HF_HTTP_FORM, "a body of the type %.*s", (int)(type.size > 64 ? 64 : type.size),
		               content_type != NULL ? content_type : "");
	return *encoding == FORM_MULTIPART ? boundary_copy(content_type + size, boundary, err) : 0;
}

static const struct form_field *field_find(const struct form_table *table, const char *name)
{
	for (size_t i = 0; i < table->count; i++)
		if (strcmp(table->fields[i].name, name) == 0)
			return &table->fields[i];
	return NULL;
}

/* A value that came under a name. */
static int take(struct form_reading *f, const char *name, struct bytes value, struct err *err)
{
	const struct form_field *field = field_find(f->table, name);

	if (field != NULL)
		return form_value_take(field, &f->slots[field - f->table->fields], f->out->value, value, f->pool, err);
	if (strcmp(name, "csrf") != 0 || f->out->token.size > 0)
		return err_set(err, HF_HTTP_FORM, "a field that the form does not have, or a second token");
	f->out->token = value;
	return 0;
}

static int read_urlencoded(struct form_reading *f, struct bytes body, struct err *err)
{
	struct bytes name_code, value_code, value;
	const char *name;

	while (url_pair_take(&body, &name_code, &value_code))
		if (url_decode_text(name_code, true, f->pool, &name, err) != 0 || url_decode(value_code, true, f->pool, &value, err) != 0 ||
		    take(f, name, value, err) != 0)
			return -1;
	return 0;
}

/* Browsers of old sent whole paths (C:\fakepath\x.pdf). */
static const char *last_part(const char *name)
{
	const char *slash = strrchr(name, '/'), *back = strrchr(name, '\\');

	if (slash != NULL)
		name = slash + 1;
	if (back != NULL && back >= name)
		name = back + 1;
	return name;
}

static int file_begin(struct form_reading *f, const struct multipart_part *part, struct err *err)
{
	struct form_file *file = (struct form_file *)((uint8_t *)f->out->value + f->field->offset);

	if (part->file == NULL || f->slots[f->field - f->table->fields].given++ > 0)
		return err_set(err, HF_HTTP_FORM, "the field %s came twice, or without a file", f->field->name);
	file->name = pool_text(f->pool, bytes_text(last_part(part->file)));
	file->type = pool_text(f->pool, bytes_text(part->type));
	if (file->name == NULL || file->type == NULL)
		return err_set(err, HF_LIMIT, "the form takes too much memory");
	return 0;
}

static int part_begin(void *ctx, const struct multipart_part *part, struct err *err)
{
	struct form_reading *f = ctx;

	f->field = field_find(f->table, part->name);
	if (f->field == NULL && strcmp(part->name, "csrf") != 0)
		return err_set(err, HF_HTTP_FORM, "a field that the form does not have");
	buf_free(&f->part);
	buf_init(&f->part, f->part_max);
	if (f->field != NULL && f->field->type == FORM_FILE)
		return file_begin(f, part, err);
	return part->file == NULL ? 0 : err_set(err, HF_HTTP_FORM, "the field %s is no file", part->name);
}

static int part_data(void *ctx, struct bytes piece, struct err *err)
{
	struct form_reading *f = ctx;

	return buf_append(&f->part, piece, err);
}

static int part_end(void *ctx, struct err *err)
{
	struct form_reading *f = ctx;
	struct form_slot *slot = f->field != NULL ? &f->slots[f->field - f->table->fields] : NULL;
	struct bytes value;

	if (pool_bytes(f->pool, buf_get(&f->part), &value, err) != 0)
		return -1;
	if (f->field == NULL || f->field->type != FORM_FILE)
		return take(f, f->field != NULL ? f->field->name : "csrf", value, err);
	if ((int64_t)value.size > f->field->max) {
		slot->code = HF_PAPER_SIZE;
		slot->limit = f->field->max;
		return 0;
	}
	((struct form_file *)((uint8_t *)f->out->value + f->field->offset))->content = value;
	return 0;
}

static int read_multipart(struct form_reading *f, const char *boundary, struct bytes body, struct err *err)
{
	const struct multipart_sink sink = {f, part_begin, part_data, part_end};
	struct multipart *m = NULL;
	int result = -1;

	f->part_max = body.size;
	buf_init(&f->part, f->part_max);
	if (multipart_new(&m, boundary, &sink, err) == 0 && multipart_feed(m, body, err) == 0 && multipart_end(m, err) == 0)
		result = 0;
	multipart_free(&m);
	buf_wipe(&f->part);
	return result;
}

static int take_json(struct form_reading *f, const char *name, const struct json *value, struct err *err)
{
	struct bytes text = BYTES_NONE;
	int64_t number;

	switch (json_kind_of(value)) {
	case JSON_KIND_STRING:
		if (json_as_text(value, &text, err) != 0 || pool_bytes(f->pool, text, &text, err) != 0)
			return -1;
		return take(f, name, text, err);
	case JSON_KIND_INTEGER:
		if (json_as_integer(value, &number, err) != 0)
			return -1;
		text = bytes_text(pool_format(f->pool, "%lld", (long long)number));
		return text.size > 0 ? take(f, name, text, err) : err_set(err, HF_LIMIT, "the form takes too much memory");
	case JSON_KIND_TRUE:
		return take(f, name, BYTES_LITERAL("true"), err);
	case JSON_KIND_FALSE:
		return take(f, name, BYTES_LITERAL("false"), err);
	case JSON_KIND_NULL:
		return field_find(f->table, name) != NULL ? 0 : err_set(err, HF_HTTP_FORM, "a member that the form does not have");
	case JSON_KIND_OBJECT:
	case JSON_KIND_ARRAY:
		break;
	}
	return err_set(err, HF_HTTP_FORM, "a member that is neither text, number nor truth");
}

static int take_json_member(void *ctx, const char *name, const struct json *value, struct err *err)
{
	struct form_reading *f = ctx;
	const struct form_field *field = field_find(f->table, name);

	if (json_kind_of(value) != JSON_KIND_ARRAY || field == NULL || field->type != FORM_LIST)
		return take_json(f, name, value, err);
	for (size_t i = 0; i < json_count(value); i++)
		if (take_json(f, name, json_item(value, i), err) != 0)
			return -1;
	return 0;
}

static int read_json(struct form_reading *f, struct bytes body, struct err *err)
{
	struct json *root = NULL;
	int result = -1;

	if (json_read(&root, body, body.size, err) != 0)
		return -1;
	if (json_kind_of(root) != JSON_KIND_OBJECT)
		err_set(err, HF_HTTP_FORM, "a form that is no JSON object");
	else
		result = json_each(root, take_json_member, f, err);
	json_free(&root);
	return result;
}

/* Texts are never NULL and choices begin unmade. */
static void defaults_set(const struct form_table *table, void *value)
{
	for (size_t i = 0; i < table->count; i++) {
		void *member = (uint8_t *)value + table->fields[i].offset;

		if (table->fields[i].type == FORM_TEXT || table->fields[i].type == FORM_LINES)
			*(const char **)member = "";
		else if (table->fields[i].type == FORM_CHOICE)
			*(int *)member = -1;
	}
}

static int faults_collect(struct form_reading *f, struct err *err)
{
	struct form_faults *faults = &f->out->faults;

	faults->items = pool_alloc(f->pool, (f->table->count + 1) * sizeof(faults->items[0]));
	if (faults->items == NULL)
		return err_set(err, HF_LIMIT, "the form takes too much memory");
	for (size_t i = 0; i < f->table->count; i++) {
		form_value_finish(&f->table->fields[i], &f->slots[i], f->out->value);
		if (f->slots[i].code != HF_NONE)
			faults->items[faults->count++] = (struct form_fault){f->table->fields[i].name, f->slots[i].code, f->slots[i].limit};
	}
	return 0;
}

int form_read(struct form_result *out, const struct form_table *table, enum form_encoding encoding, const char *boundary, struct bytes body,
              struct pool *pool, struct err *err)
{
	struct form_reading f = {.table = table, .out = out, .pool = pool};
	int result = -1;

	memset(out, 0, sizeof(*out));
	if (table->count > FORM_FIELDS_MAX)
		return err_set(err, HF_SYSTEM, "a form table of %zu fields", table->count);
	out->value = pool_alloc(pool, table->struct_size);
	if (out->value == NULL)
		return err_set(err, HF_LIMIT, "the form takes too much memory");
	defaults_set(table, out->value);
	switch (encoding) {
	case FORM_URLENCODED:
		result = read_urlencoded(&f, body, err);
		break;
	case FORM_MULTIPART:
		result = read_multipart(&f, boundary, body, err);
		break;
	case FORM_JSON:
		result = read_json(&f, body, err);
		break;
	}
	return result == 0 ? faults_collect(&f, err) : -1;
}
