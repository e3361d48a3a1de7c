/* The asking side: whoever asks sends by himself, one at a time; one thread reads and hands the answers out. */
#include "call.h"

#include "clock.h"
#include "line.h"
#include "log.h"
#include "spawn.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BUCKETS 64
#define READ_ROOM (64u << 10)
#define BACK_OFF_FIRST_MS 50
#define BACK_OFF_MOST_MS 2000

/* One call_ask_many that waits. */
struct asking {
	pthread_cond_t done;
	size_t left;
};

/* One outstanding request, found by its id. */
struct waiter {
	uint64_t id;
	struct call_item *item;
	struct asking *asking;
	struct waiter *next;
};

struct call {
	char *path; /* how to connect again: a path, or a line; neither: never */
	int line;
	pthread_t reader;
	pthread_mutex_t lock;   /* of everything below */
	pthread_cond_t changed; /* fd, sending, ended */
	int fd;                 /* -1: not connected */
	bool sending;           /* somebody writes to fd; the reader does not close it meanwhile */
	bool ended;             /* never connected again */
	bool stop;
	int wake; /* ends the reader's waiting at the stop */
	uint64_t next_id;
	struct waiter *waiting[BUCKETS];
};

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

static void put_waiter(struct call *c, struct waiter *w)
{
	struct waiter **bucket = &c->waiting[w->id % BUCKETS];

	w->next = *bucket;
	*bucket = w;
}

static struct waiter *take_waiter(struct call *c, uint64_t id)
{
	for (struct waiter **at = &c->waiting[id % BUCKETS]; *at; at = &(*at)->next) {
		struct waiter *w = *at;

		if (w->id == id) {
			*at = w->next;
			return w;
		}
	}
	return NULL;
}

static void finish(struct waiter *w)
{
	if (--w->asking->left == 0)
		pthread_cond_signal(&w->asking->done);
}

static void fail_all(struct call *c)
{
	for (size_t i = 0; i < BUCKETS; i++) {
		while (c->waiting[i]) {
			struct waiter *w = c->waiting[i];

			c->waiting[i] = w->next;
			err_set(&w->item->err, HF_PEER_GONE, "the connection broke before the answer");
			finish(w);
		}
	}
}

/* The lock is held: the asking thread cannot let go of its item meanwhile. */
static int deliver(struct call *c, const struct frame *f, struct err *err)
{
	struct waiter *w;

	if (!(f->flags & FRAME_FLAG_ANSWER))
		return err_set(err, HF_MESSAGE_FORMAT, "a request where only answers come (wire.md 4)");
	w = take_waiter(c, f->id);
	if (!w)
		return 0; /* its time ran out */
	if (f->type != w->item->type)
		err_set(&w->item->err, HF_MESSAGE_FORMAT, "answer of type %u to a request of type %u", f->type, w->item->type);
	else if (f->flags & FRAME_FLAG_FAULT)
		frame_fault(f->body, &w->item->err);
	else
		w->item->result = buf_append(&w->item->answer, f->body, &w->item->err);
	finish(w);
	return 0;
}

static int deliver_all(struct call *c, struct buf *in, struct err *err)
{
	size_t used = 0;
	int result = 0;

	pthread_mutex_lock(&c->lock);
	while (result == 0) {
		struct frame f;
		size_t size;
		int found = frame_take((struct bytes){in->data + used, in->size - used}, &f, &size, err);

		if (found == 0)
			break;
		result = found < 0 ? -1 : deliver(c, &f, err);
		used += found > 0 ? size : 0;
	}
	pthread_mutex_unlock(&c->lock);
	buf_consume(in, used);
	return result;
}

/* Reads until the connection ends, with the reason in err. */
static void read_answers(struct call *c, int fd, struct buf *in, int *back_off, struct err *err)
{
	struct pollfd polled[2] = {{.fd = fd, .events = POLLIN}, {.fd = c->wake, .events = POLLIN}};

	for (;;) {
		ssize_t n;

		if (poll(polled, 2, -1) < 0 && errno != EINTR) {
			err_set_errno(err, HF_SYSTEM, "poll");
			return;
		}
		if (polled[1].revents) {
			err_set(err, HF_PEER_GONE, "the connection is given up");
			return;
		}
		if (buf_reserve(in, in->max - in->size < READ_ROOM ? in->max - in->size : READ_ROOM, err))
			return;
		n = recv(fd, in->data + in->size, in->capacity - in->size, MSG_DONTWAIT);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (n <= 0) {
			err_set(err, HF_PEER_GONE, "the peer closed the connection");
			return;
		}
		in->size += (size_t)n;
		*back_off = BACK_OFF_FIRST_MS;
		if (deliver_all(c, in, err))
			return;
	}
}

static bool can_connect(const struct call *c)
{
	return c->path || c->line >= 0;
}

