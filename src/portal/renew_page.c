/* 数字证书更新: what it is, the new key, the order that is signed with the old one, and the receipt. */
#include "renew.h"

#include "application_view.h"
#include "handlers.h"
#include "input.h"
#include "page.h"
#include "receipt_page.h"

#define DRAFT_MAX 65536
#define ROWS_MAX 10

/* Of the pair that is logged in. */
static int look(struct web_request *r, struct renew_view *v, struct err *err)
{
	struct renewal renewal;
	const struct certificate *c = &renewal.certificate;

	if (renew_look(service_of(r), actor_of(r), request_pool(r), &renewal, err) != 0)
		return -1;
	v->key_serial = c->key_serial;
	v->file = application_key_is_file(c->key_serial);
	v->serial = page_grouped(r, c->serial);
	v->notafter = c->notafter;
	v->renewed = renewal.notafter;
	v->left = page_left(r, c->notafter);
	v->tone = page_left_tone(c->notafter);
	v->from = renewal.from;
	v->early = renewal.refusal == HF_RENEW_EARLY;
	v->issued = renewal.refusal == HF_RENEWED ? renewal.application.number : "";
	v->refusal = renewal.refusal != HF_NONE ? page_fault(r, renewal.refusal) : "";
	v->draft = renewal.refusal == HF_NONE ? renewal.application.number : "";
	v->version = renewal.application.version;
	return 0;
}

int renew_page(struct web_request *r, struct reply *reply, struct err *err)
{
	const struct visit *visit = visit_of(r);
	struct renew_view v = {
	    .holder = visit->known && session_is_holder(&visit->session),
	    .staff = visit->known && session_is_staff(&visit->session),
	};

	if (v.holder && look(r, &v, err) != 0)
		return -1;
	return PAGE_DRAW(renew, r, reply, &v, err);
}

/* To the step that the renewal is at; what was renewed already is collected. */
int renew_begin_page(struct web_request *r, struct reply *reply, struct err *err)
{
	struct renewal renewal = {.application = {.number = ""}};
	const struct application *a = &renewal.application;

	if (page_form_fine(r, err) != 0)
		return -1;
	if (renew_begin(service_of(r), actor_of(r), language_name(request_language(r)), request_pool(r), &renewal, err) != 0)
		return err->code == HF_RENEWED ? page_redirect(r, reply, err, "/application/%s/collect", a->number) : -1;
	return page_redirect(r, reply, err, a->key_hash[0] != '\0' ? "/renew/%s/sign" : "/renew/%s/key", a->number);
}

static int draw_key(struct web_request *r, struct reply *reply, const char *fault, struct err *err)
{
	struct application a;
	struct renew_key_view v;

	if (renew_load(service_of(r), actor_of(r), request_part(r, "number"), request_pool(r), &a, err) != 0)
		return -1;
	if (a.state != STATE_DRAFT)
		return page_redirect(r, reply, err, "/application/%s", a.number);
	v = (struct renew_key_view){
	    .keys = page_keys(r, "watch"),
	    .waiting = page_waiting_window(N_("窗口会说明要在钥匙里产生签名密钥；请核对网址，输入口令。"), false),
	    .number = a.number,
	    .version = a.version,
	    .key_serial = a.key_serial,
	    .key_hash = page_grouped(r, a.key_hash),
	    .file = application_key_is_file(a.key_serial),
	    .fault = fault,
	};
	if (*fault != '\0')
		reply_set_status(reply, 422);
	return PAGE_DRAW(renew_key, r, reply, &v, err);
}

int renew_key_page(struct web_request *r, struct reply *reply, struct err *err)
{
	return draw_key(r, reply, "", err);
}

/* A refusal of the key stands on its page. */
static int take_key(struct web_request *r, struct reply *reply, int64_t version, const char *serial, struct bytes csr, struct err *err)
{
	struct application a;
	struct err why;

	if (renew_key(service_of(r), actor_of(r), request_part(r, "number"), version, serial, csr, request_pool(r), &a, err) == 0)
		return page_redirect(r, reply, err, "/renew/%s/sign", a.number);
	why = *err;
	if (why.kind != ERR_INPUT && why.kind != ERR_REFUSED && why.code != HF_APPLICATION_VERSION)
		return -1;
	return draw_key(r, reply, page_fault(r, why.code), err);
}

int renew_key_take_page(struct web_request *r, struct reply *reply, struct err *err)
{
	const struct key_input *input = request_form(r);
	struct bytes csr;

	if (page_form_fine(r, err) != 0 || page_field_bytes(r, input->csr, &csr, err) != 0)
		return -1;
	return take_key(r, reply, input->version, input->key, csr, err);
}

