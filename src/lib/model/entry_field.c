/* Reading and checking one field. */
#include "entry_field.h"

#include "identity_code.h"
#include "text_code.h"

#include <string.h>

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* ASCII space, or the ideographic space U+3000 (E3 80 80). */
static struct bytes trim(struct bytes text)
{
	for (;;) {
		if (text.size >= 1 && text.data[0] == ' ')
			text = (struct bytes){text.data + 1, text.size - 1};
		else if (text.size >= 3 && memcmp(text.data, "\xe3\x80\x80", 3) == 0)
			text = (struct bytes){text.data + 3, text.size - 3};
		else if (text.size >= 1 && text.data[text.size - 1] == ' ')
			text.size -= 1;
		else if (text.size >= 3 && memcmp(text.data + text.size - 3, "\xe3\x80\x80", 3) == 0)
			text.size -= 3;
		else
			return text;
	}
}

static enum err_code too_long(const struct entry_field *field)
{
	return field->rule == ENTRY_LEGAL_NAME ? HF_NAME_TOO_LONG : HF_FIELD_TOO_LONG;
}

static bool is_identity_code(enum entry_rule rule)
{
	return rule == ENTRY_CREDIT_CODE || rule == ENTRY_ORGANISATION_CODE || rule == ENTRY_RESIDENT_ID;
}

static void capitalise(struct buf *text)
{
	for (size_t i = 0; i < text->size; i++) {
		if (text->data[i] >= 'a' && text->data[i] <= 'z')
			text->data[i] = (uint8_t)(text->data[i] - 'a' + 'A');
	}
}

enum err_code entry_field_read(const struct entry_field *field, struct bytes typed, struct pool *pool, const char **out)
{
	struct buf normal;
	enum err_code fault = HF_NONE;

	*out = "";
	typed = trim(typed);
	if (typed.size > (size_t)field->max * 16) /* longer than any normalisation makes up for */
		return too_long(field);
	if (text_check(typed) != TEXT_FINE)
		return HF_FIELD_CHARACTER;
	buf_init(&normal, (size_t)field->max * 64 + 64);
	if (text_to_nfc(&normal, typed, NULL) != 0)
		fault = HF_FIELD_CHARACTER;
	else if (text_characters(buf_get(&normal)) > field->max)
		fault = too_long(field);
	if (is_identity_code(field->rule))
		capitalise(&normal);
	char *text = fault == HF_NONE ? pool_text(pool, buf_get(&normal)) : NULL;
	if (text != NULL)
		*out = text;
	else if (fault == HF_NONE)
		fault = HF_MEMORY;
	buf_free(&normal);
	return fault;
}

/* Digits, with + before and spaces, hyphens and brackets between; 转 and an extension may follow, as on the help page. */
static bool telephone_valid(const char *text)
{
	static const char extension[] = "转";
	size_t digits = 0;

	if (*text == '+')
		text++;
	for (; *text != '\0'; text++) {
		if (is_digit(*text))
			digits++;
		else if (digits >= 5 && strncmp(text, extension, sizeof(extension) - 1) == 0)
			return strspn(text + sizeof(extension) - 1, "0123456789") == strlen(text) - (sizeof(extension) - 1) &&
			       text[sizeof(extension) - 1] != '\0';
		else if (strchr(" -()", *text) == NULL)
			return false;
	}
	return digits >= 5 && digits <= 20;
}

static bool mail_local_valid(const char *text, size_t n)
{
	static const char atom[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-/=?^_`{|}~."; /* RFC 5322 3.2.3 */

	if (n == 0 || n > 64 || text[0] == '.' || text[n - 1] == '.')
		return false;
	for (size_t i = 0; i < n; i++) {
		if (strchr(atom, text[i]) == NULL || (text[i] == '.' && text[i + 1] == '.'))
			return false;
	}
	return true;
}

/* RFC 1123 2.1: labels of letters, digits and inner hyphens, 63 at most; at least two of them, or "localhost". */
static bool mail_domain_valid(const char *domain)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";
	size_t labels = 0;

	if (strcmp(domain, "localhost") == 0)
		return true;
	if (strlen(domain) > 253)
		return false;
	for (;;) {
		size_t n = strspn(domain, letters);
		if (n == 0 || n > 63 || domain[0] == '-' || domain[n - 1] == '-')
			return false;
		labels++;
		if (domain[n] == '\0')
			return labels >= 2;
		if (domain[n] != '.')
			return false;
		domain += n + 1;
	}
}

static bool mail_valid(const char *text)
{
	const char *at = strchr(text, '@');

	return at != NULL && mail_local_valid(text, (size_t)(at - text)) && mail_domain_valid(at + 1);
}

enum err_code entry_field_check(const struct entry_field *field, const char *text, int64_t today)
{
	struct bytes t = bytes_text(text);

	if (t.size == 0)
		return field->min > 0 ? HF_FIELD_MISSING : HF_NONE;
	switch (field->rule) {
	case ENTRY_CREDIT_CODE:
		return credit_code_valid(t) ? HF_NONE : HF_CREDIT_CODE;
	case ENTRY_ORGANISATION_CODE:
		return organisation_code_valid(t) ? HF_NONE : HF_ORGANISATION_CODE;
	case ENTRY_RESIDENT_ID:
		return resident_id_valid(t, today) ? HF_NONE : HF_RESIDENT_ID;
	case ENTRY_TELEPHONE:
		return telephone_valid(text) ? HF_NONE : HF_TELEPHONE;
	case ENTRY_MAIL:
		return mail_valid(text) ? HF_NONE : HF_MAIL_ADDRESS;
	case ENTRY_TEXT:
	case ENTRY_LEGAL_NAME:
		break;
	}
	return text_characters(t) < field->min ? HF_FIELD_TOO_SHORT : HF_NONE;
}

void entry_fault_add(struct entry_faults *faults, const struct entry_field *field, enum err_code code)
{
	for (size_t i = 0; i < faults->count; i++) {
		if (faults->items[i].field == field)
			return;
	}
	faults->items[faults->count++] = (struct entry_fault){field, code};
}
