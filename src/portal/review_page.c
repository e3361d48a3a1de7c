/* One application before the staff: its data with checks, return and rejection. */
#include "review.h"

#include "application_view.h"
#include "handlers.h"
#include "input.h"
#include "title.h"

#include <string.h>

#define FINDINGS_MAX 8
#define NOTE_MAX 2048

/* What an application is most often returned for. */
static const char *const usual_reasons[] = {
    N_("申请表没有加盖单位公章，或公章不清楚"), N_("申请表与在线填写的内容不一致"),
    N_("申请表上的公钥杂凑值与本申请不一致"),   N_("材料不清楚，无法辨认"),
    N_("单位名称与统一社会信用代码不符"),
};
#define USUAL_REASONS (sizeof(usual_reasons) / sizeof(usual_reasons[0]))

static const char *number_text(struct web_request *r, int64_t number)
{
	return pool_format(request_pool(r), "%lld", (long long)number);
}

static int draw_findings(struct web_request *r, const struct review *review, struct review_view *v, struct err *err)
{
	const struct review_checks *c = &review->checks;
	struct review_findings *f = pool_alloc(request_pool(r), FINDINGS_MAX * sizeof(*f));
	size_t n = 0;

	if (f == NULL)
		return err_set(err, HF_MEMORY, "findings");
	f[n++] = c->code_valid ? (struct review_findings){"", N_("统一社会信用代码校验通过"), ""}
	                       : (struct review_findings){"stop", N_("统一社会信用代码校验不通过"), ""};
	if (!c->organisation_code_valid)
		f[n++] = (struct review_findings){"stop", N_("组织机构代码校验不通过"), ""};
	else if (!c->organisation_code_same)
		f[n++] = (struct review_findings){"warn", N_("组织机构代码与统一社会信用代码不一致"), ""};
	if (review->application.kind == APPLICATION_NEW)
		f[n++] = c->id_valid ? (struct review_findings){"", N_("经办人身份证号码校验通过"), ""}
		                     : (struct review_findings){"stop", N_("经办人身份证号码校验不通过"), ""};
	f[n++] = c->live[0] != '\0' ? (struct review_findings){"warn", N_("本单位另有在办的同类申请："), c->live}
	                            : (struct review_findings){"", N_("本单位没有其他在办的同类申请"), ""};
	f[n++] = c->certificates > 0 ? (struct review_findings){"warn", N_("本单位现有有效证书（对）："), number_text(r, c->certificates)}
	                             : (struct review_findings){"", N_("本单位现在没有有效证书"), ""};
	if (c->applications > 0)
		f[n++] = (struct review_findings){"warn", N_("本单位以前的申请（份）："), number_text(r, c->applications)};
	v->findings = f;
	v->findings_count = n;
	return 0;
}

static int draw_papers(struct web_request *r, const struct paper_list *papers, struct review_view *v, struct err *err)
{
	struct review_papers *rows = pool_alloc(request_pool(r), (papers->count + 1) * sizeof(*rows));

	if (rows == NULL)
		return err_set(err, HF_MEMORY, "papers");
	for (size_t i = 0; i < papers->count; i++) {
		const struct paper *p = &papers->items[i];

		if (paper_whole(p))
			rows[v->papers_count++] =
			    (struct review_papers){p->id, p->name, page_size(r, p->size), page_grouped(r, p->hash), p->type != PAPER_PDF};
	}
	v->papers = rows;
	return 0;
}

static int draw_line(struct web_request *r, const struct history_list *history, struct review_view *v, struct err *err)
{
	struct review_line *line = pool_alloc(request_pool(r), (history->count + 1) * sizeof(*line));

	if (line == NULL)
		return err_set(err, HF_MEMORY, "history");
	for (size_t i = 0; i < history->count; i++) {
		const struct history *h = &history->items[i];

		line[i] = (struct review_line){title_of_step(h->state, true), h->time, h->actor, title_of_note(r, h->note)};
	}
	v->line = line;
	v->line_count = history->count;
	return 0;
}

static bool is_chosen(const struct note_input *typed, const char *words)
{
	for (size_t i = 0; typed != NULL && i < typed->reasons.count; i++)
		if (strcmp(typed->reasons.items[i], words) == 0)
			return true;
	return false;
}

/* What stood in the way of a verdict: at the top of the page, or at the note, which keeps what was typed. */
struct refusal {
	const char *fault, *note_fault;
	const struct note_input *typed;
};

