/* Reminders of expiring certificates. */
#include "remind.h"

#include "certificate.h"
#include "clock.h"
#include "holding.h"
#include "notice.h"
#include "service_state.h"

#define REMIND_POOL_MAX (16u << 20)

static const int64_t steps[] = {1, 7, 15, 30}; /* days before the end */
#define STEPS (sizeof(steps) / sizeof(steps[0]))

struct reminding {
	struct service *s;
	struct pool *pool;
	int64_t now;
};

/* The step that has come, or 0. A certificate that was made later than a step is not reminded of it. */
static int64_t step_of(const struct certificate *certificate, int64_t days_left)
{
	for (size_t i = 0; days_left > 0 && i < STEPS; i++) {
		if (days_left <= steps[i])
			return certificate->notafter - steps[i] * 86400 > certificate->notbefore ? steps[i] : 0;
	}
	return 0;
}

static int remind(const struct reminding *r, struct connection *c, const struct certificate *certificate, struct err *err)
{
	int64_t days_left = holding_days_left(certificate->notafter, r->now), step = step_of(certificate, days_left), added = 0;
	struct application application;

	if (step == 0)
		return 0;
	if (query_run(c, SQL_REMINDER_ADD, VALUES(value_text(certificate->serial), value_integer(step), value_integer(r->now)), &added,
	              err) != 0)
		return -1;
	if (added == 0)
		return 0;
	if (query_one(c, SQL_APPLICATION_BY_ID, VALUES(value_text(certificate->application)), &application_shape, r->pool, &application,
	              err) != 0)
		return err->code == HF_NOT_FOUND ? 0 : -1;
	const char *days = pool_format(r->pool, "%lld", (long long)days_left);
	if (days == NULL)
		return err_set(err, HF_MEMORY, "reminder");
	return notice_put(c, r->s, MAIL_EXPIRING, &application, days, r->now, err);
}

static int remind_due(void *ctx, struct connection *c, struct err *err)
{
	const struct reminding *r = ctx;
	struct certificate_list list;

	if (query_list(c, SQL_REMINDER_CANDIDATES, VALUES(value_integer(r->now), value_integer(r->now + (steps[STEPS - 1] + 1) * 86400)),
	               &certificate_shape, r->pool, (void **)&list.items, &list.count, err) != 0)
		return -1;
	for (size_t i = 0; i < list.count; i++) {
		if (remind(r, c, &list.items[i], err) != 0)
			return -1;
	}
	return 0;
}

int remind_all(struct service *s, struct err *err)
{
	struct reminding r = {s, pool_new(REMIND_POOL_MAX), clock_now()};
	int rc;

	if (r.pool == NULL)
		return err_set(err, HF_MEMORY, "reminders");
	rc = store_change(s->store, remind_due, &r, err);
	pool_free(&r.pool);
	return rc;
}
