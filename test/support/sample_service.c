/* Samples of everything the portal shows. */
#include "sample_service.h"

#include "apply.h"
#include "audit.h"
#include "ca_state.h"
#include "clock.h"
#include "collect.h"
#include "holding.h"
#include "login.h"
#include "people.h"
#include "permission.h"
#include "progress.h"
#include "queue.h"
#include "renew.h"
#include "review.h"
#include "revoke.h"
#include "upload.h"

#include <stdio.h>
#include <string.h>

#define DAY 86400
#define HASH "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"

struct service {
	int nothing;
};

static const struct {
	const char *number;
	enum application_state state;
	enum application_kind kind;
} samples[] = {
    {SAMPLE_NUMBER, STATE_DRAFT},
    {SAMPLE_SUBMITTED, STATE_SUBMITTED},
    {SAMPLE_RETURNED, STATE_RETURNED},
    {SAMPLE_ISSUED, STATE_ISSUED},
    {SAMPLE_INSTALLED, STATE_INSTALLED},
    {SAMPLE_ACCEPTED, STATE_ACCEPTED},
    {SAMPLE_RENEWAL, STATE_DRAFT, APPLICATION_RENEW},
};

struct portal *sample_portal(void)
{
	static const char *const origins[] = {SAMPLE_ORIGIN, NULL}; /* and the one it is asked under */
	static struct service service;
	static struct portal portal = {
	    .service = &service,
	    .origins = origins,
	    .cookie = "hufu",
	    .name = "证书服务",
	    .form = "企业数字证书申请表",
	    .point = "北京市西城区裕民东路3号京版信息港1层 证书服务大厅",
	    .telephone = "010-82031677转8004",
	    .hours = "工作日9:00—17:00",
	};

	return &portal;
}

/* Sessions */

static const struct session sessions[] = {
    {"visitor", "key of visitor", "", "", "", "", 0, "", 0, 0, 0},
    {"applicant", "key of applicant", "", "", "", "", 0, SAMPLE_NUMBER, 0, 0, 0},
    {"holder", "key of holder", SAMPLE_SERIAL, "", "北京虎符科技有限公司", SAMPLE_CODE, 0, "", 0, 0, 0},
    {"renewed", "key of renewed", SAMPLE_SERIAL, "", "北京虎符科技有限公司", SAMPLE_CODE, 0, "", 0, 0, 0},
    {"early", "key of early", SAMPLE_SERIAL, "", "北京虎符科技有限公司", SAMPLE_CODE, 0, "", 0, 0, 0},
    {"operator", "key of operator", "0a", "p1", "王受理", "", ROLE_BIT(ROLE_INTAKE_OPERATOR), "", 0, 0, 0},
    {"reviewer", "key of reviewer", "0b", "p2", "李审核", "", ROLE_BIT(ROLE_REVIEWER) | ROLE_BIT(ROLE_KEY_OFFICER), "", 0, 0, 0},
    {"auditor", "key of auditor", "0c", "p3", "赵审计", "", ROLE_BIT(ROLE_AUDITOR), "", 0, 0, 0},
};

int session_find(struct service *s, struct bytes token, struct pool *pool, struct session *session, struct err *err)
{
	for (size_t i = 0; i < sizeof(sessions) / sizeof(sessions[0]); i++)
		if (bytes_is_text(token, sessions[i].id)) {
			*session = sessions[i];
			if (session_is_holder(session))
				session->notafter = clock_now() + 20 * DAY;
			return 0;
		}
	return err_set(err, HF_SESSION_ENDED, "no sample session");
}

int session_begin(struct service *s, const char *address, char token[SESSION_TOKEN_SIZE + 1], struct pool *pool, struct session *session,
                  struct err *err)
{
	(void)snprintf(token, SESSION_TOKEN_SIZE + 1, "visitor");
	*session = sessions[0];
	return 0;
}

int session_end(struct service *s, const struct actor *actor, struct err *err)
{
	return 0;
}

int login_challenge(struct service *s, const struct actor *actor, uint8_t challenge[CHALLENGE_SIZE], char digits[5], struct err *err)
{
	memset(challenge, 7, CHALLENGE_SIZE);
	(void)snprintf(digits, 5, "0417");
	return 0;
}

