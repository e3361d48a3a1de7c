/* Drafts of the two orders, and the signed orders on their way to the signer. */
#include "review_order.h"

#include "access.h"
#include "audit_put.h"
#include "clock.h"
#include "deed_do.h"
#include "life.h"
#include "log.h"
#include "order_check.h"
#include "order_of.h"
#include "permission.h"
#include "person.h"
#include "profile.h"
#include "service_state.h"

#include <string.h>

#define REVIEW_POOL_MAX (1u << 20)

struct acceptance {
	struct bytes text;
	const char *person;
};
static const struct column acceptance_columns[] = {
    COLUMN(acceptance, text, COLUMN_BYTES),
    COLUMN(acceptance, person, COLUMN_TEXT),
};
static const struct shape acceptance_shape = SHAPE(acceptance, acceptance_columns);

int review_acceptance(struct connection *c, const struct application *application, struct pool *pool, struct order *accept,
                      const char **person, struct err *err)
{
	struct acceptance kept;

	*person = "";
	if (query_one(c, SQL_APPLICATION_ACCEPTANCE, VALUES(value_text(application->number)), &acceptance_shape, pool, &kept, err) != 0)
		return err->code == HF_NOT_FOUND ? err_set(err, HF_ORDER_INCOMPLETE, "application %s is not accepted", application->number)
		                                 : -1;
	*person = kept.person;
	return order_parse(accept, kept.text, pool, err);
}

int review_expected_approval(struct connection *c, const struct actor *actor, const struct application *application, int64_t now,
                             struct pool *pool, struct order *approve, struct err *err)
{
	struct order accept, same;
	const char *person;

	if (review_acceptance(c, application, pool, &accept, &person, err) != 0)
		return -1;
	if (strcmp(person, actor->session->person) == 0)
		return err_set(err, HF_ORDER_SAME_PERSON, "application %s was accepted by the same person", application->number);
	if (order_check_time(&accept, now, err) != 0 || order_of_accept(c, application, pool, &same, err) != 0 ||
	    order_of_compare(&accept, &same, err) != 0)
		return -1;
	order_of_approve(&same, &accept, approve);
	return 0;
}

/* What the two drafts and the two orders have in common: the application in the state and version that the actor saw. */
static int find(struct connection *c, const struct actor *actor, const char *number, int64_t version, enum application_state state,
                struct pool *pool, struct application *application, struct err *err)
{
	if (access_any(c, number, pool, application, err) != 0)
		return -1;
	if (application->state != state)
		return err_set(err, HF_APPLICATION_STATE, "application %s is %s", number, application_state_names[application->state]);
	return access_version(application, version, err);
}

struct again {
	const struct actor *actor;
	const char *number;
	struct pool *pool;
};

static int submit_again(void *ctx, struct connection *c, struct err *err)
{
	struct again *a = ctx;
	struct life_person by = life_person_of(a->actor);
	struct application application;

	if (access_any(c, a->number, a->pool, &application, err) != 0)
		return -1;
	if (application.state != STATE_ACCEPTED)
		return 0;
	if (life_move(c, &application, STATE_SUBMITTED, &by, NOTE_ACCEPT_EXPIRED, clock_now(), err) != 0)
		return -1;
	return audit_put(c, a->actor, &(struct audit_deed){"application.accept-expired", a->number, NULL}, err);
}

int review_submit_again(struct service *s, const struct actor *actor, const char *number, struct err *err)
{
	struct again a = {actor, number, pool_new(64u << 10)};
	int rc;

	if (a.pool == NULL)
		return err_set(err, HF_MEMORY, "review");
	rc = store_change(s->store, submit_again, &a, err);
	pool_free(&a.pool);
	return rc;
}

/* After a refusal: if it was the acceptance's age, the application goes back; the refusal stays the answer. */
static void send_back(struct service *s, const struct actor *actor, const char *number, const struct err *refusal)
{
	struct err err;

	if (refusal->code == HF_ORDER_EXPIRED && review_submit_again(s, actor, number, &err) != 0)
		log_fault("review.again", &err);
}

int review_draft_accept(struct service *s, const struct actor *actor, const char *number, int64_t version, struct buf *draft,
                        struct err *err)
{
	struct pool *pool = pool_new(REVIEW_POOL_MAX);
	struct connection *c = NULL;
	struct application application;
	struct order order;
	int rc = -1;