int renew_key_file_page(struct web_request *r, struct reply *reply, struct err *err)
{
	const struct file_input *input = request_form(r);
	struct err why;
	struct bytes csr;

	if (page_form_fine(r, &why) != 0 || page_request_file(r, input->file.content, &csr, &why) != 0)
		return draw_key(r, reply, page_fault(r, why.code), err);
	return take_key(r, reply, input->version, "file", csr, err);
}

/* Of the subject what stands beside the name. */
static size_t subject_words(const struct application *a, struct fact_rows_items *rows)
{
	static const char *const names[] = {"province", "city", "department"};
	struct application_form form;
	size_t n = 0;

	apply_form_of(a, &form);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const struct entry_field *field = application_field(names[i]);
		const char *value = application_form_get(&form, field);

		if (*value != '\0')
			rows[n++] = (struct fact_rows_items){field->label, value, false};
	}
	return n;
}

/* What the order says, in words. */
static size_t order_words(struct web_request *r, const struct renewal *renewal, struct fact_rows_items rows[ROWS_MAX])
{
	const struct application *a = &renewal->application;
	const struct certificate *old = &renewal->certificate;
	const struct catalogue_value ends[] = {{.name = "old", .kind = CATALOGUE_DATE, .number = old->notafter},
	                                       {.name = "new", .kind = CATALOGUE_DATE, .number = renewal->notafter}};
	size_t n = 0;

	rows[n++] = (struct fact_rows_items){N_("企业名称"), a->name, false};
	rows[n++] = (struct fact_rows_items){N_("统一社会信用代码"), a->code, true};
	n += subject_words(a, rows + n);
	rows[n++] = (struct fact_rows_items){N_("证书有效期至"), page_format(r, N_("{old}，更新后 {new}"), ends, 2), false};
	rows[n++] = (struct fact_rows_items){N_("钥匙序列号"), a->key_serial, true};
	rows[n++] = (struct fact_rows_items){N_("新的公钥杂凑值（SM3）"), page_grouped(r, a->key_hash), true};
	rows[n++] = (struct fact_rows_items){N_("原签名证书序列号"), page_grouped(r, old->serial), true};
	rows[n++] = (struct fact_rows_items){N_("原加密证书序列号"), page_grouped(r, old->pair), true};
	return n;
}

int renew_sign_page(struct web_request *r, struct reply *reply, struct err *err)
{
	const char *number = request_part(r, "number");
	struct fact_rows_items rows[ROWS_MAX];
	struct renewal renewal;
	struct sign_view v;
	struct buf draft;
	int result = -1;

	buf_init(&draft, DRAFT_MAX);
	if (renew_draft(service_of(r), actor_of(r), number, request_pool(r), &renewal, &draft, err) != 0) {
		buf_free(&draft);
		return err->code == HF_KEY_ABSENT ? page_redirect(r, reply, err, "/renew/%s/key", number) : -1;
	}
	v = (struct sign_view){
	    .head = N_("签名确认更新"),
	    .lede = N_("请用现在的证书签名。签名之后新证书随即签发；领取之前，现在的证书照常使用。"),
	    .action = pool_format(request_pool(r), "/renew/%s/sign", number),
	    .back = pool_format(request_pool(r), "/renew/%s/key", number),
	    .draft = pool_text(request_pool(r), buf_get(&draft)),
	    .version = renewal.application.version,
	    .facts = {rows, order_words(r, &renewal, rows)},
	    .keys = page_own_key(r),
	    .waiting = page_waiting_window(N_("窗口会再说一遍将要做的事；与本页一致再输入口令。"), false),
	};
	if (v.action == NULL || v.back == NULL || v.draft == NULL)
		(void)err_set(err, HF_MEMORY, "draft");
	else
		result = PAGE_DRAW(sign, r, reply, &v, err);
	buf_free(&draft);
	return result;
}

int renew_take_page(struct web_request *r, struct reply *reply, struct err *err)
{
	const struct order_input *input = request_form(r);
	const char *number = request_part(r, "number");
	struct receipt_words words = {N_("新证书已签发"), N_("请接着领取，把新的两张证书装进钥匙。领取之前，现在的证书照常使用。"),
	                              pool_format(request_pool(r), "/application/%s/collect", number), N_("领取证书")};
	struct signed_order order;
	struct deed deed;

	if (words.next == NULL)
		return err_set(err, HF_MEMORY, "receipt");
	if (page_form_fine(r, err) != 0 || receipt_order(r, input, &order, err) != 0 ||
	    renew_take(service_of(r), actor_of(r), number, input->version, &order, request_pool(r), &deed, err) != 0)
		return -1;
	return receipt_draw(r, reply, &order, &deed, &words, err);
}
