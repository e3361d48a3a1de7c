/* Escrow's answers. */
#include "escrow_dispatch.h"

#include "clock.h"
#include "crypto_load.h"
#include "envelope.h"
#include "escrow_message.h"
#include "log.h"
#include "warrant.h"

#include <stdlib.h>
#include <string.h>

#define FILL_MS 5

/* One envelope that is asked for. */
struct errand {
	struct request *request; /* NULL: answered or refused */
	struct envelope_request asked;
	struct buf message; /* what the warrant's signature covers */
	struct warrant warrant;
	struct sm2_public *to;
	bool later; /* the same (application, key) stands earlier in this round */

	struct sm2_private *key;
	struct buf envelope, space;
	struct safekeeping_pair pair;
	bool fresh; /* waits for the commit */
};

static void refuse(struct errand *e, const struct err *err)
{
	e->request->result = -1;
	e->request->err = *err;
	e->request = NULL;
	e->fresh = false;
}

static void errand_free(struct errand *e)
{
	buf_free(&e->message);
	buf_free(&e->envelope);
	buf_free(&e->space);
	sm2_public_free(&e->to);
	sm2_private_free(&e->key);
}

/* Everything about a warrant but its signature. */
static int check_warrant(const struct escrow *escrow, struct errand *e, struct err *err)
{
	uint8_t hash[32];

	if (e->asked.warrant.size == 0)
		return err_set(err, HF_WARRANT_MISSING, "no warrant (order.md 5)");
	if (warrant_parse(&e->warrant, e->asked.warrant, e->request->pool, err) < 0)
		return -1;
	if (warrant_check(&e->warrant, escrow->ca, clock_now(), err) < 0)
		return -1;
	if (sm2_public_from_spki(&e->to, e->asked.spki, err) < 0)
		return -1;
	sm2_public_hash(e->to, hash);
	if (memcmp(hash, e->warrant.key, sizeof(hash)) != 0)
		return err_set(err, HF_WARRANT_KEY, "the warrant is for another key (order.md 5)");
	return 0;
}

static void errand_begin(const struct escrow *escrow, struct errand *e, struct request *request)
{
	struct err err = {0};

	memset(e, 0, sizeof(*e));
	e->request = request;
	buf_init(&e->message, WARRANT_TEXT_MAX + 64);
	buf_init(&e->envelope, ENVELOPE_DER_MAX);
	buf_init(&e->space, 8192);
	if (body_decode(&envelope_request_body, request->body, request->pool, &e->asked, &err) < 0 || check_warrant(escrow, e, &err) < 0 ||
	    signed_text_message(SIGNED_WARRANT, e->asked.warrant, &e->message, &err) < 0)
		refuse(e, &err);
}

/* One call for all signatures of the batch. */
static void verify_all(const struct escrow *escrow, struct errand *errands, size_t n)
{
	struct sm2_verify_item *items = calloc(n + 1, sizeof(*items));
	struct err err = {0};
	bool done = false;

	if (items == NULL) {
		err_set(&err, HF_MEMORY, "verify");
	} else {
		for (size_t i = 0; i < n; i++)
			items[i] = (struct sm2_verify_item){escrow->journal_key, buf_get(&errands[i].message),
			                                    errands[i].asked.warrant_signature, -1};
		done = sm2_verify_many(items, n, &err) == 0;
	}
	for (size_t i = 0; i < n; i++) {
		if (errands[i].request == NULL)
			continue;
		if (done && items[i].result < 0)
			err_set(&err, HF_WARRANT_SIGNATURE, "not signed by the journal key (order.md 5)");
		if (!done || items[i].result < 0)
			refuse(&errands[i], &err);
	}
	free(items);
}

static void answer(struct errand *e)
{
	uint8_t spki[SM2_SPKI_SIZE];
	struct envelope_reply reply = {.envelope = e->pair.envelope};
	struct err err = {0};

	sm2_point_to_spki(e->pair.point, spki);
	reply.spki = (struct bytes){spki, sizeof(spki)};
	if (body_encode(&envelope_reply_body, &reply, &e->request->reply, &err) < 0) {
		refuse(e, &err);
		return;
	}
	e->request->result = 0;
	e->request = NULL;
}

/* A pair out of the stock, enveloped and in the group. */
static int provide(struct escrow *escrow, struct errand *e, struct err *err)
{
	if (stock_take(escrow->stock, &e->key, err) < 0)
		return -1;
	if (envelope_seal(e->to, e->key, &e->envelope, err) < 0)
		return -1;
	memcpy(e->pair.application, e->warrant.application, sizeof(e->pair.application));
	memcpy(e->pair.key_hash, e->warrant.key, sizeof(e->pair.key_hash));
	sm2_public_point(sm2_private_public(e->key), e->pair.point);
	e->pair.envelope = buf_get(&e->envelope);
	if (safekeeping_add(escrow->safekeeping, clock_now(), &e->pair, e->key, err) < 0)
		return -1;
	e->fresh = true;
	return 0;
}

