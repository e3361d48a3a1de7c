/* The one-time token that opens the agent's own page; each use is given the next one. */
#ifndef HUFU_AGENT_TICKET_H
#define HUFU_AGENT_TICKET_H

#include "bytes.h"

#include <pthread.h>

#define TICKET_SIZE 32 /* characters, 160 bits */

struct ticket {
	pthread_mutex_t lock;
	char text[TICKET_SIZE + 1];
};

/* Draws the first one, which is copied to text. */
void ticket_init(struct ticket *t, char text[TICKET_SIZE + 1]);
/* Takes the token and puts the next one in its place, copied to next. HF_ORIGIN when it is another, or none (NULL). */
int ticket_use(struct ticket *t, const char *token, char next[TICKET_SIZE + 1], struct err *err) MUST_CHECK;

#endif
