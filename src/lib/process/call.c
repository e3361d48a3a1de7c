/* The asking side: whoever asks sends by himself, one at a time, and waits until the reading thread has his answer. */
#include "call.h"

#include "call_connection.h"
#include "clock.h"
#include "line.h"
#include "log.h"
#include "spawn.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static void make_condition(pthread_cond_t *cond)
{
	pthread_condattr_t attr;

	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(cond, &attr);
	pthread_condattr_destroy(&attr);
}

/* False when the time ran out. The lock is held. */
static bool wait_until(struct call *c, pthread_cond_t *cond, int64_t deadline)
{
	struct timespec at = {deadline / 1000, deadline % 1000 * 1000000};

	return pthread_cond_timedwait(cond, &c->lock, &at) != ETIMEDOUT;
}

static void call_release(struct call *c)
{
	if (c->fd >= 0)
		close(c->fd);
	if (c->wake >= 0)
		close(c->wake);
	pthread_cond_destroy(&c->changed);
	pthread_mutex_destroy(&c->lock);
	free(c->path);
	free(c);
}

static int call_start(struct call **out, int fd, const char *path, int line, struct err *err)
{
	struct call *c = calloc(1, sizeof(*c));

	*out = NULL;
	if (!c) {
		close(fd);
		return err_set(err, HF_MEMORY, "no memory for a connection");
	}
	pthread_mutex_init(&c->lock, NULL);
	make_condition(&c->changed);
	c->fd = fd;
	c->line = line;
	c->next_id = 1;
	c->path = path ? strdup(path) : NULL;
	c->wake = eventfd(0, EFD_CLOEXEC);
	if ((path && !c->path) || c->wake < 0 || call_start_reader(c)) {
		err_set_errno(err, HF_SYSTEM, "starting the reader of a connection");
		call_release(c);
		return -1;
	}
	*out = c;
	return 0;
}

int call_new(struct call **c, int fd, struct err *err)
{
	return call_start(c, fd, NULL, -1, err);
}

int call_connect(struct call **c, const char *path, struct err *err)
{
	int fd = socket_connect_unix(path, err);

	*c = NULL;
	return fd < 0 ? -1 : call_start(c, fd, path, -1, err);
}

int call_line(struct call **c, int line, struct err *err)
{
	int fd = line_ask(line, err);

	*c = NULL;
	return fd < 0 ? -1 : call_start(c, fd, NULL, line, err);
}

void call_end(struct call *c)
{
	const uint64_t one = 1;

	if (write(c->wake, &one, sizeof(one)) < 0)
		log_error("wire.wake", "the reader of a connection cannot be woken");
}

void call_free(struct call **c)
{
	if (!*c)
		return;
	call_end(*c);
	pthread_join((*c)->reader, NULL);
	call_release(*c);
	*c = NULL;
}

/* Waits for a connection that nobody sends on, and takes it for sending. */
static int begin_sending(struct call *c, int64_t deadline, struct err *err)
{
	while (!c->ended && (c->fd < 0 || c->spoiled || c->sending))
		if (!wait_until(c, &c->changed, deadline))
			return err_set(err, HF_PEER_GONE, c->sending ? "no turn to send in time" : "no connection in time");
	if (c->ended)
		return err_set(err, HF_PEER_GONE, "the connection is closed");
	c->sending = true;
	return 0;
}

/* unsent: the connection had ended before a byte of this was taken. */
static int send_all(int fd, struct bytes data, int64_t deadline, bool *unsent, struct err *err)
{
	size_t whole = data.size;

	while (data.size) {
		ssize_t n = send(fd, data.data, data.size, MSG_DONTWAIT | MSG_NOSIGNAL);
		struct pollfd polled = {.fd = fd, .events = POLLOUT};
		int64_t left = deadline - clock_monotonic_ms();

		if (n > 0) {
			data = (struct bytes){data.data + n, data.size - (size_t)n};
			continue;
		}
		if (n < 0 && errno != EAGAIN && errno != EINTR) {
			*unsent = data.size == whole;
			return err_set_errno(err, HF_PEER_GONE, "sending");
		}
		if (left <= 0) {
			/* A part of a frame spoils what would follow. */
			if (data.size < whole)
				shutdown(fd, SHUT_RDWR);
			return err_set(err, HF_PEER_GONE, "the peer took no request in time");
		}
		if (poll(&polled, 1, (int)left) < 0 && errno != EINTR)
			return err_set_errno(err, HF_PEER_GONE, "poll");
	}
	return 0;
}