static void serve_errand(struct escrow *escrow, struct errand *e)
{
	struct err err = {0};
	bool found;

	if (safekeeping_find(escrow->safekeeping, e->warrant.application, e->warrant.key, &e->space, &e->pair, &found, &err) < 0) {
		refuse(e, &err);
		return;
	}
	if (found) {
		answer(e);
		return;
	}
	if (provide(escrow, e, &err) < 0)
		refuse(e, &err);
}

static bool same_pair(const struct errand *a, const struct errand *b)
{
	return memcmp(a->warrant.application, b->warrant.application, sizeof(a->warrant.application)) == 0 &&
	       memcmp(a->warrant.key, b->warrant.key, sizeof(a->warrant.key)) == 0;
}

/* Marks errands whose pair an earlier one of the round provides; false when none is left to do. */
static bool next_round(struct errand *errands, size_t n)
{
	bool any = false;

	for (size_t i = 0; i < n; i++) {
		errands[i].later = false;
		for (size_t k = 0; k < i && errands[i].request != NULL && !errands[i].later; k++)
			errands[i].later = errands[k].request != NULL && same_pair(&errands[k], &errands[i]);
		any = any || errands[i].request != NULL;
	}
	return any;
}

static void count_round(struct escrow *escrow, const struct errand *errands, size_t n, int64_t fsyncs)
{
	size_t fresh = 0;

	for (size_t i = 0; i < n; i++)
		fresh += errands[i].fresh;
	escrow->groups++;
	if (fresh < GROUP_LARGE)
		return;
	escrow->large_groups++;
	escrow->large_fsyncs += fsyncs;
}

static void commit_round(struct escrow *escrow, struct errand *errands, size_t n)
{
	struct err err = {0};
	int64_t fsyncs = safekeeping_syncs(escrow->safekeeping);
	bool done = safekeeping_commit(escrow->safekeeping, &err) == 0;

	count_round(escrow, errands, n, safekeeping_syncs(escrow->safekeeping) - fsyncs);
	if (!done)
		log_fault("escrow.commit", &err);
	for (size_t i = 0; i < n; i++) {
		if (!errands[i].fresh)
			continue;
		errands[i].fresh = false;
		if (done)
			answer(&errands[i]);
		else
			refuse(&errands[i], &err);
	}
	if (!done && err.code != HF_FILE) {
		escrow->failed = true;
		serve_stop(escrow->serve);
	}
}

static void serve_envelopes(struct escrow *escrow, struct errand *errands, size_t n)
{
	verify_all(escrow, errands, n);
	while (next_round(errands, n)) {
		for (size_t i = 0; i < n; i++) {
			if (errands[i].request != NULL && !errands[i].later)
				serve_errand(escrow, &errands[i]);
		}
		commit_round(escrow, errands, n);
	}
}

static void serve_state(const struct escrow *escrow, struct request *request)
{
	struct crypto_account account = crypto_account_get();
	struct escrow_state_reply reply = {
	    .stock = (int64_t)stock_count(escrow->stock),
	    .held = (int64_t)safekeeping_count(escrow->safekeeping),
	    .fsyncs = safekeeping_syncs(escrow->safekeeping),
	    .groups = escrow->groups,
	    .large_fsyncs = escrow->large_fsyncs,
	    .large_groups = escrow->large_groups,
	    .crypto_ns = (int64_t)account.ns,
	    .sm2 = bytes_text(crypto_in_use()),
	    .cpu_ns = (int64_t)clock_thread_cpu_ns(),
	};

	request->result = body_encode(&escrow_state_reply_body, &reply, &request->reply, &request->err);
}

void dispatch_batch(void *ctx, struct request **batch, size_t n)
{
	struct escrow *escrow = ctx;
	struct errand *errands = calloc(n, sizeof(*errands));
	size_t count = 0;

	for (size_t i = 0; i < n; i++) {
		if (batch[i]->type == ESCROW_STATE)
			serve_state(escrow, batch[i]);
		else if (errands == NULL)
			batch[i]->result = err_set(&batch[i]->err, HF_MEMORY, "batch");
		else
			errand_begin(escrow, &errands[count++], batch[i]);
	}
	if (count > 0)
		serve_envelopes(escrow, errands, count);
	for (size_t i = 0; i < count; i++)
		errand_free(&errands[i]);
	free(errands);
}

void dispatch_tick(void *ctx)
{
	struct escrow *escrow = ctx;
	struct err err = {0};

	if (stock_fill(escrow->stock, FILL_MS, &err) < 0)
		log_fault("escrow.stock", &err);
}
