/* Threads that run jobs which may wait, so that no event loop does. */
#ifndef HUFU_WEB_WORK_QUEUE_H
#define HUFU_WEB_WORK_QUEUE_H

#include "err.h"

#include <stdbool.h>

/* Stands inside what the job is about. */
struct work {
	struct work *next;
	void (*run)(struct work *work);
};

struct work_queue;
int work_queue_new(struct work_queue **queue, int threads, struct err *err) MUST_CHECK;
bool work_queue_push(struct work_queue *queue, struct work *work); /* false once it is being freed: not taken */
void work_queue_free(struct work_queue **queue);                   /* after all jobs that were taken have run */

#endif
