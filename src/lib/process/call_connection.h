/* The connection of a call: what its reading thread and those who ask share. */
#ifndef HUFU_PROCESS_CALL_CONNECTION_H
#define HUFU_PROCESS_CALL_CONNECTION_H

#include "call.h"

#include <pthread.h>

#define CALL_BUCKETS 64

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
	bool spoiled;           /* the peer is known to be gone, the reader has not noticed yet */
	bool ended;             /* never connected again */
	int wake;               /* ends the reader's waiting at the stop */
	uint64_t next_id;
	struct waiter *waiting[CALL_BUCKETS];
};

/* The lock is held for these two. */
void waiter_put(struct call *c, struct waiter *w);
struct waiter *waiter_take(struct call *c, uint64_t id); /* NULL: not outstanding */

/* Starts the thread that reads answers and connects again. errno on -1. */
int call_start_reader(struct call *c) MUST_CHECK;

#endif
