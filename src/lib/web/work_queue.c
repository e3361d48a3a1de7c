/* A list of jobs under one lock. Threads are woken one after the other, as far as there is work for them. */
#include "work_queue.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>

#define THREADS_MAX 64

struct work_queue {
	pthread_mutex_t lock;
	pthread_cond_t more;
	struct work *first, **last;
	int idle;    /* threads that sleep */
	bool waking; /* one of them was told and has not come yet: it takes what is pushed meanwhile */
	bool closing;
	pthread_t threads[THREADS_MAX];
	int count;
};

/* Cuts the first job off, and those of its kind behind it. Under the lock. */
static struct work *cut_chain(struct work_queue *queue)
{
	struct work *chain = NULL, **end = &chain, **at = &queue->first;
	const void *kind = queue->first->kind;
	size_t n = 0;

	while (*at != NULL) {
		struct work *work = *at;

		if (n > 0 && (kind == NULL || work->kind != kind || n == WORK_TOGETHER_MAX)) {
			at = &work->next;
			continue;
		}
		*at = work->next;
		*end = work;
		end = &work->next;
		n++;
	}
	*end = NULL;
	queue->last = at;
	return chain;
}

/* Whether a thread has to be told that there is work. Under the lock. */
static bool must_wake(struct work_queue *queue)
{
	if (queue->first == NULL || queue->idle == 0 || queue->waking)
		return false;
	queue->waking = true;
	return true;
}

/* Sleeps until it is told, and lets those run first who are about to bring more. Under the lock. */
static void sleep_until_told(struct work_queue *queue)
{
	queue->idle++;
	pthread_cond_wait(&queue->more, &queue->lock);
	queue->idle--;
	pthread_mutex_unlock(&queue->lock);
	sched_yield();
	pthread_mutex_lock(&queue->lock);
	queue->waking = false;
}

static struct work *take(struct work_queue *queue)
{
	struct work *chain = NULL;
	bool wake;

	pthread_mutex_lock(&queue->lock);
	while (queue->first == NULL && !queue->closing)
		sleep_until_told(queue);
	if (queue->first != NULL)
		chain = cut_chain(queue);
	wake = must_wake(queue);
	pthread_mutex_unlock(&queue->lock);
	if (wake)
		pthread_cond_signal(&queue->more);
	return chain;
}

static void *run(void *ctx)
{
	struct work *chain;

	while ((chain = take(ctx)) != NULL)
		chain->run(chain);
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
	bool taken, wake;

	pthread_mutex_lock(&queue->lock);
	taken = !queue->closing;
	if (taken) {
		work->next = NULL;
		*queue->last = work;
		queue->last = &work->next;
	}
	wake = must_wake(queue);
	pthread_mutex_unlock(&queue->lock);
	if (wake)
		pthread_cond_signal(&queue->more);
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
