/* The fields of 《企业数字证书申请表》 as the handler types them. */
#ifndef HUFU_MODEL_APPLICATION_FORM_H
#define HUFU_MODEL_APPLICATION_FORM_H

#include "application.h"
#include "entry_field.h"

struct application_form {
	const char *name, *code, *organisation_code, *address, *province, *city, *legal_person;
	const char *handler_name;
	const char *handler_id; /* in full: goes from the form into the sealed column and nowhere else; empty keeps what is sealed */
	const char *telephone, *mail, *department;
};

extern const struct entry_field application_fields[];
extern const size_t application_fields_count;

/* By HTML name; NULL when there is none. */
const struct entry_field *application_field(const char *name);
const char *application_form_get(const struct application_form *form, const struct entry_field *field); /* "" for NULL */
void application_form_set(struct application_form *form, const struct entry_field *field, const char *value);

/* Reads all fields, puts what can be kept into `kept`, and lists what cannot; a NULL in `typed` leaves what `kept` has. HF_MEMORY at the
 * pool's end. */
int application_form_read(const struct application_form *typed, struct application_form *kept, struct entry_faults *faults,
                          struct pool *pool, struct err *err) MUST_CHECK;
/* Adds the faults that keep a form from being submitted. has_id: a resident identity number is sealed already. */
void application_form_check(const struct application_form *kept, bool has_id, int64_t today, struct entry_faults *faults);

#endif
