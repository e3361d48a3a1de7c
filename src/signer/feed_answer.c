/* Batches of the journal for followers. */
#include "feed_answer.h"

#include "clock.h"
#include "feed.h"
#include "signer_message.h"
#include "status_view.h"

#include <string.h>

#define TEXT_ENOUGH (1u << 20) /* a batch ends behind the entry that reaches it */
#define RECORDS_LOOKED_AT 2048 /* of which the status view may show none */
#define EVENT_POOL_MAX (4u << 20)

/* A batch being written. */
struct batch {
	struct json_writer json;
	struct buf text;
	enum event_view view;
	size_t entries;
};

bool feed_has_news(const struct signer *s, enum event_view view, int64_t from)
{
	int64_t newest = view == EVENT_VIEW_FULL ? journal_state_get(s->journal).number : registry_summary_get(s->registry).status_number;

	return from <= newest;
}

static int write_event(struct batch *b, const struct journal_record *record, const struct journal_event *event, struct err *err)
{
	struct buf body;
	int result = -1;

	buf_init(&body, EVENT_BODY_MAX);
	if (journal_event_write(event, b->view, &body, err) < 0)
		goto out;
	feed_write_entry(&b->json, record->number, record->time, buf_get(&body));
	b->entries++;
	result = 0;
out:
	buf_free(&body);
	return result;
}

static int write_status(struct batch *b, const struct journal_record *record, const struct journal_event *event, struct err *err)
{
	struct status_view view;

	if (status_view_of(event, &view, err) < 0)
		return -1;
	for (size_t i = 0; i < view.count; i++) {
		if (write_event(b, record, &view.events[i], err) < 0)
			return -1;
	}
	return 0;
}

static int write_record(struct batch *b, const struct journal_record *record, struct err *err)
{
	struct journal_event event;
	struct pool *pool;
	int result = -1;

	if (b->view == EVENT_VIEW_FULL) {
		feed_write_entry(&b->json, record->number, record->time, record->body);
		b->entries++;
		return 0;
	}
	pool = pool_new(EVENT_POOL_MAX);
	if (pool == NULL)
		return err_set(err, HF_MEMORY, "feed");
	if (journal_event_parse(&event, record->body, pool, err) == 0)
		result = write_status(b, record, &event, err);
	pool_free(&pool);
	return result;
}

/* A record of the status view takes up to two entries, and both stand in one batch. */
static bool has_room(const struct batch *b)
{
	return b->entries + STATUS_SHOWN_MAX <= FEED_ENTRIES_MAX && b->text.size < TEXT_ENOUGH;
}

/* Writes records from `from` on out of the journal until the batch is large enough; *next: the number to go on with. */
static int write_records(const struct signer *s, struct batch *b, int64_t from, int64_t *next, struct err *err)
{
	int64_t newest = journal_state_get(s->journal).number;
	struct journal_record record;
	struct buf space;
	uint64_t offset = 0;
	int result = -1;

	buf_init(&space, JOURNAL_RECORD_MAX);
	*next = from;
	if (from <= newest && journal_find(s->journal, from, &offset, err) < 0)
		goto out;
	while (*next <= newest && *next - from < RECORDS_LOOKED_AT && has_room(b)) {
		if (journal_read(s->journal, offset, &space, &record, err) < 0)
			goto out;
		if (write_record(b, &record, err) < 0)
			goto out;
		offset = record.next;
		(*next)++;
	}
	result = 0;
out:
	buf_free(&space);
	return result;
}

/* The same out of what is at hand. */
static void write_tail(const struct signer *s, struct batch *b, int64_t from, int64_t *next)
{
	const struct status_tail *tail = &s->tail;
	size_t i = status_tail_find(tail, from);

	while (i < tail->count && has_room(b)) {
		int64_t number = tail->shown[i].number;

		for (; i < tail->count && tail->shown[i].number == number; i++) {
			feed_write_entry(&b->json, number, tail->shown[i].time, status_tail_body(tail, i));
			b->entries++;
		}
	}
	*next = i < tail->count ? tail->shown[i].number : journal_state_get(s->journal).number + 1;
}

static int put_reply(const struct signer *s, struct bytes text, struct buf *out, struct err *err)
{
	struct feed_reply reply = {.text = text};
	struct buf signature;
	int result = -1;

	buf_init(&signature, SM2_SIGNATURE_MAX);
	if (signed_text_sign(SIGNED_FEED, s->ca.journal_key, text, &signature, err) < 0)
		goto out;
	reply.signature = buf_get(&signature);
	result = body_encode(&feed_reply_body, &reply, out, err);
out:
	buf_free(&signature);
	return result;
}

int feed_check_from(const struct signer *s, int64_t from, struct err *err)
{
	int64_t newest = journal_state_get(s->journal).number;

	if (from < 1 || from > newest + 1)
		return err_set(err, HF_JOURNAL_BEHIND, "asked from record %lld, the journal ends with %lld", (long long)from,
		               (long long)newest);
	return 0;
}

int feed_answer(const struct signer *s, enum event_view view, int64_t from, struct buf *out, struct err *err)
{
	struct journal_state state = journal_state_get(s->journal);
	struct batch b = {.view = view};
	int64_t next;
	int result = -1;

	buf_init(&b.text, FEED_TEXT_MAX);
	feed_write_begin(&b.json, &b.text, s->ca.id);
	if (view == EVENT_VIEW_STATUS && from >= s->tail.since)
		write_tail(s, &b, from, &next);
	else if (write_records(s, &b, from, &next, err) < 0)
		goto out;
	if (feed_write_end(&b.json, from, state.head, state.number, clock_now(), next, err) < 0)
		goto out;
	result = put_reply(s, buf_get(&b.text), out, err);
out:
	buf_free(&b.text);
	return result;
}