static int append_requests(struct buf *out, const struct waiter *waiters, size_t n, struct err *err)
{
	for (size_t i = 0; i < n; i++)
		if (frame_append(out, &(struct frame){waiters[i].item->type, 0, waiters[i].id, waiters[i].item->body}, err))
			return -1;
	return 0;
}

static void leave(struct call *c, struct waiter *waiters, size_t n)
{
	for (size_t i = 0; i < n; i++)
		waiter_take(c, waiters[i].id);
}

/* Enters the waiters and sends their requests on the connection that is there now. The lock is held, but while sending. */
static int send_requests(struct call *c, struct waiter *waiters, size_t n, struct buf *out, int64_t deadline, bool *unsent, struct err *err)
{
	int fd, result;

	*unsent = false;
	if (begin_sending(c, deadline, err))
		return -1;
	for (size_t i = 0; i < n; i++) {
		waiters[i].id = c->next_id++;
		err_clear(&waiters[i].item->err);
		waiter_put(c, &waiters[i]);
	}
	waiters[0].asking->left = n;
	fd = c->fd;
	pthread_mutex_unlock(&c->lock);
	buf_clear(out);
	result = append_requests(out, waiters, n, err);
	if (result == 0)
		result = send_all(fd, buf_get(out), deadline, unsent, err);
	pthread_mutex_lock(&c->lock);
	c->sending = false;
	c->spoiled |= *unsent;
	pthread_cond_broadcast(&c->changed);
	if (result)
		leave(c, waiters, n);
	return result;
}

/* Sends, again on the next connection where nothing went out on this one, and waits until all are answered or the time is over. */
static int exchange(struct call *c, struct waiter *waiters, size_t n, struct buf *out, int64_t deadline, struct err *err)
{
	struct asking *asking = waiters[0].asking;
	bool unsent;
	int result;

	do
		result = send_requests(c, waiters, n, out, deadline, &unsent, err);
	while (unsent);
	if (result)
		return -1;
	while (result == 0 && asking->left)
		if (!wait_until(c, &asking->done, deadline))
			result = err_set(err, HF_PEER_GONE, "no answer in time");
	leave(c, waiters, n);
	return result;
}

/* Every item ends with an answer or with an error of its own. */
static int ask_group(struct call *c, struct call_item *items, struct waiter *waiters, size_t n, int timeout_ms)
{
	int64_t deadline = clock_monotonic_ms() + timeout_ms;
	struct asking asking = {.left = n};
	struct err fault;
	struct buf out;
	int result;

	make_condition(&asking.done);
	buf_init(&out, SIZE_MAX);
	for (size_t i = 0; i < n; i++) {
		items[i].result = -1;
		err_clear(&items[i].err);
		waiters[i] = (struct waiter){.item = &items[i], .asking = &asking};
	}
	pthread_mutex_lock(&c->lock);
	result = exchange(c, waiters, n, &out, deadline, &fault);
	pthread_mutex_unlock(&c->lock);
	for (size_t i = 0; i < n && result; i++)
		if (items[i].result && items[i].err.code == HF_NONE)
			items[i].err = fault;
	pthread_cond_destroy(&asking.done);
	buf_wipe(&out);
	return result;
}

int call_ask_many(struct call *c, struct call_item *items, size_t n, int timeout_ms, struct err *err)
{
	struct waiter *waiters = calloc(n, sizeof(*waiters));
	int result = 0;

	if (n && waiters)
		result = ask_group(c, items, waiters, n, timeout_ms);
	for (size_t i = 0; i < n && !waiters; i++)
		items[i].result = err_set(&items[i].err, HF_MEMORY, "no memory for %zu requests", n);
	free(waiters);
	for (size_t i = 0; i < n; i++) {
		if (items[i].result == 0)
			continue;
		if (err)
			*err = items[i].err;
		return -1;
	}
	return result;
}

int call_ask(struct call *c, uint16_t type, struct bytes body, struct buf *answer, int timeout_ms, struct err *err)
{
	struct call_item item = {.type = type, .body = body, .answer = *answer};
	int result = call_ask_many(c, &item, 1, timeout_ms, err);

	*answer = item.answer;
	return result;
}
