/* One connection of the answering side: what came in, what waits to go out, and when it has had its chance. */
#ifndef HUFU_PROCESS_SERVE_PEER_H
#define HUFU_PROCESS_SERVE_PEER_H

#include "serve.h"

#define SERVE_OUT_HIGH (1u << 20) /* beyond it nothing more is read from the peer */
#define SERVE_OUT_MAX (32u << 20) /* beyond it the peer is given up */
#define SERVE_STALL_MS 30000

/* A socket's table, and the context that its requests carry. */
struct door {
	const struct message *table;
	size_t rows;
	const void *ctx;
};

struct peer {
	int fd;
	uint64_t id;
	struct door door;
	size_t listener;  /* index of the socket it came by */
	uint32_t largest; /* request of the door */
	struct buf in, out;
	size_t taken;      /* bytes of in whose requests are in the batch */
	int64_t in_since;  /* when the frame that is not whole began; 0: there is none */
	int64_t out_since; /* when the peer last took bytes; 0: nothing waits */
	uint32_t interest; /* epoll events that are watched */
	bool closing;      /* nothing more is read; it ends when all is sent */
	bool dead;
};

struct peer *peer_new(int fd, uint64_t id, const struct door *door);
void peer_free(struct peer *p);
/* Reads what is there, as far as there is room. */
void peer_read(struct peer *p);
/* Sends what waits, as far as the socket takes it. */
void peer_flush(struct peer *p);
/* Whether peer_take may find something. */
bool peer_may_take(const struct peer *p);
/* Takes the next request that the door knows; what it does not know is answered at once. True: f is one, its row is *row, lent
 * until peer_drop_taken. */
bool peer_take(struct peer *p, struct frame *f, const struct message **row);
void peer_drop_taken(struct peer *p);
void peer_put_answer(struct peer *p, const struct frame *f);
void peer_put_fault(struct peer *p, uint16_t type, uint64_t id, const struct err *fault);
/* Marks it dead when its time is over. */
void peer_check_stall(struct peer *p, int64_t now);
/* The epoll events it wants now. */
uint32_t peer_interest(const struct peer *p);

#endif
