/* Rules of a form's fields. */
#include "form_value.h"

#include "text_code.h"

#include <string.h>

static void fault(struct form_slot *slot, enum err_code code, int64_t limit)
{
	if (slot->code != HF_NONE)
		return;
	slot->code = code;
	slot->limit = limit;
}

static bool is_space(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static struct bytes trimmed(struct bytes text)
{
	while (text.size > 0 && is_space(text.data[0])) {
		text.data++;
		text.size--;
	}
	while (text.size > 0 && is_space(text.data[text.size - 1]))
		text.size--;
	return text;
}

/* CR LF to LF, in a copy. */
static int lines_copy(struct bytes *text, struct pool *pool, struct err *err)
{
	uint8_t *copy = pool_alloc(pool, text->size + 1);
	size_t n = 0;

	if (copy == NULL)
		return err_set(err, HF_LIMIT, "the form takes too much memory");
	for (size_t i = 0; i < text->size; i++)
		if (text->data[i] != '\r' || i + 1 == text->size || text->data[i + 1] != '\n')
			copy[n++] = text->data[i];
	*text = (struct bytes){copy, n};
	return 0;
}

/* text_check tells the first fault only: bad UTF-8 may stand behind a control character. */
static bool is_utf8(struct bytes text)
{
	return text.size == 0 || text_characters(text) > 0;
}

static int to_nfc(struct bytes text, struct pool *pool, const char **out, struct err *err)
{
	struct buf nfc;
	int result = -1;

	buf_init(&nfc, text.size * 3 + 16);
	if (text_to_nfc(&nfc, text, err) == 0) {
		*out = pool_text(pool, buf_get(&nfc));
		result = *out != NULL ? 0 : err_set(err, HF_LIMIT, "the form takes too much memory");
	}
	buf_wipe(&nfc);
	return result;
}

static void check_length(const struct form_field *field, struct form_slot *slot, int64_t length, int64_t max)
{
	if (length > max)
		fault(slot, HF_FIELD_TOO_LONG, max);
	else if (length < field->min)
		fault(slot, HF_FIELD_TOO_SHORT, field->min);
}

/* A clean text, or "" with a fault; what was typed is kept if it is text at all (a NUL would end it early). */
static int text_take(const struct form_field *field, struct form_slot *slot, struct bytes text, struct pool *pool, const char **out,
                     struct err *err)
{
	bool lines = field->type == FORM_LINES;
	enum text_fault found;

	*out = "";
	text = trimmed(text);
	if (lines && lines_copy(&text, pool, err) != 0)
		return -1;
	found = lines ? text_check_lines(text) : text_check(text);
	if (found != TEXT_FINE)
		fault(slot, HF_FIELD_CHARACTER, 0);
	if (!is_utf8(text) || (text.size > 0 && memchr(text.data, '\0', text.size) != NULL))
		return 0;
	return to_nfc(text, pool, out, err);
}

static int take_text(const struct form_field *field, struct form_slot *slot, const char **member, struct bytes text, struct pool *pool,
                     struct err *err)
{
	struct err why;

	if (text_take(field, slot, text, pool, member, err) != 0)
		return -1;
	if (**member == '\0' || slot->code != HF_NONE)
		return 0;
	check_length(field, slot, (int64_t)text_characters(bytes_text(*member)), field->max);
	if (slot->code == HF_NONE && field->check != NULL && field->check(*member, &why) != 0)
		fault(slot, why.code, 0);
	return 0;
}

static void take_raw(const struct form_field *field, struct form_slot *slot, struct bytes *member, struct bytes text)
{
	for (size_t i = 0; i < text.size; i++)
		if (text.data[i] < 0x20 && !is_space(text.data[i]))
			fault(slot, HF_FIELD_CHARACTER, 0);
	if (!is_utf8(text))
		fault(slot, HF_FIELD_CHARACTER, 0);
	if (text.size > 0)
		check_length(field, slot, (int64_t)text.size, field->max);
	*member = slot->code == HF_NONE ? text : BYTES_NONE;
}

/* Decimal digits with an optional '-', at most 18: no overflow. */
static bool read_integer(struct bytes text, int64_t *out)
{
	bool negative = text.size > 0 && text.data[0] == '-';
	size_t i = negative ? 1 : 0;

	*out = 0;
	if (text.size == i || text.size - i > 18)
		return false;
	for (; i < text.size; i++) {
		if (text.data[i] < '0' || text.data[i] > '9')
			return false;
		*out = *out * 10 + (text.data[i] - '0');
	}
	if (negative)
		*out = -*out;
	return true;
}

static void take_integer(const struct form_field *field, struct form_slot *slot, int64_t *member, struct bytes text)
{
	text = trimmed(text);
	if (text.size == 0)
		return;
	if (!read_integer(text, member))
		fault(slot, HF_FIELD_FORMAT, 0);
	else if (*member > field->max)
		fault(slot, HF_FIELD_CHOICE, field->max);
	else if (*member < field->min)
		fault(slot, HF_FIELD_CHOICE, field->min);
	if (slot->code != HF_NONE)
		*member = 0;
}

static void take_choice(const struct form_field *field, struct form_slot *slot, int *member, struct bytes text)
{
	if (text.size == 0)
		return;
	for (int i = 0; field->choices[i] != NULL; i++)
		if (bytes_is_text(text, field->choices[i]))
			*member = i;
	if (*member < 0)
		fault(slot, HF_FIELD_CHOICE, 0);
}

static int take_item(const struct form_field *field, struct form_slot *slot, struct form_list *member, struct bytes text, struct pool *pool,
                     struct err *err)
{
	const char *item;

	if ((int64_t)member->count >= field->max) {
		fault(slot, HF_FIELD_TOO_LONG, field->max);
		return 0;
	}
	if (text.size > FORM_LIST_ITEM_MAX * 4)
		fault(slot, HF_FIELD_TOO_LONG, FORM_LIST_ITEM_MAX);
	if (member->items == NULL)
		member->items = pool_alloc(pool, (size_t)field->max * sizeof(member->items[0]));
	if (member->items == NULL)
		return err_set(err, HF_LIMIT, "the form takes too much memory");
	if (slot->code != HF_NONE || text_take(field, slot, text, pool, &item, err) != 0)
		return slot->code != HF_NONE ? 0 : -1;
	if (text_characters(bytes_text(item)) > FORM_LIST_ITEM_MAX)
		fault(slot, HF_FIELD_TOO_LONG, FORM_LIST_ITEM_MAX);
	if (*item != '\0')
		member->items[member->count++] = item;
	return 0;
}

int form_value_take(const struct form_field *field, struct form_slot *slot, void *value, struct bytes text, struct pool *pool,
                    struct err *err)
{
	void *member = (uint8_t *)value + field->offset;

	if (slot->given++ > 0 && field->type != FORM_LIST)
		return err_set(err, HF_HTTP_FORM, "the field %s came twice", field->name);
	switch (field->type) {
	case FORM_TEXT:
	case FORM_LINES:
		return take_text(field, slot, member, text, pool, err);
	case FORM_RAW:
		take_raw(field, slot, member, text);
		return 0;
	case FORM_INTEGER:
		take_integer(field, slot, member, text);
		return 0;
	case FORM_CHOICE:
		take_choice(field, slot, member, text);
		return 0;
	case FORM_FLAG:
		*(bool *)member = bytes_is_text(text, "1") || bytes_is_text(text, "on") || bytes_is_text(text, "true");
		return 0;
	case FORM_LIST:
		return take_item(field, slot, member, text, pool, err);
	case FORM_FILE:
		break;
	}
	return err_set(err, HF_HTTP_FORM, "the field %s is a file", field->name);
}

static bool is_empty(const struct form_field *field, const struct form_slot *slot, const void *member)
{
	switch (field->type) {
	case FORM_TEXT:
	case FORM_LINES:
		return **(const char *const *)member == '\0';
	case FORM_RAW:
		return ((const struct bytes *)member)->size == 0;
	case FORM_CHOICE:
		return *(const int *)member < 0;
	case FORM_FLAG:
		return !*(const bool *)member;
	case FORM_LIST:
		return ((const struct form_list *)member)->count == 0;
	case FORM_FILE:
		return ((const struct form_file *)member)->content.size == 0;
	case FORM_INTEGER:
		break;
	}
	return slot->given == 0;
}

/* A browser sends a file without a name when none was chosen. */
static bool is_chosen_empty(const struct form_file *file)
{
	return file->content.size == 0 && file->name != NULL && *file->name != '\0';
}

void form_value_finish(const struct form_field *field, struct form_slot *slot, const void *value)
{
	const void *member = (const uint8_t *)value + field->offset;

	if (field->type == FORM_FILE && is_chosen_empty(member))
		fault(slot, HF_PAPER_EMPTY, 0);
	if (field->required && is_empty(field, slot, member))
		fault(slot, HF_FIELD_MISSING, 0);
	if (field->type == FORM_LIST && ((const struct form_list *)member)->count > 0 &&
	    (int64_t)((const struct form_list *)member)->count < field->min)
		fault(slot, HF_FIELD_TOO_SHORT, field->min);
}
