/* The start: the whole journal is read. */
#include "replay.h"

#include <fcntl.h>

#define RECORD_POOL_MAX (4u << 20)

struct replay {
	struct signer *signer;
	struct pool *pool;
};

static int check_begin(const struct ca *ca, const struct journal_event *event, struct err *err)
{
	if (!bytes_equal(event->root, ca->root->der) || !bytes_equal(event->issuing, ca->issuing->der) ||
	    !bytes_equal(event->journal, ca->journal->der))
		return err_set(err, HF_JOURNAL_BROKEN, "the journal is of another CA");
	return 0;
}

/* The order that completed the deed of an event; false when it has none. */
static bool completing_order(const struct journal_event *event, struct bytes *text)
{
	const struct signed_bytes *orders = event->orders.items;

	*text = event->orders.count > 0 ? orders[event->orders.count - 1].text : event->order.text;
	return text->size > 0;
}

static int take_record(void *ctx, const struct journal_record *record, struct err *err)
{
	struct replay *replay = ctx;
	struct registry *registry = replay->signer->registry;
	struct registry_addition addition;
	struct journal_event event;
	struct order order;
	struct bytes text;
	bool deed;

	pool_reset(replay->pool);
	if (journal_event_parse(&event, record->body, replay->pool, err) < 0)
		return -1;
	if (event.type == EVENT_BEGIN && check_begin(&replay->signer->ca, &event, err) < 0)
		return -1;
	deed = completing_order(&event, &text);
	if (deed && order_parse(&order, text, replay->pool, err) < 0)
		return -1;
	if (registry_check(registry, &event, deed ? &order : NULL, &addition, err) < 0)
		return -1;
	return registry_apply(registry, record, &event, deed ? &order : NULL, &addition, err);
}

int replay_open(struct signer *s, int64_t quota, struct err *err)
{
	struct replay replay = {s, pool_new(RECORD_POOL_MAX)};
	int result = -1;

	if (replay.pool == NULL) {
		err_set(err, HF_MEMORY, "journal");
		goto out;
	}
	if (registry_new(&s->registry, quota, err) < 0)
		goto out;
	if (journal_open(&s->journal, AT_FDCWD, "journal", take_record, &replay, err) < 0)
		goto out;
	if (!registry_summary_get(s->registry).begun) {
		err_set(err, HF_JOURNAL_BROKEN, "the journal is empty");
		goto out;
	}
	result = status_tail_open(&s->tail, journal_state_get(s->journal).number + 1, err);
out:
	pool_free(&replay.pool);
	return result;
}
