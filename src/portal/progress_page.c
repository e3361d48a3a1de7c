/* Following an application: by number and mailed code, then its life as a line. */
#include "application_view.h"
#include "gate.h"
#include "handlers.h"
#include "input.h"
#include "page.h"
#include "progress.h"
#include "title.h"

#include <string.h>

#define STATES_AHEAD 4
#define STATES_AHEAD_RENEWAL 2 /* nobody accepts it */

static int draw_find(struct web_request *r, struct reply *reply, const char *number, const char *fault, bool sent, struct err *err)
{
	struct progress_find_view v = {.number = number, .fault = fault, .sent = sent};

	if (*fault != '\0')
		reply_set_status(reply, 422);
	return PAGE_DRAW(progress_find, r, reply, &v, err);
}

int progress_find_page(struct web_request *r, struct reply *reply, struct err *err)
{
	return draw_find(r, reply, request_query(r, "number"), "", false, err);
}

int progress_open_page(struct web_request *r, struct reply *reply, struct err *err)
{
	const struct progress_input *input = request_form(r);
	char token[SESSION_TOKEN_SIZE + 1];
	struct err why;

	if (page_form_fine(r, err) == 0 && progress_open(service_of(r), actor_of(r), input->number, input->code, token, err) == 0)
		return gate_change_cookie(r, reply, token, err) != 0 ? -1 : page_redirect(r, reply, err, "/application/%s", input->number);
	why = *err;
	if (why.kind == ERR_SYSTEM || why.kind == ERR_MEMORY)
		return -1;
	return draw_find(r, reply, input->number, page_fault(r, why.code), false, err);
}

int progress_code_page(struct web_request *r, struct reply *reply, struct err *err)
{
	const struct progress_input *input = request_form(r);

	if (page_form_fine(r, err) != 0 || progress_send_code(service_of(r), actor_of(r), input->number, err) != 0)
		return -1;
	return draw_find(r, reply, input->number, "", true, err);
}

static const char *what_next(const struct application *a)
{
	switch (a->state) {
	case STATE_DRAFT:
		return a->kind == APPLICATION_RENEW ? N_("更新还没有签名确认。请接着办理；证书到期之后不能再更新。")
		                                    : N_("申请还没有提交。请接着填写、上传材料，然后提交。");
	case STATE_SUBMITTED:
		return N_("请等待受理员核对材料，结果会发邮件通知，您现在不需要做什么。");
	case STATE_RETURNED:
		return N_("申请被退回补正。请按下面的原因修改，然后重新提交。");
	case STATE_ACCEPTED:
		return N_("材料已经受理，请等待审核员审核，您现在不需要做什么。");
	case STATE_APPROVED:
		return a->kind == APPLICATION_NEW ? N_("审核已经通过，正在签发证书，请稍候。") : N_("已经办结，您现在不需要做什么。");
	case STATE_ISSUED:
		if (a->kind == APPLICATION_RENEW && !application_key_is_file(a->key_serial))
			return N_("新证书已经签发。请插上同一把钥匙，登录后领取；签收时原来的证书注销。");
		return application_key_is_file(a->key_serial) ? N_("证书已经签发，请领取证书。")
		                                              : N_("证书已经签发。请插上申请时用的钥匙，领取证书。");
	case STATE_INSTALLED:
		return N_("证书已经领取，可以使用了。");
	case STATE_REJECTED:
		return N_("申请未予办理，原因如下。需要时可以重新申请。");
	case STATE_WITHDRAWN:
		return N_("申请已经撤回。需要时可以重新申请。");
	}
	return "";
}

/* The states that still lie ahead on the straight way. */
static size_t states_ahead(const struct application *a, enum application_state ahead[STATES_AHEAD])
{
	static const enum application_state way[] = {STATE_SUBMITTED, STATE_ACCEPTED, STATE_ISSUED, STATE_INSTALLED};
	bool renewal = a->kind == APPLICATION_RENEW;
	size_t n = 0;

	if (a->state == STATE_REJECTED || a->state == STATE_WITHDRAWN || (a->kind != APPLICATION_NEW && !renewal))
		return 0;
	for (size_t i = renewal ? STATES_AHEAD - STATES_AHEAD_RENEWAL : 0; i < STATES_AHEAD; i++)
		if (way[i] > a->state || a->state == STATE_RETURNED)
			ahead[n++] = way[i];
	return n;
}

/* Nobody reviews a renewal: it is issued to the holder's own signature. */
static const char *title_ahead(const struct application *a, enum application_state state)
{
	return a->kind == APPLICATION_RENEW && state == STATE_ISSUED ? N_("签名确认并签发证书") : title_of_step(state, false);
}

static int draw_line(struct web_request *r, const struct application *a, const struct history_list *history, struct progress_view *v,
                     struct err *err)
{
	enum application_state ahead[STATES_AHEAD];
	size_t more = states_ahead(a, ahead), n = 0;
	struct progress_line *line = pool_alloc(request_pool(r), (history->count + more + 1) * sizeof(*line));

	if (line == NULL)
		return err_set(err, HF_MEMORY, "progress");
	for (size_t i = 0; i < history->count; i++) {
		const struct history *h = &history->items[i];
		bool bad = h->state == STATE_RETURNED || h->state == STATE_REJECTED;

		line[n++] = (struct progress_line){.label = title_of_step(h->state, true),
		                                   .at = h->time,
		                                   .actor = h->actor,
		                                   .note = title_of_note(r, h->note),
		                                   .past = !bad,
		                                   .bad = bad};
	}
	for (size_t i = 0; i < more; i++)
		line[n++] = (struct progress_line){.label = title_ahead(a, ahead[i]), .now = i == 0};
	v->line = line;
	v->line_count = n;
	return 0;
}

int progress_page(struct web_request *r, struct reply *reply, struct err *err)
{
	struct application a;
	struct history_list history;
	struct progress_view v;

	if (progress_load(service_of(r), actor_of(r), request_part(r, "number"), request_pool(r), &a, &history, err) != 0)
		return -1;
	v = (struct progress_view){
	    .number = a.number,
	    .kind = title_of_kind(a.kind),
	    .name = a.name,
	    .state = title_of_state(a.state),
	    .next = what_next(&a),
	    .why = a.state == STATE_RETURNED || a.state == STATE_REJECTED ? title_of_note(r, a.note) : "",
	    .may_edit = application_open(&a),
	    .may_renew = a.kind == APPLICATION_RENEW && a.state == STATE_DRAFT,
	    .draft = a.state == STATE_DRAFT,
	    .may_withdraw = application_open(&a) || (a.kind == APPLICATION_NEW && a.state == STATE_SUBMITTED),
	    .printed = a.kind == APPLICATION_NEW,
	    .may_collect = a.state == STATE_ISSUED,
	    .installed = a.state == STATE_INSTALLED,
	    .version = a.version,
	};
	if (draw_line(r, &a, &history, &v, err) != 0)
		return -1;
	return PAGE_DRAW(progress, r, reply, &v, err);
}
