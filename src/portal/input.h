/* What forms bring, as structs, and the tables they are read by: one for each kind of form, used by the route table. */
#ifndef HUFU_PORTAL_INPUT_H
#define HUFU_PORTAL_INPUT_H

#include "application_form.h"
#include "form.h"

enum apply_then { APPLY_NEXT, APPLY_KEEP };
struct apply_input {
	struct application_form form;
	int64_t version;
	int then; /* enum apply_then */
};
extern const struct form_table apply_input_table;

struct key_input {
	int64_t version;
	const char *key;  /* serial number */
	struct bytes csr; /* base64 */
};
extern const struct form_table key_input_table;

/* A file of a plain form, for those who come without script. */
struct file_input {
	int64_t version;
	struct form_file file;
};
extern const struct form_table request_input_table, paper_input_table;

struct version_input {
	int64_t version;
};
extern const struct form_table version_input_table;

/* A form that brings nothing but its token. */
struct token_input {
	char nothing;
};
extern const struct form_table token_input_table;

struct progress_input {
	const char *number, *code;
};
extern const struct form_table progress_input_table, number_input_table;

/* base64 */
struct login_input {
	struct bytes serial, certificate, signature;
};
extern const struct form_table login_input_table;

/* The text of an order as the agent made it, and its signature in base64. */
struct order_input {
	int64_t version;
	struct bytes order, signature;
	const char *profile;
	const char *note; /* of a rejection */
};
extern const struct form_table order_input_table;

struct note_input {
	int64_t version;
	struct form_list reasons; /* chosen from the list, as words */
	const char *note;
};
extern const struct form_table note_input_table;

struct reason_input {
	const char *reason;
};
extern const struct form_table reason_input_table;

#endif
