/* Whether the page that asked is still there: the agent calls a request off when it goes away. doc/protocol/keydoor.md 2 */
#ifndef HUFU_KEYDOOR_RECALL_H
#define HUFU_KEYDOOR_RECALL_H

#include "err.h"

#include <pthread.h>
#include <stdint.h>

/* For the one request that may open windows. Locked inside. */
struct recall {
	pthread_mutex_t lock;
	uint32_t number; /* the agent's, of the request that is being done */
	int told;        /* eventfd: readable once that request was called off */
};

int recall_init(struct recall *r, struct err *err) MUST_CHECK;
void recall_free(struct recall *r);
/* The request with this number begins. */
void recall_begin(struct recall *r, uint32_t number);
/* Calls it off, from another thread; nothing when another one is being done. */
void recall_tell(struct recall *r, uint32_t number);
/* HF_ASKER_GONE once it was called off. */
int recall_check(const struct recall *r, struct err *err) MUST_CHECK;

#endif
