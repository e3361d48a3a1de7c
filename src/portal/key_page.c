/* The key at hand: a CSR made in it through the agent, or brought as a file. */
#include "application_view.h"
#include "handlers.h"
#include "input.h"
#include "pem.h"

#define CSR_MAX 16384
#define DER_SEQUENCE 0x30

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

/* A request as people have it in a file: DER, or PEM (RFC 7468 7). */
static int read_request(struct bytes content, struct buf *der, struct err *err)
{
	if (content.size > 0 && content.data[0] == DER_SEQUENCE)
		return buf_append(der, content, err);
	if (pem_read(&content, PEM_REQUEST, der, err) == 0)
		return 0;
	return err_set(err, HF_CSR_FORMAT, "request: neither DER nor a PEM block (RFC 7468 section 7)");
}

int key_file_page(struct web_request *r, struct reply *reply, struct err *err)
{
	const struct file_input *input = request_form(r);
	struct err why = {0};
	struct buf der;
	int result;

	buf_init(&der, CSR_MAX);
	if (page_form_fine(r, &why) == 0 && read_request(input->file.content, &der, &why) == 0)
		result = take_csr(r, reply, input->version, "file", buf_get(&der), err);
	else
		result = draw_refusal(r, reply, &why, err);
	buf_free(&der);
	return result;
}
