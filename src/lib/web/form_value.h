/* One field's value: from text to the member of the struct, with the rules of its row. */
#ifndef HUFU_WEB_FORM_VALUE_H
#define HUFU_WEB_FORM_VALUE_H

#include "form.h"

/* A field while its form is read. */
struct form_slot {
	unsigned given;     /* how often the field came */
	enum err_code code; /* its first fault */
	int64_t limit;
};

/* Takes one value that came. HF_LIMIT or HF_MEMORY when pool is used up; a value that breaks the row's rules is a fault in slot. */
int form_value_take(const struct form_field *field, struct form_slot *slot, void *value, struct bytes text, struct pool *pool,
                    struct err *err) MUST_CHECK;
/* After the last value: what is required and did not come. */
void form_value_finish(const struct form_field *field, struct form_slot *slot, const void *value);

#endif
