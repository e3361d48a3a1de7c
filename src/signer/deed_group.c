/* Deeds in groups. */
#include "deed_group.h"

#include "clock.h"
#include "escrow_message.h"
#include "log.h"
#include "order_check.h"

#include <stdlib.h>
#include <string.h>

#define ESCROW_TIMEOUT_MS 5000
#define ENVELOPE_REPLY_MAX 2048
#define USUAL_BODY 8192   /* room for the record of an issue */
#define SIGNATURES_EACH 3 /* two certificates and a receipt */

struct group {
	struct signer *signer;
	struct deed **deeds;
	size_t count;
	int64_t now;
};

static void refuse_open(const struct group *g, const struct err *err)
{
	for (size_t i = 0; i < g->count; i++) {
		if (deed_is_open(g->deeds[i]))
			deed_refuse(g->deeds[i], err);
	}
}

static struct facts_source source_of(const struct group *g)
{
	return (struct facts_source){g->signer->journal, g->signer->registry};
}

/* A deed that is done already: the same order gets its journaled answer again, another one is refused. An acceptance whose time is over
 * and that led to nothing gives way to a new one. */
static int look_up_done(const struct group *g, struct deed *deed, struct err *err)
{
	const struct order *order = &deed->order;
	struct facts_source source = source_of(g);
	struct facts_deed done, issued;

	if (facts_deed_find(&source, order->application, order->deed, order_is_first_of_two(order), deed->pool, &done, err) < 0)
		return -1;
	if (!done.found)
		return 0;
	if (memcmp(done.order.hash, order->hash, sizeof(order->hash)) == 0) {
		deed_answer(deed, &done.event, done.record.number);
		return 0;
	}
	if (order->deed == ORDER_ACCEPT && order_check_time(&done.order, g->now, err) < 0) {
		if (facts_deed_find(&source, order->application, ORDER_APPROVE, false, deed->pool, &issued, err) < 0)
			return -1;
		if (!issued.found)
			return 0;
	}
	return err_set(err, HF_ORDER_REPLAYED, "the application has this deed already, by another order");
}

static int gather(const struct group *g, struct deed *deed, struct err *err)
{
	struct facts_source source = source_of(g);
	struct registry_summary summary = registry_summary_get(g->signer->registry);

	if (facts_gather(&source, &deed->order, g->now, deed->pool, &deed->facts, err) < 0)
		return -1;
	deed->facts.judge.ca = g->signer->ca.id;
	deed->facts.judge.evaluation = summary.evaluation;
	deed->facts.judge.issuing_end = g->signer->ca.issuing->not_after;
	deed->facts.judge.quota = summary.quota;
	deed->facts.judge.issued_this_hour = registry_issued_in_hour(g->signer->registry, deed->facts.judge.by.person, g->now);
	if (!deed->facts.by.known)
		return err_set(err, HF_SERIAL_UNKNOWN, "signer: not a certificate of this CA");
	return 0;
}

/* Step 1: what is done already is answered, for the rest the facts are gathered. */
static void read_group(const struct group *g)
{
	for (size_t i = 0; i < g->count; i++) {
		struct err err = {0};

		if (look_up_done(g, g->deeds[i], &err) < 0 || (deed_is_open(g->deeds[i]) && gather(g, g->deeds[i], &err) < 0))
			deed_refuse(g->deeds[i], &err);
	}
}

/* Step 2: the signatures of all orders. */
static int verify_group(const struct group *g, struct err *err)
{
	struct sm2_verify_item *items = calloc(g->count, sizeof(*items));
	size_t n = 0;
	int result = -1;

	if (items == NULL)
		return err_set(err, HF_MEMORY, "group");
	for (size_t i = 0; i < g->count; i++) {
		const struct deed *deed = g->deeds[i];

		if (deed_is_open(deed))
			items[n++] = (struct sm2_verify_item){deed->facts.by.cert->key, buf_get(&deed->message), deed->asked.signature, -1};
	}
	if (sm2_verify_many(items, n, err) < 0)
		goto out;
	n = 0;
	for (size_t i = 0; i < g->count; i++) {
		if (deed_is_open(g->deeds[i]) && items[n++].result < 0) {
			err_set(err, HF_ORDER_SIGNATURE, "not signed by the certificate it names (order.md 1)");
			deed_refuse(g->deeds[i], err);
		}
	}
	result = 0;
out:
	free(items);
	return result;
}

