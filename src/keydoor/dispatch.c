/* Takes requests from the agent's socket to the hands that do them: one that opens windows, one that only looks. */
#include "dispatch.h"

#include "clock.h"
#include "hand.h"
#include "log.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#define TICK_MS 100
#define BATCH_MAX 16
#define LOOKS_MAX 8
#define WAITERS_MAX 16
#define WAIT_MAX_MS 30000
#define RETRY_MS 1000 /* after the library could not wait for keys */

struct waiter {
	uint64_t peer, id;
	uint32_t seen;
	int64_t until; /* clock_monotonic_ms */
};

struct dispatch {
	struct keydoor *k;
	struct serve *serve;
	struct hand *looking, *windows;
	struct patience *windows_patience, looking_patience;
	bool hangs;            /* at the last tick */
	_Atomic uint32_t seen; /* keys that came or went */
	struct waiter waiters[WAITERS_MAX];
	size_t waiting;
};

/* ---- keys that come and go ---- */

static void *watch_keys(void *ctx)
{
	struct dispatch *d = ctx;
	bool told = false;

	for (;;) {
		struct token_event event;
		struct err err = {0};

		if (token_wait(d->k->library, &event, &err) == 0) {
			atomic_fetch_add(&d->seen, 1);
			told = false;
			continue;
		}
		if (!told)
			log_fault("key.watch", &err);
		told = true;
		(void)usleep(RETRY_MS * 1000);
	}
	return NULL;
}

static int hold_waiter(struct dispatch *d, const struct request *request, struct err *err)
{
	struct keydoor_wait_request wait;

	if (body_decode(&keydoor_wait_request_body, request->body, NULL, &wait, err) != 0)
		return -1;
	if (wait.wait_ms > WAIT_MAX_MS)
		return err_set(err, HF_MESSAGE_FORMAT, "wait of %u ms", wait.wait_ms);
	if (d->waiting == WAITERS_MAX)
		return err_set(err, HF_KEY_BUSY, "%d others wait for keys", WAITERS_MAX);
	d->waiters[d->waiting++] = (struct waiter){request->peer, request->id, wait.seen, clock_monotonic_ms() + wait.wait_ms};
	return 0;
}

static void answer_waiter(struct dispatch *d, const struct waiter *w, uint32_t seen)
{
	const struct keydoor_wait_reply reply = {seen};
	struct err err = {0};
	struct buf body;

	buf_init(&body, 16);
	if (body_encode(&keydoor_wait_reply_body, &reply, &body, &err) == 0)
		serve_answer(d->serve, w->peer, KEYDOOR_WAIT, w->id, buf_get(&body));
	else
		serve_refuse(d->serve, w->peer, KEYDOOR_WAIT, w->id, &err);
	buf_free(&body);
}

static void answer_waiters(struct dispatch *d)
{
	uint32_t seen = atomic_load(&d->seen);
	int64_t now = clock_monotonic_ms();
	size_t left = 0;

	for (size_t i = 0; i < d->waiting; i++) {
		struct waiter w = d->waiters[i];

		if (w.seen != seen || now >= w.until)
			answer_waiter(d, &w, seen);
		else
			d->waiters[left++] = w;
	}
	d->waiting = left;
}

/* ---- the loop ---- */

/* Answered at once: the window that it ends is another hand's. */
static int call_off(struct dispatch *d, struct bytes body, struct err *err)
{
	struct keydoor_call_off_request request;

	if (body_decode(&keydoor_call_off_request_body, body, NULL, &request, err) != 0)
		return -1;
	recall_tell(d->k->place.recall, request.number);
	return 0;
}

static void take_request(struct dispatch *d, struct request *request)
{
	const struct deed *deed = deed_find(request->type);

	if (request->type == KEYDOOR_CALL_OFF) {
		request->result = call_off(d, request->body, &request->err);
		return;
	}
	if (request->type == KEYDOOR_WAIT)
		request->result = hold_waiter(d, request, &request->err);
	else if (deed == NULL)
		request->result = err_set(&request->err, HF_MESSAGE_UNKNOWN, "message %u", request->type);
	else
		request->result = hand_give(deed->window ? d->windows : d->looking, deed, request, &request->err);
	request->kept = request->result == 0;
}

static void take_batch(void *ctx, struct request **batch, size_t n)
{
	for (size_t i = 0; i < n; i++)
		take_request(ctx, batch[i]);
}

/* A look that hangs takes no window with it: the end waits until that has its answer. */
static bool is_hanging(struct dispatch *d)
{
	return patience_is_over(d->windows_patience) || (patience_is_over(&d->looking_patience) && !hand_is_busy(d->windows));
}

static void tick(void *ctx)
{
	struct dispatch *d = ctx;
	bool hangs = is_hanging(d);

	answer_waiters(d);
	/* At the second tick, so that an answer just given has gone out. */
	if (hangs && d->hangs) {
		log_error("key.hangs", "the vendor's library does not come back: ending, to be started anew");
		_exit(EX_TEMPFAIL);
	}
	d->hangs = hangs;
}

int dispatch_new(struct dispatch **out, struct keydoor *k, struct patience *windows, struct err *err)
{
	struct dispatch *d = calloc(1, sizeof(*d));
	pthread_t thread;

	*out = d;
	if (d == NULL)
		return err_set(err, HF_MEMORY, "dispatch");
	d->k = k;
	d->windows_patience = windows;
	if (serve_new(&d->serve, take_batch, tick, TICK_MS, d, err) != 0 ||
	    hand_new(&d->looking, k, d->serve, &d->looking_patience, LOOKS_MAX, HF_KEY_BUSY, err) != 0 ||
	    hand_new(&d->windows, k, d->serve, windows, 1, HF_WINDOW_OPEN, err) != 0)
		return -1;
	if (pthread_create(&thread, NULL, watch_keys, d) != 0)
		return err_set(err, HF_SYSTEM, "no thread to watch keys");
	(void)pthread_detach(thread);
	return 0;
}

int dispatch_run(struct dispatch *d, int fd, struct err *err)
{
	if (serve_add_peer(d->serve, fd, keydoor_agent_door, keydoor_agent_door_rows, NULL, err) != 0)
		return -1;
	return serve_run(d->serve, BATCH_MAX, err);
}
