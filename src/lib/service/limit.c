/* Counters by hour. */
#include "limit.h"

#include "clock.h"
#include "service_state.h"

struct use {
	const char *what, *who;
	int64_t hour, uses;
};

static int64_t hour_now(void)
{
	return clock_now() / 3600;
}

static int count_use(void *ctx, struct connection *c, struct err *err)
{
	struct use *use = ctx;

	return query_integer(c, SQL_RATE_COUNT, VALUES(value_text(use->what), value_text(use->who), value_integer(use->hour)), &use->uses,
	                     err);
}

static int judge(const struct use *use, int64_t most, struct err *err)
{
	if (use->uses > most)
		return err_set(err, HF_RATE, "%s: %lld uses in this hour", use->what, (long long)use->uses);
	return 0;
}

int limit_use(struct service *s, const char *what, const char *who, int64_t most, struct err *err)
{
	struct use use = {what, who, hour_now(), 0};

	return store_change(s->store, count_use, &use, err) == 0 ? judge(&use, most, err) : -1;
}

int limit_use_in(struct connection *c, const char *what, const char *who, int64_t most, struct err *err)
{
	struct use use = {what, who, hour_now(), 0};

	return count_use(&use, c, err) == 0 ? judge(&use, most, err) : -1;
}

int limit_reached(struct service *s, const char *what, const char *who, int64_t most, bool *reached, struct err *err)
{
	struct connection *c;
	int64_t uses = 0;
	int rc;

	if (store_read(s->store, &c, err) != 0)
		return -1;
	rc = query_integer(c, SQL_RATE_USES, VALUES(value_text(what), value_text(who), value_integer(hour_now())), &uses, err);
	store_read_end(s->store, &c);
	*reached = uses >= most;
	return rc;
}

static int forget(void *ctx, struct connection *c, struct err *err)
{
	return query_run(c, SQL_RATE_FORGET, VALUES(value_integer(hour_now() - 1)), NULL, err);
}

int limit_sweep(struct service *s, struct err *err)
{
	return store_change(s->store, forget, NULL, err);
}
