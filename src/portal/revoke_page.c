/* Ending certificates: by the holder (with his key), suspension by an operator, and businesses that two persons decide. */
#include "revoke.h"

#include "application_view.h"
#include "handlers.h"
#include "holding.h"
#include "permission.h"
#include "receipt_page.h"
#include "title.h"

#include <string.h>

#define DRAFT_MAX 65536

/* The signature certificate with this serial, among those the actor may see. */
static int find_certificate(struct web_request *r, const char *serial, struct certificate *found, struct err *err)
{
	bool holder = session_is_holder(&visit_of(r)->session);
	struct certificate_list list;

	if ((holder ? holding_mine(service_of(r), actor_of(r), request_pool(r), &list, err)
	            : holding_search(service_of(r), actor_of(r), serial, request_pool(r), &list, err)) != 0)
		return -1;
	for (size_t i = 0; i < list.count; i++)
		if (strcmp(list.items[i].serial, serial) == 0 && list.items[i].use == CERTIFICATE_SIGN) {
			*found = list.items[i];
			return 0;
		}
	return err_set(err, HF_SERIAL_UNKNOWN, "no certificate %.32s", serial);
}

static int draw_reasons(struct web_request *r, struct reply *reply, const char *action, bool staff, bool resume, struct err *err)
{
	struct certificate c;
	struct revoke_reasons *reasons = pool_alloc(request_pool(r), REASON_TITLES * sizeof(*reasons));
	struct revoke_view v = {.action = action,
	                        .back = staff ? "/staff/certificates" : "/my",
	                        .staff = staff,
	                        .resume = resume,
	                        .reasons = reasons,
	                        .reasons_count = REASON_TITLES};

	if (reasons == NULL || action == NULL)
		return err_set(err, HF_MEMORY, "revoke");
	if (find_certificate(r, request_part(r, "serial"), &c, err) != 0)
		return -1;
	for (size_t i = 0; i < REASON_TITLES; i++)
		reasons[i] = (struct revoke_reasons){reason_titles[i].reason, reason_titles[i].title, false};
	v.serial = page_grouped(r, c.serial);
	v.name = c.name;
	v.key_serial = c.key_serial;
	v.notafter = c.notafter;
	return PAGE_DRAW(revoke, r, reply, &v, err);
}

struct signing {
	enum revoke_deed deed;
	const char *reason; /* NULL for a suspension */
	const char *head, *lede, *action, *back;
};

/* The order in words, then the key. */
static int draw_sign(struct web_request *r, struct reply *reply, const struct signing *s, struct err *err)
{
	struct certificate c;
	struct buf draft;
	struct sign_view v;
	struct fact_rows_items rows[5];
	size_t n = 0;
	int result = -1;

	buf_init(&draft, DRAFT_MAX);
	if (find_certificate(r, request_part(r, "serial"), &c, err) != 0 ||
	    revoke_draft(service_of(r), actor_of(r), s->deed, c.serial, s->reason, &draft, err) != 0)
		goto out;
	rows[n++] = (struct fact_rows_items){N_("企业名称"), c.name, false};
	rows[n++] = (struct fact_rows_items){N_("统一社会信用代码"), c.code, true};
	rows[n++] = (struct fact_rows_items){N_("签名证书序列号"), page_grouped(r, c.serial), true};
	rows[n++] = (struct fact_rows_items){N_("加密证书序列号"), page_grouped(r, c.pair), true};
	if (s->reason != NULL)
		rows[n++] = (struct fact_rows_items){N_("注销原因"), page_text(r, title_of_reason(s->reason)), false};
	v = (struct sign_view){
	    .head = s->head,
	    .lede = s->lede,
	    .action = s->action,
	    .back = s->back,
	    .draft = pool_text(request_pool(r), buf_get(&draft)),
	    .danger = s->deed == REVOKE_FOR_GOOD,
	    .facts = {rows, n},
	    .keys = page_own_key(r),
	    .waiting = page_waiting_window(N_("窗口会再说一遍将要做的事；与本页一致再输入口令。"), false),
	};
	if (v.draft == NULL)
		(void)err_set(err, HF_MEMORY, "draft");
	else
		result = PAGE_DRAW(sign, r, reply, &v, err);
out:
	buf_free(&draft);
	return result;
}

