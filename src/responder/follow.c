/* The two threads that ask the signer. */
#include "follow.h"

#include "clock.h"
#include "log.h"
#include "signer_message.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define WAIT_MS 3000 /* how long the signer may hold an answer */
#define ASK_MS (WAIT_MS + 5000)
#define PAUSE_FIRST_MS 100
#define PAUSE_LAST_MS 5000

struct follow {
	struct responder *responder;
	pthread_t feed, keep;
	bool feed_runs, keep_runs;
	struct pool *pool;
	int64_t from, last_seen;
};

static enum crl_reason crl_reason_of(int reason)
{
	static const enum crl_reason reasons[] = {
	    [ORDER_REASON_UNSPECIFIED] = CRL_UNSPECIFIED,
	    [ORDER_REASON_KEY_COMPROMISE] = CRL_KEY_COMPROMISE,
	    [ORDER_REASON_AFFILIATION_CHANGED] = CRL_AFFILIATION_CHANGED,
	    [ORDER_REASON_SUPERSEDED] = CRL_SUPERSEDED,
	    [ORDER_REASON_CESSATION] = CRL_CESSATION,
	    [ORDER_REASON_HOLD] = CRL_HOLD,
	};

	return reasons[reason];
}

static struct index_record record_of(const struct feed_entry *entry)
{
	struct index_record record = {INDEX_GOOD, CRL_UNSPECIFIED, entry->time};

	if (entry->event.type != EVENT_STATUS || entry->event.status == EVENT_GOOD)
		return record;
	record.status = entry->event.status == EVENT_SUSPENDED ? INDEX_SUSPENDED : INDEX_REVOKED;
	record.reason = record.status == INDEX_SUSPENDED ? CRL_HOLD : crl_reason_of(entry->event.reason);
	return record;
}

/* An issue tells of new serials; a status may only change what was issued, and nothing brings back what was revoked. */
static int serial_apply(struct responder *r, const struct feed_entry *entry, const struct serial *serial, struct err *err)
{
	struct index_record record = record_of(entry), before = status_index_get(r->index, serial);
	bool issue = entry->event.type == EVENT_ISSUED;

	if (issue ? before.status != INDEX_UNKNOWN : before.status == INDEX_UNKNOWN)
		return issue ? 0 : err_set(err, HF_SERIAL_UNKNOWN, "entry %" PRId64 " changes a serial that was not issued", entry->number);
	if (before.status == INDEX_REVOKED)
		return record.status == INDEX_REVOKED
		           ? 0
		           : err_set(err, HF_FEED_BACK, "entry %" PRId64 " brings a revoked one back", entry->number);
	if (status_index_set(r->index, serial, &record, err) != 0)
		return -1;
	answer_cache_drop(r->cache, serial);
	return 0;
}

static int entry_apply(struct responder *r, const struct feed_entry *entry, struct err *err)
{
	const struct octets_list *serials = &entry->event.serials;

	for (size_t i = 0; i < serials->count; i++) {
		struct serial serial;

		memcpy(serial.bytes, serials->data + i * SERIAL_SIZE, SERIAL_SIZE);
		if (serial_apply(r, entry, &serial, err) != 0)
			return -1;
	}
	return 0;
}

/* Puts one checked batch into the index, and drops the answers that it changes. */
static int follow_apply(struct responder *r, const struct feed *feed, struct err *err)
{
	if (memcmp(feed->ca, r->ca, sizeof(r->ca)) != 0)
		return err_set(err, HF_ORDER_OTHER_CA, "a batch of another CA");
	if (feed->made < atomic_load(&r->heard))
		return err_set(err, HF_FEED_BACK, "a batch made before the one applied last");
	for (size_t i = 0; i < feed->count; i++)
		if (entry_apply(r, &feed->entries[i], err) != 0)
			return -1;
	atomic_store(&r->heard, feed->made);
	atomic_store_explicit(&r->caught_up, feed->next > feed->last, memory_order_release);
	atomic_fetch_add(&r->batches, 1);
	return 0;
}

/* A journal that goes back, or another's: what the index says is in question until a batch is accepted again. */
static void follow_doubt(struct responder *r, const struct err *err)
{
	if (err->code == HF_FEED_BACK || err->code == HF_JOURNAL_BEHIND || err->code == HF_ORDER_OTHER_CA)
		atomic_store_explicit(&r->caught_up, false, memory_order_release);
}

static int batch_take(struct follow *f, struct bytes body, struct err *err)
{
	struct responder *r = f->responder;
	struct feed_reply reply;
	struct feed feed;

	if (body_decode(&feed_reply_body, body, f->pool, &reply, err) != 0 ||
	    feed_read(&feed, EVENT_VIEW_STATUS, reply.text, reply.signature, r->journal->key, f->from, f->last_seen, f->pool, err) != 0 ||
	    follow_apply(r, &feed, err) != 0) {
		atomic_fetch_add(&r->refused_batches, 1);
		follow_doubt(r, err);
		return -1;
	}
	f->last_seen = feed.last;
	f->from = feed.next;
	return 0;
}

