/* The newest records as the responder's door shows them. */
#include "status_tail.h"

#include "status_view.h"

#include <stdlib.h>
#include <string.h>

#define TAIL_MAX 2048u
#define TEXTS_MAX (4u << 20)

int status_tail_open(struct status_tail *tail, int64_t since, struct err *err)
{
	*tail = (struct status_tail){.shown = calloc(TAIL_MAX, sizeof(*tail->shown)), .since = since};
	buf_init(&tail->texts, TEXTS_MAX);
	return tail->shown == NULL ? err_set(err, HF_MEMORY, "feed") : 0;
}

void status_tail_close(struct status_tail *tail)
{
	free(tail->shown);
	buf_free(&tail->texts);
	tail->shown = NULL;
	tail->count = 0;
}

/* The first n go. A record that would be shown by half goes with them: since says from where on it is whole. */
static void drop(struct status_tail *tail, size_t n)
{
	size_t size = n < tail->count ? tail->shown[n].at : tail->texts.size;

	if (n == 0)
		return;
	tail->since = tail->shown[n - 1].number + 1;
	tail->count -= n;
	memmove(tail->shown, tail->shown + n, tail->count * sizeof(*tail->shown));
	for (size_t i = 0; i < tail->count; i++)
		tail->shown[i].at -= size;
	buf_consume(&tail->texts, size);
}

static int append(struct status_tail *tail, const struct journal_record *record, const struct journal_event *shown, struct err *err)
{
	size_t at = tail->texts.size;

	if (tail->count == TAIL_MAX)
		return err_set(err, HF_LIMIT, "feed");
	if (journal_event_write(shown, EVENT_VIEW_STATUS, &tail->texts, err) < 0)
		return -1;
	tail->shown[tail->count++] = (struct status_shown){record->number, record->time, at, tail->texts.size - at};
	return 0;
}

void status_tail_add(struct status_tail *tail, const struct journal_record *record, const struct journal_event *event)
{
	struct status_view view;
	struct err err;
	bool whole = status_view_of(event, &view, &err) == 0;

	if (whole && tail->count + view.count > TAIL_MAX)
		drop(tail, TAIL_MAX / 2);
	for (size_t i = 0; whole && i < view.count; i++)
		whole = append(tail, record, &view.events[i], &err) == 0;
	if (!whole) {
		drop(tail, tail->count);
		tail->since = record->number + 1;
	}
}

size_t status_tail_find(const struct status_tail *tail, int64_t from)
{
	size_t low = 0, high = tail->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (tail->shown[middle].number < from)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct bytes status_tail_body(const struct status_tail *tail, size_t i)
{
	return (struct bytes){tail->texts.data + tail->shown[i].at, tail->shown[i].size};
}
