/* Problem pages by the kind of the error. */
#include "problem_page.h"

#include "input.h"
#include "log.h"
#include "page.h"
#include "problem.h"
#include "router.h"

#include <string.h>

static const struct {
	const char *head, *kept, *todo;
} words[] = {
    [ERR_NONE] = {N_("出现意外情况"), N_("此前保存的内容都在。"), N_("请返回首页，重新办理这一步。")},
    [ERR_INPUT] = {N_("提交的内容有问题"), N_("这一步没有办理，此前保存的内容都在。"), N_("请返回上一页，改正后再提交。")},
    [ERR_REFUSED] = {N_("这一步不能办理"), N_("没有改动任何内容，此前保存的内容都在。"), N_("请按上面的说明处理后再办。")},
    [ERR_AUTH] = {N_("没有权限"), N_("这一步没有办理，此前保存的内容都在。"), N_("请登录，或换用有权限的证书。")},
    [ERR_MISSING] = {N_("没有找到"), N_("没有改动任何内容。"), N_("请核对网址或编号；从首页可以找到全部业务。")},
    [ERR_CONFLICT] = {N_("情况已经变化"), N_("这一步没有办理，以已经登记的为准。"), N_("请查看最新情况，再决定是否继续。")},
    [ERR_LATER] = {N_("暂时不能办理"), N_("此前保存的内容都在，这一步可以稍后再办。"), N_("请过几分钟再试。")},
    [ERR_LIMIT] = {N_("超出了限制"), N_("这一步没有办理，此前保存的内容都在。"), N_("请减少内容，或过一段时间再试。")},
    [ERR_SYSTEM] = {N_("系统出现故障"), N_("此前保存的内容都在；这一步没有办成，可以重新办理。"), N_("请稍后再试；故障已经记录。")},
    [ERR_MEMORY] = {N_("系统繁忙"), N_("此前保存的内容都在；这一步没有办成，可以重新办理。"), N_("请过几分钟再试。")},
};

static const char *door_of(const struct web_request *r)
{
	const struct route *row = request_route(r);

	return row != NULL && (row->roles & WHO_STAFF) != 0 ? "/staff/login" : "/login";
}

static bool lost_session(enum err_code code)
{
	switch (code) {
	case HF_SESSION_NONE:
	case HF_SESSION_ENDED:
	case HF_LOGIN_REVOKED:
	case HF_LOGIN_SUSPENDED:
	case HF_LOGIN_EXPIRED:
		return true;
	default:
		return false;
	}
}

/* A visitor has no login that could have ended: his page has. */
static bool stale_visit(struct web_request *r, const struct err *why)
{
	const struct route *row = request_route(r);

	return row != NULL && row->roles == 0 && (why->code == HF_SESSION_NONE || why->code == HF_SESSION_ENDED);
}

static bool is_form(struct web_request *r)
{
	const struct route *row = request_route(r);

	return row != NULL && row->form == &apply_input_table;
}

/* Where to go on from here; "" when there is no better place than the front page. */
static const char *way_on(struct web_request *r, const struct err *why, const char **label)
{
	const char *number = request_part(r, "number");
	const struct route *row = request_route(r);

	if (stale_visit(r, why) && is_form(r) && number == NULL) {
		*label = N_("重新打开申请表");
		return request_path(r);
	}
	if (lost_session(why->code) && row != NULL) {
		*label = row->roles != 0 ? N_("登录") : N_("凭申请编号继续");
		return row->roles != 0 ? door_of(r) : "/progress";
	}
	if (why->code == HF_APPLICATION_UNKNOWN) {
		*label = N_("凭申请编号继续");
		return "/progress";
	}
	if ((why->kind == ERR_LATER || why->kind == ERR_SYSTEM) && request_method(r) == WEB_GET) {
		*label = N_("再试一次");
		return page_again(r);
	}
	if (why->kind == ERR_CONFLICT && number != NULL) {
		bool staff = strncmp(request_path(r), "/staff/", 7) == 0;

		*label = N_("查看最新情况");
		return pool_format(request_pool(r), staff ? "/staff/application/%s" : "/application/%s", number);
	}
	*label = "";
	return "";
}

/* A page, a login or a certificate that has ended says so in its own words. */
static void tell_end(struct web_request *r, const struct err *why, struct trouble_view *v)
{
	if (stale_visit(r, why)) {
		v->head = N_("页面已经失效");
		v->what = page_text(r, N_("离上次操作的时间太长，这一步没有办理。"));
		v->kept = is_form(r) ? N_("此前保存的内容都在；刚才填写的留在这个浏览器窗口里，重新打开申请表即可恢复（身份证号码除外）。")
		                     : N_("此前保存的内容都在。");
		v->todo =
		    request_part(r, "number") == NULL ? N_("请重新打开页面，再办理这一步。") : N_("请凭申请编号和邮件里的查询码继续。");
	} else if (lost_session(why->code) && why->kind == ERR_REFUSED) {
		v->head = N_("登录已经结束");
		v->todo = N_("需要继续使用证书的，请重新申请，或致电证书服务点。");
	} else if (lost_session(why->code)) {
		v->head = N_("需要重新登录");
	}
}

static int draw_problem(struct web_request *r, const struct err *why, struct reply *reply, struct err *err)
{
	struct problem problem;
	struct trouble_view v = {.head = words[why->kind].head, .kept = words[why->kind].kept, .todo = words[why->kind].todo};

	problem_of(why, request_language(r), &problem);
	v.what = problem.words;
	v.code = problem.code;
	v.way = way_on(r, why, &v.way_words);
	tell_end(r, why, &v);
	buf_clear(reply_body(reply));
	reply_set_status(reply, problem.status);
	return PAGE_DRAW(trouble, r, reply, &v, err);
}

void problem_page(struct web_request *r, const struct err *why, struct reply *reply)
{
	enum web_method method = request_method(r);
	struct err err = {0};

	if (request_wants_json(r) || (method != WEB_GET && method != WEB_POST)) {
		problem_reply(r, why, reply);
		return;
	}
	if (why->code == HF_SESSION_NONE && method == WEB_GET && reply_redirect(reply, door_of(r), &err) == 0)
		return;
	log_fault("portal.refused", why);
	if (draw_problem(r, why, reply, &err) != 0) {
		log_fault("portal.problem_page", &err);
		problem_reply(r, why, reply);
	}
}
