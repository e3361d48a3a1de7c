/* The answering side's loop: gather from all connections, hand over one batch, answer it, look at the clock. */
#include "serve.h"

#include "clock.h"
#include "log.h"
#include "serve_peer.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define PEERS_MAX 256
#define LISTENERS_MAX 8
#define NO_LISTENER LISTENERS_MAX
#define EVENTS_AT_ONCE 64
#define STALL_CHECK_MS 1000
#define REQUEST_POOL_MAX (16u << 20)
#define POSTED_MAX (64u << 20)

/* What epoll tells: which listener (by index) or peer (by id) is ready, or that somebody posted or SIGTERM came. */
enum { EVENT_LISTENER = 0, EVENT_POSTED = LISTENERS_MAX, EVENT_SIGNAL, EVENT_FIRST_PEER };

struct listener {
	int fd;
	struct door door;
};

struct serve {
	serve_batch_fn *fn;
	serve_tick_fn *tick;
	void *ctx;
	int tick_ms;
	int epoll, wake, signals;
	struct listener listeners[LISTENERS_MAX];
	size_t listener_count;
	struct peer *peers[PEERS_MAX];
	size_t peer_count;
	size_t next_peer; /* who comes first in the next batch */
	uint64_t next_id;
	struct request *requests, **batch;
	size_t batch_max;
	atomic_bool stop;
	pthread_mutex_t lock; /* of posted alone */
	struct buf posted;    /* from serve_answer: u64 peer and a frame, again and again */
};

static int watch(struct serve *s, int fd, uint64_t event, uint32_t interest, struct err *err)
{
	struct epoll_event e = {.events = interest, .data.u64 = event};

	return epoll_ctl(s->epoll, EPOLL_CTL_ADD, fd, &e) ? err_set_errno(err, HF_SYSTEM, "epoll") : 0;
}

int serve_new(struct serve **out, serve_batch_fn *fn, serve_tick_fn *tick, int tick_ms, void *ctx, struct err *err)
{
	struct serve *s = calloc(1, sizeof(*s));

	*out = NULL;
	if (!s)
		return err_set(err, HF_MEMORY, "no memory for a server");
	*s = (struct serve){.fn = fn, .tick = tick, .tick_ms = tick_ms, .ctx = ctx, .signals = -1, .next_id = EVENT_FIRST_PEER};
	pthread_mutex_init(&s->lock, NULL);
	buf_init(&s->posted, POSTED_MAX);
	s->epoll = epoll_create1(EPOLL_CLOEXEC);
	s->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (s->epoll < 0 || s->wake < 0)
		err_set_errno(err, HF_SYSTEM, "epoll or eventfd");
	else if (watch(s, s->wake, EVENT_POSTED, EPOLLIN, err) == 0)
		*out = s;
	if (*out)
		return 0;
	serve_free(&s);
	return -1;
}

void serve_free(struct serve **out)
{
	struct serve *s = *out;

	if (!s)
		return;
	for (size_t i = 0; i < s->peer_count; i++)
		peer_free(s->peers[i]);
	for (size_t i = 0; i < s->listener_count; i++)
		close(s->listeners[i].fd);
	for (size_t i = 0; s->requests && i < s->batch_max; i++)
		pool_free(&s->requests[i].pool);
	free(s->requests);
	free(s->batch);
	if (s->epoll >= 0)
		close(s->epoll);
	if (s->wake >= 0)
		close(s->wake);
	if (s->signals >= 0)
		close(s->signals);
	buf_wipe(&s->posted);
	pthread_mutex_destroy(&s->lock);
	free(s);
	*out = NULL;
}

int serve_add_listener(struct serve *s, int fd, const struct message *table, size_t rows, const void *door_ctx, struct err *err)
{
	if (s->listener_count == LISTENERS_MAX)
		return err_set(err, HF_LIMIT, "more than %d listening sockets", LISTENERS_MAX);
	if (fcntl(fd, F_SETFL, O_NONBLOCK))
		return err_set_errno(err, HF_SYSTEM, "listening socket");
	if (watch(s, fd, EVENT_LISTENER + s->listener_count, EPOLLIN, err))
		return -1;
	s->listeners[s->listener_count++] = (struct listener){fd, {table, rows, door_ctx}};
	return 0;
}

/* Each listening socket has its share of the connections, so that the peer of one cannot take up those of another. */
static bool share_is_used(const struct serve *s, size_t listener)
{
	size_t used = 0;

	for (size_t i = 0; i < s->peer_count; i++)
		used += s->peers[i]->listener == listener;
	return listener < s->listener_count && used >= PEERS_MAX / s->listener_count;
}

