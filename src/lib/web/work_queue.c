/* A list of jobs under one lock. */
#include "work_queue.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#define THREADS_MAX 64

struct work_queue {
	pthread_mutex_t lock;
	pthread_cond_t more;
	struct work *first, **last;
	bool closing;
	pthread_t threads[THREADS_MAX];
	int count;
};

static struct work *take(struct work_queue *queue)
{
	struct work *work;

	pthread_mutex_lock(&queue->lock);
	while (queue->first == NULL && !queue->closing)
		pthread_cond_wait(&queue->more, &queue->lock);
	work = queue->first;
	if (work != NULL)
		queue->first = work->next;
	if (queue->first == NULL)
		queue->last = &queue->first;
	pthread_mutex_unlock(&queue->lock);
	return work;
}

static void *run(void *ctx)
{
	struct work *work;

	while ((work = take(ctx)) != NULL)
		work->run(work);
	return NULL;
}

int work_queue_new(struct work_queue **queue, int threads, struct err *err)
{
	struct work_queue *new = calloc(1, sizeof(*new));
	sigset_t all, before;

	if (new == NULL)
		return err_set(err, HF_MEMORY, "no memory for workers");
	pthread_mutex_init(&new->lock, NULL);
	pthread_cond_init(&new->more, NULL);
	new->last = &new->first;
	/* signals are the main thread's */
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	while (new->count < threads &&new->count < THREADS_MAX && pthread_create(&new->threads[new->count], NULL, run, new) == 0)
		new->count++;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	*queue = new;
	if (new->count == threads)
		return 0;
	work_queue_free(queue);
	return err_set(err, HF_SYSTEM, "cannot start %d workers", threads);
}

bool work_queue_push(struct work_queue *queue, struct work *work)
{
	bool taken;

	pthread_mutex_lock(&queue->lock);
	taken = !queue->closing;
	if (taken) {
		work->next = NULL;
		*queue->last = work;
		queue->last = &work->next;
		pthread_cond_signal(&queue->more);
	}
	pthread_mutex_unlock(&queue->lock);
	return taken;
}

void work_queue_free(struct work_queue **queue)
{
	if (*queue == NULL)
		return;
	pthread_mutex_lock(&(*queue)->lock);
	(*queue)->closing = true;
	pthread_cond_broadcast(&(*queue)->more);
	pthread_mutex_unlock(&(*queue)->lock);
	for (int i = 0; i < (*queue)->count; i++)
		pthread_join((*queue)->threads[i], NULL);
	pthread_cond_destroy(&(*queue)->more);
	pthread_mutex_destroy(&(*queue)->lock);
	free(*queue);
	*queue = NULL;
}
