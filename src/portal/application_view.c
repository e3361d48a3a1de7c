/* Tables of the form's sections, and views of an application made from them. */
#include "application_view.h"

#include <string.h>

#define SECTIONS 3
#define SECTION_FIELDS 7

static const struct {
	const char *label;
	const char *fields[SECTION_FIELDS]; /* names of the model's table */
} sections[SECTIONS] = {
    {N_("单位信息"), {"name", "code", "organisation_code", "legal_person", "province", "city", "address"}},
    {N_("经办人"), {"handler_name", "handler_id", "telephone", "mail"}},
    {N_("证书内容"), {"department"}},
};

/* How a field is typed, beside what the model says of it. */
static const struct typing {
	const char *name, *help, *type, *autocomplete, *check;
} typings[] = {
    {"name", N_("与营业执照一致，将写入证书"), "text", "organization", ""},
    {"code", N_("营业执照上的18位代码"), "text", "off", "credit-code"},
    {"organisation_code", N_("9位；已有统一社会信用代码的可以不填"), "text", "off", "organisation-code"},
    {"address", N_("营业执照上的住所"), "text", "street-address", ""},
    {"province", N_("例如：北京市"), "text", "address-level1", ""},
    {"city", N_("例如：西城区"), "text", "address-level2", ""},
    {"legal_person", N_("营业执照上的姓名"), "text", "off", ""},
    {"handler_name", N_("办理这项业务的人"), "text", "name", ""},
    {"handler_id", N_("18位；只用于核对身份，加密保存，不写入证书"), "text", "off", "resident-id"},
    {"telephone", N_("手机，或带区号的固定电话"), "tel", "tel", ""},
    {"mail", N_("查询码和办理通知都发到这里"), "email", "email", ""},
    {"department", N_("需要在证书里区分部门时填写"), "text", "organization", ""},
};

static const struct typing *typing_of(const char *name)
{
	static const struct typing plain = {"", "", "text", "off", ""};

	for (size_t i = 0; i < sizeof(typings) / sizeof(typings[0]); i++)
		if (strcmp(typings[i].name, name) == 0)
			return &typings[i];
	return &plain;
}

static const char *in_code_face(const char *name)
{
	static const char *const codes[] = {"code", "organisation_code", "handler_id"};

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (strcmp(codes[i], name) == 0)
			return name;
	return NULL;
}

static size_t fields_in(size_t section)
{
	size_t n = 0;

	while (n < SECTION_FIELDS && sections[section].fields[n] != NULL)
		n++;
	return n;
}

static void *take(struct web_request *r, size_t count, size_t size, struct err *err)
{
	void *memory = pool_alloc(request_pool(r), count * size + 1);

	if (memory == NULL)
		(void)err_set(err, HF_MEMORY, "page");
	return memory;
}

int application_steps(struct web_request *r, const char *number, enum apply_step here, struct steps_view *steps, struct err *err)
{
	static const struct {
		const char *label, *path;
	} table[STEPS] = {
	    [STEP_FORM] = {N_("填写申请表"), "form"},
	    [STEP_KEY] = {N_("证书钥匙"), "key"},
	    [STEP_PAPERS] = {N_("上传材料"), "papers"},
	    [STEP_CHECK] = {N_("核对提交"), "check"},
	};
	struct steps_items *items = take(r, STEPS, sizeof(*items), err);

	if (items == NULL)
		return -1;
	for (size_t i = 0; i < STEPS; i++) {
		bool reachable = number[0] != '\0' && i != (size_t)here;

		items[i] = (struct steps_items){
		    .label = table[i].label,
		    .path = reachable ? pool_format(request_pool(r), "/application/%s/%s", number, table[i].path) : NULL,
		    .past = i < (size_t)here,
		    .here = i == (size_t)here,
		};
	}
	*steps = (struct steps_view){items, STEPS};
	return 0;
}

static enum err_code fault_of(const struct entry_faults *faults, const struct entry_field *field)
{
	for (size_t i = 0; i < faults->count; i++)
		if (faults->items[i].field == field)
			return faults->items[i].code;
	return HF_NONE;
}

/* In the order of the page. */
int application_faults(struct web_request *r, const struct entry_faults *found, struct faults_view *faults, struct err *err)
{
	struct faults_items *items = take(r, found->count, sizeof(*items), err);
	size_t n = 0;

	if (items == NULL)
		return -1;
	for (size_t i = 0; i < SECTIONS; i++)
		for (size_t j = 0; j < fields_in(i); j++) {
			const struct entry_field *field = application_field(sections[i].fields[j]);
			enum err_code code = fault_of(found, field);

			if (code != HF_NONE)
				items[n++] = (struct faults_items){field->name, field->label, catalogue_fault(request_language(r), code)};
		}
	*faults = (struct faults_view){.count = (int64_t)n, .items = items, .items_count = n};
	return 0;
}

/* What is shown of a field: the resident ID as it is kept, masked. */
static const char *shown_value(const struct application *a, const struct application_form *form, const struct entry_field *field)
{
	return strcmp(field->name, "handler_id") == 0 ? a->handler_mask : application_form_get(form, field);
}

