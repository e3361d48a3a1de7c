/* 证书初次办理: the start page, the form, and the number that the first save gives. */
#include "application_view.h"
#include "clock.h"
#include "handlers.h"
#include "input.h"
#include "random.h"
#include "text_code.h"

#include <string.h>

#define DRAFT_SIZE 16

int apply_start_page(struct web_request *r, struct reply *reply, struct err *err)
{
	struct apply_start_view v = {0};

	return PAGE_DRAW(apply_start, r, reply, &v, err);
}

/* A form that was not saved yet is known by what its address says, so that it begins one draft however often it is sent. */
static const char *draft_of(struct web_request *r)
{
	uint8_t id[DRAFT_SIZE];
	char *text = pool_alloc(request_pool(r), 2 * DRAFT_SIZE + 1);
	const char *draft = request_query(r, "draft");

	if (draft != NULL && strlen(draft) == 2 * DRAFT_SIZE)
		return draft;
	random_bytes(id, sizeof(id));
	if (text != NULL)
		hex_write(text, id, sizeof(id));
	return text != NULL ? text : "";
}

static const char *action_of(struct web_request *r, const char *number)
{
	const char *action = *number != '\0' ? pool_format(request_pool(r), "/application/%s/form", number)
	                                     : pool_format(request_pool(r), "/apply/form?draft=%s", page_url_part(r, draft_of(r)));

	return action != NULL ? action : "";
}

/* saved: NULL before the first save. */
static int draw_form(struct web_request *r, struct reply *reply, const struct application_form *values, const struct application *saved,
                     const struct entry_faults *faults, const char *fault, struct err *err)
{
	const char *number = saved != NULL ? saved->number : "";
	struct apply_form_view v = {
	    .form = portal_of(r)->form,
	    .fault = fault,
	    .number = number,
	    .action = action_of(r, number),
	    .version = saved != NULL ? saved->version : 0,
	    .why = saved != NULL && saved->state == STATE_RETURNED ? saved->note : "",
	};

	if (application_steps(r, number, STEP_FORM, &v.steps, err) != 0 || application_fields_show(r, values, saved, faults, &v, err) != 0)
		return -1;
	if (faults->count > 0 || *fault != '\0')
		reply_set_status(reply, 422);
	return PAGE_DRAW(apply_form, r, reply, &v, err);
}

int apply_form_page(struct web_request *r, struct reply *reply, struct err *err)
{
	static const struct application_form empty;
	static const struct entry_faults none;

	return draw_form(r, reply, &empty, NULL, &none, "", err);
}

int apply_edit_page(struct web_request *r, struct reply *reply, struct err *err)
{
	static const struct entry_faults none;
	struct application a;
	struct paper_list papers;
	struct application_form form;

	if (apply_load(service_of(r), actor_of(r), request_part(r, "number"), request_pool(r), &a, &papers, err) != 0)
		return -1;
	if (!application_open(&a))
		return page_redirect(r, reply, err, "/application/%s", a.number);
	apply_form_of(&a, &form);
	return draw_form(r, reply, &form, &a, &none, "", err);
}

/* Where saving leads: on to the key, or to the page that tells the number. */
static int go_on(struct web_request *r, struct reply *reply, const char *number, bool first, int then, struct err *err)
{
	return page_redirect(r, reply, err, first || then == APPLY_KEEP ? "/application/%s/saved" : "/application/%s/key", number);
}

/* Without an address nothing is kept yet; what else is missing is told in the same breath. */
static void check_unsaved(const struct apply_input *typed, const struct application *saved, struct entry_faults *faults)
{
	if (typed->then != APPLY_KEEP)
		application_form_check(&typed->form, saved != NULL && saved->handler_mask[0] != '\0',
		                       clock_day(clock_now(), CLOCK_SHANGHAI), faults);
	entry_fault_add(faults, application_field("mail"),
	                application_form_get(&typed->form, application_field("mail"))[0] == '\0' ? HF_FIELD_MISSING : HF_MAIL_ADDRESS);
}

/* A refusal that the form can show, with what was typed still in it. unreadable: fields whose bytes were no text. */
static int draw_refusal(struct web_request *r, struct reply *reply, const struct apply_input *typed, const char *number,
                        const struct entry_faults *unreadable, const struct err *why, struct err *err)
{
	struct entry_faults faults = {0};
	struct application a, *saved = NULL;
	struct paper_list papers;

	if (*number != '\0') {
		if (apply_load(service_of(r), actor_of(r), number, request_pool(r), &a, &papers, err) != 0)
			return -1;
		saved = &a;
	}
	if (why->code == HF_MAIL_ADDRESS) {
		faults = *unreadable;
		check_unsaved(typed, saved, &faults);
	}
	return draw_form(r, reply, &typed->form, saved, &faults, faults.count > 0 ? "" : page_fault(r, why->code), err);
}

/* What is still missing is told when the handler wants to go on, not when he only keeps the draft. */
static void check_whole(const struct application *saved, struct entry_faults *faults)
{
	struct application_form form;

	apply_form_of(saved, &form);
	application_form_check(&form, saved->handler_mask[0] != '\0', clock_day(clock_now(), CLOCK_SHANGHAI), faults);
}

/* Fields whose bytes were no text: the draft keeps what it has there. */
static void leave_out(const struct form_faults *found, struct application_form *form, struct entry_faults *unreadable)
{
	for (size_t i = 0; i < found->count; i++) {
		const struct entry_field *field = application_field(found->items[i].field);

		if (field == NULL || found->items[i].code != HF_FIELD_CHARACTER)
			continue;
		application_form_set(form, field, NULL);
		entry_fault_add(unreadable, field, HF_FIELD_CHARACTER);
	}
}

int apply_save_page(struct web_request *r, struct reply *reply, struct err *err)
{
	const struct apply_input *typed = request_form(r);
	const char *number = request_part(r, "number");
	struct application_form form = typed->form;
	struct entry_faults faults = {0}, unreadable = {0};
	struct application saved = {.number = ""};
	struct apply_saving saving;

	if (number == NULL)
		number = "";
	saving = (struct apply_saving){number, typed->version, draft_of(r), language_name(request_language(r)), &form};
	leave_out(request_faults(r), &form, &unreadable);
	if (apply_save(service_of(r), actor_of(r), &saving, &faults, request_pool(r), &saved, err) != 0) {
		struct err why = *err;

		if (why.code != HF_MAIL_ADDRESS && why.code != HF_APPLICATION_VERSION)
			return -1;
		return draw_refusal(r, reply, typed, why.code == HF_APPLICATION_VERSION ? saved.number : number, &unreadable, &why, err);
	}
	for (size_t i = 0; i < unreadable.count; i++)
		entry_fault_add(&faults, unreadable.items[i].field, unreadable.items[i].code);
	if (typed->then != APPLY_KEEP)
		check_whole(&saved, &faults);
	if (faults.count > 0)
		return draw_form(r, reply, &typed->form, &saved, &faults, "", err);
	return go_on(r, reply, saved.number, *number == '\0', typed->then, err);
}

int apply_saved_page(struct web_request *r, struct reply *reply, struct err *err)
{
	struct application a;
	struct paper_list papers;
	struct apply_saved_view v = {0};
	struct entry_faults missing = {0};

	if (apply_load(service_of(r), actor_of(r), request_part(r, "number"), request_pool(r), &a, &papers, err) != 0)
		return -1;
	check_whole(&a, &missing);
	v.whole = missing.count == 0;
	v.number = a.number;
	v.mail = page_masked_mail(r, a.mail);
	return PAGE_DRAW(apply_saved, r, reply, &v, err);
}
