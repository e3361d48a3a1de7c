/* Batches of the feed: the first byte picks the view; numbers never leave the batch's bounds, every event is written back as it was read.
 */
#include "feed.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pool *pool = pool_new(FEED_POOL_MAX);
	struct feed feed;

	FUZZ_PROMISE(pool != NULL);
	if (size > 0) {
		enum event_view view = data[0] == 's' ? EVENT_VIEW_STATUS : EVENT_VIEW_FULL;

		if (feed_parse(&feed, view, (struct bytes){data + 1, size - 1}, pool, NULL) == 0) {
			for (size_t i = 0; i < feed.count; i++) {
				struct journal_event again;
				struct buf body;

				FUZZ_PROMISE(feed.entries[i].number >= feed.from && feed.entries[i].number < feed.next);
				buf_init(&body, EVENT_BODY_MAX);
				FUZZ_PROMISE(journal_event_write(&feed.entries[i].event, view, &body, NULL) == 0);
				if (view == EVENT_VIEW_FULL)
					FUZZ_PROMISE(journal_event_parse(&again, buf_get(&body), pool, NULL) == 0);
				buf_free(&body);
			}
		}
	}
	pool_free(&pool);
	return 0;
}
