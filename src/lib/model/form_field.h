/* What may be typed into a field of the form, by table: one fault per field, told by its code. */
#ifndef HUFU_MODEL_FORM_FIELD_H
#define HUFU_MODEL_FORM_FIELD_H

#include "pool.h"

enum form_rule {
	FORM_TEXT,
	FORM_LEGAL_NAME, /* X.520 limit of 64 characters: HF_NAME_TOO_LONG */
	FORM_CREDIT_CODE,
	FORM_ORGANISATION_CODE,
	FORM_RESIDENT_ID,
	FORM_TELEPHONE,
	FORM_MAIL
};

struct form_field {
	const char *name;  /* in HTML forms and in JSON */
	const char *label; /* key of its words in the translations */
	uint16_t min, max; /* characters after normalisation; min 0: may be left out */
	enum form_rule rule;
	size_t offset; /* of the const char * in the form's struct */
};

#define FORM_FIELDS_MAX 16

struct form_fault {
	const struct form_field *field;
	enum err_code code;
};
struct form_faults {
	struct form_fault items[FORM_FIELDS_MAX];
	size_t count;
};

/* Whether the text can be kept at all: UTF-8, no control or bidirectional character, not over the maximum. *out gets the text in
 * normal form C, trimmed of spaces (ASCII and U+3000) at both ends, from pool. HF_NONE, or the code of the fault. */
enum err_code form_field_read(const struct form_field *field, struct bytes typed, struct pool *pool, const char **out);
/* Whether a text from form_field_read is what the form asks for: there, long enough, and right by its rule.
 * today: days since 1970, for dates of birth. */
enum err_code form_field_check(const struct form_field *field, const char *text, int64_t today);

#endif
