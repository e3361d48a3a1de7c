/* The two orders of the staff: shown in words, signed with their keys, answered by the signer's receipt. */
#include "application_view.h"
#include "handlers.h"
#include "receipt_page.h"
#include "review.h"
#include "title.h"

#include <string.h>

#define DRAFT_MAX 65536
#define ROWS_MAX 10

static enum review_profile profile_of(const char *name)
{
	return name != NULL && strcmp(name, "evaluation-short") == 0 ? REVIEW_EVALUATION_SHORT : REVIEW_ENTERPRISE;
}

enum which { SHOW_ACCEPT, SHOW_APPROVE, SHOW_CANCEL };

/* What is shown to be signed. */
struct shown {
	enum which which;
	enum review_profile profile; /* of an approval */
	const char *note;            /* of a rejection */
};

static const struct {
	const char *head, *lede, *path;
} which_words[] = {
    [SHOW_ACCEPT] = {N_("受理申请"), N_("签名表示您已核对材料，并同意按下列内容受理。"), "accept"},
    [SHOW_APPROVE] = {N_("审核通过"), N_("签名之后，签发系统即按下列内容办理。窗口会请您照纸面材料输入信用代码的后六位。"), "approve"},
    [SHOW_CANCEL] = {N_("不予办理"), N_("签名之后，这份申请即告办结，受理同时作废，并通知企业。"), "cancel"},
};

static size_t order_words(struct web_request *r, const struct review *review, const struct shown *shown,
                          struct fact_rows_items rows[ROWS_MAX])
{
	const struct application *a = &review->application;
	size_t n = 0;

	rows[n++] = (struct fact_rows_items){N_("申请编号"), a->number, true};
	rows[n++] = (struct fact_rows_items){N_("业务类型"), page_text(r, title_of_kind(a->kind)), false};
	rows[n++] = (struct fact_rows_items){N_("企业名称"), a->name, false};
	rows[n++] = (struct fact_rows_items){N_("统一社会信用代码"), a->code, true};
	if (a->kind == APPLICATION_NEW) {
		rows[n++] = (struct fact_rows_items){N_("钥匙序列号"), a->key_serial, true};
		rows[n++] = (struct fact_rows_items){N_("公钥杂凑值（SM3）"), page_grouped(r, a->key_hash), true};
	} else {
		rows[n++] = (struct fact_rows_items){N_("签名和加密证书序列号"), page_grouped(r, a->serials), true};
	}
	rows[n++] = (struct fact_rows_items){N_("材料份数"), pool_format(request_pool(r), "%zu", review->papers.count), false};
	if (shown->which == SHOW_APPROVE && a->kind == APPLICATION_NEW)
		rows[n++] = (struct fact_rows_items){
		    N_("证书有效期"), page_text(r, shown->profile == REVIEW_ENTERPRISE ? N_("1年") : N_("20天，评估用")), false};
	if (shown->which == SHOW_CANCEL)
		rows[n++] = (struct fact_rows_items){N_("不予办理的原因"), shown->note, false};
	return n;
}

static int write_draft(struct web_request *r, const struct shown *shown, const char *number, int64_t version, struct buf *draft,
                       struct err *err)
{
	switch (shown->which) {
	case SHOW_ACCEPT:
		return review_draft_accept(service_of(r), actor_of(r), number, version, draft, err);
	case SHOW_APPROVE:
		return review_draft_approve(service_of(r), actor_of(r), number, version, shown->profile, draft, err);
	default:
		return review_draft_cancel(service_of(r), actor_of(r), number, version, bytes_text(shown->note), draft, err);
	}
}

