/* The key at hand: a CSR made in it through the agent, or brought as a file. */
#include "application_view.h"
#include "handlers.h"
#include "input.h"
#include "page.h"

static int draw_key(struct web_request *r, struct reply *reply, const struct application *a, const char *fault, struct err *err)
{
	struct apply_key_view v = {
	    .keys = page_keys(r, "key"),
	    .waiting = page_waiting_window(N_("窗口会说明要在钥匙里产生签名密钥；请核对网址，输入口令。"), false),
	    .number = a->number,
	    .version = a->version,
	    .key_serial = a->key_serial,
	    .key_hash = page_grouped(r, a->key_hash),
	    .file = application_key_is_file(a->key_serial),
	    .fault = fault,
	};

	if (application_steps(r, a->number, STEP_KEY, &v.steps, err) != 0)
		return -1;
	if (*fault != '\0')
		reply_set_status(reply, 422);
	return PAGE_DRAW(apply_key, r, reply, &v, err);
}

int key_page(struct web_request *r, struct reply *reply, struct err *err)
{
	struct application a;
	struct paper_list papers;

	if (apply_load(service_of(r), actor_of(r), request_part(r, "number"), request_pool(r), &a, &papers, err) != 0)
		return -1;
	if (!application_open(&a))
		return page_redirect(r, reply, err, "/application/%s", a.number);
	return draw_key(r, reply, &a, "", err);
}

/* A refusal stands on the page of the key. */
static int draw_refusal(struct web_request *r, struct reply *reply, const struct err *why, struct err *err)
{
	struct application a;
	struct paper_list papers;

	if (apply_load(service_of(r), actor_of(r), request_part(r, "number"), request_pool(r), &a, &papers, err) != 0)
		return -1;
	return draw_key(r, reply, &a, page_fault(r, why->code), err);
}

static int take_csr(struct web_request *r, struct reply *reply, int64_t version, const char *serial, struct bytes csr, struct err *err)
{
	struct application a;
	struct err why;

	if (apply_key(service_of(r), actor_of(r), request_part(r, "number"), version, serial, csr, request_pool(r), &a, err) == 0)
		return page_redirect(r, reply, err, "/application/%s/key", a.number);
	why = *err;
	if (why.kind != ERR_INPUT && why.kind != ERR_REFUSED && why.code != HF_APPLICATION_VERSION)
		return -1;
	return draw_refusal(r, reply, &why, err);
}

int key_take_page(struct web_request *r, struct reply *reply, struct err *err)
{
	const struct key_input *input = request_form(r);
	struct bytes csr;

	if (page_form_fine(r, err) != 0 || page_field_bytes(r, input->csr, &csr, err) != 0)
		return -1;
	return take_csr(r, reply, input->version, input->key, csr, err);
}

int key_file_page(struct web_request *r, struct reply *reply, struct err *err)
{
	const struct file_input *input = request_form(r);
	struct bytes csr;
	struct err why;

	if (page_form_fine(r, &why) != 0 || page_request_file(r, input->file.content, &csr, &why) != 0)
		return draw_refusal(r, reply, &why, err);
	return take_csr(r, reply, input->version, "file", csr, err);
}