int login(struct service *s, const struct actor *actor, enum login_door door, const struct login_answer *answer,
          char token[SESSION_TOKEN_SIZE + 1], struct pool *pool, struct session *session, struct err *err)
{
	bool own = answer->origin != NULL && strcmp(answer->origin, SAMPLE_ORIGIN) == 0;

	return err_set(err, own ? HF_LOGIN_REVOKED : HF_LOGIN_ORIGIN, "sample");
}

bool permission_has(const struct session *session, enum verb verb)
{
	switch (verb) {
	case VERB_MY_CERTIFICATES:
	case VERB_REVOKE_OWN:
	case VERB_RENEW:
		return session_is_holder(session);
	case VERB_AUDIT_READ:
		return (session->roles & ROLE_AUDIT_LINE) != 0;
	case VERB_CA_READ:
	case VERB_PEOPLE_READ:
		return session_is_staff(session);
	default:
		return (session->roles & (ROLE_BIT(ROLE_INTAKE_OPERATOR) | ROLE_BIT(ROLE_REVIEWER))) != 0;
	}
}

struct service_counts service_counts_get(const struct service *s)
{
	return (struct service_counts){3, 2};
}

bool service_evaluation(const struct service *s)
{
	return true;
}

/* Applications */

static int sample_application(const char *number, struct application *a, struct err *err)
{
	int64_t now = clock_now();

	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		if (strcmp(samples[i].number, number) != 0)
			continue;
		*a = (struct application){
		    .id = SAMPLE_SERIAL,
		    .number = samples[i].number,
		    .kind = samples[i].kind,
		    .state = samples[i].state,
		    .version = 3,
		    .name = "北京虎符科技有限公司",
		    .code = SAMPLE_CODE,
		    .organisation_code = "",
		    .address = "北京市海淀区中关村大街1号<3层>",
		    .province = "北京市",
		    .city = "海淀区",
		    .legal_person = "张三",
		    .handler_name = "李四",
		    .handler_mask = "110***********1233",
		    .telephone = "13800138000",
		    .mail = "lisi@example.cn",
		    .department = "",
		    .key_serial = "HUFUV000000000001",
		    .key_hash = HASH,
		    .serials = "",
		    .reason = "",
		    .note = samples[i].state == STATE_RETURNED ? "申请表没有加盖单位公章，或公章不清楚\n请重新扫描第1页。" : "",
		    .language = "zh",
		    .created = now - 2 * DAY,
		    .changed = now - DAY,
		    .submitted = samples[i].state == STATE_DRAFT ? 0 : now - DAY,
		};
		return 0;
	}
	return err_set(err, HF_APPLICATION_UNKNOWN, "no sample %s", number);
}

static struct paper papers[] = {
    {SAMPLE_PAPER, SAMPLE_NUMBER, "盖章申请表.png", PAPER_PNG, 128, 128, HASH, 0, 0},
    {SAMPLE_PDF, SAMPLE_NUMBER, "营业执照 副本.pdf", PAPER_PDF, 1300000, 1300000, HASH, 0, 0},
    {"00000000000000000000000000000003", SAMPLE_NUMBER, "说明.jpg", PAPER_UNKNOWN, 4000000, 1600000, "", 0, 0},
};

void apply_form_of(const struct application *a, struct application_form *f)
{
	*f = (struct application_form){a->name,         a->code, a->organisation_code, a->address, a->province,  a->city, a->legal_person,
	                               a->handler_name, "",      a->telephone,         a->mail,    a->department};
}

int apply_load(struct service *s, const struct actor *actor, const char *number, struct pool *pool, struct application *a,
               struct paper_list *list, struct err *err)
{
	*list = (struct paper_list){papers, 3};
	return sample_application(number, a, err);
}

int apply_save(struct service *s, const struct actor *actor, const struct apply_saving *saving, struct entry_faults *faults,
               struct pool *pool, struct application *saved, struct err *err)
{
	const struct application_form *form = saving->form;

	if (form->mail[0] == '\0')
		return err_set(err, HF_MAIL_ADDRESS, "sample");
	if (sample_application(SAMPLE_NUMBER, saved, err) != 0)
		return -1;
	saved->name = form->name;
	saved->code = form->code;
	return 0;
}

