/* Batches of the journal as followers get them, signed as a whole. doc/protocol/journal.md 3 */
#ifndef HUFU_ORDER_FEED_H
#define HUFU_ORDER_FEED_H

#include "journal_event.h"
#include "signed_text.h"

#define FEED_TEXT_MAX (4u << 20)
#define FEED_ENTRIES_MAX 256
#define FEED_POOL_MAX (8u << 20) /* enough for one batch */

struct feed_entry {
	int64_t number, time;
	struct journal_event event;
};
struct feed {
	uint8_t ca[20];
	const struct feed_entry *entries; /* in the pool */
	size_t count;
	int64_t from, last, made, next;
	uint8_t head[32];
};

/* Verifies, reads and checks one batch that was asked for with `from`; last_seen is the newest `last` a batch ever told this follower
 * (0: none). HF_FEED_SIGNATURE, HF_FEED_BACK, and as order_parse. */
int feed_read(struct feed *feed, enum event_view view, struct bytes text, struct bytes signature, const struct sm2_public *journal_key,
              int64_t from, int64_t last_seen, struct pool *pool, struct err *err) MUST_CHECK;
/* Only the reading; for texts whose signature was checked. */
int feed_parse(struct feed *feed, enum event_view view, struct bytes text, struct pool *pool, struct err *err) MUST_CHECK;

/* Writing a batch into out: begin, entries in order (body: canonical text of an event), end. */
void feed_write_begin(struct json_writer *w, struct buf *out, const uint8_t ca[20]);
void feed_write_entry(struct json_writer *w, int64_t number, int64_t time, struct bytes body);
int feed_write_end(struct json_writer *w, int64_t from, const uint8_t head[32], int64_t last, int64_t made, int64_t next,
                   struct err *err) MUST_CHECK;

#endif
