/* The tables of forms. */
#include "input.h"

#define TYPED_MAX 2000 /* as much of a field is read and shown again; the model judges its length */
#define NUMBER_MAX 20
#define CSR_MAX 16384
#define CERTIFICATE_MAX 8192
#define ORDER_MAX 65536
#define SIGNATURE_MAX 256
#define PAPER_MAX (16 << 20) /* the setting's limit is the service's to judge */

#define TYPED(member) \
	{ \
#member, FORM_TEXT, offsetof(struct apply_input, form.member), false, 0, TYPED_MAX, NULL, NULL \
	}
#define VERSION(type) \
	{ \
		"version", FORM_INTEGER, offsetof(struct type, version), true, 0, INT64_MAX, NULL, NULL \
	}

static const char *const then_names[] = {"next", "keep", NULL};

static const struct form_field apply_fields[] = {
    TYPED(name),
    TYPED(code),
    TYPED(organisation_code),
    TYPED(address),
    TYPED(province),
    TYPED(city),
    TYPED(legal_person),
    TYPED(handler_name),
    TYPED(handler_id),
    TYPED(telephone),
    TYPED(mail),
    TYPED(department),
    VERSION(apply_input),
    {"then", FORM_CHOICE, offsetof(struct apply_input, then), false, 0, 0, then_names, NULL},
};
const struct form_table apply_input_table = FORM_TABLE(apply_input, apply_fields);

static const struct form_field key_fields[] = {
    VERSION(key_input),
    {"key", FORM_TEXT, offsetof(struct key_input, key), true, 1, 64, NULL, NULL},
    {"csr", FORM_RAW, offsetof(struct key_input, csr), true, 1, CSR_MAX * 4 / 3 + 4, NULL, NULL},
};
const struct form_table key_input_table = FORM_TABLE(key_input, key_fields);

static const struct form_field request_fields[] = {
    VERSION(file_input),
    {"file", FORM_FILE, offsetof(struct file_input, file), true, 0, CSR_MAX, NULL, NULL},
};
const struct form_table request_input_table = FORM_TABLE(file_input, request_fields);

static const struct form_field paper_fields[] = {
    {"file", FORM_FILE, offsetof(struct file_input, file), true, 0, PAPER_MAX, NULL, NULL},
};
const struct form_table paper_input_table = FORM_TABLE(file_input, paper_fields);

static const struct form_field version_fields[] = {VERSION(version_input)};
const struct form_table version_input_table = FORM_TABLE(version_input, version_fields);

const struct form_table token_input_table = {NULL, 0, sizeof(struct token_input)};

static const struct form_field progress_fields[] = {
    {"number", FORM_TEXT, offsetof(struct progress_input, number), true, 1, NUMBER_MAX, NULL, NULL},
    {"code", FORM_TEXT, offsetof(struct progress_input, code), true, 1, NUMBER_MAX, NULL, NULL},
};
const struct form_table progress_input_table = FORM_TABLE(progress_input, progress_fields);
const struct form_table number_input_table = {progress_fields, 1, sizeof(struct progress_input)};

static const struct form_field login_fields[] = {
    {"serial", FORM_RAW, offsetof(struct login_input, serial), true, 32, 32, NULL, NULL},
    {"certificate", FORM_RAW, offsetof(struct login_input, certificate), true, 1, CERTIFICATE_MAX, NULL, NULL},
    {"signature", FORM_RAW, offsetof(struct login_input, signature), true, 1, SIGNATURE_MAX, NULL, NULL},
};
const struct form_table login_input_table = FORM_TABLE(login_input, login_fields);

static const struct form_field order_fields[] = {
    {"version", FORM_INTEGER, offsetof(struct order_input, version), false, 0, INT64_MAX, NULL, NULL},
    {"order", FORM_RAW, offsetof(struct order_input, order), true, 1, ORDER_MAX, NULL, NULL},
    {"signature", FORM_RAW, offsetof(struct order_input, signature), true, 1, SIGNATURE_MAX, NULL, NULL},
    {"profile", FORM_TEXT, offsetof(struct order_input, profile), false, 0, 32, NULL, NULL},
    {"note", FORM_TEXT, offsetof(struct order_input, note), false, 0, 500, NULL, NULL},
};
const struct form_table order_input_table = FORM_TABLE(order_input, order_fields);

static const struct form_field note_fields[] = {
    VERSION(note_input),
    {"reason", FORM_LIST, offsetof(struct note_input, reasons), false, 0, 8, NULL, NULL},
    {"note", FORM_LINES, offsetof(struct note_input, note), false, 0, 400, NULL, NULL},
};
const struct form_table note_input_table = FORM_TABLE(note_input, note_fields);

static const struct form_field reason_fields[] = {
    {"reason", FORM_TEXT, offsetof(struct reason_input, reason), false, 0, 32, NULL, NULL},
};
const struct form_table reason_input_table = FORM_TABLE(reason_input, reason_fields);