	if (pool == NULL)
		err_set(err, HF_MEMORY, "review");
	else if (permission_check(actor, VERB_ACCEPT, err) == 0 && store_read(s->store, &c, err) == 0 &&
	         find(c, actor, number, version, STATE_SUBMITTED, pool, &application, err) == 0 &&
	         order_of_accept(c, &application, pool, &order, err) == 0)
		rc = order_write_draft(&order, draft, err);
	store_read_end(s->store, &c);
	pool_free(&pool);
	return rc;
}

/* The last second of a certificate of the profile that begins now. */
static int64_t last_second(const struct service *s, int profile, int64_t now)
{
	enum profile row = profile == ORDER_PROFILE_ENTERPRISE ? PROFILE_ENTERPRISE_SIGN : PROFILE_EVALUATION_SIGN;

	return profile_end(row, now, s->issuing->not_after);
}

static int draft_approve(struct service *s, struct connection *c, const struct actor *actor, const char *number, int64_t version,
                         enum review_profile profile, struct pool *pool, struct buf *draft, struct err *err)
{
	struct application application;
	struct order order;

	if (find(c, actor, number, version, STATE_ACCEPTED, pool, &application, err) != 0 ||
	    review_expected_approval(c, actor, &application, clock_now(), pool, &order, err) != 0)
		return -1;
	order.profile = (int)profile;
	order.notafter = last_second(s, order.profile, clock_now());
	return order_write_draft(&order, draft, err);
}

int review_draft_approve(struct service *s, const struct actor *actor, const char *number, int64_t version, enum review_profile profile,
                         struct buf *draft, struct err *err)
{
	struct pool *pool = pool_new(REVIEW_POOL_MAX);
	struct connection *c = NULL;
	int rc = -1;

	if (pool == NULL)
		err_set(err, HF_MEMORY, "review");
	else if (profile == REVIEW_EVALUATION_SHORT && !s->settings.evaluation)
		err_set(err, HF_FIELD_CHOICE, "this profile is for evaluation");
	else if (permission_check(actor, VERB_APPROVE, err) == 0 && store_read(s->store, &c, err) == 0)
		rc = draft_approve(s, c, actor, number, version, profile, pool, draft, err);
	store_read_end(s->store, &c);
	pool_free(&pool);
	if (rc != 0)
		send_back(s, actor, number, err);
	return rc;
}

static int draft_cancel(struct connection *c, const struct actor *actor, const char *number, int64_t version, struct bytes note,
                        struct pool *pool, struct buf *draft, struct err *err)
{
	struct application application;
	struct order order;
	const char *read;

	if (review_note_read(note, pool, &read, err) != 0 ||
	    find(c, actor, number, version, STATE_ACCEPTED, pool, &application, err) != 0 ||
	    order_of_cancel(&application, &order, err) != 0)
		return -1;
	return order_write_draft(&order, draft, err);
}

int review_draft_cancel(struct service *s, const struct actor *actor, const char *number, int64_t version, struct bytes note,
                        struct buf *draft, struct err *err)
{
	struct pool *pool = pool_new(REVIEW_POOL_MAX);
	struct connection *c = NULL;
	int rc = -1;

	if (pool == NULL)
		err_set(err, HF_MEMORY, "review");
	else if (permission_check(actor, VERB_APPROVE, err) == 0 && store_read(s->store, &c, err) == 0)
		rc = draft_cancel(c, actor, number, version, note, pool, draft, err);
	store_read_end(s->store, &c);
	pool_free(&pool);
	return rc;
}

/* One signed order as it is judged, and then done. */
struct judged {
	struct review_turn *turn;
	struct order order;
	struct certificate by;
	struct application application;
	const char *note; /* of a cancellation */
	struct deed_order doing;
};

/* What both have in common: the application as the actor saw it, and an order of the actor's own. */
static int read_both(struct service *s, struct connection *c, enum application_state state, struct judged *j, struct err *err)
{
	const struct review_turn *t = j->turn;

	if (find(c, t->actor, t->number, t->version, state, t->pool, &j->application, err) != 0 ||
	    deed_read(s, c, &t->order, t->pool, &j->order, &j->by, err) != 0)
		return -1;
	return deed_by_actor(&j->order, t->actor, err);
}

static int judge_accept(struct service *s, struct connection *c, struct judged *j, struct err *err)
{
	struct order expected;

	if (read_both(s, c, STATE_SUBMITTED, j, err) != 0 || order_of_accept(c, &j->application, j->turn->pool, &expected, err) != 0)
		return -1;
	return order_of_compare(&j->order, &expected, err);
}