/* How many earlier deeds of the group issue for the same reviewer. */
static int64_t issued_before(const struct group *g, size_t at)
{
	int64_t count = 0;

	for (size_t i = 0; i < at; i++) {
		if (deed_is_open(g->deeds[i]) && g->deeds[i]->issues &&
		    bytes_equal(g->deeds[i]->facts.judge.by.person, g->deeds[at]->facts.judge.by.person))
			count++;
	}
	return count;
}

/* Step 3: are the orders enough, and is what is to be issued sound? */
static void judge_group(const struct group *g)
{
	for (size_t i = 0; i < g->count; i++) {
		struct deed *deed = g->deeds[i];
		struct err err = {0};

		if (!deed_is_open(deed))
			continue;
		deed->facts.judge.issued_this_hour += issued_before(g, i);
		if (judge(&deed->order, &deed->facts.judge, &err) < 0 ||
		    (deed->issues &&
		     issue_begin(&deed->issue, &deed->order, deed->asked.csr, &g->signer->ca, g->signer->registry, g->now, &err) < 0))
			deed_refuse(deed, &err);
	}
}

static struct deed *next_issue(const struct group *g, size_t *at)
{
	while (*at < g->count) {
		struct deed *deed = g->deeds[(*at)++];

		if (deed_is_open(deed) && deed->issues)
			return deed;
	}
	return NULL;
}

static size_t count_issues(const struct group *g)
{
	size_t count = 0, at = 0;

	while (next_issue(g, &at) != NULL)
		count++;
	return count;
}

/* Signs the warrants and asks escrow for all envelopes in one go. */
static int ask_escrow(const struct group *g, struct sm2_sign_item *warrants, struct call_item *questions, struct buf *bodies, size_t n,
                      struct err *err)
{
	struct err first;
	struct deed *deed;
	size_t at = 0;

	for (size_t i = 0; (deed = next_issue(g, &at)) != NULL; i++)
		warrants[i] = (struct sm2_sign_item){.key = g->signer->ca.journal_key, .message = buf_get(&deed->issue.warrant_message)};
	if (sm2_sign_many(warrants, n, err) < 0)
		return -1;
	at = 0;
	for (size_t i = 0; (deed = next_issue(g, &at)) != NULL; i++) {
		if (warrants[i].result < 0)
			return err_set(err, HF_CRYPTO, "a warrant could not be signed");
		if (issue_ask(&deed->issue, buf_get(&warrants[i].signature), &bodies[i], err) < 0)
			return -1;
		questions[i].type = ESCROW_ENVELOPE;
		questions[i].body = buf_get(&bodies[i]);
		questions[i].result = -1;
	}
	/* The items tell which failed. */
	if (call_ask_many(g->signer->escrow, questions, n, ESCROW_TIMEOUT_MS, &first) < 0)
		log_fault("signer.escrow", &first);
	return 0;
}

static void take_envelopes(const struct group *g, const struct call_item *questions)
{
	const struct ca *ca = &g->signer->ca;
	bool evaluation = registry_summary_get(g->signer->registry).evaluation;
	struct deed *deed;
	size_t at = 0;

	for (size_t i = 0; (deed = next_issue(g, &at)) != NULL; i++) {
		struct err err = questions[i].err;

		if (questions[i].result < 0 || issue_take(&deed->issue, buf_get(&questions[i].answer), deed->pool, &err) < 0 ||
		    issue_build(&deed->issue, &deed->order, ca, evaluation, g->now, &err) < 0)
			deed_refuse(deed, &err);
	}
}

