/* Deeds in groups. */
#include "deed_group.h"

#include "clock.h"
#include "escrow_message.h"
#include "group_escrow.h"
#include "log.h"
#include "order_check.h"

#include <stdlib.h>
#include <string.h>

#define USUAL_BODY 8192   /* room for the record of an issue */
#define PROOFS_EACH 2     /* of an order and a request */
#define SIGNATURES_EACH 3 /* two certificates and a receipt */

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

/* A deed that is done already: the same order is to get its journaled answer again, another one is refused. An acceptance whose time is
 * over and that led to nothing gives way to a new one. */
static int look_up_done(const struct group *g, struct deed *deed, struct err *err)
{
	const struct order *order = &deed->order;
	struct facts_source source = source_of(g);
	struct facts_deed *done = &deed->done, issued;

	if (facts_deed_find(&source, order->application, order->deed, order_is_first_of_two(order), deed->pool, done, err) < 0)
		return -1;
	if (!done->found || memcmp(done->order.hash, order->hash, sizeof(order->hash)) == 0)
		return 0;
	done->found = false;
	if (order->deed == ORDER_ACCEPT && order_check_time(&done->order, g->now, err) < 0) {
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

/* Step 1: whether it is done already, the facts, and the request. */
static void read_group(const struct group *g)
{
	for (size_t i = 0; i < g->count; i++) {
		struct deed *deed = g->deeds[i];
		struct err err = {0};

		if (look_up_done(g, deed, &err) < 0 || gather(g, deed, &err) < 0)
			deed_refuse(deed, &err);
		else if (deed->issues && issue_read(&deed->issue, &deed->order, deed->asked.csr, &err) < 0)
			deed->request_fault = err;
	}
}

static bool has_request(const struct deed *deed)
{
	return deed->issues && deed->request_fault.code == HF_NONE;
}

/* Of the order, and of the request when there is one. */
static size_t list_proofs(const struct deed *deed, struct sm2_verify_item *items)
{
	const struct csr *csr = &deed->issue.csr;
	size_t n = 0;

	items[n++] = (struct sm2_verify_item){deed->facts.by.cert->key, buf_get(&deed->message), deed->asked.signature, -1};
	if (has_request(deed))
		items[n++] = (struct sm2_verify_item){csr->key, csr->tbs, csr->signature, -1};
	return n;
}

static size_t take_proofs(struct deed *deed, const struct sm2_verify_item *items)
{
	size_t n = has_request(deed) ? 2 : 1;
	struct err err;

	if (items[0].result < 0) {
		err_set(&err, HF_ORDER_SIGNATURE, "not signed by the certificate it names (order.md 1)");
		deed_refuse(deed, &err);
	} else if (n > 1 && items[1].result < 0) {
		err_set(&deed->request_fault, HF_CSR_PROOF, "request is not signed by its own key (RFC 2986 3)");
	}
	return n;
}

/* What is done already gets its answer again, for the request it was done with. */
static void answer_done(struct deed *deed)
{
	if (deed->request_fault.code == HF_NONE)
		deed_answer(deed, &deed->done.event, deed->done.record.number);
	else
		deed_refuse(deed, &deed->request_fault);
}

/* Step 2: the signatures of all orders and requests. What is done already gets its answer again, once they are right. */
static int verify_group(const struct group *g, struct err *err)
{
	struct sm2_verify_item *items = calloc(g->count, PROOFS_EACH * sizeof(*items));
	size_t n = 0;
	int result = -1;

	if (items == NULL)
		return err_set(err, HF_MEMORY, "group");
	for (size_t i = 0; i < g->count; i++) {
		if (deed_is_open(g->deeds[i]))
			n += list_proofs(g->deeds[i], items + n);
	}
	if (sm2_verify_many(items, n, err) < 0)
		goto out;
	n = 0;
	for (size_t i = 0; i < g->count; i++) {
		struct deed *deed = g->deeds[i];

		if (deed_is_open(deed))
			n += take_proofs(deed, items + n);
		if (deed_is_open(deed) && deed->done.found)
			answer_done(deed);
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

static int begin_issue(const struct group *g, struct deed *deed, struct err *err)
{
	if (deed->order.deed == ORDER_RENEW)
		deed->issue.old_end = deed->facts.judge.by.not_after;
	return issue_begin(&deed->issue, &deed->order, &g->signer->ca, g->signer->registry, g->now, err);
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
		if (judge(&deed->order, &deed->facts.judge, &err) < 0)
			deed_refuse(deed, &err);
		else if (deed->request_fault.code != HF_NONE)
			deed_refuse(deed, &deed->request_fault);
		else if (deed->issues && begin_issue(g, deed, &err) < 0)
			deed_refuse(deed, &err);
	}
}

static int check_alone(const struct group *g, struct deed *deed, struct err *err)
{
	if (deed->issues && issue_assemble_unsigned(&deed->issue, err) < 0)
		return -1;
	deed_event(deed);
	return registry_check(g->signer->registry, &deed->event, &deed->order, &deed->addition, err);
}

static bool meets_before(const struct group *g, size_t at)
{
	for (size_t i = 0; i < at; i++) {
		if (deed_is_open(g->deeds[i]) && registry_addition_meets(&g->deeds[i]->addition, &g->deeds[at]->addition))
			return true;
	}
	return false;
}

/* Step 5: what would contradict the journal is refused alone, before anything is signed. */
static void check_group(const struct group *g)
{
	for (size_t i = 0; i < g->count; i++) {
		struct deed *deed = g->deeds[i];
		struct err err = {0};

		if (!deed_is_open(deed))
			continue;
		if (check_alone(g, deed, &err) < 0) {
			log_fault("signer.contradiction", &err);
			deed_refuse(deed, &err);
		} else if (meets_before(g, i)) {
			err_set(&err, HF_KEY_CERTIFIED_BEFORE, "a key or serial number of another deed of this moment");
			deed_refuse(deed, &err);
		}
	}
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

/* Step 7: only now it is done. */
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
		if (signer_apply(s, &deed->record, &deed->event, &deed->order, &deed->addition, &err) < 0) {
			deed_refuse(deed, &err);
			continue;
		}
		s->deeds++;
		deed_answer(deed, &deed->event, deed->record.number);
		if (deed_changes_status(deed) && request->result == 0 && s->responder_ms + RESPONDER_PRESENT_MS > now_ms)
			hold_answer(&s->holds, request, deed->record.number);
	}
}

static void count_group(const struct group *g, int64_t fsyncs)
{
	g->signer->groups++;
	if (group_count_issues(g) < GROUP_LARGE)
		return;
	g->signer->large_groups++;
	g->signer->large_fsyncs += fsyncs;
}

/* Step 6: everything signed and written, durable at once or not at all. */
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
	if (group_provide(&g, &err) < 0) {
		refuse_open(&g, &err);
		return;
	}
	check_group(&g);
	if (write_group(&g, &err) < 0)
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

/* In groups, from `from` to before `to`. */
static void run_deeds(struct signer *s, struct deed **deeds, size_t from, size_t to)
{
	size_t begun = from;

	for (size_t i = from; i < to; i++) {
		if (fits(deeds + begun, i - begun, deeds[i]))
			continue;
		run_group(s, deeds + begun, i - begun);
		begun = i;
	}
	run_group(s, deeds + begun, to - begun);
}

void deeds_serve(struct signer *s, struct request **requests, size_t n, deeds_told_fn *told)
{
	struct deed *deeds = calloc(n, sizeof(*deeds));
	struct deed **open = calloc(n, sizeof(struct deed *));
	size_t count = 0, first;

	for (size_t i = 0; i < n && (deeds == NULL || open == NULL); i++)
		requests[i]->result = err_set(&requests[i]->err, HF_MEMORY, "batch");
	if (deeds == NULL || open == NULL)
		goto out;
	for (size_t i = 0; i < n; i++) {
		deed_begin(&deeds[i], requests[i], s->registry);
		if (deed_is_open(&deeds[i]))
			open[count++] = &deeds[i];
	}
	first = deeds_put_status_first(open, count);
	run_deeds(s, open, 0, first);
	if (first > 0 && first < count)
		told(s);
	run_deeds(s, open, first, count);
	for (size_t i = 0; i < n; i++)
		deed_free(&deeds[i]);
out:
	free(deeds);
	free(open);
}