int apply_key(struct service *s, const struct actor *actor, const char *number, int64_t version, const char *key_serial, struct bytes csr,
              struct pool *pool, struct application *saved, struct err *err)
{
	return err_set(err, HF_KEY_CERTIFIED_BEFORE, "sample");
}

int apply_submit(struct service *s, const struct actor *actor, const char *number, int64_t version, struct entry_faults *faults,
                 char live[APPLICATION_NUMBER_SIZE + 1], struct pool *pool, struct application *submitted, struct err *err)
{
	(void)snprintf(live, APPLICATION_NUMBER_SIZE + 1, "%s", SAMPLE_SUBMITTED);
	return err_set(err, HF_APPLICATION_LIVE, "sample");
}

int apply_withdraw(struct service *s, const struct actor *actor, const char *number, int64_t version, struct err *err)
{
	return err_set(err, HF_APPLICATION_STATE, "sample");
}

struct upload_limits upload_limits_get(const struct service *s)
{
	return (struct upload_limits){10 << 20, 10};
}

int upload_create(struct service *s, const struct actor *actor, const char *number, struct bytes name, int64_t size, struct pool *pool,
                  struct paper *paper, struct err *err)
{
	*paper = papers[2];
	return 0;
}

int upload_take(struct service *s, const struct actor *actor, const char *number, struct bytes name, struct bytes content,
                struct pool *pool, struct paper *paper, struct err *err)
{
	*paper = papers[0];
	return 0;
}

int upload_find(struct service *s, const struct actor *actor, const char *id, struct pool *pool, struct paper *paper, struct err *err)
{
	*paper = papers[2];
	return 0;
}

int upload_append(struct service *s, const struct actor *actor, const char *id, int64_t offset, struct bytes piece, struct pool *pool,
                  struct paper *paper, struct err *err)
{
	return err_set(err, HF_PAPER_OFFSET, "sample");
}

int upload_remove(struct service *s, const struct actor *actor, const char *id, struct err *err)
{
	return 0;
}

int upload_read(struct service *s, const struct actor *actor, const char *id, struct pool *pool, struct paper *paper, struct buf *content,
                struct err *err)
{
	static const uint8_t dot[] = {0x89, 'P',  'N',  'G',  '\r', '\n', 0x1a, '\n', 0,    0,    0,    13,   'I',  'H',  'D',  'R',  0, 0,
	                              0,    1,    0,    0,    0,    1,    8,    6,    0,    0,    0,    0x1f, 0x15, 0xc4, 0x89, 0,    0, 0,
	                              0x0d, 'I',  'D',  'A',  'T',  0x78, 0x9c, 0x63, 0x60, 0x60, 0xf8, 0xcf, 0,    0,    4,    0x01, 1, 0,
	                              0x18, 0xdd, 0x8d, 0xb0, 0,    0,    0,    0,    'I',  'E',  'N',  'D',  0xae, 0x42, 0x60, 0x82};

	*paper = papers[strcmp(id, SAMPLE_PDF) == 0];
	return buf_append(content, BYTES_ARRAY(dot), err);
}

int progress_open(struct service *s, const struct actor *actor, const char *number, const char *code, char token[SESSION_TOKEN_SIZE + 1],
                  struct err *err)
{
	return err_set(err, HF_CODE_WRONG, "sample");
}

int progress_send_code(struct service *s, const struct actor *actor, const char *number, struct err *err)
{
	return 0;
}

static void sample_history(const struct application *a, struct history_list *list)
{
	static struct history items[3];
	int64_t now = clock_now();

	items[0] = (struct history){now - 2 * DAY, STATE_DRAFT, "", ""};
	items[1] = (struct history){now - DAY, STATE_SUBMITTED, "", ""};
	items[2] = (struct history){now - 3600, a->state, "王受理", a->note};
	*list = (struct history_list){items, a->state == STATE_DRAFT ? 1 : a->state == STATE_SUBMITTED ? 2 : 3};
}

