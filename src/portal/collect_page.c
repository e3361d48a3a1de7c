/* Collecting: the issued certificates for the agent or as files, and the holder's signed acceptance. */
#include "collect.h"

#include "application_view.h"
#include "handlers.h"
#include "pem.h"
#include "receipt_page.h"

#include <string.h>

/* For a key in a file: nothing of it is at this machine's agent. */
static int draw_files(struct web_request *r, struct reply *reply, const struct collect *c, struct err *err)
{
	struct collect_file_view v = {
	    .number = request_part(r, "number"),
	    .application = c->application,
	    .key_hash = page_grouped(r, c->key_hash),
	};

	return PAGE_DRAW(collect_file, r, reply, &v, err);
}

int collect_page(struct web_request *r, struct reply *reply, struct err *err)
{
	struct collect c;
	struct collect_view v;

	if (collect_load(service_of(r), actor_of(r), request_part(r, "number"), request_pool(r), &c, err) != 0)
		return -1;
	if (c.installed)
		return page_redirect(r, reply, err, "/application/%s", request_part(r, "number"));
	if (application_key_is_file(c.key_serial))
		return draw_files(r, reply, &c, err);
	v = (struct collect_view){
	    .keys = page_keys(r, "watch"),
	    .waiting = page_waiting_window(N_("窗口会显示单位名称和要安装的证书；请核对，输入口令，签收证书。"), false),
	    .number = request_part(r, "number"),
	    .application = c.application,
	    .key_serial = c.key_serial,
	    .key_hash = c.key_hash,
	    .sign = page_base64(r, c.sign),
	    .encryption = page_base64(r, c.encryption),
	    .envelope = page_base64(r, c.envelope),
	};
	return PAGE_DRAW(collect, r, reply, &v, err);
}

/* One of the three files, also after the acceptance. */
int collect_file_page(struct web_request *r, struct reply *reply, struct err *err)
{
	const char *file = request_part(r, "file"), *how = pool_format(request_pool(r), "attachment; filename=%s", file);
	struct collect c;
	int rc;

	if (how == NULL)
		return err_set(err, HF_MEMORY, "collect");
	if (collect_load(service_of(r), actor_of(r), request_part(r, "number"), request_pool(r), &c, err) != 0)
		return -1;
	reply_set_kind(reply, REPLY_FILE, "application/octet-stream");
	if (strcmp(file, "sign.crt") == 0)
		rc = pem_write(reply_body(reply), PEM_CERTIFICATE, c.sign, err);
	else if (strcmp(file, "encryption.crt") == 0)
		rc = pem_write(reply_body(reply), PEM_CERTIFICATE, c.encryption, err);
	else if (strcmp(file, "envelope.der") == 0)
		rc = buf_append(reply_body(reply), c.envelope, err);
	else
		return err_set(err, HF_NOT_FOUND, "no such file to collect");
	return rc == 0 ? reply_add_header(reply, "Content-Disposition", how, err) : -1;
}

int collect_take_page(struct web_request *r, struct reply *reply, struct err *err)
{
	static const struct receipt_words words = {N_("证书已领取"), N_("两张证书都在钥匙里了，解密已经试过，签收已经登记。"), "/login",
	                                           N_("用证书登录")};
	struct signed_order order;
	struct deed deed;

	if (page_form_fine(r, err) != 0 || receipt_order(r, request_form(r), &order, err) != 0 ||
	    collect_installed(service_of(r), actor_of(r), request_part(r, "number"), &order, request_pool(r), &deed, err) != 0)
		return -1;
	return receipt_draw(r, reply, &order, &deed, &words, err);
}
