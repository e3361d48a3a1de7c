/* Origins that a person refused twice are not heard for a while. doc/protocol/agent.md 2 */
#ifndef HUFU_AGENT_SILENCE_H
#define HUFU_AGENT_SILENCE_H

#include "origin_list.h"

#include <pthread.h>

#define SILENCE_REFUSALS 2
#define SILENCE_MS 600000

/* By the row's number in the allow-list. Locked inside. */
struct silence {
	pthread_mutex_t lock;
	struct {
		int refusals;
		int64_t until; /* clock_monotonic_ms: refusals are forgotten then, and the origin is heard again */
	} rows[ORIGIN_LIST_MAX];
};

void silence_init(struct silence *s);
int silence_check(struct silence *s, size_t row, struct err *err) MUST_CHECK; /* HF_ORIGIN_SILENCED */
void silence_refused(struct silence *s, size_t row);                          /* the person said no */
void silence_agreed(struct silence *s, size_t row);                           /* the person said yes: all is forgotten */

#endif