static int section_rows(struct web_request *r, size_t section, const struct application *a, const struct application_form *form,
                        struct fact_rows_view *rows, struct err *err)
{
	size_t n = fields_in(section);
	struct fact_rows_items *items = take(r, n, sizeof(*items), err);

	if (items == NULL)
		return -1;
	for (size_t i = 0; i < n; i++) {
		const struct entry_field *field = application_field(sections[section].fields[i]);

		items[i] = (struct fact_rows_items){field->label, shown_value(a, form, field), in_code_face(field->name) != NULL};
	}
	*rows = (struct fact_rows_view){items, n};
	return 0;
}

int application_facts(struct web_request *r, const struct application *a, const char *change, struct fact_sections_view *facts,
                      struct err *err)
{
	struct fact_sections_items *items = take(r, SECTIONS, sizeof(*items), err);
	struct application_form form;

	if (items == NULL)
		return -1;
	apply_form_of(a, &form);
	for (size_t i = 0; i < SECTIONS; i++) {
		items[i].label = sections[i].label;
		if (section_rows(r, i, a, &form, &items[i].facts, err) != 0)
			return -1;
	}
	*facts = (struct fact_sections_view){change, items, SECTIONS};
	return 0;
}

int application_lines(struct web_request *r, const struct application *a, struct form_lines_view *lines, struct err *err)
{
	struct form_lines_items *items = take(r, application_fields_count, sizeof(*items), err);
	struct application_form form;
	size_t n = 0;

	if (items == NULL)
		return -1;
	apply_form_of(a, &form);
	for (size_t i = 0; i < SECTIONS; i++)
		for (size_t j = 0; j < fields_in(i); j++) {
			const struct entry_field *field = application_field(sections[i].fields[j]);

			items[n++] =
			    (struct form_lines_items){field->label, shown_value(a, &form, field), in_code_face(field->name) != NULL};
		}
	*lines = (struct form_lines_view){items, n};
	return 0;
}

int application_papers(struct web_request *r, const struct paper_list *papers, bool removable, struct paper_rows_view *rows,
                       struct err *err)
{
	struct paper_rows_items *items = take(r, papers->count, sizeof(*items), err);

	if (items == NULL)
		return -1;
	for (size_t i = 0; i < papers->count; i++) {
		const struct paper *p = &papers->items[i];

		items[i] = (struct paper_rows_items){
		    .id = p->id,
		    .name = p->name,
		    .size = page_size(r, p->size),
		    .hash = page_grouped(r, p->hash),
		    .cut = !paper_whole(p),
		    .announced = p->size,
		    .percent = p->size > 0 ? p->kept * 100 / p->size : 0,
		};
	}
	*rows = (struct paper_rows_view){.removable = removable, .items = items, .items_count = papers->count};
	return 0;
}

static const char *help_of(struct web_request *r, const struct typing *typing, const struct application *saved)
{
	const struct catalogue_value kept = {.name = "id", .kind = CATALOGUE_TEXT, .text = saved != NULL ? saved->handler_mask : ""};

	if (strcmp(typing->name, "handler_id") == 0 && *kept.text != '\0')
		return page_format(r, N_("已保存{id}；不修改的，这里留空"), &kept, 1);
	return page_text(r, typing->help);
}

static struct apply_form_sections_fields field_show(struct web_request *r, const struct entry_field *field, const char *value,
                                                    const struct application *saved, enum err_code fault)
{
	const struct typing *typing = typing_of(field->name);

	return (struct apply_form_sections_fields){
	    .name = field->name,
	    .label = field->label,
	    .help = help_of(r, typing, saved),
	    .type = typing->type,
	    .value = value,
	    .fault = fault != HF_NONE ? catalogue_fault(request_language(r), fault) : "",
	    .check = typing->check,
	    .autocomplete = typing->autocomplete,
	    .optional = field->min == 0,
	};
}

int application_fields_show(struct web_request *r, const struct application_form *values, const struct application *saved,
                            const struct entry_faults *faults, struct apply_form_view *v, struct err *err)
{
	struct apply_form_sections *shown = take(r, SECTIONS, sizeof(*shown), err);

	if (shown == NULL)
		return -1;
	for (size_t i = 0; i < SECTIONS; i++) {
		size_t n = fields_in(i);
		struct apply_form_sections_fields *fields = take(r, n, sizeof(*fields), err);

		if (fields == NULL)
			return -1;
		for (size_t j = 0; j < n; j++) {
			const struct entry_field *field = application_field(sections[i].fields[j]);

			fields[j] = field_show(r, field, application_form_get(values, field), saved, fault_of(faults, field));
		}
		shown[i] = (struct apply_form_sections){sections[i].label, fields, n};
	}
	v->sections = shown;
	v->sections_count = SECTIONS;
	return application_faults(r, faults, &v->faults, err);
}

bool application_key_is_file(const char *key_serial)
{
	return strcmp(key_serial, "file") == 0;
}
