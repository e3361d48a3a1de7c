/* The form's table, read and checked as a whole. */
#include "application_form.h"

#include "catalogue.h"

#include <string.h>

#define FIELD_ROW(member, words, least, most, kind) \
	{ \
		.name = #member, .label = words, .min = least, .max = most, .rule = kind, \
		.offset = offsetof(struct application_form, member) \
	}

const struct entry_field application_fields[] = {
    FIELD_ROW(name, N_("企业名称"), 2, 64, ENTRY_LEGAL_NAME),
    FIELD_ROW(code, N_("统一社会信用代码"), 18, 18, ENTRY_CREDIT_CODE),
    FIELD_ROW(organisation_code, N_("组织机构代码"), 0, 10, ENTRY_ORGANISATION_CODE),
    FIELD_ROW(address, N_("注册地址"), 4, 120, ENTRY_TEXT),
    FIELD_ROW(province, N_("省（自治区、直辖市）"), 2, 32, ENTRY_TEXT),
    FIELD_ROW(city, N_("市（区、县）"), 2, 32, ENTRY_TEXT),
    FIELD_ROW(legal_person, N_("法定代表人"), 2, 64, ENTRY_TEXT),
    FIELD_ROW(handler_name, N_("经办人姓名"), 2, 64, ENTRY_TEXT),
    FIELD_ROW(handler_id, N_("经办人身份证号码"), 18, 18, ENTRY_RESIDENT_ID),
    FIELD_ROW(telephone, N_("联系电话"), 5, 32, ENTRY_TELEPHONE),
    FIELD_ROW(mail, N_("电子邮箱"), 3, 254, ENTRY_MAIL),
    FIELD_ROW(department, N_("部门"), 0, 64, ENTRY_TEXT),
};
const size_t application_fields_count = sizeof(application_fields) / sizeof(application_fields[0]);
_Static_assert(sizeof(application_fields) / sizeof(application_fields[0]) <= ENTRY_FIELDS_MAX, "one fault per field");

const struct entry_field *application_field(const char *name)
{
	for (size_t i = 0; i < application_fields_count; i++) {
		if (strcmp(application_fields[i].name, name) == 0)
			return &application_fields[i];
	}
	return NULL;
}

static const char *member_of(const struct application_form *form, const struct entry_field *field)
{
	const char *value;

	memcpy(&value, (const char *)form + field->offset, sizeof(value));
	return value;
}

const char *application_form_get(const struct application_form *form, const struct entry_field *field)
{
	const char *value = member_of(form, field);

	return value != NULL ? value : "";
}

void application_form_set(struct application_form *form, const struct entry_field *field, const char *value)
{
	memcpy((char *)form + field->offset, &value, sizeof(value));
}

int application_form_read(const struct application_form *typed, struct application_form *kept, struct entry_faults *faults,
                          struct pool *pool, struct err *err)
{
	for (size_t i = 0; i < application_fields_count; i++) {
		const struct entry_field *field = &application_fields[i];
		const char *value = member_of(typed, field);
		enum err_code fault;

		if (value == NULL)
			continue;
		fault = entry_field_read(field, bytes_text(value), pool, &value);
		if (fault == HF_MEMORY)
			return err_set(err, HF_MEMORY, "form: field %s", field->name);
		if (fault != HF_NONE)
			entry_fault_add(faults, field, fault);
		else
			application_form_set(kept, field, value);
	}
	return 0;
}

void application_form_check(const struct application_form *kept, bool has_id, int64_t today, struct entry_faults *faults)
{
	for (size_t i = 0; i < application_fields_count; i++) {
		const struct entry_field *field = &application_fields[i];
		const char *value = application_form_get(kept, field);

		if (field->rule == ENTRY_RESIDENT_ID && has_id && value[0] == '\0')
			continue;
		enum err_code fault = entry_field_check(field, value, today);
		if (fault != HF_NONE)
			entry_fault_add(faults, field, fault);
	}
}
