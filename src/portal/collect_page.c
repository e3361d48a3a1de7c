/* Collecting: the issued certificates for the agent, and the holder's signed acceptance. */
#include "collect.h"

#include "handlers.h"
#include "receipt_page.h"

int collect_page(struct web_request *r, struct reply *reply, struct err *err)
{
	struct collect c;
	struct collect_view v;

	if (collect_load(service_of(r), actor_of(r), request_part(r, "number"), request_pool(r), &c, err) != 0)
		return -1;
	if (c.installed)
		return page_redirect(r, reply, err, "/application/%s", request_part(r, "number"));
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
