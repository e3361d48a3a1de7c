/* Clients of the SMTP socket, by poll. */
#include "smtp_door.h"

#include "clock.h"
#include "log.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define CLIENTS_MAX 32
#define OUT_MAX (64u << 10)
#define PIECE_SIZE 16384
#define IDLE_MS 60000

struct client {
	int fd; /* -1: free */
	struct smtp_session session;
	struct buf out;
	int64_t heard; /* clock_monotonic_ms */
};

struct door {
	struct client clients[CLIENTS_MAX];
	smtp_keep_fn *keep;
	void *ctx;
};

static void client_end(struct client *c)
{
	smtp_session_end(&c->session);
	buf_free(&c->out);
	close(c->fd);
	c->fd = -1;
}

static void client_begin(struct door *d, int fd)
{
	struct err err;

	for (size_t i = 0; i < CLIENTS_MAX; i++) {
		struct client *c = &d->clients[i];
		if (c->fd >= 0)
			continue;
		c->fd = fd;
		c->heard = clock_monotonic_ms();
		buf_init(&c->out, OUT_MAX);
		if (smtp_session_begin(&c->session, d->keep, d->ctx, &c->out, &err) != 0)
			client_end(c);
		return;
	}
	close(fd);
}

/* -1: the client is gone, or says what cannot be answered. */
static int client_hear(struct client *c)
{
	uint8_t piece[PIECE_SIZE];
	ssize_t n = recv(c->fd, piece, sizeof(piece), 0);
	struct err err;

	if (n < 0)
		return errno == EINTR || errno == EAGAIN ? 0 : -1;
	if (n == 0)
		return -1;
	c->heard = clock_monotonic_ms();
	if (smtp_session_feed(&c->session, (struct bytes){piece, (size_t)n}, &c->out, &err) == 0)
		return 0;
	log_fault("smtp.client", &err);
	return -1;
}

static int client_say(struct client *c)
{
	ssize_t n = send(c->fd, c->out.data, c->out.size, MSG_NOSIGNAL | MSG_DONTWAIT);

	if (n < 0)
		return errno == EINTR || errno == EAGAIN ? 0 : -1;
	buf_consume(&c->out, (size_t)n);
	return 0;
}

static void client_turn(struct client *c, short events)
{
	int rc = 0;

	if ((events & (POLLIN | POLLHUP | POLLERR)) != 0)
		rc = client_hear(c);
	if (rc == 0 && c->out.size > 0)
		rc = client_say(c);
	bool done = c->session.ended && c->out.size == 0;
	if (rc != 0 || done || clock_monotonic_ms() - c->heard > IDLE_MS)
		client_end(c);
}

/* A client whose replies wait is not heard: the buffer stays small. */
static size_t poll_list(struct door *d, struct pollfd *fds, struct client **of)
{
	size_t n = 0;

	for (size_t i = 0; i < CLIENTS_MAX; i++) {
		struct client *c = &d->clients[i];
		if (c->fd < 0)
			continue;
		fds[n] = (struct pollfd){.fd = c->fd, .events = c->out.size > 0 ? POLLOUT : POLLIN};
		of[n++] = c;
	}
	return n;
}

int smtp_door_serve(int listener, int ending, smtp_keep_fn *keep, void *ctx, struct err *err)
{
	struct pollfd fds[CLIENTS_MAX + 2];
	struct client *of[CLIENTS_MAX];
	struct door d = {.keep = keep, .ctx = ctx};
	int rc = 0;

	for (size_t i = 0; i < CLIENTS_MAX; i++)
		d.clients[i].fd = -1;
	for (;;) {
		size_t n = poll_list(&d, fds, of);
		fds[n] = (struct pollfd){.fd = listener, .events = POLLIN};
		fds[n + 1] = (struct pollfd){.fd = ending, .events = POLLIN};
		if (poll(fds, n + 2, IDLE_MS) < 0 && errno != EINTR) {
			rc = err_set_errno(err, HF_SYSTEM, "poll");
			break;
		}
		if (fds[n + 1].revents != 0)
			break;
		for (size_t i = 0; i < n; i++)
			client_turn(of[i], fds[i].revents);
		int fd = fds[n].revents != 0 ? accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK) : -1;
		if (fd >= 0)
			client_begin(&d, fd);
	}
	for (size_t i = 0; i < CLIENTS_MAX; i++) {
		if (d.clients[i].fd >= 0)
			client_end(&d.clients[i]);
	}
	return rc;
}
