/* Many at once: K threads, each with a connection of its own, take one item after the other. */
#ifndef HUFU_BENCH_CREW_H
#define HUFU_BENCH_CREW_H

#include "http_client.h"

#define CREW_MAX 256

/* Does one item. h is the member's; a task whose items are people with addresses of their own makes its own clients and lets h be. */
typedef int crew_fn(void *ctx, size_t item, struct http_client *h, struct err *err);

struct crew_report {
	size_t done, failed;
	double seconds;           /* from the first to the last */
	double median_ms, p99_ms; /* of one item */
	struct err first;         /* why the first that failed did */
};
/* Runs fn for items 0..n-1 on `members` threads (1..CREW_MAX) and waits for all. Fails only when no thread could be started. */
int crew_run(crew_fn *fn, void *ctx, size_t n, unsigned members, uint16_t port, struct crew_report *report, struct err *err) MUST_CHECK;

#endif
