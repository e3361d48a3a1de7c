/* Checking the answers, submitting, the page after it, the printed form, and withdrawing. */
#include "application_view.h"
#include "clock.h"
#include "handlers.h"
#include "input.h"

static int draw_check(struct web_request *r, struct reply *reply, const struct application *a, const struct paper_list *papers,
                      struct apply_check_view *v, const struct entry_faults *faults, struct err *err)
{
	const char *change = pool_format(request_pool(r), "/application/%s/form", a->number);

	v->number = a->number;
	v->version = a->version;
	v->key_serial = a->key_serial;
	v->key_hash = page_grouped(r, a->key_hash);
	v->file = application_key_is_file(a->key_serial);
	v->none = papers->count == 0;
	if (application_steps(r, a->number, STEP_CHECK, &v->steps, err) != 0 || application_facts(r, a, change, &v->facts, err) != 0 ||
	    application_papers(r, papers, false, &v->papers, err) != 0 || application_faults(r, faults, &v->faults, err) != 0)
		return -1;
	v->faults.at = change;
	return PAGE_DRAW(apply_check, r, reply, v, err);
}

int submit_check_page(struct web_request *r, struct reply *reply, struct err *err)
{
	static const struct entry_faults none;
	struct application a;
	struct paper_list papers;
	struct apply_check_view v = {0};

	if (apply_load(service_of(r), actor_of(r), request_part(r, "number"), request_pool(r), &a, &papers, err) != 0)
		return -1;
	if (!application_open(&a))
		return page_redirect(r, reply, err, "/application/%s", a.number);
	return draw_check(r, reply, &a, &papers, &v, &none, err);
}

/* What keeps the application from being submitted stands on the same page again. */
static int draw_refusal(struct web_request *r, struct reply *reply, const struct entry_faults *faults, const char *live,
                        const struct err *why, struct err *err)
{
	struct application a;
	struct paper_list papers;
	struct apply_check_view v = {.fault = faults->count > 0 ? "" : page_fault(r, why->code), .fault_number = live};

	if (apply_load(service_of(r), actor_of(r), request_part(r, "number"), request_pool(r), &a, &papers, err) != 0)
		return -1;
	reply_set_status(reply, 422);
	return draw_check(r, reply, &a, &papers, &v, faults, err);
}

static bool mended_on_the_page(enum err_code code)
{
	switch (code) {
	case HF_FIELD_FORMAT:
	case HF_PAPER_MISSING:
	case HF_PAPER_EXPIRED:
	case HF_KEY_ABSENT:
	case HF_KEY_CERTIFIED_BEFORE:
	case HF_CSR_NAME:
	case HF_APPLICATION_VERSION:
	case HF_APPLICATION_LIVE:
		return true;
	default:
		return false;
	}
}

int submit_page(struct web_request *r, struct reply *reply, struct err *err)
{
	const struct version_input *input = request_form(r);
	struct entry_faults faults = {0};
	char live[APPLICATION_NUMBER_SIZE + 1] = "";
	struct application a;
	struct err why;

	if (page_form_fine(r, err) != 0)
		return -1;
	if (apply_submit(service_of(r), actor_of(r), request_part(r, "number"), input->version, &faults, live, request_pool(r), &a, err) ==
	    0)
		return page_redirect(r, reply, err, "/application/%s/submitted", a.number);
	why = *err;
	return mended_on_the_page(why.code) ? draw_refusal(r, reply, &faults, live, &why, err) : -1;
}

int submit_done_page(struct web_request *r, struct reply *reply, struct err *err)
{
	struct application a;
	struct paper_list papers;
	struct apply_submitted_view v = {0};

	if (apply_load(service_of(r), actor_of(r), request_part(r, "number"), request_pool(r), &a, &papers, err) != 0)
		return -1;
	v.number = a.number;
	v.mail = page_masked_mail(r, a.mail);
	v.submitted = a.submitted;
	return PAGE_DRAW(apply_submitted, r, reply, &v, err);
}

int submit_print_page(struct web_request *r, struct reply *reply, struct err *err)
{
	struct application a;
	struct paper_list papers;
	struct apply_print_view v = {.form = portal_of(r)->form, .printed = clock_now()};

	if (apply_load(service_of(r), actor_of(r), request_part(r, "number"), request_pool(r), &a, &papers, err) != 0 ||
	    application_lines(r, &a, &v.lines, err) != 0)
		return -1;
	v.number = a.number;
	v.key_serial = a.key_serial;
	v.key_hash = page_grouped(r, a.key_hash);
	v.file = application_key_is_file(a.key_serial);
	return PAGE_DRAW(apply_print, r, reply, &v, err);
}

int submit_withdraw_page(struct web_request *r, struct reply *reply, struct err *err)
{
	const struct version_input *input = request_form(r);
	const char *number = request_part(r, "number");

	if (page_form_fine(r, err) != 0 || apply_withdraw(service_of(r), actor_of(r), number, input->version, err) != 0)
		return -1;
	return page_redirect(r, reply, err, "/application/%s", number);
}