int revoke_own_page(struct web_request *r, struct reply *reply, struct err *err)
{
	const char *serial = request_part(r, "serial");
	const char *reason = request_query(r, "reason");
	struct signing s = {
	    .deed = REVOKE_FOR_GOOD,
	    .reason = reason,
	    .head = N_("签名确认注销"),
	    .lede = N_("请用本单位的证书钥匙签名；签名之后证书立即注销。"),
	    .action = "/my/revoke",
	    .back = "/my",
	};

	if (reason == NULL || title_of_reason(reason) == NULL)
		return draw_reasons(r, reply, pool_format(request_pool(r), "/my/revoke/%s", serial), false, false, err);
	return draw_sign(r, reply, &s, err);
}

int revoke_own_suspend_page(struct web_request *r, struct reply *reply, struct err *err)
{
	static const struct signing s = {
	    .deed = REVOKE_SUSPEND,
	    .head = N_("冻结证书"),
	    .lede = N_("冻结立即生效，期间不能登录；要恢复使用，须到证书服务点办理解冻。"),
	    .action = "/my/suspend",
	    .back = "/my",
	};

	return draw_sign(r, reply, &s, err);
}

int revoke_suspend_page(struct web_request *r, struct reply *reply, struct err *err)
{
	static const struct signing s = {
	    .deed = REVOKE_SUSPEND,
	    .head = N_("冻结证书"),
	    .lede = N_("用于挂失：签名之后立即冻结，企业随即不能用它登录。解冻须由两人签署。"),
	    .action = "/staff/suspend",
	    .back = "/staff/certificates",
	};

	return draw_sign(r, reply, &s, err);
}

static int take_signed(struct web_request *r, struct reply *reply, const struct receipt_words *words, struct err *err)
{
	struct signed_order order;
	struct deed deed;

	if (page_form_fine(r, err) != 0 || receipt_order(r, request_form(r), &order, err) != 0 ||
	    revoke_take(service_of(r), actor_of(r), &order, request_pool(r), &deed, err) != 0)
		return -1;
	return receipt_draw(r, reply, &order, &deed, words, err);
}

/* The login ended with the certificate: the way on is the front page. */
int revoke_own_take_page(struct web_request *r, struct reply *reply, struct err *err)
{
	static const struct receipt_words words = {N_("证书已注销"), N_("两张证书已经失效，应用系统随即可以查到；用它们的登录已经结束。"),
	                                           "/", N_("返回首页")};

	return take_signed(r, reply, &words, err);
}

int revoke_own_suspend_take_page(struct web_request *r, struct reply *reply, struct err *err)
{
	static const struct receipt_words words = {
	    N_("证书已冻结"), N_("解冻之前不能用它登录，应用系统随即可以查到。要恢复使用，请到证书服务点办理解冻。"), "/", N_("返回首页")};

	return take_signed(r, reply, &words, err);
}

int revoke_suspend_take_page(struct web_request *r, struct reply *reply, struct err *err)
{
	static const struct receipt_words words = {N_("证书已冻结"), N_("企业随即不能用它登录，并已收到通知。解冻须由两人签署。"),
	                                           "/staff/certificates", N_("返回证书查询")};

	return take_signed(r, reply, &words, err);
}

int revoke_enter_page(struct web_request *r, struct reply *reply, struct err *err)
{
	const char *action = pool_format(request_pool(r), "/staff/certificate/%s/revoke", request_part(r, "serial"));

	return draw_reasons(r, reply, action, true, false, err);
}

int resume_enter_page(struct web_request *r, struct reply *reply, struct err *err)
{
	const char *action = pool_format(request_pool(r), "/staff/certificate/%s/resume", request_part(r, "serial"));

	return draw_reasons(r, reply, action, true, true, err);
}

static int take_entered(struct web_request *r, struct reply *reply, enum application_kind kind, const char *reason, struct err *err)
{
	struct application entered;

	if (revoke_enter(service_of(r), actor_of(r), kind, request_part(r, "serial"), reason, request_pool(r), &entered, err) != 0)
		return -1;
	return page_redirect(r, reply, err, "/staff/application/%s", entered.number);
}

int revoke_enter_take_page(struct web_request *r, struct reply *reply, struct err *err)
{
	const struct reason_input *input = request_form(r);

	if (page_form_fine(r, err) != 0)
		return -1;
	if (title_of_reason(input->reason) == NULL)
		return err_set(err, HF_FIELD_CHOICE, "revoke: no reason of the list (RFC 5280 section 5.3.1)");
	return take_entered(r, reply, APPLICATION_REVOKE, input->reason, err);
}

int resume_enter_take_page(struct web_request *r, struct reply *reply, struct err *err)
{
	return take_entered(r, reply, APPLICATION_RESUME, NULL, err);
}
