/* Reading JSON (RFC 8259), strictly and in one pass: what two readers could understand differently is refused. */
#include "byte_word.h"
#include "json_string.h"
#include "json_value.h"
#include "text_code.h"

#include <stdlib.h>
#include <string.h>

#define READ_DEPTH_MAX 32
#define NAMED_ESCAPES "btnfr"
#define NAMED_CONTROLS "\b\t\n\f\r"

struct parser {
	const uint8_t *begin, *at, *end;
	struct json *value;       /* the next free one */
	const struct json **item; /* the next free place in a container's list */
	char *text;               /* where the next string goes */
	struct json_form *form;
	int depth;
	const char *fault; /* the first; NULL: none */
};

static bool fail(struct parser *p, const char *what)
{
	if (p->fault == NULL)
		p->fault = what;
	return false;
}

static void skip_space(struct parser *p)
{
	for (; p->at < p->end && (*p->at == ' ' || *p->at == '\t' || *p->at == '\n' || *p->at == '\r'); p->at++)
		p->form->canonical = false;
}

static bool take(struct parser *p, char c)
{
	if (p->at == p->end || *p->at != (uint8_t)c)
		return false;
	p->at++;
	return true;
}

/* ---- strings ---- */

/* Four digits of a \u; capital letters are not canonical. */
static bool read_unit(struct parser *p, uint32_t *unit)
{
	uint8_t octets[2];
	struct bytes digits = {p->at, 4};

	if (p->end - p->at < 4 || hex_read(octets, sizeof(octets), digits, true) != 0)
		return fail(p, "\\u without four digits");
	for (int i = 0; i < 4; i++) {
		if (digits.data[i] >= 'A' && digits.data[i] <= 'F')
			p->form->canonical = false;
	}
	*unit = (uint32_t)octets[0] << 8 | octets[1];
	p->at += 4;
	return true;
}

static void put_point(struct parser *p, uint32_t point)
{
	static const uint8_t leads[] = {0, 0, 0xc0, 0xe0, 0xf0};
	size_t size = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;

	for (size_t i = size; i-- > 1; point >>= 6)
		p->text[i] = (char)(0x80 | (point & 0x3f));
	p->text[0] = (char)(leads[size] | point);
	p->text += size;
}

/* After "\u". Two that stand for one character belong together; one alone and the character NUL are refused. */
static bool take_unicode(struct parser *p)
{
	uint32_t point, low;

	if (!read_unit(p, &point))
		return false;
	if (point >= 0x20 || strchr(NAMED_CONTROLS, (int)point) != NULL)
		p->form->canonical = false; /* stands as itself, or has a name */
	if (point >= 0xd800 && point <= 0xdbff) {
		if (!take(p, '\\') || !take(p, 'u') || !read_unit(p, &low) || low < 0xdc00 || low > 0xdfff)
			return fail(p, "half of a surrogate pair");
		point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
	} else if (point >= 0xdc00 && point <= 0xdfff) {
		return fail(p, "half of a surrogate pair");
	}
	if (point == 0)
		return fail(p, "the character NUL");
	put_point(p, point);
	return true;
}

/* After "\". */
static bool take_escape(struct parser *p)
{
	const char *named;
	uint8_t c;

	p->form->escapes = true;
	if (p->at == p->end)
		return fail(p, "a string without end");
	c = *p->at++;
	if (c == 'u')
		return take_unicode(p);
	if (c == '"' || c == '\\' || c == '/') {
		if (c == '/')
			p->form->canonical = false;
		*p->text++ = (char)c;
		return true;
	}
	named = c != 0 ? strchr(NAMED_ESCAPES, c) : NULL;
	if (named == NULL)
		return fail(p, "an escape that there is not");
	*p->text++ = NAMED_CONTROLS[named - NAMED_ESCAPES];
	return true;
}

/* The bytes up to the next quote, backslash or fault. */
static bool take_run(struct parser *p)
{
	struct bytes run = {p->at, json_plain_run(p->at, p->end)};

	if (run.size == 0)
		return true;
	if (text_characters(run) == 0)
		return fail(p, "a string that is not UTF-8");
	memcpy(p->text, run.data, run.size);
	p->at += run.size;
	p->text += run.size;
	return true;
}

/* After the quote. What is read takes no more room than it had in the text; the NUL has that of the quote. */
static bool take_string(struct parser *p, struct bytes *out)
{
	const char *begin = p->text;

	for (;;) {
		if (!take_run(p))
			return false;
		if (take(p, '"'))
			break;
		if (!take(p, '\\'))
			return fail(p, p->at == p->end ? "a string without end" : "a control character in a string");
		if (!take_escape(p))
			return false;
	}
	*out = (struct bytes){(const uint8_t *)begin, (size_t)(p->text - begin)};
	*p->text++ = '\0';
	return true;
}

/* ---- the other values ---- */

static bool take_integer(struct parser *p, int64_t *out)
{
	bool negative = take(p, '-');
	const uint8_t *first = p->at;
	int64_t v = 0;

	for (; p->at < p->end && *p->at >= '0' && *p->at <= '9'; p->at++) {
		v = v * 10 + (*p->at - '0');
		if (v > JSON_INTEGER_MAX)
			return fail(p, "a number that is no integer below 2^53");
	}
	if (p->at == first || (*first == '0' && p->at - first > 1))
		return fail(p, "no value");
	if (p->at < p->end && (*p->at == '.' || *p->at == 'e' || *p->at == 'E'))
		return fail(p, "a number that is no integer below 2^53");
	if (negative && v == 0)
		p->form->canonical = false;
	*out = negative ? -v : v;
	return true;
}

