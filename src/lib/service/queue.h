/* The staff's queue: oldest first, paged by key. */
#ifndef HUFU_SERVICE_QUEUE_H
#define HUFU_SERVICE_QUEUE_H

#include "application.h"
#include "service.h"

#define QUEUE_PAGE 50

struct queue_filter {
	int state;          /* enum application_state, or -1: all that wait for staff (submitted, accepted) */
	const char *code;   /* credit code, or NULL */
	int64_t after_time; /* key of the last line of the page before: its `submitted` and number; 0 and "" for the first */
	const char *after_number;
};
struct queue_page {
	struct application_line *items;
	size_t count;
	bool more; /* another page follows the last line */
};
#define QUEUE_STATES 9
struct queue_counts {
	int64_t by_state[QUEUE_STATES]; /* by enum application_state */
};

int queue_list(struct service *s, const struct actor *actor, const struct queue_filter *filter, struct pool *pool, struct queue_page *page,
               struct err *err) MUST_CHECK;
int queue_count(struct service *s, const struct actor *actor, struct queue_counts *counts, struct err *err) MUST_CHECK;

#endif
