/* Requests for news. */
#include "waiting.h"

bool waiting_add(struct waitings *waitings, struct request *request, enum waiting_for what, int64_t from, uint32_t wait_ms, int64_t now_ms)
{
	if (wait_ms == 0 || waitings->count == WAITING_MAX)
		return false;
	waitings->items[waitings->count++] = (struct waiting){
	    .what = what,
	    .from = from,
	    .peer = request->peer,
	    .id = request->id,
	    .type = request->type,
	    .until_ms = now_ms + (wait_ms < WAITING_MAX_MS ? wait_ms : WAITING_MAX_MS),
	};
	request->kept = true;
	return true;
}

void waiting_try_all(struct waitings *waitings, waiting_try_fn *fn, void *ctx, int64_t now_ms)
{
	size_t left = 0;

	for (size_t i = 0; i < waitings->count; i++) {
		struct waiting w = waitings->items[i];

		if (!fn(ctx, &w, now_ms >= w.until_ms))
			waitings->items[left++] = w;
	}
	waitings->count = left;
}