static bool take_word(struct parser *p, const char *word)
{
	size_t size = strlen(word);

	if ((size_t)(p->end - p->at) < size || memcmp(p->at, word, size) != 0)
		return fail(p, "no value");
	p->at += size;
	p->form->words = true;
	return true;
}

static bool take_value(struct parser *p, const char *name);

static bool take_items(struct parser *p)
{
	skip_space(p);
	if (take(p, ']'))
		return true;
	do {
		if (!take_value(p, NULL))
			return false;
		skip_space(p);
	} while (take(p, ','));
	return take(p, ']') || fail(p, "an array without end");
}

static bool take_members(struct parser *p)
{
	struct bytes name;

	skip_space(p);
	if (take(p, '}'))
		return true;
	do {
		skip_space(p);
		if (!take(p, '"'))
			return fail(p, "a member without name");
		if (!take_string(p, &name))
			return false;
		skip_space(p);
		if (!take(p, ':'))
			return fail(p, "a member without value");
		if (!take_value(p, (const char *)name.data))
			return false;
		skip_space(p);
	} while (take(p, ','));
	return take(p, '}') || fail(p, "an object without end");
}

static int compare_names(const void *a, const void *b)
{
	return strcmp((*(const struct json *const *)a)->name, (*(const struct json *const *)b)->name);
}

/* By name; a name that stands twice is refused. */
static bool sort_members(struct parser *p, const struct json *object)
{
	bool ascending = true;

	for (uint32_t i = 1; i < object->count && ascending; i++)
		ascending = compare_names(&object->items[i - 1], &object->items[i]) < 0;
	if (ascending)
		return true;
	p->form->canonical = false;
	qsort(object->items, object->count, sizeof(object->items[0]), compare_names);
	for (uint32_t i = 1; i < object->count; i++) {
		if (compare_names(&object->items[i - 1], &object->items[i]) == 0)
			return fail(p, "a member twice");
	}
	return true;
}

/* Lists what the container holds, once it is whole. */
static bool close_container(struct parser *p, struct json *container)
{
	container->values = (uint32_t)(p->value - container);
	container->items = p->item;
	for (const struct json *v = container + 1; v < p->value; v += v->values)
		*p->item++ = v;
	container->count = (uint32_t)(p->item - container->items);
	return container->kind == JSON_KIND_ARRAY || sort_members(p, container);
}

static bool take_container(struct parser *p, struct json *v)
{
	bool fine;

	if (p->depth == READ_DEPTH_MAX)
		return fail(p, "nested too deep");
	p->depth++;
	fine = v->kind == JSON_KIND_OBJECT ? take_members(p) : take_items(p);
	p->depth--;
	return fine && close_container(p, v);
}

static bool take_value(struct parser *p, const char *name)
{
	struct json *v = p->value++;

	skip_space(p);
	*v = (struct json){.values = 1, .name = name, .kind = JSON_KIND_INTEGER};
	switch (p->at < p->end ? *p->at : 0) {
	case '{':
		p->at++;
		v->kind = JSON_KIND_OBJECT;
		return take_container(p, v);
	case '[':
		p->at++;
		v->kind = JSON_KIND_ARRAY;
		return take_container(p, v);
	case '"':
		p->at++;
		v->kind = JSON_KIND_STRING;
		return take_string(p, &v->text);
	case 't':
		v->kind = JSON_KIND_TRUE;
		return take_word(p, "true");
	case 'f':
		v->kind = JSON_KIND_FALSE;
		return take_word(p, "false");
	case 'n':
		v->kind = JSON_KIND_NULL;
		return take_word(p, "null");
	default:
		return take_integer(p, &v->integer);
	}
}

static bool take_text(struct parser *p)
{
	skip_space(p);
	if (p->at == p->end || (*p->at != '{' && *p->at != '['))
		return fail(p, "no object or array");
	if (!take_value(p, NULL))
		return false;
	skip_space(p);
	return p->at == p->end || fail(p, "something after the value");
}

/* Before each value but the first stands one of these. */
static size_t count_values(struct bytes text)
{
	size_t count = 1, at = 0;

	for (; text.size - at >= WORD_SIZE; at += WORD_SIZE) {
		uint64_t word = word_at(text.data + at);

		count += word_count(word, '[') + word_count(word, ',') + word_count(word, ':');
	}
	for (; at < text.size; at++)
		count += text.data[at] == '[' || text.data[at] == ',' || text.data[at] == ':';
	return count;
}

int json_read(struct json **root, struct bytes text, size_t max, struct err *err)
{
	struct json_document *document;
	struct parser p;
	size_t values;

	*root = NULL;
	if (text.size > max || text.size > UINT32_MAX)
		return err_set(err, HF_LIMIT, "JSON text of %zu bytes, %zu are possible", text.size, max);
	if (text.size == 0)
		return err_set(err, HF_JSON, "JSON text is empty (RFC 8259 2)");
	p = (struct parser){.begin = text.data, .at = text.data, .end = text.data + text.size};
	values = count_values(text);
	document = malloc(sizeof(*document) + values * (sizeof(struct json) + sizeof(struct json *)) + text.size);
	if (document == NULL)
		return err_set(err, HF_MEMORY, "JSON text of %zu bytes", text.size);
	document->form = (struct json_form){.canonical = true};
	p.form = &document->form;
	p.value = document->values;
	p.item = (const struct json **)(document->values + values);
	p.text = (char *)(p.item + values);
	if (!take_text(&p)) {
		free(document);
		return err_set(err, HF_JSON, "JSON text is broken at byte %td: %s (RFC 8259)", p.at - p.begin, p.fault);
	}
	*root = document->values;
	return 0;
}
