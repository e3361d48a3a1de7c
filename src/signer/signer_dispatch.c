/* The signer's doors. */
#include "signer_dispatch.h"

#include "clock.h"
#include "crypto_load.h"
#include "deed_group.h"
#include "feed_answer.h"
#include "ocsp_key.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define REPLY_MAX (8u << 20)

const struct signer_door signer_door_portal = {"portal", EVENT_VIEW_FULL, false};
const struct signer_door signer_door_responder = {"responder", EVENT_VIEW_STATUS, true};
const struct signer_door signer_door_order = {"order", EVENT_VIEW_FULL, false};

/* The feed: at once when there is something to show, or when nobody waits. */

static void serve_feed(struct signer *s, struct request *request)
{
	const struct signer_door *door = request->door_ctx;
	int64_t now_ms = clock_monotonic_ms();
	struct feed_request asked;

	request->result = body_decode(&feed_request_body, request->body, request->pool, &asked, &request->err);
	if (request->result == 0)
		request->result = feed_check_from(s, asked.from, &request->err);
	if (request->result < 0)
		return;
	if (door->responder) {
		s->responder_ms = now_ms;
		hold_release(&s->holds, s->serve, asked.from - 1);
	}
	if (!feed_has_news(s, door->view, asked.from) && asked.from == journal_state_get(s->journal).number + 1 &&
	    waiting_add(&s->waitings, request, door->responder ? WAITING_STATUS_FEED : WAITING_FEED, asked.from, asked.wait_ms, now_ms))
		return;
	request->result = feed_answer(s, door->view, asked.from, &request->reply, &request->err);
}

static int put_crl(const struct signer *s, struct buf *out, struct err *err)
{
	struct crl_reply reply = {.number = s->crl.number, .der = buf_get(&s->crl.newest)};

	if (s->crl.number == 0)
		return err_set(err, HF_NOT_FOUND, "no CRL was made yet");
	return body_encode(&crl_reply_body, &reply, out, err);
}

static void serve_crl(struct signer *s, struct request *request)
{
	struct crl_request asked;

	request->result = body_decode(&crl_request_body, request->body, request->pool, &asked, &request->err);
	if (request->result < 0)
		return;
	if (s->crl.number <= asked.have && waiting_add(&s->waitings, request, WAITING_CRL, asked.have, asked.wait_ms, clock_monotonic_ms()))
		return;
	request->result = put_crl(s, &request->reply, &request->err);
}

/* waiting_try_fn */
static bool try_waiting(void *ctx, const struct waiting *w, bool last)
{
	struct signer *s = ctx;
	enum event_view view = w->what == WAITING_STATUS_FEED ? EVENT_VIEW_STATUS : EVENT_VIEW_FULL;
	bool news = w->what == WAITING_CRL ? s->crl.number > w->from : feed_has_news(s, view, w->from);
	struct err err = {0};
	struct buf out;
	int result;

	if (!news && !last)
		return false;
	buf_init(&out, REPLY_MAX);
	result = w->what == WAITING_CRL ? put_crl(s, &out, &err) : feed_answer(s, view, w->from, &out, &err);
	if (result == 0)
		serve_answer(s->serve, w->peer, w->type, w->id, buf_get(&out));
	else
		serve_refuse(s->serve, w->peer, w->type, w->id, &err);
	buf_free(&out);
	return true;
}

/* Seconds since the responder asked for the feed; -1 before it did. */
static int64_t responder_seconds(const struct signer *s)
{
	return s->responder_ms < 0 ? -1 : (clock_monotonic_ms() - s->responder_ms) / 1000;
}

