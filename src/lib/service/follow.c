/* The follower of the feed. */
#include "follow.h"

#include "log.h"
#include "project.h"
#include "service_state.h"
#include "signer_message.h"

#include <string.h>

#define WAIT_MS 20000
#define PAUSE_MS 500 /* between batches: deeds of this portal are mostly known by then, and are not fetched */
#define ANSWER_MS 15000
#define RETRY_MAX_MS 30000
#define PROJECT_POOL_MAX (8u << 20)

struct position {
	int64_t next, last, made;
	int64_t from; /* what to ask for: next, or further on where this portal did the deeds itself */
	struct bytes head;
};
static const struct column position_columns[] = {
    COLUMN(position, next, COLUMN_INTEGER),
    COLUMN(position, last, COLUMN_INTEGER),
    COLUMN(position, made, COLUMN_INTEGER),
    COLUMN(position, head, COLUMN_BYTES),
};
static const struct shape position_shape = SHAPE(position, position_columns);

static int position_read(struct service *s, struct pool *pool, struct position *position, struct err *err)
{
	struct connection *c;
	int rc;

	if (store_read(s->store, &c, err) != 0)
		return -1;
	rc = query_one(c, SQL_FEED_POSITION, NO_VALUES, &position_shape, pool, position, err);
	if (rc == 0)
		rc = query_integer(c, SQL_FEED_UNKNOWN, VALUES(value_integer(position->next)), &position->from, err);
	store_read_end(s->store, &c);
	return rc;
}

static int ask(struct signer_door door, const struct position *position, uint32_t wait_ms, struct pool *pool, struct feed_reply *reply,
               struct err *err)
{
	struct feed_request request = {position->from, wait_ms};
	struct buf body, answer;
	struct bytes kept;
	int rc = -1;

	buf_init(&body, 64);
	buf_init(&answer, FEED_TEXT_MAX + 1024u);
	if (body_encode(&feed_request_body, &request, &body, err) == 0 &&
	    signer_ask(door, SIGNER_FEED, buf_get(&body), &answer, ANSWER_MS + (int)wait_ms, err) == 0 &&
	    pool_bytes(pool, buf_get(&answer), &kept, err) == 0)
		rc = body_decode(&feed_reply_body, kept, pool, reply, err);
	buf_free(&answer);
	buf_free(&body);
	return rc;
}

struct batch {
	struct service *s;
	const struct feed *feed;
	const struct position *position;
	struct pool *pool;
};

static int put_batch(void *ctx, struct connection *c, struct err *err)
{
	const struct batch *b = ctx;
	const struct feed *f = b->feed;

	for (size_t i = 0; i < f->count; i++) {
		if (project_event(c, b->s, &f->entries[i], NULL, b->pool, err) != 0)
			return err_wrap(err, "feed: record %lld", (long long)f->entries[i].number);
	}
	return query_run_one(c, SQL_FEED_POSITION_SET,
	                     VALUES(value_integer(f->next), value_integer(f->last), value_bytes(BYTES_ARRAY(f->head)),
	                            value_integer(f->made), value_integer(b->position->next)),
	                     err);
}

int follow_once(struct service *s, struct signer_door door, uint32_t wait_ms, bool *more, struct err *err)
{
	struct pool *pool = pool_new(FEED_POOL_MAX + FEED_TEXT_MAX + PROJECT_POOL_MAX);
	struct position position;
	struct feed_reply reply;
	struct feed feed;
	int rc = -1;

	if (pool == NULL)
		return err_set(err, HF_MEMORY, "feed");
	if (position_read(s, pool, &position, err) != 0 || ask(door, &position, wait_ms, pool, &reply, err) != 0)
		goto out;
	if (feed_read(&feed, EVENT_VIEW_FULL, reply.text, reply.signature, s->journal->key, position.from, position.last, pool, err) != 0)
		goto out;
	if (memcmp(feed.ca, s->ca, sizeof(s->ca)) != 0) {
		err_set(err, HF_ORDER_OTHER_CA, "feed: of another CA");
		goto out;
	}
	struct batch batch = {s, &feed, &position, pool};
	if (store_change(s->store, put_batch, &batch, err) != 0)
		goto out;
	*more = feed.next <= feed.last;
	rc = 0;
out:
	pool_free(&pool);
	return rc;
}

void *follow_thread(void *service)
{
	struct service *s = service;
	int64_t wait = 0, fault_wait = 0;

	while (!service_pause(s, wait)) {
		struct err err;
		bool more = true;

		if (follow_once(s, s->feed, WAIT_MS, &more, &err) == 0) {
			wait = more ? 0 : PAUSE_MS;
			fault_wait = 0;
			continue;
		}
		if (service_pause(s, 0))
			break; /* which ended the door */
		fault_wait = fault_wait == 0 ? 500 : fault_wait * 2 > RETRY_MAX_MS ? RETRY_MAX_MS : fault_wait * 2;
		wait = fault_wait;
		log_fault("feed.follow", &err);
	}
	return NULL;
}

int follow_state_get(struct service *s, struct follow_state *state, struct err *err)
{
	struct pool *pool = pool_new(4096);
	struct position position;
	int rc;

	if (pool == NULL)
		return err_set(err, HF_MEMORY, "feed");
	rc = position_read(s, pool, &position, err);
	if (rc == 0)
		*state = (struct follow_state){position.next, position.last, position.made};
	pool_free(&pool);
	return rc;
}