int progress_load(struct service *s, const struct actor *actor, const char *number, struct pool *pool, struct application *a,
                  struct history_list *history, struct err *err)
{
	if (sample_application(number, a, err) != 0)
		return -1;
	sample_history(a, history);
	return 0;
}

int collect_load(struct service *s, const struct actor *actor, const char *number, struct pool *pool, struct collect *c, struct err *err)
{
	*c = (struct collect){SAMPLE_SERIAL,
	                      "HUFUV000000000001",
	                      HASH,
	                      BYTES_LITERAL("sign"),
	                      BYTES_LITERAL("encryption"),
	                      BYTES_LITERAL("envelope"),
	                      strcmp(number, SAMPLE_INSTALLED) == 0};
	return 0;
}

static int sample_deed(struct deed *deed)
{
	*deed = (struct deed){BYTES_LITERAL("{\"receipt\":1}"), BYTES_LITERAL("signature"), 42};
	return 0;
}

int collect_installed(struct service *s, const struct actor *actor, const char *number, const struct signed_order *order, struct pool *pool,
                      struct deed *deed, struct err *err)
{
	return sample_deed(deed);
}

/* Holdings */

static int sample_certificates(struct certificate_list *list)
{
	static struct certificate items[3];
	int64_t now = clock_now();

	for (size_t i = 0; i < 3; i++)
		items[i] = (struct certificate){
		    .serial = i == 0   ? SAMPLE_SERIAL
		              : i == 1 ? "fedcba9876543210fedcba9876543210"
		                       : "00112233445566778899aabbccddeeff",
		    .use = i == 1 ? CERTIFICATE_ENCRYPT : CERTIFICATE_SIGN,
		    .pair = i == 0 ? "fedcba9876543210fedcba9876543210" : "",
		    .application = "",
		    .code = SAMPLE_CODE,
		    .name = "北京虎符科技有限公司",
		    .person = "",
		    .notbefore = now - 345 * DAY,
		    .notafter = now + 20 * DAY,
		    .status = i == 2 ? CERTIFICATE_REVOKED : CERTIFICATE_GOOD,
		    .reason = "",
		    .installed = now - 340 * DAY,
		    .key_serial = "HUFUV000000000001",
		};
	*list = (struct certificate_list){items, 3};
	return 0;
}

int64_t holding_days_left(int64_t notafter, int64_t now)
{
	return clock_day(notafter, CLOCK_SHANGHAI) - clock_day(now, CLOCK_SHANGHAI);
}

void holding_prompt(int64_t days, char out[HOLDING_PROMPT_MAX])
{
	(void)snprintf(out, HOLDING_PROMPT_MAX, "%s", days >= 0 && days <= 30 ? "您的证书还有20天到期，请及时更新！" : "");
}

int holding_mine(struct service *s, const struct actor *actor, struct pool *pool, struct certificate_list *list, struct err *err)
{
	return sample_certificates(list);
}

int holding_search(struct service *s, const struct actor *actor, const char *query, struct pool *pool, struct certificate_list *list,
                   struct err *err)
{
	bool found = strcmp(query, SAMPLE_SERIAL) == 0 || strcmp(query, SAMPLE_CODE) == 0;

	*list = (struct certificate_list){0};
	return found ? sample_certificates(list) : 0;
}

static void sample_lines(struct application_line **items, size_t *count)
{
	static struct application_line lines[sizeof(samples) / sizeof(samples[0])];
	int64_t now = clock_now();

	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++)
		lines[i] = (struct application_line){.number = samples[i].number,
		                                     .name = "北京虎符科技有限公司",
		                                     .code = SAMPLE_CODE,
		                                     .kind = samples[i].kind,
		                                     .state = samples[i].state,
		                                     .submitted = now - 3 * DAY,
		                                     .changed = now - (int64_t)(i + 1) * 7000};
	*items = lines;
	*count = sizeof(samples) / sizeof(samples[0]);
}

int holding_applications(struct service *s, const struct actor *actor, struct pool *pool, struct application_lines *lines, struct err *err)
{
	sample_lines(&lines->items, &lines->count);
	return 0;
}

int revoke_draft(struct service *s, const struct actor *actor, enum revoke_deed deed, const char *serial, const char *reason,
                 struct buf *draft, struct err *err)
{
	return buf_append_text(draft, "{\"order\":\"revoke\"}", err);
}

