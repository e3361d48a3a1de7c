/* The asking side of the wire: many outstanding requests on one connection, from many threads. */
#ifndef HUFU_PROCESS_CALL_H
#define HUFU_PROCESS_CALL_H

#include "frame.h"

struct call; /* one connection; internally locked */

/* Takes over the connected descriptor. A reader thread is started. */
int call_new(struct call **c, int fd, struct err *err) MUST_CHECK;
/* Connects to a Unix socket path; and connects again by itself (with back-off) when the peer restarts. */
int call_connect(struct call **c, const char *path, struct err *err) MUST_CHECK;
/* As call_connect, with connections that hufud hands over a line (doc/protocol/processes.md 2). The line stays the caller's, open as long
 * as the call lives; any number of calls may use it. */
int call_line(struct call **c, int line, struct err *err) MUST_CHECK;
/* For good: what is outstanding, and what is asked later, fails with HF_PEER_GONE. Others may still be asking; once is enough. */
void call_end(struct call *c);
void call_free(struct call **c); /* ends it too; nobody asks any more */

/* Sends (after waiting for a connection that is being made again) and waits at most timeout_ms. The answer's body is appended to answer. A
 * fault answer becomes err with the peer's code. HF_PEER_GONE when the connection broke or the time ran out: whether the deed was done is
 * then unknown, and the same request may be sent again safely. */
int call_ask(struct call *c, uint16_t type, struct bytes body, struct buf *answer, int timeout_ms, struct err *err) MUST_CHECK;

/* Asks many at once on one connection and waits for all (batch to escrow). Results stand in the items; -1 with the first fault
 * when any is not 0. */
struct call_item {
	uint16_t type;
	struct bytes body;
	struct buf answer; /* initialised by the caller with its maximum */
	struct err err;
	int result;
};
int call_ask_many(struct call *c, struct call_item *items, size_t n, int timeout_ms, struct err *err) MUST_CHECK;

#endif
