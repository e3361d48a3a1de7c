#include "feed_signer.h"

#include "clock.h"
#include "feed.h"
#include "line.h"
#include "signer_message.h"
#include "spawn.h"

#include "cert_build.h"
#include "crl_build.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <poll.h>
#include <pthread.h>
#include <unistd.h>

#include <cmocka.h>

#define RECORDS_MAX 4096
#define WAITING_MAX 8
#define TICK_MS 5
#define SHOWN_AT_ONCE 64

struct record {
	int64_t time;
	struct buf body;
};

struct waiting {
	uint64_t peer, id;
	uint16_t type;
	int64_t from, deadline;
};

struct feed_signer {
	struct authority authority;
	struct sm2_private *journal_key;
	struct cert *journal;
	pthread_mutex_t lock;
	struct record records[RECORDS_MAX];
	int64_t count; /* newest number */
	int64_t asked; /* highest `from` */
	struct buf crl;
	int64_t crl_number;
	enum fake_fault fault;
	struct waiting waiting[WAITING_MAX];
	size_t waiting_count;
	struct serve *serve;
	int line[2];
	char path[64];
	pthread_t serve_thread, line_thread;
	struct pool *pool;
};

#define FINE(call) assert_int_equal(call, 0)

/* In the thread that serves a test cannot fail by longjmp. */
#define MUST(call) \
	do { \
		if ((call) != 0) \
			abort(); \
	} while (0)

static void batch_write(struct feed_signer *f, int64_t from, struct buf *text)
{
	static const uint8_t head[32] = {1};
	int64_t next = from, last = f->count;
	struct json_writer w;
	uint8_t ca[20];

	sm2_public_id(f->authority.issuing->key, ca);
	ca[0] ^= f->fault == FAKE_OTHER_CA;
	feed_write_begin(&w, text, ca);
	for (; next <= last && next < from + SHOWN_AT_ONCE; next++)
		feed_write_entry(&w, next, f->records[next].time, buf_get(&f->records[next].body));
	MUST(feed_write_end(&w, from, head, last < from - 1 ? from - 1 : last, clock_now() - (f->fault == FAKE_BACK ? 3600 : 0), next,
	                    NULL));
}

static void feed_answer(struct feed_signer *f, int64_t from, struct buf *out)
{
	struct feed_reply reply;
	struct buf text, signature;

	buf_init(&text, FEED_TEXT_MAX);
	buf_init(&signature, SM2_SIGNATURE_MAX);
	batch_write(f, from, &text);
	MUST(signed_text_sign(SIGNED_FEED, f->fault == FAKE_WRONG_SIGNATURE ? f->authority.issuing_key : f->journal_key, buf_get(&text),
	                      &signature, NULL));
	reply = (struct feed_reply){buf_get(&text), buf_get(&signature)};
	MUST(body_encode(&feed_reply_body, &reply, out, NULL));
	buf_free(&text);
	buf_free(&signature);
}

static void crl_answer(struct feed_signer *f, struct buf *out)
{
	struct crl_reply reply = {f->crl_number, buf_get(&f->crl)};

	MUST(body_encode(&crl_reply_body, &reply, out, NULL));
}

static void key_answer(struct feed_signer *f, struct bytes body, struct buf *out)
{
	struct ocsp_key_request request;
	struct ocsp_key_reply reply;
	struct sm2_public *key = NULL;
	struct buf cert;

	buf_init(&cert, CERT_DER_MAX);
	MUST(body_decode(&ocsp_key_request_body, body, f->pool, &request, NULL));
	MUST(sm2_public_from_spki(&key, request.spki, NULL));
	struct cert_plan plan = {.profile = PROFILE_OCSP,
	                         .subject = {.country = BYTES_LITERAL("CN"), .common_name = BYTES_LITERAL("responder")},
	                         .not_before = clock_now() - 1,
	                         .key = key,
	                         .issuer = f->authority.issuing};
	serial_draw(&plan.serial);
	plan.not_after = profile_end(PROFILE_OCSP, plan.not_before, plan.issuer->not_after);
	MUST(cert_issue(&plan, f->authority.issuing_key, &cert, NULL));
	reply = (struct ocsp_key_reply){buf_get(&cert), f->authority.issuing->der, f->journal->der};
	MUST(body_encode(&ocsp_key_reply_body, &reply, out, NULL));
	sm2_public_free(&key);
	buf_free(&cert);
}