static void serve_state(struct signer *s, struct request *request)
{
	struct journal_state journal = journal_state_get(s->journal);
	struct registry_summary summary = registry_summary_get(s->registry);
	struct crypto_account account = crypto_account_get();
	struct timespec cpu = {0, 0};
	struct state_reply reply = {
	    .time = clock_now(),
	    .number = journal.number,
	    .head = BYTES_ARRAY(journal.head),
	    .root = s->ca.root->der,
	    .issuing = s->ca.issuing->der,
	    .journal = s->ca.journal->der,
	    .evaluation = summary.evaluation,
	    .crl_number = s->crl.number,
	    .crl_next = summary.crl_next,
	    .ocsp_until = summary.ocsp_time > 0 ? profile_end(PROFILE_OCSP, summary.ocsp_time, s->ca.issuing->not_after) : 0,
	    .responder_seconds = responder_seconds(s),
	    .quota_issue = (uint32_t)summary.quota,
	    .fsyncs = journal_syncs(s->journal),
	    .groups = s->groups,
	    .deeds = s->deeds,
	    .large_fsyncs = s->large_fsyncs,
	    .large_groups = s->large_groups,
	    .crypto_ns = (int64_t)account.ns,
	    .sm2 = bytes_text(crypto_in_use()),
	};

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu);
	reply.cpu_ns = (int64_t)cpu.tv_sec * 1000000000 + cpu.tv_nsec;
	request->result = body_encode(&state_reply_body, &reply, &request->reply, &request->err);
}

static int take_audit_head(struct signer *s, const struct audit_head_request *asked, int64_t *number, struct err *err)
{
	struct registry_summary summary = registry_summary_get(s->registry);
	struct journal_event event = {.type = EVENT_AUDIT, .count = asked->count};
	struct journal_record record;
	int64_t now;

	if (asked->head.size != sizeof(event.head) || asked->count < 0)
		return err_set(err, HF_MESSAGE_FORMAT, "an audit head has 32 bytes and a count");
	memcpy(event.head, asked->head.data, sizeof(event.head));
	*number = journal_state_get(s->journal).number;
	if (asked->count == summary.audit_count && memcmp(event.head, summary.audit_head, sizeof(event.head)) == 0)
		return 0;
	if (asked->count <= summary.audit_count)
		return err_set(err, HF_AUDIT_BROKEN, "the audit chain had %lld entries, now %lld", (long long)summary.audit_count,
		               (long long)asked->count);
	if (signer_now(s, &now, err) < 0 || signer_record(s, &event, now, &record, err) < 0)
		return -1;
	*number = record.number;
	return 0;
}

static void serve_audit_head(struct signer *s, struct request *request)
{
	struct audit_head_request asked;
	struct number_reply reply;

	if (body_decode(&audit_head_request_body, request->body, request->pool, &asked, &request->err) < 0 ||
	    take_audit_head(s, &asked, &reply.number, &request->err) < 0)
		request->result = -1;
	else
		request->result = body_encode(&number_reply_body, &reply, &request->reply, &request->err);
}

/* By enum signer_message; deeds are served together. */
static void (*const handlers[])(struct signer *, struct request *) = {
    [SIGNER_FEED] = serve_feed, [SIGNER_STATE] = serve_state,       [SIGNER_AUDIT_HEAD] = serve_audit_head,
    [SIGNER_CRL] = serve_crl,   [SIGNER_OCSP_KEY] = ocsp_key_serve,
};

/* deeds_told_fn: followers have what changed on their sockets before anything else is taken on. */
static void tell_followers(struct signer *s)
{
	waiting_try_all(&s->waitings, try_waiting, s, clock_monotonic_ms());
	serve_flush(s->serve);
	hold_count(&s->holds, clock_monotonic_ms());
}

/* The feed first: a large CRL takes its time. */
static void spread_news(struct signer *s)
{
	tell_followers(s);
	if (crl_maker_tick(s))
		tell_followers(s);
}

void signer_dispatch_batch(void *ctx, struct request **batch, size_t n)
{
	struct signer *s = ctx;
	struct request **deeds = calloc(n, sizeof(struct request *));
	size_t count = 0;

	for (size_t i = 0; i < n; i++) {
		if (batch[i]->type != SIGNER_DEED)
			handlers[batch[i]->type](s, batch[i]);
		else if (deeds == NULL)
			batch[i]->result = err_set(&batch[i]->err, HF_MEMORY, "batch");
		else
			deeds[count++] = batch[i];
	}
	if (count > 0)
		deeds_serve(s, deeds, count, tell_followers);
	free(deeds);
	spread_news(s);
}

void signer_dispatch_tick(void *ctx)
{
	struct signer *s = ctx;

	hold_tick(&s->holds, s->serve, clock_monotonic_ms());
	spread_news(s);
}
