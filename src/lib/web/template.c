/* Escaping of values by the place they stand in. */
#include "template.h"

#include <string.h>

#define WORDS_MAX (64u << 10)

void template_begin(struct template_out *t, struct buf *buf, enum language language)
{
	t->buf = buf;
	t->language = language;
	t->failed = false;
	err_clear(&t->err);
}

int template_end(struct template_out *t, struct err *err)
{
	if (!t->failed)
		return 0;
	if (err != NULL)
		*err = t->err;
	return -1;
}

static void put(struct template_out *t, struct bytes raw)
{
	if (!t->failed && buf_append(t->buf, raw, &t->err) != 0)
		t->failed = true;
}

void template_markup(struct template_out *t, const char *text, size_t size)
{
	put(t, (struct bytes){(const uint8_t *)text, size});
}

/* What stands for a character that is special in HTML. NUL has no place there and is left out. */
static const char *const entities[256] = {
    ['\0'] = "", ['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;", ['"'] = "&quot;", ['\''] = "&#39;",
};

/* Runs without a special character go out as one piece. */
static void put_escaped(struct template_out *t, struct bytes value)
{
	size_t start = 0;

	for (size_t i = 0; i < value.size; i++) {
		const char *entity = entities[value.data[i]];

		if (entity == NULL)
			continue;
		put(t, (struct bytes){value.data + start, i - start});
		put(t, bytes_text(entity));
		start = i + 1;
	}
	if (start < value.size)
		put(t, (struct bytes){value.data + start, value.size - start});
}

static bool is_unreserved(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c != '\0' && strchr("-._~", c) != NULL);
}

static void put_percent(struct template_out *t, struct bytes value)
{
	static const char digits[] = "0123456789ABCDEF";

	for (size_t i = 0; i < value.size; i++) {
		uint8_t c = value.data[i];
		uint8_t code[3] = {'%', (uint8_t)digits[c >> 4], (uint8_t)digits[c & 15]};

		if (is_unreserved(c))
			put(t, (struct bytes){&c, 1});
		else
			put(t, BYTES_ARRAY(code));
	}
}

static bool begins(struct bytes value, const char *with)
{
	size_t n = strlen(with);

	return value.size >= n && strncasecmp((const char *)value.data, with, n) == 0;
}

/* Browsers strip tabs and line ends from addresses and take '\' for '/': an address with such a character is none of ours. */
static bool is_safe_address(struct bytes value)
{
	static const char *const schemes[] = {"http://", "https://", "mailto:", "tel:"};

	for (size_t i = 0; i < value.size; i++)
		if (value.data[i] < 0x20 || value.data[i] == 0x7f || value.data[i] == '\\')
			return false;
	if (value.size == 0 || value.data[0] == '#' || value.data[0] == '?')
		return true;
	if (value.data[0] == '/')
		return value.size == 1 || value.data[1] != '/';
	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (begins(value, schemes[i]))
			return true;
	return false;
}

void template_put(struct template_out *t, enum template_place place, struct bytes value)
{
	switch (place) {
	case TEMPLATE_URL_PART:
		put_percent(t, value);
		return;
	case TEMPLATE_URL:
		put_escaped(t, is_safe_address(value) ? value : BYTES_LITERAL("#"));
		return;
	case TEMPLATE_TEXT:
	case TEMPLATE_ATTRIBUTE:
		put_escaped(t, value);
		return;
	}
}

void template_put_text(struct template_out *t, enum template_place place, const char *value)
{
	template_put(t, place, bytes_text(value));
}

static void put_value(struct template_out *t, const struct catalogue_value *value)
{
	if (!t->failed && catalogue_write(t->buf, t->language, value, &t->err) != 0)
		t->failed = true;
}

/* Numbers, dates and money hold no special character. */
void template_put_integer(struct template_out *t, int64_t value)
{
	put_value(t, &(struct catalogue_value){.kind = CATALOGUE_NUMBER, .number = value});
}

void template_put_date(struct template_out *t, int64_t seconds)
{
	put_value(t, &(struct catalogue_value){.kind = CATALOGUE_DATE, .number = seconds});
}

void template_put_time(struct template_out *t, int64_t seconds)
{
	put_value(t, &(struct catalogue_value){.kind = CATALOGUE_TIME, .number = seconds});
}

void template_put_money(struct template_out *t, int64_t fen)
{
	put_value(t, &(struct catalogue_value){.kind = CATALOGUE_MONEY, .number = fen});
}

void template_put_words(struct template_out *t, enum template_place place, const char *id, const struct catalogue_value *values, size_t n)
{
	struct buf words;

	if (t->failed || id == NULL)
		return;
	if (n == 0) {
		template_put_text(t, place, catalogue_text(t->language, id));
		return;
	}
	buf_init(&words, WORDS_MAX);
	if (catalogue_format(&words, t->language, id, values, n, &t->err) != 0)
		t->failed = true;
	else
		template_put(t, place, buf_get(&words));
	buf_free(&words);
}
