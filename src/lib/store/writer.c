/* The writing thread: takes all changes that wait, runs them under savepoints, commits once, and tells each its result. */
#include "writer.h"

#include "query.h"

#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stdlib.h>

#define GROUP_MAX 256

/* On the stack of a caller, who waits until all its changes are done. */
struct change_waiting {
	size_t left; /* once they are queued, the writing thread's */
	sem_t done;
};

struct writer {
	struct connection *connection;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t work;
	struct change_item *first, **last; /* waiting, in order of arrival */
	bool started, stopping, idle;
	struct store_counts counts;
};

/* Those up to end, all or none, under one savepoint: SQLite copies each page once for a savepoint, which costs more than to change it. */
static int changes_run(struct connection *c, struct change_item *first, const struct change_item *end, struct err *err)
{
	int result = 0;

	if (query_run(c, SQL_CHANGE_BEGIN, NO_VALUES, NULL, err) != 0)
		return -1;
	for (struct change_item *change = first; result == 0 && change != end; change = change->next)
		result = change->fn(change->ctx, c, err);
	if (result == 0)
		result = query_run(c, SQL_CHANGE_END, NO_VALUES, NULL, err);
	if (result != 0)
		connection_undo(c, "ROLLBACK TO change; RELEASE change");
	return result;
}

static struct change_item *caller_end(struct change_item *first)
{
	struct change_item *end = first;

	while (end != NULL && end->waiting == first->waiting)
		end = end->next;
	return end;
}

static void group_fail(struct change_item *group, const struct change_item *end, const struct err *fault)
{
	for (struct change_item *change = group; change != end; change = change->next) {
		if (change->result == 0) {
			change->result = -1;
			change->err = *fault;
		}
	}
}

/* Runs those of one caller, up to end: together, or each by itself when one of them fails. Returns NULL, or the change at which SQLite
 * ended the whole transaction by itself, as it does after some faults (a full disk). */
static struct change_item *caller_run(struct connection *c, struct change_item *first, const struct change_item *end)
{
	if (first->next != end && changes_run(c, first, end, &first->err) == 0)
		return NULL;
	for (struct change_item *change = first; change != end; change = change->next) {
		if (!sqlite3_get_autocommit(c->db)) {
			err_clear(&change->err);
			change->result = changes_run(c, change, change->next, &change->err);
		}
		if (sqlite3_get_autocommit(c->db))
			return change;
	}
	return NULL;
}

/* When the transaction has ended, those before in the group are lost as well, and those after it are run in a group of their own.
 * Returns the first change that was not run. */
static struct change_item *group_run(struct connection *c, struct change_item *group)
{
	struct err fault = {ERR_NONE};

	if (query_run(c, SQL_TRANSACTION_WRITE, NO_VALUES, NULL, &fault) != 0) {
		group_fail(group, NULL, &fault);
		return NULL;
	}
	for (struct change_item *first = group, *end; first != NULL; first = end) {
		end = caller_end(first);
		struct change_item *lost = caller_run(c, first, end);
		if (lost != NULL) {
			fault = lost->err;
			group_fail(group, lost->next, &fault);
			return lost->next;
		}
	}
	if (query_run(c, SQL_TRANSACTION_COMMIT, NO_VALUES, NULL, &fault) != 0) {
		connection_undo(c, "ROLLBACK");
		group_fail(group, NULL, &fault);
	}
	return NULL;
}

/* Cuts off at most GROUP_MAX of those that wait. Under the lock. */
static struct change_item *group_take(struct writer *w)
{
	struct change_item *group = w->first, **end = &w->first;
	size_t n = 0;

	while (*end != NULL && n < GROUP_MAX) {
		end = &(*end)->next;
		n++;
	}
	w->first = *end;
	*end = NULL;
	if (w->first == NULL)
		w->last = &w->first;
	w->counts.changes += (int64_t)n;
	w->counts.groups += n > 0;
	return group;
}

/* Each caller is woken by itself: of a herd all but one would only go to sleep again. */
static void group_tell(struct change_item *group)
{
	while (group != NULL) {
		struct change_waiting *waiting = group->waiting;

		group = group->next; /* the change is gone once its caller saw done */
		if (--waiting->left == 0)
			sem_post(&waiting->done);
	}
}

/* Lets those run first who are about to bring a change: where nobody is, it costs nothing. Under the lock. */
static void yield(struct writer *w)
{
	pthread_mutex_unlock(&w->lock);
	sched_yield();
	pthread_mutex_lock(&w->lock);
}

static void *writer_thread(void *arg)
{
	struct writer *w = arg;

	pthread_mutex_lock(&w->lock);
	for (;;) {
		w->idle = true;
		while (w->first == NULL && !w->stopping)
			pthread_cond_wait(&w->work, &w->lock);
		w->idle = false;
		if (w->first == NULL)
			break;
		yield(w);
		struct change_item *group = group_take(w);
		pthread_mutex_unlock(&w->lock);
		for (struct change_item *rest = group; rest != NULL;)
			rest = group_run(w->connection, rest);
		group_tell(group);
		pthread_mutex_lock(&w->lock);
	}
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

int writer_new(struct writer **out, struct connection *c, struct err *err)
{
	struct writer *w = calloc(1, sizeof(*w));

	*out = NULL;
	if (w == NULL)
		return err_set(err, HF_MEMORY, "store: writer");
	w->connection = c;
	w->last = &w->first;
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->work, NULL);
	*out = w;
	return 0;
}

/* Under the lock. */
static int thread_start(struct writer *w, struct err *err)
{
	if (!w->started && pthread_create(&w->thread, NULL, writer_thread, w) != 0)
		return err_set(err, HF_SYSTEM, "store: writing thread");
	w->started = true;
	return 0;
}

static int changes_put(struct writer *w, struct change_item *first, struct change_item *last, struct err *err)
{
	bool wake;
	int result;

	pthread_mutex_lock(&w->lock);
	result = thread_start(w, err);
	if (result == 0) {
		*w->last = first;
		w->last = &last->next;
	}
	wake = w->idle;
	pthread_mutex_unlock(&w->lock);
	if (wake)
		pthread_cond_signal(&w->work);
	return result;
}

void writer_change(struct writer *w, struct change_item *items, size_t n)
{
	struct change_waiting waiting = {.left = n};
	struct err fault;

	if (n == 0)
		return;
	sem_init(&waiting.done, 0, 0);
	for (size_t i = 0; i < n; i++) {
		items[i].waiting = &waiting;
		items[i].next = i + 1 < n ? &items[i + 1] : NULL;
		items[i].result = 0;
	}
	if (changes_put(w, items, &items[n - 1], &fault) == 0) {
		while (sem_wait(&waiting.done) != 0)
			;
	} else {
		group_fail(items, NULL, &fault);
	}
	sem_destroy(&waiting.done);
}

struct store_counts writer_counts(struct writer *w)
{
	pthread_mutex_lock(&w->lock);
	struct store_counts counts = w->counts;
	pthread_mutex_unlock(&w->lock);
	return counts;
}

void writer_free(struct writer **w)
{
	if (*w == NULL)
		return;
	pthread_mutex_lock(&(*w)->lock);
	(*w)->stopping = true;
	pthread_cond_signal(&(*w)->work);
	pthread_mutex_unlock(&(*w)->lock);
	if ((*w)->started)
		pthread_join((*w)->thread, NULL);
	connection_close(&(*w)->connection);
	pthread_cond_destroy(&(*w)->work);
	pthread_mutex_destroy(&(*w)->lock);
	free(*w);
	*w = NULL;
}
