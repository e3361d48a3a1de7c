/* What may be typed into a field of the form, by table: one fault per field, told by its code. */
#ifndef HUFU_MODEL_ENTRY_FIELD_H
#define HUFU_MODEL_ENTRY_FIELD_H

#include "pool.h"

enum entry_rule {
	ENTRY_TEXT,
	ENTRY_LEGAL_NAME, /* X.520 limit of 64 characters: HF_NAME_TOO_LONG */
	ENTRY_CREDIT_CODE,
	ENTRY_ORGANISATION_CODE,
	ENTRY_RESIDENT_ID,
	ENTRY_TELEPHONE,
	ENTRY_MAIL
};

struct entry_field {
	const char *name;  /* in HTML forms and in JSON */
	const char *label; /* Chinese; its id in the catalogue of words */
	uint16_t min, max; /* characters after normalisation; min 0: may be left out */
	enum entry_rule rule;
	size_t offset; /* of the const char * in the form's struct */
};

#define ENTRY_FIELDS_MAX 16

struct entry_fault {
	const struct entry_field *field;
	enum err_code code;
};
struct entry_faults {
	struct entry_fault items[ENTRY_FIELDS_MAX];
	size_t count;
};
/* One fault for each field: the first stays. */
void entry_fault_add(struct entry_faults *faults, const struct entry_field *field, enum err_code code);

/* Whether the text can be kept at all: UTF-8, no control or bidirectional character, not over the maximum. *out gets the text in
 * normal form C, trimmed of spaces (ASCII and U+3000) at both ends, identity codes in capitals, from pool. HF_NONE, or the code of the
 * fault. */
enum err_code entry_field_read(const struct entry_field *field, struct bytes typed, struct pool *pool, const char **out);
/* Whether a text from entry_field_read is what the form asks for: there, long enough, and right by its rule.
 * today: days since 1970, for dates of birth. */
enum err_code entry_field_check(const struct entry_field *field, const char *text, int64_t today);

#endif
