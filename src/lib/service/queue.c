/* Pages of the queue. */
#include "queue.h"

#include "permission.h"
#include "service_state.h"

static int list(struct connection *c, const struct queue_filter *f, struct pool *pool, struct queue_page *page, struct err *err)
{
	struct value time = value_integer(f->after_time), number = value_text(f->after_number), limit = value_integer(QUEUE_PAGE + 1);
	const struct shape *shape = &application_line_shape;
	void **items = (void **)&page->items;

	if (f->code != NULL)
		return query_list(c, SQL_APPLICATION_QUEUE_OF_CODE, VALUES(value_text(f->code), time, number, limit), shape, pool, items,
		                  &page->count, err);
	if (f->state < 0)
		return query_list(c, SQL_APPLICATION_QUEUE_WAITING, VALUES(time, number, limit), shape, pool, items, &page->count, err);
	return query_list(c, SQL_APPLICATION_QUEUE, VALUES(value_text(application_state_names[f->state]), time, number, limit), shape, pool,
	                  items, &page->count, err);
}

int queue_list(struct service *s, const struct actor *actor, const struct queue_filter *filter, struct pool *pool, struct queue_page *page,
               struct err *err)
{
	struct connection *c;
	int rc;

	if (permission_check(actor, VERB_QUEUE_READ, err) != 0)
		return -1;
	if (filter->state >= QUEUE_STATES || filter->state == STATE_DRAFT)
		return err_set(err, HF_FIELD_CHOICE, "no such state of the queue");
	if (store_read(s->store, &c, err) != 0)
		return -1;
	rc = list(c, filter, pool, page, err);
	store_read_end(s->store, &c);
	page->more = rc == 0 && page->count > QUEUE_PAGE;
	if (page->more)
		page->count = QUEUE_PAGE;
	return rc;
}

int queue_count(struct service *s, const struct actor *actor, struct queue_counts *counts, struct err *err)
{
	struct connection *c;
	int rc = 0;

	if (permission_check(actor, VERB_QUEUE_READ, err) != 0 || store_read(s->store, &c, err) != 0)
		return -1;
	for (int i = 0; rc == 0 && i < QUEUE_STATES; i++)
		rc = query_integer(c, SQL_APPLICATION_COUNT_BY_STATE, VALUES(value_text(application_state_names[i])), &counts->by_state[i],
		                   err);
	store_read_end(s->store, &c);
	return rc;
}