/* Step 4: the encryption key pairs, and with them both certificates as they will be signed. */
static int provide_group(const struct group *g, struct err *err)
{
	size_t n = count_issues(g);
	struct sm2_sign_item *warrants = calloc(n + 1, sizeof(*warrants));
	struct call_item *questions = calloc(n + 1, sizeof(*questions));
	struct buf *bodies = calloc(n + 1, sizeof(*bodies));
	int result = -1;

	if (warrants == NULL || questions == NULL || bodies == NULL) {
		err_set(err, HF_MEMORY, "group");
		goto out;
	}
	for (size_t i = 0; i < n; i++) {
		buf_init(&bodies[i], 8192);
		buf_init(&questions[i].answer, ENVELOPE_REPLY_MAX);
	}
	if (n > 0) {
		if (ask_escrow(g, warrants, questions, bodies, n, err) < 0)
			goto out;
		take_envelopes(g, questions);
	}
	result = 0;
out:
	for (size_t i = 0; i < n; i++) {
		if (warrants != NULL)
			buf_free(&warrants[i].signature);
		if (bodies != NULL)
			buf_free(&bodies[i]);
		if (questions != NULL)
			buf_free(&questions[i].answer);
	}
	free(warrants);
	free(questions);
	free(bodies);
	return result;
}

/* Every signature the group needs: per issue its two certificates, per deed its receipt. */
static int list_signatures(const struct group *g, struct sm2_sign_item *items, size_t *n, struct err *err)
{
	struct journal_state state = journal_state_get(g->signer->journal);
	int64_t number = state.number;

	*n = 0;
	for (size_t i = 0; i < g->count; i++) {
		struct deed *deed = g->deeds[i];

		if (!deed_is_open(deed))
			continue;
		deed_event(deed);
		if (deed_receipt(deed, g->signer->ca.id, ++number, state.head, g->now, err) < 0)
			return -1;
		items[(*n)++] = (struct sm2_sign_item){.key = g->signer->ca.journal_key, .message = buf_get(&deed->receipt_message)};
		for (int half = 0; deed->issues && half < ISSUE_HALVES; half++)
			items[(*n)++] =
			    (struct sm2_sign_item){.key = g->signer->ca.issuing_key, .message = buf_get(&deed->issue.tbs[half])};
	}
	return 0;
}

/* Puts the signatures in their places and adds the record to the journal's group. */
static int record_deed(const struct group *g, struct deed *deed, const struct sm2_sign_item *signatures, struct err *err)
{
	for (int half = 0; deed->issues && half < ISSUE_HALVES; half++) {
		if (issue_assemble(&deed->issue, (enum issue_half)half, buf_get(&signatures[1 + half].signature), err) < 0)
			return -1;
	}
	deed_event(deed);
	deed->event.receipt = (struct signed_bytes){buf_get(&signatures[0].signature), buf_get(&deed->receipt)};
	if (buf_reserve(&deed->body, USUAL_BODY, err) < 0 || journal_event_write(&deed->event, EVENT_VIEW_FULL, &deed->body, err) < 0)
		return -1;
	return journal_add(g->signer->journal, g->now, buf_get(&deed->body), &deed->record, err);
}