int revoke_take(struct service *s, const struct actor *actor, const struct signed_order *order, struct pool *pool, struct deed *deed,
                struct err *err)
{
	return sample_deed(deed);
}

int revoke_enter(struct service *s, const struct actor *actor, enum application_kind kind, const char *serial, const char *reason,
                 struct pool *pool, struct application *entered, struct err *err)
{
	return sample_application(SAMPLE_SUBMITTED, entered, err);
}

int renew_look(struct service *s, const struct actor *actor, struct pool *pool, struct renewal *renewal, struct err *err)
{
	bool renewed = strcmp(actor->session->id, "renewed") == 0, early = strcmp(actor->session->id, "early") == 0;
	struct certificate_list list;

	if (sample_certificates(&list) != 0)
		return -1;
	*renewal = (struct renewal){.certificate = list.items[0]};
	if (early)
		renewal->certificate.notafter += 200 * DAY;
	renewal->from = renewal->certificate.notafter - 90 * DAY;
	renewal->notafter = renewal->certificate.notafter + 365 * DAY;
	renewal->refusal = renewed ? HF_RENEWED : early ? HF_RENEW_EARLY : HF_NONE;
	return sample_application(renewed ? SAMPLE_ISSUED : SAMPLE_RENEWAL, &renewal->application, err);
}

int renew_begin(struct service *s, const struct actor *actor, const char *language, struct pool *pool, struct renewal *renewal,
                struct err *err)
{
	if (renew_look(s, actor, pool, renewal, err) != 0)
		return -1;
	return renewal->refusal == HF_NONE ? 0 : err_set(err, renewal->refusal, "sample");
}

int renew_load(struct service *s, const struct actor *actor, const char *number, struct pool *pool, struct application *application,
               struct err *err)
{
	return sample_application(number, application, err);
}

int renew_key(struct service *s, const struct actor *actor, const char *number, int64_t version, const char *key_serial, struct bytes csr,
              struct pool *pool, struct application *saved, struct err *err)
{
	return err_set(err, HF_KEY_OTHER, "sample");
}

int renew_draft(struct service *s, const struct actor *actor, const char *number, struct pool *pool, struct renewal *renewal,
                struct buf *draft, struct err *err)
{
	return renew_look(s, actor, pool, renewal, err) == 0 ? buf_append_text(draft, "{\"order\":\"renew\"}", err) : -1;
}

int renew_take(struct service *s, const struct actor *actor, const char *number, int64_t version, const struct signed_order *order,
               struct pool *pool, struct deed *deed, struct err *err)
{
	return sample_deed(deed);
}

/* Staff */

int queue_list(struct service *s, const struct actor *actor, const struct queue_filter *filter, struct pool *pool, struct queue_page *page,
               struct err *err)
{
	page->more = true;
	sample_lines(&page->items, &page->count);
	if (filter->state == STATE_REJECTED || (filter->code != NULL && strcmp(filter->code, SAMPLE_CODE) != 0))
		*page = (struct queue_page){0};
	return 0;
}

int queue_count(struct service *s, const struct actor *actor, struct queue_counts *counts, struct err *err)
{
	*counts = (struct queue_counts){{0, 12, 3, 4, 0, 2, 310, 5, 1}};
	return 0;
}

int review_load(struct service *s, const struct actor *actor, const char *number, struct pool *pool, struct review *review, struct err *err)
{
	bool reviewer = (actor->session->roles & ROLE_BIT(ROLE_REVIEWER)) != 0;

	*review = (struct review){.papers = {papers, 3}, .accepted_by = ""};
	if (sample_application(number, &review->application, err) != 0)
		return -1;
	sample_history(&review->application, &review->history);
	review->checks = (struct review_checks){true, true, false, true, SAMPLE_NUMBER, 0, 2};
	review->may_accept = !reviewer && review->application.state == STATE_SUBMITTED;
	review->may_approve = reviewer && review->application.state == STATE_ACCEPTED;
	review->may_return = review->may_reject = review->may_accept || review->may_approve;
	if (review->application.state == STATE_ACCEPTED)
		review->accepted_by = "王受理";
	return 0;
}