static bool is_due(const struct feed_signer *f, const struct waiting *w)
{
	bool news = w->type == SIGNER_FEED ? f->count >= w->from : f->crl_number > w->from;

	return news || clock_monotonic_ms() >= w->deadline;
}

static void answer_due(struct feed_signer *f)
{
	for (size_t i = 0; i < f->waiting_count;) {
		struct waiting w = f->waiting[i];
		struct buf out;

		if (!is_due(f, &w)) {
			i++;
			continue;
		}
		f->waiting[i] = f->waiting[--f->waiting_count];
		buf_init(&out, FRAME_BODY_MAX);
		if (w.type == SIGNER_FEED)
			feed_answer(f, w.from, &out);
		else
			crl_answer(f, &out);
		serve_answer(f->serve, w.peer, w.type, w.id, buf_get(&out));
		buf_free(&out);
	}
}

static void wait_add(struct feed_signer *f, struct request *r, int64_t from, uint32_t wait_ms)
{
	if (f->waiting_count == WAITING_MAX)
		abort();
	f->waiting[f->waiting_count++] = (struct waiting){r->peer, r->id, r->type, from, clock_monotonic_ms() + wait_ms};
	r->kept = true;
}

static void request_take(struct feed_signer *f, struct request *r)
{
	struct feed_request feed;
	struct crl_request crl;

	if (r->type == SIGNER_FEED && f->fault == FAKE_SILENT) {
		r->result = err_set(&r->err, HF_STORE_BUSY, "silent");
	} else if (r->type == SIGNER_FEED && f->fault == FAKE_BEHIND) {
		r->result = err_set(&r->err, HF_JOURNAL_BEHIND, "the journal ends before");
	} else if (r->type == SIGNER_OCSP_KEY && f->fault == FAKE_NO_KEY) {
		r->result = err_set(&r->err, HF_RATE, "no more keys");
	} else if (r->type == SIGNER_FEED) {
		MUST(body_decode(&feed_request_body, r->body, r->pool, &feed, NULL));
		f->asked = feed.from > f->asked ? feed.from : f->asked;
		wait_add(f, r, feed.from, feed.wait_ms);
	} else if (r->type == SIGNER_CRL) {
		MUST(body_decode(&crl_request_body, r->body, r->pool, &crl, NULL));
		wait_add(f, r, crl.have, crl.wait_ms);
	} else if (r->type == SIGNER_OCSP_KEY) {
		pool_reset(f->pool);
		key_answer(f, r->body, &r->reply);
	} else {
		r->result = err_set(&r->err, HF_MESSAGE_UNKNOWN, "not by this one");
	}
}

static void on_batch(void *ctx, struct request **batch, size_t n)
{
	struct feed_signer *f = ctx;

	pthread_mutex_lock(&f->lock);
	for (size_t i = 0; i < n; i++)
		request_take(f, batch[i]);
	pthread_mutex_unlock(&f->lock);
}

static void on_tick(void *ctx)
{
	struct feed_signer *f = ctx;

	pthread_mutex_lock(&f->lock);
	answer_due(f);
	pthread_mutex_unlock(&f->lock);
}

static void *serve_run_thread(void *ctx)
{
	struct feed_signer *f = ctx;

	MUST(serve_run(f->serve, 16, NULL));
	return NULL;
}

/* Gives whoever asks on the line a new connection. */
static void *line_run(void *ctx)
{
	struct feed_signer *f = ctx;
	struct pollfd wait = {.fd = f->line[1], .events = POLLIN};

	for (;;) {
		int asked;

		(void)poll(&wait, 1, -1);
		asked = line_asked(f->line[1]);
		if (asked < 0)
			return NULL;
		if (asked == 0)
			continue;
		if (line_answer(f->line[1], socket_connect_unix(f->path, NULL), NULL) != 0)
			return NULL;
	}
}

