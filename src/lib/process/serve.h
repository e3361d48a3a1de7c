/* The answering side of the wire: one thread, several sockets, each with its own table of messages, and batches:
 * all requests that are there are taken together, so that one fsync serves them all. */
#ifndef HUFU_PROCESS_SERVE_H
#define HUFU_PROCESS_SERVE_H

#include "frame.h"
#include "pool.h"

struct serve;

/* One request of a batch. The handler fills reply (body only) or err; kept true means: not answered now, serve_answer comes later. */
struct request {
	uint16_t type;
	uint64_t id;
	uint64_t peer;        /* names the connection for serve_answer; never used again after it closed */
	const void *door_ctx; /* of the socket it came by */
	struct bytes body;    /* lent until the batch is answered */
	struct pool *pool;    /* lives until the batch is answered */
	struct buf reply;
	struct err err;
	int result; /* 0: reply is the answer; -1: err is */
	bool kept;
};

/* A row of a socket's table: what may be asked there, and how large it may be. */
struct message {
	uint16_t type;
	const char *name;
	uint32_t max_request;
	uint32_t max_reply;
};

/* Gets the whole batch (requests of all sockets, one of each connection in turn, in each connection's order), answers by filling each. */
typedef void serve_batch_fn(void *ctx, struct request **batch, size_t n);
/* Called at least every tick_ms, between batches. */
typedef void serve_tick_fn(void *ctx);

int serve_new(struct serve **s, serve_batch_fn *fn, serve_tick_fn *tick, int tick_ms, void *ctx, struct err *err) MUST_CHECK;
/* A listening or connected socket with its table; the descriptor is taken over when 0 is returned. Types not in the table are answered
 * HF_MESSAGE_UNKNOWN and logged. */
int serve_add_listener(struct serve *s, int fd, const struct message *table, size_t rows, const void *door_ctx, struct err *err) MUST_CHECK;
int serve_add_peer(struct serve *s, int fd, const struct message *table, size_t rows, const void *door_ctx, struct err *err) MUST_CHECK;
/* Answers a kept request, from any thread; silently nothing if the peer is gone. */
void serve_answer(struct serve *s, uint64_t peer, uint16_t type, uint64_t id, struct bytes body);
void serve_refuse(struct serve *s, uint64_t peer, uint16_t type, uint64_t id, const struct err *fault);
/* Sends what was answered so far as far as the sockets take it; from within fn or tick, before something long. */
void serve_flush(struct serve *s);
/* Runs until SIGTERM, serve_stop (from any thread), or until no listener and no peer is left; 0 on a clean end. At most batch_max requests
 * in a batch. */
int serve_run(struct serve *s, size_t batch_max, struct err *err) MUST_CHECK;
void serve_stop(struct serve *s);
void serve_free(struct serve **s);

#endif
