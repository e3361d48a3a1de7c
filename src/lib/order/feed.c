/* Batches of the journal as followers get them. */
#include "feed.h"

#include <string.h>

struct batch {
	struct feed feed;
	const struct json *entries;
	int64_t v;
};

static const struct member batch_members[] = {
    ROW_HEX(batch, "ca", feed.ca, 0),      ROW_JSON(batch, "entries", entries),
    ROW_INTEGER(batch, "from", feed.from), ROW_HEX(batch, "head", feed.head, 0),
    ROW_INTEGER(batch, "last", feed.last), ROW_INTEGER(batch, "made", feed.made),
    ROW_INTEGER(batch, "next", feed.next), ROW_INTEGER(batch, "v", v),
};
static const struct member_table batch_table = MEMBER_TABLE(batch_members);

static int read_entry(struct feed_entry *entry, enum event_view view, const struct json *value, struct pool *pool, struct err *err)
{
	const struct json *body;

	if (json_kind_of(value) != JSON_KIND_OBJECT || json_count(value) != 3 || json_get_object(value, "body", &body, err) < 0 ||
	    json_get_integer(value, "number", &entry->number, err) < 0 || json_get_integer(value, "time", &entry->time, err) < 0)
		return err_set(err, HF_ORDER_MEMBER, "an entry is not {body, number, time} (journal.md 3)");
	return journal_event_read(&entry->event, view, body, pool, err);
}

/* Numbers never fall, the full view has every one; all lie in from..last. */
static int check_numbers(const struct feed *feed, enum event_view view, struct err *err)
{
	int64_t least = feed->from;

	for (size_t i = 0; i < feed->count; i++) {
		int64_t number = feed->entries[i].number;

		if (number < least || number > feed->last || (view == EVENT_VIEW_FULL && number != least))
			return err_set(err, HF_ORDER_MEMBER, "entry %lld does not follow (journal.md 3)", (long long)number);
		least = view == EVENT_VIEW_FULL ? number + 1 : number;
	}
	if (feed->next < least || feed->next < feed->from || feed->next > feed->last + 1)
		return err_set(err, HF_ORDER_MEMBER, "member next: not after the entries (journal.md 3)");
	return 0;
}

static int read_entries(struct feed *feed, enum event_view view, const struct json *list, struct pool *pool, struct err *err)
{
	struct feed_entry *entries;
	size_t count;

	if (json_kind_of(list) != JSON_KIND_ARRAY || json_count(list) > FEED_ENTRIES_MAX)
		return err_set(err, HF_ORDER_MEMBER, "member entries: not an array of at most %d", FEED_ENTRIES_MAX);
	count = json_count(list);
	entries = pool_alloc(pool, count * sizeof(*entries) + 1);
	if (entries == NULL)
		return err_set(err, HF_MEMORY, "feed");
	for (size_t i = 0; i < count; i++) {
		if (read_entry(&entries[i], view, json_item(list, i), pool, err) < 0)
			return err_wrap(err, "entry %zu", i);
	}
	feed->entries = entries;
	feed->count = count;
	return 0;
}

int feed_parse(struct feed *feed, enum event_view view, struct bytes text, struct pool *pool, struct err *err)
{
	struct json *root = NULL;
	struct batch batch;
	int result = -1;

	memset(&batch, 0, sizeof(batch));
	if (signed_text_read(&root, text, FEED_TEXT_MAX, err) < 0)
		goto out;
	if (members_read(&batch_table, MEMBER_ALL, root, pool, &batch, err) < 0)
		goto out;
	if (batch.v != 1) {
		err_set(err, HF_ORDER_MEMBER, "member v: not 1");
		goto out;
	}
	*feed = batch.feed;
	if (read_entries(feed, view, batch.entries, pool, err) < 0)
		goto out;
	if (check_numbers(feed, view, err) < 0)
		goto out;
	result = 0;
out:
	json_free(&root);
	return result;
}

int feed_read(struct feed *feed, enum event_view view, struct bytes text, struct bytes signature, const struct sm2_public *journal_key,
              int64_t from, int64_t last_seen, struct pool *pool, struct err *err)
{
	if (signed_text_verify(SIGNED_FEED, journal_key, text, signature, err) < 0)
		return -1;
	if (feed_parse(feed, view, text, pool, err) < 0)
		return -1;
	if (feed->from != from)
		return err_set(err, HF_ORDER_MEMBER, "member from: not what was asked for (journal.md 3)");
	if (feed->last < last_seen)
		return err_set(err, HF_FEED_BACK, "the journal had %lld records, now %lld", (long long)last_seen, (long long)feed->last);
	return 0;
}

void feed_write_begin(struct json_writer *w, struct buf *out, const uint8_t ca[20])
{
	json_begin(w, out);
	json_open_object(w, NULL);
	json_put_hex(w, "ca", (struct bytes){ca, 20});
	json_open_array(w, "entries");
}

void feed_write_entry(struct json_writer *w, int64_t number, int64_t time, struct bytes body)
{
	json_open_object(w, NULL);
	json_put_raw(w, "body", body);
	json_put_integer(w, "number", number);
	json_put_integer(w, "time", time);
	json_close(w);
}

int feed_write_end(struct json_writer *w, int64_t from, const uint8_t head[32], int64_t last, int64_t made, int64_t next, struct err *err)
{
	json_close(w);
	json_put_integer(w, "from", from);
	json_put_hex(w, "head", (struct bytes){head, 32});
	json_put_integer(w, "last", last);
	json_put_integer(w, "made", made);
	json_put_integer(w, "next", next);
	json_put_integer(w, "v", 1);
	json_close(w);
	return json_end(w, err);
}
