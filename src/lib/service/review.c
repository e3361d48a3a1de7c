/* What the staff sees of an application, and the decisions that need no order. */
#include "review.h"

#include "access.h"
#include "audit_put.h"
#include "clock.h"
#include "entry_field.h"
#include "handler_id.h"
#include "identity_code.h"
#include "life.h"
#include "notice.h"
#include "permission.h"
#include "person.h"
#include "review_order.h"
#include "service_state.h"

#include <string.h>

#define NOTE_MAX 500 /* characters */

/* The nine characters inside a credit code are the organisation code without its hyphen (GB 32100). */
static bool organisation_code_same(const char *organisation, const char *code)
{
	char plain[ORGANISATION_CODE_SIZE + 2];
	size_t n = 0;

	if (organisation[0] == '\0')
		return true;
	for (; *organisation != '\0' && n < sizeof(plain); organisation++) {
		if (*organisation != '-')
			plain[n++] = *organisation;
	}
	return n == ORGANISATION_CODE_SIZE && strlen(code) == CREDIT_CODE_SIZE && memcmp(plain, code + 8, n) == 0;
}

static int check_id(struct service *s, struct connection *c, const struct application *a, struct pool *pool, int64_t now, bool *valid,
                    struct err *err)
{
	char id[HANDLER_ID_ROOM];

	*valid = true;
	if (a->kind != APPLICATION_NEW) /* entered by staff, or the holder's renewal: nobody gave his number */
		return 0;
	if (handler_id_open(s, c, a->id, pool, id, err) != 0)
		return -1;
	*valid = resident_id_valid(bytes_text(id), clock_day(now, CLOCK_SHANGHAI));
	secret_wipe(id, sizeof(id));
	return 0;
}

static int check(struct service *s, struct connection *c, const struct application *a, struct pool *pool, struct review_checks *checks,
                 struct err *err)
{
	struct bytes organisation = bytes_text(a->organisation_code);
	int64_t now = clock_now();

	checks->code_valid = credit_code_valid(bytes_text(a->code));
	checks->organisation_code_valid = organisation.size == 0 || organisation_code_valid(organisation);
	checks->organisation_code_same = organisation_code_same(a->organisation_code, a->code);
	checks->live = "";
	if (check_id(s, c, a, pool, now, &checks->id_valid, err) != 0)
		return -1;
	if (query_text(c, SQL_APPLICATION_LIVE,
	               VALUES(value_text(a->code), value_text(application_kind_names[a->kind]), value_text(a->serials), value_text(a->id)),
	               pool, &checks->live, err) != 0 &&
	    err->code != HF_NOT_FOUND)
		return -1;
	if (query_integer(c, SQL_CERTIFICATE_COUNT_VALID, VALUES(value_text(a->code), value_integer(now)), &checks->certificates, err) != 0)
		return -1;
	return query_integer(c, SQL_APPLICATION_EARLIER, VALUES(value_text(a->code), value_text(a->id)), &checks->applications, err);
}

/* Who accepted, and whether that was this actor. */
static int acceptance(struct connection *c, const struct actor *actor, struct pool *pool, struct review *review, struct err *err)
{
	struct person person;
	struct order accept;
	const char *id;

	review->accepted_by = "";
	if (review_acceptance(c, &review->application, pool, &accept, &id, err) != 0)
		return err->code == HF_ORDER_INCOMPLETE ? 0 : -1;
	review->own_acceptance = strcmp(id, actor->session->person) == 0;
	if (query_one(c, SQL_PERSON_BY_ID, VALUES(value_text(id)), &person_shape, pool, &person, err) == 0)
		review->accepted_by = person.name;
	else if (err->code != HF_NOT_FOUND)
		return -1;
	return 0;
}

/* Who may return or reject: the operator what was submitted, the reviewer what was accepted. */
static bool may_decide(const struct session *session, enum application_state state)
{
	return (state == STATE_SUBMITTED && permission_has(session, VERB_ACCEPT)) ||
	       (state == STATE_ACCEPTED && permission_has(session, VERB_APPROVE));
}

static void allow(const struct actor *actor, struct review *review)
{
	enum application_state state = review->application.state;

	review->may_accept = state == STATE_SUBMITTED && permission_has(actor->session, VERB_ACCEPT);
	review->may_approve = state == STATE_ACCEPTED && permission_has(actor->session, VERB_APPROVE) && !review->own_acceptance;
	review->may_reject = may_decide(actor->session, state);
	review->may_return = review->may_reject && review->application.kind == APPLICATION_NEW;
}

