/* A reply's body that comes bit by bit, between the program that writes and the server that sends. */
#ifndef HUFU_WEB_REPLY_STREAM_H
#define HUFU_WEB_REPLY_STREAM_H

#include "reply.h"

#include <stdatomic.h>
#include <sys/types.h>

/* What a server gives its streams. */
struct stream_door {
	atomic_bool stopping;            /* the server ends: streams end too */
	void (*sleep)(void *connection); /* stop asking for more bytes */
	void (*wake)(void *connection);  /* ask again */
};

/* For the server: bytes for the client, 0 after sleep was called, -1 at the end. */
ssize_t reply_stream_read(struct reply_stream *stream, void *connection, uint8_t *out, size_t max);
/* The server stops: the stream ends at its next reading. */
void reply_stream_end(struct reply_stream *stream);
/* The server lets go: the client has gone or all was sent. */
void reply_stream_forget(struct reply_stream *stream);

#endif