static int record_group(const struct group *g, struct sm2_sign_item *items, size_t n, struct err *err)
{
	size_t at = 0;

	if (sm2_sign_many(items, n, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (items[i].result < 0)
			return err_set(err, HF_CRYPTO, "a signature could not be made");
	}
	for (size_t i = 0; i < g->count; i++) {
		struct deed *deed = g->deeds[i];

		if (!deed_is_open(deed))
			continue;
		if (record_deed(g, deed, items + at, err) < 0)
			return -1;
		at += deed->issues ? SIGNATURES_EACH : 1;
	}
	return 0;
}

/* Step 6: only now it is done. */
static void finish_group(const struct group *g)
{
	struct signer *s = g->signer;
	int64_t now_ms = clock_monotonic_ms();
	struct err err = {0};

	for (size_t i = 0; i < g->count; i++) {
		struct deed *deed = g->deeds[i];
		struct request *request = deed->request;

		if (!deed_is_open(deed))
			continue;
		if (signer_apply(s, &deed->record, &deed->event, &deed->order, &err) < 0) {
			deed_refuse(deed, &err);
			continue;
		}
		s->deeds++;
		deed_answer(deed, &deed->event, deed->record.number);
		if (deed_changes_status(deed) && request->result == 0 && s->responder_ms + RESPONDER_PRESENT_MS > now_ms)
			hold_answer(&s->holds, request, deed->record.number, now_ms);
	}
}

static void count_group(const struct group *g, int64_t fsyncs)
{
	g->signer->groups++;
	if (count_issues(g) < GROUP_LARGE)
		return;
	g->signer->large_groups++;
	g->signer->large_fsyncs += fsyncs;
}

/* Step 5: everything signed and written, durable at once or not at all. */
static int write_group(const struct group *g, struct err *err)
{
	struct signer *s = g->signer;
	struct sm2_sign_item *items = calloc(g->count * SIGNATURES_EACH + 1, sizeof(*items));
	int64_t fsyncs = journal_syncs(s->journal);
	size_t n = 0;
	int result = -1;

	if (items == NULL)
		return err_set(err, HF_MEMORY, "group");
	if (list_signatures(g, items, &n, err) < 0 || (n > 0 && record_group(g, items, n, err) < 0)) {
		journal_abandon(s->journal);
		goto out;
	}
	if (n > 0 && journal_commit(s->journal, err) < 0) {
		log_fault("signer.journal", err);
		if (err->code == HF_JOURNAL_BROKEN)
			signer_fail(s, err);
		goto out;
	}
	if (n > 0)
		count_group(g, journal_syncs(s->journal) - fsyncs);
	finish_group(g);
	result = 0;
out:
	for (size_t i = 0; i < n; i++)
		buf_free(&items[i].signature);
	free(items);
	return result;
}

static void run_group(struct signer *s, struct deed **deeds, size_t n)
{
	struct group g = {s, deeds, n, 0};
	struct err err = {0};

	if (n == 0)
		return;
	if (s->failed)
		err_set(&err, HF_JOURNAL_BROKEN, "the signer is ending");
	if (s->failed || signer_now(s, &g.now, &err) < 0) {
		refuse_open(&g, &err);
		return;
	}
	read_group(&g);
	if (verify_group(&g, &err) < 0) {
		refuse_open(&g, &err);
		return;
	}
	judge_group(&g);
	if (provide_group(&g, &err) < 0 || write_group(&g, &err) < 0)
		refuse_open(&g, &err);
}

static bool fits(struct deed *const *group, size_t count, const struct deed *deed)
{
	if (count > 0 && deed_is_barrier(group[count - 1]))
		return false;
	for (size_t i = 0; i < count; i++) {
		if (deed_meets(group[i], deed))
			return false;
	}
	return true;
}

void deeds_serve(struct signer *s, struct request **requests, size_t n)
{
	struct deed *deeds = calloc(n, sizeof(*deeds));
	struct deed **group = calloc(n, sizeof(struct deed *));
	size_t count = 0;

	for (size_t i = 0; i < n && (deeds == NULL || group == NULL); i++)
		requests[i]->result = err_set(&requests[i]->err, HF_MEMORY, "batch");
	for (size_t i = 0; i < n && deeds != NULL && group != NULL; i++) {
		deed_begin(&deeds[i], requests[i]);
		if (!deed_is_open(&deeds[i]))
			continue;
		if (!fits(group, count, &deeds[i])) {
			run_group(s, group, count);
			count = 0;
		}
		group[count++] = &deeds[i];
	}
	if (deeds != NULL && group != NULL) {
		run_group(s, group, count);
		for (size_t i = 0; i < n; i++)
			deed_free(&deeds[i]);
	}
	free(deeds);
	free(group);
}
