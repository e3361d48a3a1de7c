/* The reading side of a call: hands answers out by their ids, fails what is outstanding when the connection ends, connects again. */
#include "call_connection.h"
#include "line.h"
#include "log.h"
#include "spawn.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#define READ_ROOM (64u << 10)
#define BACK_OFF_FIRST_MS 50
#define BACK_OFF_MOST_MS 2000

void waiter_put(struct call *c, struct waiter *w)
{
	struct waiter **bucket = &c->waiting[w->id % CALL_BUCKETS];

	w->next = *bucket;
	*bucket = w;
}

struct waiter *waiter_take(struct call *c, uint64_t id)
{
	for (struct waiter **at = &c->waiting[id % CALL_BUCKETS]; *at; at = &(*at)->next) {
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
	for (size_t i = 0; i < CALL_BUCKETS; i++) {
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
	w = waiter_take(c, f->id);
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
	c->spoiled = false;
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
int call_start_reader(struct call *c)
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