static int load(struct service *s, struct connection *c, const struct actor *actor, const char *number, struct pool *pool,
                struct review *review, struct err *err)
{
	struct application *a = &review->application;

	if (access_any(c, number, pool, a, err) != 0)
		return -1;
	if (a->submitted == 0)
		return err_set(err, HF_APPLICATION_UNKNOWN, "application %s is a draft", number);
	if (query_list(c, SQL_PAPER_LIST, VALUES(value_text(a->id)), &paper_shape, pool, (void **)&review->papers.items,
	               &review->papers.count, err) != 0 ||
	    query_list(c, SQL_APPLICATION_HISTORY_LIST, VALUES(value_text(a->number)), &history_shape, pool,
	               (void **)&review->history.items, &review->history.count, err) != 0)
		return -1;
	if (check(s, c, a, pool, &review->checks, err) != 0 || acceptance(c, actor, pool, review, err) != 0)
		return -1;
	allow(actor, review);
	return 0;
}

int review_load(struct service *s, const struct actor *actor, const char *number, struct pool *pool, struct review *review, struct err *err)
{
	struct connection *c;
	int rc;

	memset(review, 0, sizeof(*review));
	if (permission_check(actor, VERB_APPLICATION_READ, err) != 0 || store_read(s->store, &c, err) != 0)
		return -1;
	rc = load(s, c, actor, number, pool, review, err);
	store_read_end(s->store, &c);
	return rc;
}

struct decision {
	struct service *s;
	const struct actor *actor;
	const char *number;
	int64_t version;
	enum application_state to;
	const char *note;
	struct pool *pool;
};

static int decide(void *ctx, struct connection *c, struct err *err)
{
	struct decision *d = ctx;
	struct life_person by = life_person_of(d->actor);
	bool returned = d->to == STATE_RETURNED;
	struct application a;
	int64_t now = clock_now();

	if (access_any(c, d->number, d->pool, &a, err) != 0 || access_version(&a, d->version, err) != 0)
		return -1;
	if (!may_decide(d->actor->session, a.state))
		return err_set(err, a.state == STATE_SUBMITTED || a.state == STATE_ACCEPTED ? HF_PERMISSION : HF_APPLICATION_STATE,
		               "application %s is %s", d->number, application_state_names[a.state]);
	if (!returned && a.state == STATE_ACCEPTED)
		return err_set(err, HF_ORDER_INCOMPLETE, "application %s was accepted by an order, and ends by one", d->number);
	if (returned && a.kind != APPLICATION_NEW)
		return err_set(err, HF_APPLICATION_STATE, "there is no applicant to return %s to", d->number);
	if (life_move(c, &a, d->to, &by, d->note, now, err) != 0 ||
	    notice_put(c, d->s, returned ? MAIL_RETURNED : MAIL_REJECTED, &a, d->note, now, err) != 0)
		return -1;
	return audit_put(c, d->actor, &(struct audit_deed){returned ? "application.return" : "application.reject", d->number, d->note},
	                 err);
}

int review_note_read(struct bytes note, struct pool *pool, const char **out, struct err *err)
{
	static const struct entry_field field = {.name = "note", .label = "理由", .min = 1, .max = NOTE_MAX, .rule = ENTRY_TEXT};
	enum err_code fault = entry_field_read(&field, note, pool, out);

	if (fault == HF_NONE)
		fault = entry_field_check(&field, *out, 0);
	return fault == HF_NONE ? 0 : err_set(err, fault, "the reason");
}

static int decide_with_note(struct service *s, const struct actor *actor, const char *number, int64_t version, struct bytes note,
                            enum application_state to, struct err *err)
{
	struct decision d = {.s = s, .actor = actor, .number = number, .version = version, .to = to, .pool = pool_new(64u << 10)};
	int rc = -1;

	if (d.pool == NULL)
		return err_set(err, HF_MEMORY, "review");
	if (permission_check(actor, VERB_APPLICATION_READ, err) == 0 && review_note_read(note, d.pool, &d.note, err) == 0)
		rc = store_change(s->store, decide, &d, err);
	pool_free(&d.pool);
	return rc;
}

int review_return(struct service *s, const struct actor *actor, const char *number, int64_t version, struct bytes note, struct err *err)
{
	return decide_with_note(s, actor, number, version, note, STATE_RETURNED, err);
}

int review_reject(struct service *s, const struct actor *actor, const char *number, int64_t version, struct bytes note, struct err *err)
{
	return decide_with_note(s, actor, number, version, note, STATE_REJECTED, err);
}
