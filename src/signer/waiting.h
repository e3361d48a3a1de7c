/* Requests for news that are answered when there is some, or when their time is over. */
#ifndef HUFU_SIGNER_WAITING_H
#define HUFU_SIGNER_WAITING_H

#include "serve.h"

#define WAITING_MAX_MS 30000u
#define WAITING_MAX 256 /* more are answered at once */

enum waiting_for { WAITING_FEED, WAITING_STATUS_FEED, WAITING_CRL };

struct waiting {
	enum waiting_for what;
	int64_t from; /* feed: the number asked for; CRL: the one the asker has */
	uint64_t peer, id;
	uint16_t type;
	int64_t until_ms;
};
struct waitings {
	struct waiting items[WAITING_MAX];
	size_t count;
};

/* Keeps the request; false when there is no room or wait_ms is 0: then it is to be answered now. */
bool waiting_add(struct waitings *waitings, struct request *request, enum waiting_for what, int64_t from, uint32_t wait_ms, int64_t now_ms);

/* Answers or refuses w when there is something new, or when its time is over (last); false: it goes on waiting. */
typedef bool waiting_try_fn(void *ctx, const struct waiting *w, bool last);
void waiting_try_all(struct waitings *waitings, waiting_try_fn *fn, void *ctx, int64_t now_ms);

#endif
