/* The rounds of the service. */
#include "rounds.h"

#include "audit_head.h"
#include "clock.h"
#include "limit.h"
#include "log.h"
#include "paper_keep.h"
#include "remind.h"
#include "service_state.h"
#include "session_rule.h"
#include "upload.h"

#define ROUND_MS (5 * 60 * 1000)
#define RETRY_MS (30 * 1000)
#define SWEEP_SECONDS 3600

static void sweep(struct service *s)
{
	struct err err;

	if (upload_sweep(s, &err) != 0)
		log_fault("sweep.papers", &err);
	if (paper_keep_forget(s, &err) != 0)
		log_fault("sweep.kept", &err);
	if (remind_all(s, &err) != 0)
		log_fault("reminders", &err);
	if (limit_sweep(s, &err) != 0)
		log_fault("sweep.rates", &err);
	if (session_sweep(s, &err) != 0)
		log_fault("sweep.sessions", &err);
}

static void check(struct service *s)
{
	struct err err;
	int64_t changed;
	bool due;

	if (paper_keep_due(s, &due, &err) != 0)
		log_fault("papers.check", &err);
	else if (!due)
		return;
	else if (paper_keep_check(s, &changed, &err) != 0)
		log_fault("papers.check", &err);
	else if (changed > 0)
		log_error("papers.check", "%lld papers are not what was kept", (long long)changed);
}

void *rounds_thread(void *service)
{
	struct service *s = service;
	int64_t wait = 0, swept = 0;

	while (!service_pause(s, wait)) {
		struct err err;
		wait = ROUND_MS;
		if (audit_head_tell(s, &err) != 0) {
			log_fault("audit.head", &err);
			wait = RETRY_MS;
		}
		if (clock_now() - swept >= SWEEP_SECONDS) {
			sweep(s);
			swept = clock_now();
		}
		check(s);
	}
	return NULL;
}
