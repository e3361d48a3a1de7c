/* The threads of a crew. */
#include "crew.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#define CREW_NET 0x7f400001u /* 127.64.0.1, .2, … */

struct crew {
	crew_fn *fn;
	void *ctx;
	size_t n;
	uint16_t port;
	atomic_size_t next, place, failed;
	float *took; /* ms, of each item that was done */
	pthread_mutex_t lock;
	struct err first;
};

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void tell_failure(struct crew *crew, const struct err *err)
{
	pthread_mutex_lock(&crew->lock);
	if (atomic_fetch_add(&crew->failed, 1) == 0)
		crew->first = *err;
	pthread_mutex_unlock(&crew->lock);
}

static void *work(void *arg)
{
	struct crew *crew = arg;
	struct http_client h;
	size_t item;

	http_client_init(&h, crew->port, CREW_NET + (uint32_t)atomic_fetch_add(&crew->place, 1));
	while ((item = atomic_fetch_add(&crew->next, 1)) < crew->n) {
		double from = now_ms();
		struct err err = {0};

		if (crew->fn(crew->ctx, item, &h, &err) == 0)
			crew->took[item] = (float)(now_ms() - from);
		else
			tell_failure(crew, &err);
	}
	http_client_free(&h);
	return NULL;
}

static int compare(const void *a, const void *b)
{
	float x = *(const float *)a, y = *(const float *)b;

	return (x > y) - (x < y);
}

static void fill_report(struct crew *crew, double seconds, struct crew_report *report)
{
	const float *done;

	*report = (struct crew_report){.failed = crew->failed, .seconds = seconds, .first = crew->first};
	report->done = crew->n - report->failed;
	qsort(crew->took, crew->n, sizeof(crew->took[0]), compare);
	done = crew->took + report->failed; /* those that failed stand as 0 */
	if (report->done > 0) {
		report->median_ms = done[report->done / 2];
		report->p99_ms = done[report->done * 99 / 100];
	}
}

int crew_run(crew_fn *fn, void *ctx, size_t n, unsigned members, uint16_t port, struct crew_report *report, struct err *err)
{
	struct crew crew = {.fn = fn, .ctx = ctx, .n = n, .port = port, .lock = PTHREAD_MUTEX_INITIALIZER};
	pthread_t threads[CREW_MAX];
	unsigned started = 0;
	double from = now_ms();

	crew.took = calloc(n + 1, sizeof(crew.took[0]));
	if (crew.took == NULL)
		return err_set(err, HF_MEMORY, "crew");
	while (started < members && started < CREW_MAX && pthread_create(&threads[started], NULL, work, &crew) == 0)
		started++;
	for (unsigned i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
	if (started > 0)
		fill_report(&crew, (now_ms() - from) / 1e3, report);
	free(crew.took);
	return started > 0 ? 0 : err_set(err, HF_SYSTEM, "no thread");
}