int review_draft_accept(struct service *s, const struct actor *actor, const char *number, int64_t version, struct buf *draft,
                        struct err *err)
{
	return buf_append_text(draft, "{\"order\":\"accept\"}", err);
}

int review_draft_approve(struct service *s, const struct actor *actor, const char *number, int64_t version, enum review_profile profile,
                         struct buf *draft, struct err *err)
{
	return buf_append_text(draft, "{\"order\":\"approve\"}", err);
}

void review_accept(struct service *s, struct review_turn *turns, size_t n)
{
	for (size_t i = 0; i < n; i++)
		turns[i].result = sample_deed(&turns[i].deed);
}

void review_approve(struct service *s, struct review_turn *turns, size_t n)
{
	for (size_t i = 0; i < n; i++)
		turns[i].result = err_set(&turns[i].err, HF_ORDER_SAME_PERSON, "sample");
}

int review_draft_cancel(struct service *s, const struct actor *actor, const char *number, int64_t version, struct bytes note,
                        struct buf *draft, struct err *err)
{
	return buf_append_text(draft, "{\"order\":\"cancel\"}", err);
}

void review_cancel(struct service *s, struct review_turn *turns, size_t n)
{
	for (size_t i = 0; i < n; i++)
		turns[i].result = sample_deed(&turns[i].deed);
}

int review_return(struct service *s, const struct actor *actor, const char *number, int64_t version, struct bytes note, struct err *err)
{
	return note.size == 0 ? err_set(err, HF_FIELD_MISSING, "sample") : 0;
}

int review_reject(struct service *s, const struct actor *actor, const char *number, int64_t version, struct bytes note, struct err *err)
{
	return err_set(err, HF_APPLICATION_VERSION, "sample");
}

int people_list(struct service *s, const struct actor *actor, struct pool *pool, struct person_list *people, struct err *err)
{
	static struct person items[] = {
	    {"wang", "王受理", SAMPLE_SERIAL, ROLE_BIT(ROLE_INTAKE_OPERATOR) | ROLE_BIT(ROLE_SUPER_ADMINISTRATOR), 1700000000, 0},
	    {"li", "李审核", SAMPLE_SERIAL, 0, 1700000000, 1800000000},
	};

	*people = (struct person_list){items, 2};
	return 0;
}

int people_failed_mails(struct service *s, const struct actor *actor, struct pool *pool, struct mail_list *mails, struct err *err)
{
	static struct mail items[] = {
	    {.address = "lisi@example.cn", .number = SAMPLE_NUMBER, .created = 1700000000, .tries = 8, .fault = "550"}};

	*mails = (struct mail_list){items, 1};
	return 0;
}

int audit_list(struct service *s, const struct actor *actor, const struct audit_filter *filter, struct pool *pool, struct audit_page *page,
               struct err *err)
{
	static struct audit_entry items[] = {
	    {2, 1700000100, SAMPLE_SERIAL, "wang", "127.0.0.1", "application.accept", SAMPLE_NUMBER, "order " HASH, {0}},
	    {1, 1700000000, "visitor", "", "127.0.0.1", "application.submit", SAMPLE_NUMBER, "", {0}},
	};

	*page = (struct audit_page){items, 2, true};
	return 0;
}

int audit_export(struct service *s, const struct actor *actor, int64_t from, audit_line_fn *fn, void *ctx, struct err *err)
{
	char line[1000];
	int rc = 0;

	memset(line, '.', sizeof(line)); /* more than one file holds */
	for (int64_t number = from; rc == 0 && number <= SAMPLE_ENTRIES; number++)
		rc = fn(ctx, (struct bytes){(const uint8_t *)line, sizeof(line)}, err);
	return rc < 0 ? -1 : 0;
}

int audit_verify(struct service *s, const struct actor *actor, struct audit_state *state, struct err *err)
{
	*state = (struct audit_state){.count = 2, .first_broken = 0, .told = 1};
	return 0;
}

int ca_state_load(struct service *s, const struct actor *actor, struct pool *pool, struct ca_state *state, struct err *err)
{
	return err_set(err, HF_PEER_GONE, "no sample of a signer");
}
