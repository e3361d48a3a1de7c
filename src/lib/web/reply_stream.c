/* Streams held by two sides, freed by the last. */
#include "reply_stream.h"

#include "exchange.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define WAITING_MAX (256u << 10)

struct reply_stream {
	pthread_mutex_t lock;
	const struct stream_door *door;
	void *sleeper; /* the connection that sleeps, or NULL */
	struct buf waiting;
	bool closed; /* the program writes no more */
	bool gone;   /* the server has let go */
};

int reply_stream_open(struct reply *reply, struct reply_stream **stream, struct err *err)
{
	struct reply_stream *new;

	if (reply->streams == NULL || reply->stream != NULL)
		return err_set(err, HF_SYSTEM, "the server has no streams, or the reply has one");
	new = calloc(1, sizeof(*new));
	if (new == NULL)
		return err_set(err, HF_MEMORY, "no memory for a stream");
	pthread_mutex_init(&new->lock, NULL);
	new->door = reply->streams;
	buf_init(&new->waiting, WAITING_MAX);
	reply->stream = new;
	*stream = new;
	return 0;
}

static void wake(struct reply_stream *stream)
{
	if (stream->sleeper != NULL)
		stream->door->wake(stream->sleeper);
	stream->sleeper = NULL;
}

/* Gives up the lock, and the stream when both sides are done with it. */
static void unlock(struct reply_stream *stream)
{
	bool last = stream->closed && stream->gone;

	pthread_mutex_unlock(&stream->lock);
	if (!last)
		return;
	buf_wipe(&stream->waiting);
	pthread_mutex_destroy(&stream->lock);
	free(stream);
}

int reply_stream_write(struct reply_stream *stream, struct bytes more, struct err *err)
{
	int result = -1;

	pthread_mutex_lock(&stream->lock);
	if (stream->gone)
		err_set(err, HF_PEER_GONE, "the client of a stream has gone");
	else
		result = buf_append(&stream->waiting, more, err);
	if (result == 0)
		wake(stream);
	pthread_mutex_unlock(&stream->lock);
	return result;
}

bool reply_stream_gone(struct reply_stream *stream)
{
	bool gone;

	pthread_mutex_lock(&stream->lock);
	gone = stream->gone;
	pthread_mutex_unlock(&stream->lock);
	return gone;
}

void reply_stream_close(struct reply_stream **stream)
{
	if (*stream == NULL)
		return;
	pthread_mutex_lock(&(*stream)->lock);
	(*stream)->closed = true;
	wake(*stream);
	unlock(*stream);
	*stream = NULL;
}

ssize_t reply_stream_read(struct reply_stream *stream, void *connection, uint8_t *out, size_t max)
{
	ssize_t size = 0;

	pthread_mutex_lock(&stream->lock);
	if (stream->waiting.size > 0) {
		size = (ssize_t)(stream->waiting.size < max ? stream->waiting.size : max);
		memcpy(out, stream->waiting.data, (size_t)size);
		buf_consume(&stream->waiting, (size_t)size);
	} else if (stream->closed || atomic_load(&stream->door->stopping)) {
		size = -1;
	} else {
		stream->sleeper = connection;
		stream->door->sleep(connection);
	}
	pthread_mutex_unlock(&stream->lock);
	return size;
}

void reply_stream_end(struct reply_stream *stream)
{
	pthread_mutex_lock(&stream->lock);
	wake(stream);
	pthread_mutex_unlock(&stream->lock);
}

void reply_stream_forget(struct reply_stream *stream)
{
	pthread_mutex_lock(&stream->lock);
	stream->gone = true;
	stream->sleeper = NULL;
	unlock(stream);
}