static int draw_sign(struct web_request *r, struct reply *reply, const struct shown *shown, struct err *err)
{
	const char *number = request_part(r, "number");
	struct fact_rows_items rows[ROWS_MAX];
	struct review review;
	struct buf draft;
	struct sign_view v;
	int result = -1;

	buf_init(&draft, DRAFT_MAX);
	if (review_load(service_of(r), actor_of(r), number, request_pool(r), &review, err) != 0 ||
	    write_draft(r, shown, number, review.application.version, &draft, err) != 0)
		goto out;
	v = (struct sign_view){
	    .head = which_words[shown->which].head,
	    .lede = which_words[shown->which].lede,
	    .action = pool_format(request_pool(r), "/staff/application/%s/%s", number, which_words[shown->which].path),
	    .back = pool_format(request_pool(r), "/staff/application/%s", number),
	    .draft = pool_text(request_pool(r), buf_get(&draft)),
	    .version = review.application.version,
	    .profile = shown->profile == REVIEW_ENTERPRISE ? "enterprise" : "evaluation-short",
	    .note = shown->note,
	    .danger = shown->which == SHOW_CANCEL,
	    .keys = page_own_key(r),
	    .waiting = page_waiting_window(N_("窗口会再说一遍将要签名的内容，与本页一致再输入口令。指令全文和窗口里的8位指纹，可在证书助手自己的页面上查看。"), false),
	};
	v.facts = (struct fact_rows_view){rows, order_words(r, &review, shown, rows)};
	if (v.draft == NULL)
		(void)err_set(err, HF_MEMORY, "draft");
	else
		result = PAGE_DRAW(sign, r, reply, &v, err);
out:
	buf_free(&draft);
	return result;
}

int order_accept_page(struct web_request *r, struct reply *reply, struct err *err)
{
	return draw_sign(r, reply, &(struct shown){.which = SHOW_ACCEPT, .note = ""}, err);
}

int order_approve_page(struct web_request *r, struct reply *reply, struct err *err)
{
	struct shown shown = {.which = SHOW_APPROVE, .profile = profile_of(request_query(r, "profile")), .note = ""};

	return draw_sign(r, reply, &shown, err);
}

int order_cancel_draw(struct web_request *r, struct reply *reply, struct bytes note, struct err *err)
{
	struct shown shown = {.which = SHOW_CANCEL, .note = pool_text(request_pool(r), note)};

	return shown.note != NULL ? draw_sign(r, reply, &shown, err) : err_set(err, HF_MEMORY, "note");
}

typedef void order_take_fn(struct service *s, struct review_turn *turns, size_t n);

static int order_read(struct web_request *r, struct review_turn *turn, struct err *err)
{
	const struct order_input *input = request_form(r);

	*turn = (struct review_turn){.actor = actor_of(r), .number = request_part(r, "number"), .pool = request_pool(r)};
	if (page_form_fine(r, err) != 0)
		return -1;
	turn->version = input->version;
	turn->note = bytes_text(input->note);
	return receipt_order(r, input, &turn->order, err);
}

/* Those whose form can be read are taken together. */
static void take_orders(struct route_turn *turns, size_t n, order_take_fn *take, const char *what)
{
	const struct receipt_words words = {N_("已完成"), what, "/staff/queue", N_("返回业务队列")};
	struct review_turn reviews[ROUTE_TOGETHER_MAX];
	struct route_turn *asked[ROUTE_TOGETHER_MAX];
	size_t count = 0;

	for (size_t i = 0; i < n; i++) {
		turns[i].result = order_read(turns[i].request, &reviews[count], &turns[i].err);
		if (turns[i].result == 0)
			asked[count++] = &turns[i];
	}
	if (count > 0)
		take(service_of(turns[0].request), reviews, count);
	for (size_t i = 0; i < count; i++) {
		struct route_turn *turn = asked[i];

		turn->result = reviews[i].result;
		turn->err = reviews[i].err;
		if (turn->result == 0)
			turn->result = receipt_draw(turn->request, turn->reply, &reviews[i].order, &reviews[i].deed, &words, &turn->err);
	}
}

void order_accept_take_page(struct route_turn *turns, size_t n)
{
	take_orders(turns, n, review_accept, N_("申请已受理，转由审核员审核。"));
}

void order_approve_take_page(struct route_turn *turns, size_t n)
{
	take_orders(turns, n, review_approve, N_("审核已通过，签发系统已经办理，并已通知企业。"));
}

void order_cancel_take_page(struct route_turn *turns, size_t n)
{
	take_orders(turns, n, review_cancel, N_("这份申请已不予办理，并已通知企业。"));
}