/* Asking from n also says that all before n is applied: then the signer lets the revocation's answer go. */
static int feed_step(struct follow *f, struct err *err)
{
	struct feed_request request = {f->from, WAIT_MS};
	struct buf body, answer;
	int result = -1;

	buf_init(&body, 64);
	buf_init(&answer, FEED_TEXT_MAX + 256);
	pool_reset(f->pool);
	if (body_encode(&feed_request_body, &request, &body, err) != 0)
		goto out;
	if (call_ask(f->responder->signer, SIGNER_FEED, buf_get(&body), &answer, ASK_MS, err) != 0)
		follow_doubt(f->responder, err);
	else
		result = batch_take(f, buf_get(&answer), err);
out:
	buf_free(&body);
	buf_free(&answer);
	return result;
}

static void pause_ms(int ms)
{
	nanosleep(&(struct timespec){ms / 1000, (long)(ms % 1000) * 1000000}, NULL);
}

/* Waits longer after each failure; back to the first pause by 0. */
static int pause_next(int before)
{
	int next = before == 0 ? PAUSE_FIRST_MS : before * 2;

	if (next > PAUSE_LAST_MS)
		next = PAUSE_LAST_MS;
	pause_ms(next);
	return next;
}

static void *feed_run(void *ctx)
{
	struct follow *f = ctx;
	int pause = 0;
	struct err err;

	while (!atomic_load(&f->responder->stopping)) {
		if (feed_step(f, &err) == 0) {
			pause = 0;
			continue;
		}
		log_fault("feed.failed", &err);
		pause = pause_next(pause);
	}
	return NULL;
}

static int crl_ask(struct responder *r, struct err *err)
{
	struct crl_copy *newest = crl_store_get(r->crls);
	struct crl_request request = {newest != NULL ? newest->number : 0, WAIT_MS};
	struct pool *pool = pool_new(4096);
	struct crl_reply reply;
	struct buf body, answer;
	int result = -1;

	crl_copy_release(newest);
	buf_init(&body, 64);
	buf_init(&answer, FRAME_BODY_MAX);
	if (pool == NULL)
		err_set(err, HF_MEMORY, "no memory for a CRL");
	else if (body_encode(&crl_request_body, &request, &body, err) == 0 &&
	         call_ask(r->signer, SIGNER_CRL, buf_get(&body), &answer, ASK_MS, err) == 0 &&
	         body_decode(&crl_reply_body, buf_get(&answer), pool, &reply, err) == 0)
		result = reply.number == request.have ? 0 : crl_store_take(r->crls, reply.der, err);
	pool_free(&pool);
	buf_free(&body);
	buf_free(&answer);
	return result;
}

static bool crl_step(struct responder *r)
{
	struct err err;

	if (crl_ask(r, &err) == 0)
		return true;
	log_fault("crl.failed", &err);
	return false;
}

static bool key_step(struct responder *r)
{
	struct err err;

	if (!delegate_wants_renewal(r->delegate, clock_now()) || delegate_renew(r->delegate, r->signer, &err) == 0)
		return true;
	log_fault("key.failed", &err);
	return false;
}

/* Each goes on without the other. */
static void *keep_run(void *ctx)
{
	struct responder *r = ((struct follow *)ctx)->responder;
	int pause = 0;

	while (!atomic_load(&r->stopping)) {
		bool key = key_step(r), crl = crl_step(r);

		pause = key && crl ? 0 : pause_next(pause);
	}
	return NULL;
}

int follow_start(struct follow **follow, struct responder *r, struct err *err)
{
	struct follow *f = calloc(1, sizeof(*f));

	if (f == NULL)
		return err_set(err, HF_MEMORY, "no memory to follow the signer");
	f->responder = r;
	f->from = 1;
	f->pool = pool_new(FEED_POOL_MAX);
	*follow = f;
	if (f->pool != NULL) {
		f->feed_runs = pthread_create(&f->feed, NULL, feed_run, f) == 0;
		f->keep_runs = pthread_create(&f->keep, NULL, keep_run, f) == 0;
	}
	if (f->feed_runs && f->keep_runs)
		return 0;
	atomic_store(&r->stopping, true);
	follow_stop(follow);
	return err_set(err, HF_SYSTEM, "cannot start the threads that follow the signer");
}

void follow_stop(struct follow **follow)
{
	struct follow *f = *follow;

	if (f == NULL)
		return;
	if (f->feed_runs)
		pthread_join(f->feed, NULL);
	if (f->keep_runs)
		pthread_join(f->keep, NULL);
	pool_free(&f->pool);
	free(f);
	*follow = NULL;
}
