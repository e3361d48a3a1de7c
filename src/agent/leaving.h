/* Watches a page that waits for a window: when it goes away, keydoor is told to call its request off. doc/protocol/agent.md 2 */
#ifndef HUFU_AGENT_LEAVING_H
#define HUFU_AGENT_LEAVING_H

#include "call.h"

#include <pthread.h>

struct leaving {
	struct call *keydoor;
	uint32_t number; /* of the request: struct keydoor_asker */
	int socket;      /* of the page */
	int over;        /* eventfd: the request has its answer */
	pthread_t thread;
};

/* All is lent until leaving_end. */
int leaving_watch(struct leaving *l, struct call *keydoor, int socket, uint32_t number, struct err *err) MUST_CHECK;
void leaving_end(struct leaving *l);

#endif