/* listener: index, or NO_LISTENER. */
static int add_peer(struct serve *s, int fd, const struct door *door, size_t listener, struct err *err)
{
	struct peer *p;

	if (s->peer_count == PEERS_MAX || share_is_used(s, listener))
		return err_set(err, HF_LIMIT, "%zu connections are open already", s->peer_count);
	p = peer_new(fd, s->next_id, door);
	if (!p)
		return err_set(err, HF_MEMORY, "no memory for a connection");
	p->listener = listener;
	p->interest = EPOLLIN;
	if (watch(s, fd, p->id, p->interest, err)) {
		p->fd = -1;
		peer_free(p);
		return -1;
	}
	s->next_id++;
	s->peers[s->peer_count++] = p;
	return 0;
}

int serve_add_peer(struct serve *s, int fd, const struct message *table, size_t rows, const void *door_ctx, struct err *err)
{
	return add_peer(s, fd, &(struct door){table, rows, door_ctx}, NO_LISTENER, err);
}

static void accept_all(struct serve *s, size_t index)
{
	const struct listener *listener = &s->listeners[index];
	struct err err;

	for (;;) {
		int fd = accept4(listener->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

		if (fd < 0 && (errno == EINTR || errno == ECONNABORTED))
			continue;
		if (fd < 0)
			return;
		if (add_peer(s, fd, &listener->door, index, &err)) {
			log_fault("wire.not_accepted", &err);
			close(fd);
		}
	}
}

static struct peer *find_peer(const struct serve *s, uint64_t id)
{
	for (size_t i = 0; i < s->peer_count; i++)
		if (s->peers[i]->id == id)
			return s->peers[i];
	return NULL;
}

static void post(struct serve *s, uint64_t peer, const struct frame *f, const struct err *fault)
{
	const uint64_t one = 1;
	struct err err;
	size_t before;

	pthread_mutex_lock(&s->lock);
	before = s->posted.size;
	if (buf_append_u64(&s->posted, peer, &err) ||
	    (fault ? frame_append_fault(&s->posted, f->type, f->id, fault, &err) : frame_append(&s->posted, f, &err))) {
		s->posted.size = before;
		log_fault("wire.answer_lost", &err);
	}
	pthread_mutex_unlock(&s->lock);
	if (write(s->wake, &one, sizeof(one)) < 0)
		return; /* the counter is full: the loop is awake already */
}

void serve_answer(struct serve *s, uint64_t peer, uint16_t type, uint64_t id, struct bytes body)
{
	post(s, peer, &(struct frame){type, FRAME_FLAG_ANSWER, id, body}, NULL);
}

void serve_refuse(struct serve *s, uint64_t peer, uint16_t type, uint64_t id, const struct err *fault)
{
	post(s, peer, &(struct frame){.type = type, .id = id}, fault);
}

static void deliver_posted(struct serve *s)
{
	struct reader r;
	struct frame f;
	uint64_t count, id;
	size_t used;

	if (read(s->wake, &count, sizeof(count)) < 0)
		return;
	pthread_mutex_lock(&s->lock);
	r.rest = buf_get(&s->posted);
	while (reader_u64(&r, &id) == 0 && frame_take(r.rest, &f, &used, NULL) > 0 && reader_take(&r, used, &(struct bytes){0}) == 0) {
		struct peer *p = find_peer(s, id);

		if (p)
			peer_put_answer(p, &f);
	}
	buf_clear(&s->posted);
	pthread_mutex_unlock(&s->lock);
}

void serve_flush(struct serve *s)
{
	deliver_posted(s);
	for (size_t i = 0; i < s->peer_count; i++)
		peer_flush(s->peers[i]);
}

static void handle_event(struct serve *s, const struct epoll_event *e)
{
	uint64_t what = e->data.u64;
	struct peer *p;

	if (what < EVENT_POSTED) {
		accept_all(s, (size_t)what);
	} else if (what == EVENT_POSTED) {
		deliver_posted(s);
	} else if (what == EVENT_SIGNAL) {
		s->stop = true;
	} else if ((p = find_peer(s, what))) {
		if (e->events & (EPOLLIN | EPOLLHUP | EPOLLERR))
			peer_read(p);
		if (e->events & EPOLLOUT)
			peer_flush(p);
	}
}

/* What is ready, of all connections. Those that ended or are full stay ready until they are settled, so there is an end to it. */
static int take_events(struct serve *s, int wait_ms, struct err *err)
{
	struct epoll_event events[EVENTS_AT_ONCE];
	int n = EVENTS_AT_ONCE;

	for (size_t taken = 0; n == EVENTS_AT_ONCE && taken <= PEERS_MAX; taken += EVENTS_AT_ONCE) {
		n = epoll_wait(s->epoll, events, EVENTS_AT_ONCE, wait_ms);
		if (n < 0 && errno != EINTR)
			return err_set_errno(err, HF_SYSTEM, "epoll");
		for (int i = 0; i < n; i++)
			handle_event(s, &events[i]);
		wait_ms = 0;
	}
	return 0;
}

static int begin_request(struct request *r, struct peer *p, const struct frame *f, const struct message *row)
{
	if (!r->pool && !(r->pool = pool_new(REQUEST_POOL_MAX)))
		return -1;
	*r = (struct request){.type = f->type, .id = f->id, .peer = p->id, .door_ctx = p->door.ctx, .body = f->body, .pool = r->pool};
	buf_init(&r->reply, row->max_reply);
	return 0;
}

/* One request of each connection in turn, until the batch is full or nothing is left. */
static size_t gather(struct serve *s)
{
	size_t n = 0, idle = 0;

	while (n < s->batch_max && idle < s->peer_count) {
		struct peer *p = s->peers[s->next_peer++ % s->peer_count];
		const struct message *row;
		struct err fault;
		struct frame f;

		if (!peer_take(p, &f, &row)) {
			idle++;
			continue;
		}
		idle = 0;
		if (begin_request(&s->requests[n], p, &f, row)) {
			err_set(&fault, HF_MEMORY, "no memory for a request");
			peer_put_fault(p, f.type, f.id, &fault);
			continue;
		}
		s->batch[n] = &s->requests[n];
		n++;
	}
	if (s->peer_count)
		s->next_peer %= s->peer_count;
	return n;
}

static void answer(struct serve *s, struct request *r)
{
	struct peer *p = find_peer(s, r->peer);

	if (p && !r->kept && r->result == 0)
		peer_put_answer(p, &(struct frame){r->type, FRAME_FLAG_ANSWER, r->id, buf_get(&r->reply)});
	else if (p && !r->kept)
		peer_put_fault(p, r->type, r->id, &r->err);
	buf_wipe(&r->reply);
	pool_reset(r->pool);
}

/* Sends, forgets what was answered, and lets go of who is gone. True: whole requests may be left. */
static bool settle_peers(struct serve *s)
{
	bool more = false;

	for (size_t i = 0; i < s->peer_count;) {
		struct peer *p = s->peers[i];
		uint32_t interest;

		more |= p->taken && p->in.size > p->taken;
		peer_drop_taken(p);
		peer_flush(p);
		interest = peer_interest(p);
		if (!p->dead && interest != p->interest) {
			struct epoll_event e = {.events = interest, .data.u64 = p->id};

			p->interest = interest;
			p->dead = epoll_ctl(s->epoll, EPOLL_CTL_MOD, p->fd, &e) != 0;
			more |= peer_may_take(p);
		}
		if (p->dead) {
			peer_free(p);
			s->peers[i] = s->peers[--s->peer_count];
		} else {
			i++;
		}
	}
	return more;
}

static void look_at_clock(struct serve *s, int64_t *next_tick, int64_t *next_check)
{
	int64_t now = clock_monotonic_ms();

	if (s->tick && now >= *next_tick) {
		s->tick(s->ctx);
		*next_tick = now + s->tick_ms;
	}
	if (now >= *next_check) {
		for (size_t i = 0; i < s->peer_count; i++)
			peer_check_stall(s->peers[i], now);
		*next_check = now + STALL_CHECK_MS;
	}
}

static int loop(struct serve *s, struct err *err)
{
	int64_t next_tick = clock_monotonic_ms(), next_check = next_tick + STALL_CHECK_MS;
	bool more = false;

	while (!s->stop && (s->listener_count || s->peer_count)) {
		int64_t next, now;
		size_t n;

		look_at_clock(s, &next_tick, &next_check);
		now = clock_monotonic_ms();
		next = s->tick && next_tick < next_check ? next_tick : next_check;
		if (take_events(s, more || next <= now ? 0 : (int)(next - now), err))
			return -1;
		n = gather(s);
		if (n)
			s->fn(s->ctx, s->batch, n);
		for (size_t i = 0; i < n; i++)
			answer(s, s->batch[i]);
		more = settle_peers(s) || n == s->batch_max;
	}
	return 0;
}

int serve_run(struct serve *s, size_t batch_max, struct err *err)
{
	sigset_t term;

	s->requests = calloc(batch_max, sizeof(s->requests[0]));
	s->batch = calloc(batch_max, sizeof(s->batch[0]));
	if (!s->requests || !s->batch)
		return err_set(err, HF_MEMORY, "no memory for batches of %zu", batch_max);
	s->batch_max = batch_max;
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &term, NULL);
	s->signals = signalfd(-1, &term, SFD_CLOEXEC | SFD_NONBLOCK);
	if (s->signals < 0)
		return err_set_errno(err, HF_SYSTEM, "signalfd");
	if (watch(s, s->signals, EVENT_SIGNAL, EPOLLIN, err))
		return -1;
	return loop(s, err);
}

void serve_stop(struct serve *s)
{
	const uint64_t one = 1;

	s->stop = true;
	if (write(s->wake, &one, sizeof(one)) < 0)
		return; /* awake already */
}
