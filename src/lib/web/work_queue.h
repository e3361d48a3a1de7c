/* Threads that run jobs which may wait, so that no event loop does. */
#ifndef HUFU_WEB_WORK_QUEUE_H
#define HUFU_WEB_WORK_QUEUE_H

#include "err.h"

#include <stdbool.h>

#define WORK_TOGETHER_MAX 16

/* Stands inside what the job is about. */
struct work {
	struct work *next;
	const void *kind; /* jobs of one kind that wait at the same time are run together, at most WORK_TOGETHER_MAX; NULL: each alone */
	void (*run)(struct work *chain);
};

struct work_queue;
int work_queue_new(struct work_queue **queue, int threads, struct err *err) MUST_CHECK;
bool work_queue_push(struct work_queue *queue, struct work *work); /* false once it is being freed: not taken */
void work_queue_free(struct work_queue **queue);                   /* after all jobs that were taken have run */

#endif
