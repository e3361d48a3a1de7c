/* Looking up texts by id, and filling values into them. */
#include "catalogue_table.h"

#include "clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int row_compare(const void *id, const void *row)
{
	return strcmp(id, ((const struct catalogue_row *)row)->id);
}

static const struct catalogue_row *row_find(const char *id)
{
	return bsearch(id, catalogue_rows, catalogue_row_count, sizeof(catalogue_rows[0]), row_compare);
}

const char *catalogue_text(enum language language, const char *id)
{
	const struct catalogue_row *row = row_find(id);

	return row != NULL ? row->text[language] : id;
}

const char *catalogue_fault(enum language language, enum err_code code)
{
	char id[16];
	const struct catalogue_row *row;

	snprintf(id, sizeof(id), "HF-%04u", (unsigned)code);
	row = row_find(id);
	if (row == NULL)
		return catalogue_text(language, "HF-9001");
	return row->text[language];
}

const char *language_name(enum language language)
{
	return language == LANGUAGE_EN ? "en" : "zh";
}

const char *language_tag(enum language language)
{
	return language == LANGUAGE_EN ? "en" : "zh-CN";
}

static int date_write(struct buf *out, enum language language, int64_t seconds, bool with_time, struct err *err)
{
	static const char *const months[] = {"January", "February", "March",     "April",   "May",      "June",
	                                     "July",    "August",   "September", "October", "November", "December"};
	struct civil c;

	if (seconds == 0)
		return 0;
	c = clock_civil(seconds, CLOCK_SHANGHAI);
	if (language == LANGUAGE_EN) {
		if (buf_append_format(out, err, "%d %s %d", c.day, months[c.month - 1], c.year) != 0)
			return -1;
	} else if (buf_append_format(out, err, "%d年%d月%d日", c.year, c.month, c.day) != 0) {
		return -1;
	}
	return with_time ? buf_append_format(out, err, " %02d:%02d", c.hour, c.minute) : 0;
}

static int money_write(struct buf *out, enum language language, int64_t fen, struct err *err)
{
	const char *sign = fen < 0 ? "-" : "";
	uint64_t amount = fen < 0 ? 0 - (uint64_t)fen : (uint64_t)fen;

	if (language == LANGUAGE_EN)
		return buf_append_format(out, err, "CNY %s%" PRIu64 ".%02" PRIu64, sign, amount / 100, amount % 100);
	return buf_append_format(out, err, "%s%" PRIu64 ".%02" PRIu64 "元", sign, amount / 100, amount % 100);
}

int catalogue_write(struct buf *out, enum language language, const struct catalogue_value *value, struct err *err)
{
	switch (value->kind) {
	case CATALOGUE_WORDS:
		return buf_append_text(out, catalogue_text(language, value->text != NULL ? value->text : ""), err);
	case CATALOGUE_NUMBER:
		return buf_append_format(out, err, "%" PRId64, value->number);
	case CATALOGUE_DATE:
	case CATALOGUE_TIME:
		return date_write(out, language, value->number, value->kind == CATALOGUE_TIME, err);
	case CATALOGUE_MONEY:
		return money_write(out, language, value->number, err);
	case CATALOGUE_TEXT:
		break;
	}
	return buf_append_text(out, value->text != NULL ? value->text : "", err);
}

static const struct catalogue_value *value_find(const struct catalogue_value *values, size_t n, const char *name, size_t size)
{
	for (size_t i = 0; i < n; i++)
		if (strlen(values[i].name) == size && memcmp(values[i].name, name, size) == 0)
			return &values[i];
	return NULL;
}

/* inner stands between the braces: name, or name|one|many. */
static int place_write(struct buf *out, enum language language, struct bytes inner, const struct catalogue_value *values, size_t n,
                       struct err *err)
{
	const char *start = (const char *)inner.data;
	const char *one = memchr(start, '|', inner.size);
	size_t name_size = one != NULL ? (size_t)(one - start) : inner.size;
	const struct catalogue_value *value = value_find(values, n, start, name_size);
	const char *end = start + inner.size;
	const char *many;

	if (value == NULL) {
		if (buf_append_u8(out, '{', err) != 0 || buf_append(out, inner, err) != 0)
			return -1;
		return buf_append_u8(out, '}', err);
	}
	if (one == NULL)
		return catalogue_write(out, language, value, err);
	one++;
	many = memchr(one, '|', (size_t)(end - one));
	if (many == NULL)
		many = end;
	if (value->number != 1 && many != end)
		return buf_append(out, (struct bytes){(const uint8_t *)many + 1, (size_t)(end - many - 1)}, err);
	return buf_append(out, (struct bytes){(const uint8_t *)one, (size_t)(many - one)}, err);
}

int catalogue_format(struct buf *out, enum language language, const char *id, const struct catalogue_value *values, size_t n,
                     struct err *err)
{
	const char *text = catalogue_text(language, id);

	while (*text != '\0') {
		size_t plain = strcspn(text, "{");
		const char *close = strchr(text + plain, '}');

		if (close == NULL)
			return buf_append_text(out, text, err);
		if (buf_append(out, (struct bytes){(const uint8_t *)text, plain}, err) != 0)
			return -1;
		text += plain + 1;
		if (place_write(out, language, (struct bytes){(const uint8_t *)text, (size_t)(close - text)}, values, n, err) != 0)
			return -1;
		text = close + 1;
	}
	return 0;
}