static int draw_review(struct web_request *r, struct reply *reply, const struct refusal *refusal, struct err *err)
{
	struct review review;
	struct review_reasons reasons[USUAL_REASONS];
	struct review_view v = {
	    .fault = refusal->fault,
	    .note_fault = refusal->note_fault,
	    .note = refusal->typed != NULL ? refusal->typed->note : "",
	    .reasons = reasons,
	    .reasons_count = USUAL_REASONS,
	};

	if (review_load(service_of(r), actor_of(r), request_part(r, "number"), request_pool(r), &review, err) != 0)
		return -1;
	for (size_t i = 0; i < USUAL_REASONS; i++)
		reasons[i] = (struct review_reasons){usual_reasons[i], is_chosen(refusal->typed, page_text(r, usual_reasons[i]))};
	v.number = review.application.number;
	v.kind = title_of_kind(review.application.kind);
	v.state = title_of_state(review.application.state);
	v.tone = tone_of_state(review.application.state);
	v.submitted = review.application.submitted;
	v.version = review.application.version;
	v.accepted_by = review.accepted_by;
	v.may_accept = review.may_accept;
	v.may_approve = review.may_approve;
	v.may_return = review.may_return;
	v.may_reject = review.may_reject;
	v.own_acceptance = review.own_acceptance;
	v.evaluation = service_evaluation(service_of(r)) && review.application.kind == APPLICATION_NEW;
	v.key_serial = review.application.key_serial;
	v.key_hash = page_grouped(r, review.application.key_hash);
	v.file = application_key_is_file(review.application.key_serial);
	v.serials = page_grouped(r, review.application.serials);
	v.nothing = !v.may_accept && !v.may_approve && !v.may_return && !v.may_reject && !v.own_acceptance;
	if (draw_findings(r, &review, &v, err) != 0 || draw_papers(r, &review.papers, &v, err) != 0 ||
	    draw_line(r, &review.history, &v, err) != 0 || application_facts(r, &review.application, "", &v.facts, err) != 0)
		return -1;
	if (*refusal->fault != '\0' || *refusal->note_fault != '\0')
		reply_set_status(reply, 422);
	return PAGE_DRAW(review, r, reply, &v, err);
}

int review_page(struct web_request *r, struct reply *reply, struct err *err)
{
	static const struct refusal none = {"", "", NULL};

	return draw_review(r, reply, &none, err);
}

/* The reasons chosen and what was written, in one line as the record keeps it. */
static int join_note(struct web_request *r, const struct note_input *input, struct buf *note, struct err *err)
{
	const char *between = request_language(r) == LANGUAGE_EN ? "; " : "；";

	for (size_t i = 0; i < input->reasons.count; i++)
		if ((i > 0 && buf_append_text(note, between, err) != 0) || buf_append_text(note, input->reasons.items[i], err) != 0)
			return -1;
	if (note->size > 0 && input->note[0] != '\0' && buf_append_text(note, between, err) != 0)
		return -1;
	for (const char *c = input->note; *c != '\0'; c++)
		if (buf_append_u8(note, *c == '\n' ? ' ' : (uint8_t)*c, err) != 0)
			return -1;
	return 0;
}

/* A verdict that was not taken, and why. */
static int draw_refusal(struct web_request *r, struct reply *reply, const struct note_input *typed, const struct err *why, struct err *err)
{
	const char *words = why->code == HF_FIELD_MISSING ? page_text(r, N_("请勾选原因，或写明具体说明。")) : page_fault(r, why->code);
	struct refusal refusal = {"", "", typed};

	if (why->kind == ERR_INPUT)
		refusal.note_fault = words;
	else
		refusal.fault = words;
	return draw_review(r, reply, &refusal, err);
}

typedef int review_verdict_fn(struct service *s, const struct actor *actor, const char *number, int64_t version, struct bytes note,
                              struct err *err);

static int take_verdict(struct web_request *r, struct reply *reply, review_verdict_fn *verdict, struct err *err)
{
	const struct note_input *input = request_form(r);
	const char *number = request_part(r, "number");
	struct buf note;
	struct err why;
	int result;

	buf_init(&note, NOTE_MAX);
	result = page_form_fine(r, err) != 0 || join_note(r, input, &note, err) != 0
	             ? -1
	             : verdict(service_of(r), actor_of(r), number, input->version, buf_get(&note), err);
	if (result != 0 && err->code == HF_ORDER_INCOMPLETE) {
		result = order_cancel_draw(r, reply, buf_get(&note), err);
		buf_free(&note);
		return result;
	}
	buf_free(&note);
	if (result == 0)
		return page_redirect(r, reply, err, "/staff/application/%s", number);
	why = *err;
	return why.kind == ERR_INPUT || why.kind == ERR_CONFLICT ? draw_refusal(r, reply, input, &why, err) : -1;
}

int review_return_page(struct web_request *r, struct reply *reply, struct err *err)
{
	return take_verdict(r, reply, review_return, err);
}

int review_reject_page(struct web_request *r, struct reply *reply, struct err *err)
{
	return take_verdict(r, reply, review_reject, err);
}