void feed_signer_start(struct feed_signer **out, int *line)
{
	struct feed_signer *f = calloc(1, sizeof(*f));
	int listener;

	assert_non_null(f);
	authority_make(&f->authority, false);
	FINE(sm2_private_generate(&f->journal_key, NULL));
	struct cert_plan plan = authority_plan(&f->authority, PROFILE_JOURNAL, f->journal_key);

	f->journal = authority_issue(&f->authority, &plan);
	pthread_mutex_init(&f->lock, NULL);
	buf_init(&f->crl, CRL_DER_MAX);
	f->pool = pool_new(1 << 20);
	FINE(line_pair(f->line, NULL));
	FINE(serve_new(&f->serve, on_batch, on_tick, TICK_MS, f, NULL));
	snprintf(f->path, sizeof(f->path), "/tmp/hufu-test-signer-%d.sock", (int)getpid());
	listener = socket_listen_unix(f->path, 0600, NULL);
	assert_true(listener >= 0);
	FINE(serve_add_listener(f->serve, listener, signer_responder_door, signer_responder_door_rows, NULL, NULL));
	FINE(pthread_create(&f->serve_thread, NULL, serve_run_thread, f));
	FINE(pthread_create(&f->line_thread, NULL, line_run, f));
	*line = f->line[0];
	*out = f;
}

void feed_signer_stop(struct feed_signer **out)
{
	struct feed_signer *f = *out;

	close(f->line[0]);
	pthread_join(f->line_thread, NULL);
	close(f->line[1]);
	serve_stop(f->serve);
	pthread_join(f->serve_thread, NULL);
	serve_free(&f->serve);
	unlink(f->path);
	for (int64_t i = 1; i <= f->count; i++)
		buf_free(&f->records[i].body);
	buf_free(&f->crl);
	pool_free(&f->pool);
	cert_free(&f->journal);
	sm2_private_free(&f->journal_key);
	authority_free(&f->authority);
	pthread_mutex_destroy(&f->lock);
	free(f);
	*out = NULL;
}

const struct authority *feed_signer_authority(const struct feed_signer *f)
{
	return &f->authority;
}

const struct cert *feed_signer_journal(const struct feed_signer *f)
{
	return f->journal;
}

static int64_t append(struct feed_signer *f, const struct journal_event *event)
{
	struct record *record;
	int64_t number;

	pthread_mutex_lock(&f->lock);
	number = ++f->count;
	assert_true(number < RECORDS_MAX);
	record = &f->records[number];
	record->time = clock_now();
	buf_init(&record->body, EVENT_BODY_MAX);
	FINE(journal_event_write(event, EVENT_VIEW_STATUS, &record->body, NULL));
	pthread_mutex_unlock(&f->lock);
	return number;
}

int64_t feed_signer_issue(struct feed_signer *f, const struct serial *serials, size_t n)
{
	return append(f, &(struct journal_event){.type = EVENT_ISSUED, .serials = {serials->bytes, n}});
}

int64_t feed_signer_status(struct feed_signer *f, const struct serial *serial, enum event_status status, enum order_reason reason)
{
	return append(
	    f, &(struct journal_event){.type = EVENT_STATUS, .serials = {serial->bytes, 1}, .status = (int)status, .reason = (int)reason});
}

int64_t feed_signer_crl(struct feed_signer *f, const struct crl_entry *entries, size_t n)
{
	int64_t number, now = clock_now();

	pthread_mutex_lock(&f->lock);
	number = f->crl_number + 1;
	buf_clear(&f->crl);
	FINE(crl_issue(&(struct crl_plan){.issuer = f->authority.issuing,
	                                  .number = number,
	                                  .this_update = now,
	                                  .next_update = now + 172800,
	                                  .entries = entries,
	                                  .count = n},
	               f->authority.issuing_key, &f->crl, NULL));
	f->crl_number = number;
	pthread_mutex_unlock(&f->lock);
	return number;
}

bool feed_signer_followed(struct feed_signer *f, int64_t number, int ms)
{
	int64_t until = clock_monotonic_ms() + ms;
	bool followed = false;

	while (!followed && clock_monotonic_ms() < until) {
		pthread_mutex_lock(&f->lock);
		followed = f->asked > number;
		pthread_mutex_unlock(&f->lock);
		if (!followed)
			(void)poll(NULL, 0, 2);
	}
	return followed;
}

void feed_signer_fault(struct feed_signer *f, enum fake_fault fault)
{
	pthread_mutex_lock(&f->lock);
	f->fault = fault;
	pthread_mutex_unlock(&f->lock);
}
