/* Tells every listening page when a key comes or goes. */
#include "events.h"

#include "clock.h"
#include "keydoor_message.h"
#include "log.h"

#include <poll.h>
#include <pthread.h>
#include <stdlib.h>

#define ALIVE_MS 15000
#define ANSWER_MS 5000 /* more than ALIVE_MS, for keydoor's answer to come */
#define RETRY_MS 1000

#define LINE_KEYS "{\"event\":\"keys\"}\n"
#define LINE_ALIVE "{\"event\":\"alive\"}\n"

struct listener {
	struct reply_stream *stream;
	size_t origin_row;
};

struct events {
	struct call *keydoor;
	const struct origins *origins;
	struct silence *silence;
	pthread_mutex_t lock;
	struct listener listeners[EVENTS_LISTENERS_MAX];
	size_t count;
};

/* A stream lives longer than any other request: the gate's answer of its beginning may no longer hold. */
static bool may_listen(struct events *e, const struct listener *l)
{
	return !origins_over(e->origins, clock_now()) && silence_check(e->silence, l->origin_row, NULL) == 0;
}

static void tell(struct events *e, struct bytes line)
{
	size_t left = 0;

	pthread_mutex_lock(&e->lock);
	for (size_t i = 0; i < e->count; i++) {
		struct listener *l = &e->listeners[i];

		if (may_listen(e, l) && reply_stream_write(l->stream, line, NULL) == 0)
			e->listeners[left++] = *l;
		else
			reply_stream_close(&l->stream); /* not heard any more, or the page is gone */
	}
	e->count = left;
	pthread_mutex_unlock(&e->lock);
}

/* Waits for keydoor to say that keys came or went since *seen. */
static int wait_for_keys(struct events *e, uint32_t *seen, bool *changed, struct err *err)
{
	const struct keydoor_wait_request request = {*seen, ALIVE_MS};
	struct keydoor_wait_reply reply;
	struct buf out, in;
	int rc = -1;

	buf_init(&out, 64);
	buf_init(&in, 64);
	if (body_encode(&keydoor_wait_request_body, &request, &out, err) == 0 &&
	    call_ask(e->keydoor, KEYDOOR_WAIT, buf_get(&out), &in, ALIVE_MS + ANSWER_MS, err) == 0 &&
	    body_decode(&keydoor_wait_reply_body, buf_get(&in), NULL, &reply, err) == 0) {
		*changed = reply.seen != *seen;
		*seen = reply.seen;
		rc = 0;
	}
	buf_free(&in);
	buf_free(&out);
	return rc;
}

static void *watch(void *ctx)
{
	struct events *e = ctx;
	uint32_t seen = 0;
	bool lost = false;

	for (;;) {
		struct err err = {0};
		bool changed = false;

		if (wait_for_keys(e, &seen, &changed, &err) != 0) {
			if (!lost)
				log_fault("events.lost", &err);
			lost = true;
			(void)poll(NULL, 0, RETRY_MS);
			continue;
		}
		/* What happened while keydoor was away is not known: the pages look anew. */
		tell(e, changed || lost ? BYTES_LITERAL(LINE_KEYS) : BYTES_LITERAL(LINE_ALIVE));
		lost = false;
	}
	return NULL;
}

int events_new(struct events **out, struct call *keydoor, const struct origins *origins, struct silence *silence, struct err *err)
{
	struct events *e = calloc(1, sizeof(*e));
	pthread_t thread;

	*out = e;
	if (e == NULL)
		return err_set(err, HF_MEMORY, "events");
	e->keydoor = keydoor;
	e->origins = origins;
	e->silence = silence;
	(void)pthread_mutex_init(&e->lock, NULL);
	if (pthread_create(&thread, NULL, watch, e) != 0) {
		free(e);
		*out = NULL;
		return err_set(err, HF_SYSTEM, "no thread for events");
	}
	(void)pthread_detach(thread);
	return 0;
}

int events_listen(struct events *e, struct reply_stream *stream, size_t origin_row, struct err *err)
{
	int rc = -1;

	pthread_mutex_lock(&e->lock);
	if (e->count == EVENTS_LISTENERS_MAX)
		(void)err_set(err, HF_RATE, "%d pages listen", EVENTS_LISTENERS_MAX);
	else if (reply_stream_write(stream, BYTES_LITERAL(LINE_ALIVE), err) == 0) {
		e->listeners[e->count++] = (struct listener){stream, origin_row};
		rc = 0;
	}
	pthread_mutex_unlock(&e->lock);
	return rc;
}

void events_close(struct events *e)
{
	pthread_mutex_lock(&e->lock);
	while (e->count > 0)
		reply_stream_close(&e->listeners[--e->count].stream);
	pthread_mutex_unlock(&e->lock);
}