static int connect_once(const struct call *c, struct err *err)
{
	return c->path ? socket_connect_unix(c->path, err) : line_ask(c->line, err);
}

static void set_connection(struct call *c, int fd)
{
	pthread_mutex_lock(&c->lock);
	c->fd = fd;
	pthread_cond_broadcast(&c->changed);
	pthread_mutex_unlock(&c->lock);
}

static void end_connection(struct call *c, bool for_good)
{
	pthread_mutex_lock(&c->lock);
	if (c->fd >= 0) {
		shutdown(c->fd, SHUT_RDWR);
		while (c->sending)
			pthread_cond_wait(&c->changed, &c->lock);
		close(c->fd);
		c->fd = -1;
	}
	c->ended = for_good;
	fail_all(c);
	pthread_cond_broadcast(&c->changed);
	pthread_mutex_unlock(&c->lock);
}

/* True when the stop was asked for meanwhile. */
static bool sleep_or_stop(struct call *c, int ms)
{
	struct pollfd polled = {.fd = c->wake, .events = POLLIN};

	return poll(&polled, 1, ms) > 0;
}

static void *reader_main(void *ctx)
{
	struct call *c = ctx;
	int back_off = BACK_OFF_FIRST_MS;
	int fd = c->fd; /* set before this thread began, and changed by it alone */
	bool stop = false;
	struct buf in;

	buf_init(&in, FRAME_HEADER_SIZE + FRAME_BODY_MAX + READ_ROOM);
	while (!stop) {
		struct err err;

		if (fd >= 0) {
			read_answers(c, fd, &in, &back_off, &err);
			buf_wipe(&in);
			stop = sleep_or_stop(c, 0) || !can_connect(c);
			end_connection(c, stop);
			if (!stop)
				log_fault("wire.connection_ended", &err);
		}
		if (stop)
			break;
		stop = sleep_or_stop(c, back_off);
		back_off = back_off * 2 < BACK_OFF_MOST_MS ? back_off * 2 : BACK_OFF_MOST_MS;
		fd = stop ? -1 : connect_once(c, &err);
		if (fd >= 0)
			set_connection(c, fd);
	}
	end_connection(c, true);
	return NULL;
}

/* Signals are for the program's own threads. */
static int start_reader(struct call *c)
{
	sigset_t all, before;
	int fault;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	fault = pthread_create(&c->reader, NULL, reader_main, c);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	errno = fault;
	return fault ? -1 : 0;
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
	if ((path && !c->path) || c->wake < 0 || start_reader(c)) {
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

void call_free(struct call **c)
{
	const uint64_t one = 1;

	if (!*c)
		return;
	if (write((*c)->wake, &one, sizeof(one)) < 0)
		log_error("wire.wake", "the reader of a connection cannot be woken");
	pthread_join((*c)->reader, NULL);
	call_release(*c);
	*c = NULL;
}

/* Waits for a connection that nobody sends on, and takes it for sending. */
static int begin_sending(struct call *c, int64_t deadline, struct err *err)
{
	while (!c->ended && (c->fd < 0 || c->sending))
		if (!wait_until(c, &c->changed, deadline))
			return err_set(err, HF_PEER_GONE, c->fd < 0 ? "no connection in time" : "no turn to send in time");
	if (c->ended)
		return err_set(err, HF_PEER_GONE, "the connection is closed");
	c->sending = true;
	return 0;
}

static int send_all(int fd, struct bytes data, int64_t deadline, struct err *err)
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
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			return err_set_errno(err, HF_PEER_GONE, "sending");
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

/* Enters the waiters, sends their requests, and waits until all are answered or the time is over. The lock is held, but while sending. */
static int exchange(struct call *c, struct waiter *waiters, size_t n, struct buf *out, int64_t deadline, struct err *err)
{
	struct asking *asking = waiters[0].asking;
	int fd, result;

	if (begin_sending(c, deadline, err))
		return -1;
	for (size_t i = 0; i < n; i++) {
		waiters[i].id = c->next_id++;
		put_waiter(c, &waiters[i]);
	}
	asking->left = n;
	fd = c->fd;
	pthread_mutex_unlock(&c->lock);
	result = append_requests(out, waiters, n, err);
	if (result == 0)
		result = send_all(fd, buf_get(out), deadline, err);
	pthread_mutex_lock(&c->lock);
	c->sending = false;
	pthread_cond_broadcast(&c->changed);
	while (result == 0 && asking->left)
		if (!wait_until(c, &asking->done, deadline))
			result = err_set(err, HF_PEER_GONE, "no answer in time");
	for (size_t i = 0; i < n; i++)
		take_waiter(c, waiters[i].id);
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

	if (!waiters)
		return n ? err_set(err, HF_MEMORY, "no memory for %zu requests", n) : 0;
	if (n)
		result = ask_group(c, items, waiters, n, timeout_ms);
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
