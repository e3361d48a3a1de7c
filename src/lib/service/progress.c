/* Coming back to an application by number and code. */
#include "progress.h"

#include "access.h"
#include "audit_put.h"
#include "clock.h"
#include "limit.h"
#include "permission.h"
#include "resume_code.h"
#include "service_state.h"

#include <string.h>

#define WRONG_PER_HOUR 5
#define TRIES_PER_ADDRESS 60
#define CODES_PER_HOUR 3

struct opening {
	struct service *s;
	const struct actor *actor;
	const char *number, *code;
	struct pool *pool;
	struct application application;
	int64_t now;
	bool right;
};

static int check(struct opening *o, struct err *err)
{
	struct connection *c;
	int rc;

	if (store_read(o->s->store, &c, err) != 0)
		return -1;
	rc = access_any(c, o->number, o->pool, &o->application, err);
	if (rc == 0)
		rc = resume_code_check(o->s, c, &o->application, o->code, o->now, o->pool, &o->right, err);
	else if (err->code == HF_APPLICATION_UNKNOWN)
		rc = 0; /* told as a wrong code */
	store_read_end(o->s->store, &c);
	return rc;
}

static int bind(void *ctx, struct connection *c, struct err *err)
{
	struct opening *o = ctx;

	if (query_run_one(c, SQL_SESSION_SET_APPLICATION, VALUES(value_text(o->actor->session->id), value_text(o->application.number)),
	                  err) != 0)
		return -1;
	return audit_put(c, o->actor, &(struct audit_deed){"application.open", o->application.number, NULL}, err);
}

static bool number_valid(const char *number)
{
	return strlen(number) == APPLICATION_NUMBER_SIZE && strspn(number, "0123456789") == APPLICATION_NUMBER_SIZE;
}

static int open_checked(struct opening *o, struct err *err)
{
	struct err ignored;
	bool spent;

	if (limit_use(o->s, "code address", o->actor->address, TRIES_PER_ADDRESS, err) != 0 ||
	    limit_reached(o->s, "code wrong", o->number, WRONG_PER_HOUR, &spent, err) != 0)
		return -1;
	if (spent)
		return err_set(err, HF_CODE_TRIES, "application %s: too many wrong codes", o->number);
	if (check(o, err) != 0)
		return -1;
	if (o->right)
		return store_change(o->s->store, bind, o, err);
	if (limit_use(o->s, "code wrong", o->number, WRONG_PER_HOUR, &ignored) != 0 && ignored.code != HF_RATE) {
		*err = ignored;
		return -1;
	}
	return err_set(err, HF_CODE_WRONG, "application %s: wrong code", o->number);
}

int progress_open(struct service *s, const struct actor *actor, const char *number, const char *code, struct err *err)
{
	struct opening o = {.s = s, .actor = actor, .number = number, .code = code, .pool = pool_new(64u << 10), .now = clock_now()};
	int rc = -1;

	if (o.pool == NULL)
		err_set(err, HF_MEMORY, "progress");
	else if (permission_check(actor, VERB_APPLY, err) != 0)
		rc = -1;
	else if (!number_valid(number))
		err_set(err, HF_CODE_WRONG, "not a number of an application");
	else
		rc = open_checked(&o, err);
	pool_free(&o.pool);
	return rc;
}

static int send_code(void *ctx, struct connection *c, struct err *err)
{
	struct opening *o = ctx;

	if (access_any(c, o->number, o->pool, &o->application, err) != 0)
		return err->code == HF_APPLICATION_UNKNOWN ? 0 : -1;
	if (o->application.mail[0] == '\0')
		return 0;
	if (resume_code_send(o->s, c, &o->application, o->now, err) != 0)
		return -1;
	return audit_put(c, o->actor, &(struct audit_deed){"application.code", o->application.number, NULL}, err);
}

int progress_send_code(struct service *s, const struct actor *actor, const char *number, struct err *err)
{
	struct opening o = {.s = s, .actor = actor, .number = number, .pool = pool_new(64u << 10), .now = clock_now()};
	int rc = -1;

	if (o.pool == NULL)
		err_set(err, HF_MEMORY, "progress");
	else if (!number_valid(number))
		rc = 0;
	else if (limit_use(s, "code mail", number, CODES_PER_HOUR, err) == 0 &&
	         limit_use(s, "code address", actor->address, TRIES_PER_ADDRESS, err) == 0)
		rc = store_change(s->store, send_code, &o, err);
	pool_free(&o.pool);
	return rc;
}

int progress_load(struct service *s, const struct actor *actor, const char *number, struct pool *pool, struct application *application,
                  struct history_list *history, struct err *err)
{
	struct connection *c;
	int rc;

	if (store_read(s->store, &c, err) != 0)
		return -1;
	rc = access_own(c, actor, number, pool, application, err);
	if (rc == 0)
		rc = query_list(c, SQL_APPLICATION_HISTORY_LIST, VALUES(value_text(application->number)), &history_shape, pool,
		                (void **)&history->items, &history->count, err);
	store_read_end(s->store, &c);
	return rc;
}
