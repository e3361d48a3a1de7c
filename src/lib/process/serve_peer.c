/* Reading, sending and giving up one connection. doc/protocol/wire.md 4 */
#include "serve_peer.h"

#include "clock.h"
#include "log.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define IN_ROOM (64u << 10) /* several small requests are read at once */

static const struct message *door_row(const struct door *door, uint16_t type)
{
	for (size_t i = 0; i < door->rows; i++)
		if (door->table[i].type == type)
			return &door->table[i];
	return NULL;
}

struct peer *peer_new(int fd, uint64_t id, const struct door *door)
{
	struct peer *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	p->fd = fd;
	p->id = id;
	p->door = *door;
	for (size_t i = 0; i < door->rows; i++)
		if (door->table[i].max_request > p->largest)
			p->largest = door->table[i].max_request;
	buf_init(&p->in, FRAME_HEADER_SIZE + (p->largest > IN_ROOM ? p->largest : IN_ROOM));
	buf_init(&p->out, SERVE_OUT_MAX);
	return p;
}

void peer_free(struct peer *p)
{
	close(p->fd);
	buf_wipe(&p->in);
	buf_wipe(&p->out);
	free(p);
}

static void give_up(struct peer *p, const struct err *why)
{
	if (!p->dead)
		log_fault("wire.peer_ended", why);
	p->dead = true;
}

void peer_read(struct peer *p)
{
	struct err err;

	while (!p->dead && !p->closing && p->in.size < p->in.max) {
		size_t room = p->in.max - p->in.size < IN_ROOM ? p->in.max - p->in.size : IN_ROOM;
		ssize_t n;

		if (buf_reserve(&p->in, room, &err)) {
			give_up(p, &err);
			return;
		}
		n = recv(p->fd, p->in.data + p->in.size, room, MSG_DONTWAIT);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return;
		if (n <= 0) {
			p->dead = true;
			return;
		}
		p->in.size += (size_t)n;
	}
}

void peer_flush(struct peer *p)
{
	while (!p->dead && p->out.size) {
		ssize_t n = send(p->fd, p->out.data, p->out.size, MSG_DONTWAIT | MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			break;
		if (n < 0) {
			p->dead = true;
			return;
		}
		buf_consume(&p->out, (size_t)n);
		p->out_since = clock_monotonic_ms();
	}
	if (p->out.size == 0) {
		p->out_since = 0;
		p->dead |= p->closing;
	} else if (p->out_since == 0) {
		p->out_since = clock_monotonic_ms();
	}
}

bool peer_may_take(const struct peer *p)
{
	return !p->dead && !p->closing && p->in.size > p->taken && p->out.size <= SERVE_OUT_HIGH;
}

/* A frame that no row of the door could be: refused from its header, before its body is waited for. */
static bool too_large(struct peer *p, const struct frame *f, size_t size)
{
	struct err fault;

	if (size <= FRAME_HEADER_SIZE + (size_t)p->largest)
		return false;
	err_set(&fault, HF_MESSAGE_SIZE, "message %u of %zu bytes; this socket takes %u", f->type, size, p->largest);
	peer_put_fault(p, f->type, f->id, &fault);
	p->closing = true;
	return true;
}

static const struct message *row_for(struct peer *p, const struct frame *f)
{
	const struct message *row = door_row(&p->door, f->type);
	struct err fault;

	if (row && f->body.size <= row->max_request)
		return row;
	if (row)
		err_set(&fault, HF_MESSAGE_SIZE, "%s of %zu bytes; %u are possible", row->name, f->body.size, row->max_request);
	else
		err_set(&fault, HF_MESSAGE_UNKNOWN, "message %u is not known at this socket", f->type);
	log_fault("wire.refused", &fault);
	peer_put_fault(p, f->type, f->id, &fault);
	return NULL;
}

bool peer_take(struct peer *p, struct frame *f, const struct message **row)
{
	while (peer_may_take(p)) {
		struct bytes rest = {p->in.data + p->taken, p->in.size - p->taken};
		struct err err;
		size_t size;
		int found = frame_take_header(rest, f, &size, &err);

		if (found > 0 && f->flags)
			found = err_set(&err, HF_MESSAGE_FORMAT, "an answer where only requests come (wire.md 4)");
		if (found < 0) {
			give_up(p, &err);
			return false;
		}
		if (found > 0 && too_large(p, f, size))
			return false;
		if (found == 0 || rest.size < size) {
			if (p->in_since == 0)
				p->in_since = clock_monotonic_ms();
			return false;
		}
		f->body = (struct bytes){rest.data + FRAME_HEADER_SIZE, size - FRAME_HEADER_SIZE};
		p->taken += size;
		p->in_since = 0;
		*row = row_for(p, f);
		if (*row)
			return true;
	}
	return false;
}

void peer_drop_taken(struct peer *p)
{
	buf_consume(&p->in, p->taken);
	p->taken = 0;
}

void peer_put_answer(struct peer *p, const struct frame *f)
{
	struct err err;

	if (!p->dead && frame_append(&p->out, f, &err))
		give_up(p, &err);
}

void peer_put_fault(struct peer *p, uint16_t type, uint64_t id, const struct err *fault)
{
	struct err err;

	if (!p->dead && frame_append_fault(&p->out, type, id, fault, &err))
		give_up(p, &err);
}

void peer_check_stall(struct peer *p, int64_t now)
{
	struct err err;

	if (p->out_since && now - p->out_since > SERVE_STALL_MS) {
		err_set(&err, HF_PEER_GONE, "the peer takes no answers");
		give_up(p, &err);
	} else if (p->in_since && now - p->in_since > SERVE_STALL_MS) {
		err_set(&err, HF_PEER_GONE, "the peer began a frame and did not end it");
		give_up(p, &err);
	}
}

uint32_t peer_interest(const struct peer *p)
{
	bool reads = !p->closing && p->out.size <= SERVE_OUT_HIGH && p->in.size < p->in.max;

	return (reads ? (uint32_t)EPOLLIN : 0) | (p->out.size ? (uint32_t)EPOLLOUT : 0);
}