/* What the reviewer may choose: the profile, and an end that this profile allows. */
static int check_choice(const struct service *s, const struct order *order, struct err *err)
{
	if (order->kind != ORDER_KIND_NEW)
		return 0;
	if (order->profile == ORDER_PROFILE_EVALUATION_SHORT && !s->settings.evaluation)
		return err_set(err, HF_ORDER_MISMATCH, "this profile is for evaluation");
	if (order->notafter <= clock_now() || order->notafter > last_second(s, order->profile, clock_now()))
		return err_set(err, HF_ORDER_MISMATCH, "notafter is not within the profile");
	return 0;
}

static int judge_approve(struct service *s, struct connection *c, struct judged *j, struct err *err)
{
	struct order expected;

	if (read_both(s, c, STATE_ACCEPTED, j, err) != 0 ||
	    review_expected_approval(c, j->turn->actor, &j->application, clock_now(), j->turn->pool, &expected, err) != 0 ||
	    order_of_compare(&j->order, &expected, err) != 0)
		return -1;
	return check_choice(s, &j->order, err);
}

static int judge_cancel(struct service *s, struct connection *c, struct judged *j, struct err *err)
{
	struct order expected;

	if (review_note_read(j->turn->note, j->turn->pool, &j->note, err) != 0 || read_both(s, c, STATE_ACCEPTED, j, err) != 0 ||
	    order_of_cancel(&j->application, &expected, err) != 0)
		return -1;
	return order_of_compare(&j->order, &expected, err);
}

typedef int judge_fn(struct service *s, struct connection *c, struct judged *j, struct err *err);

/* Judges one order; what was done before is answered from the store, and nothing is left to do. */
static int judge_turn(struct service *s, struct connection *c, enum verb verb, judge_fn *judge, struct review_turn *t, struct err *err)
{
	struct judged *j = pool_alloc(t->pool, sizeof(*j));
	bool found = false;

	if (j == NULL)
		return err_set(err, HF_MEMORY, "order");
	j->turn = t;
	if (permission_check(t->actor, verb, err) != 0 || deed_find(c, t->actor, &t->order, t->pool, &found, &t->deed, err) != 0)
		return -1;
	if (found)
		return 0;
	if (judge(s, c, j, err) != 0)
		return -1;
	j->doing =
	    (struct deed_order){.actor = t->actor, .order = &j->order, .signature = t->order.signature, .note = j->note, .pool = t->pool};
	if (j->order.deed == ORDER_APPROVE && j->order.kind == ORDER_KIND_NEW)
		j->doing.csr = j->application.csr;
	t->doing = &j->doing;
	return 0;
}

/* All within one snapshot; gives the chain of what is to be done. */
static struct deed_order *judge_all(struct service *s, enum verb verb, judge_fn *judge, struct review_turn *turns, size_t n)
{
	struct deed_order *chain = NULL, **last = &chain;
	struct connection *c = NULL;
	struct err fault;
	int read = store_read(s->store, &c, &fault);

	for (size_t i = 0; i < n; i++) {
		struct review_turn *t = &turns[i];

		t->doing = NULL;
		t->result = read == 0 ? judge_turn(s, c, verb, judge, t, &t->err) : -1;
		if (read != 0)
			t->err = fault;
		if (t->doing == NULL)
			continue;
		*last = t->doing;
		last = &t->doing->next;
	}
	store_read_end(s->store, &c);
	return chain;
}

/* Judge within a snapshot, ask without one, keep in one transaction. */
static void take_all(struct service *s, enum verb verb, judge_fn *judge, struct review_turn *turns, size_t n)
{
	deed_do_all(s, judge_all(s, verb, judge, turns, n));
	for (size_t i = 0; i < n; i++) {
		struct review_turn *t = &turns[i];

		if (t->doing == NULL)
			continue;
		t->result = t->doing->result;
		t->err = t->doing->err;
		t->deed = deed_of(t->doing);
	}
}

void review_accept(struct service *s, struct review_turn *turns, size_t n)
{
	take_all(s, VERB_ACCEPT, judge_accept, turns, n);
}

void review_approve(struct service *s, struct review_turn *turns, size_t n)
{
	take_all(s, VERB_APPROVE, judge_approve, turns, n);
	for (size_t i = 0; i < n; i++) {
		if (turns[i].result != 0)
			send_back(s, turns[i].actor, turns[i].number, &turns[i].err);
	}
}

void review_cancel(struct service *s, struct review_turn *turns, size_t n)
{
	take_all(s, VERB_APPROVE, judge_cancel, turns, n);
}
