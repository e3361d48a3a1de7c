/* Coming back to an application by number and code. */
#include "progress.h"

#include "access.h"
#include "audit_put.h"
#include "clock.h"
#include "limit.h"
#include "permission.h"
#include "resume_code.h"
#include "service_state.h"
#include "session_rule.h"
#include "text_code.h"

#include <string.h>

#define CODE_MARK 8      /* bytes of a hash */
#define WRONG_PER_HOUR 5 /* of one code by one address */
#define TRIES_PER_ADDRESS 60
#define CODES_PER_HOUR 3      /* of one application by one address */
#define CODES_PER_HOUR_ALL 12 /* of one application */

struct opening {
	struct service *s;
	const struct actor *actor;
	const char *number, *typed;
	struct pool *pool;
	struct application application;
	int64_t now;
	struct bytes code; /* hash of the one that stands */
	const char *who;   /* address, application and code, as wrong tries are counted */
	char *token;
	bool right;
};

/* An unknown number is told, and counted, as a wrong code. */
static int find_code(struct opening *o, struct connection *c, struct err *err)
{
	if (access_any(c, o->number, o->pool, &o->application, err) == 0)
		return resume_code_find(c, &o->application, o->now, o->pool, &o->code, err);
	return err->code == HF_APPLICATION_UNKNOWN ? 0 : -1;
}

/* By address, so that nobody is kept out by a stranger's tries, and by code, so that a new one begins anew. */
static int count_try(struct opening *o, struct connection *c, struct err *err)
{
	char address[LIMIT_WHO_ROOM], mark[2 * CODE_MARK + 1] = "";

	limit_address(o->actor->address, address);
	if (o->code.size >= CODE_MARK)
		hex_write(mark, o->code.data, CODE_MARK);
	o->who = pool_format(o->pool, "%s %s %s", address, o->number, mark);
	if (o->who == NULL)
		return err_set(err, HF_MEMORY, "progress");
	if (limit_use_in(c, "code wrong", o->who, WRONG_PER_HOUR, err) == 0)
		return 0;
	return err->code == HF_RATE ? err_set(err, HF_CODE_TRIES, "application %s: too many wrong codes", o->number) : -1;
}

/* The session gets another id: one that was known to others before must not become a way in. */
static int enter(struct opening *o, struct connection *c, struct err *err)
{
	char id[65];

	if (limit_clear_in(c, "code wrong", o->who, err) != 0 || session_renew(c, o->actor->session, o->now, o->token, id, err) != 0)
		return -1;
	if (query_run(c, SQL_SESSION_APPLICATION_ADD, VALUES(value_text(id), value_text(o->application.number), value_text("")), NULL,
	              err) != 0)
		return -1;
	return audit_put(c, o->actor, &(struct audit_deed){"application.open", o->application.number, NULL}, err);
}

/* A wrong try is no failure of the change: its count stays. */
static int try_code(void *ctx, struct connection *c, struct err *err)
{
	struct opening *o = ctx;

	if (find_code(o, c, err) != 0 || count_try(o, c, err) != 0 ||
	    resume_code_fits(o->s, &o->application, o->code, o->typed, &o->right, err) != 0)
		return -1;
	return o->right ? enter(o, c, err) : 0;
}

static bool number_valid(const char *number)
{
	return strlen(number) == APPLICATION_NUMBER_SIZE && strspn(number, "0123456789") == APPLICATION_NUMBER_SIZE;
}

static int open_checked(struct opening *o, struct err *err)
{
	if (limit_use(o->s, "code address", o->actor->address, TRIES_PER_ADDRESS, err) != 0 ||
	    store_change(o->s->store, try_code, o, err) != 0)
		return -1;
	return o->right ? 0 : err_set(err, HF_CODE_WRONG, "application %s: wrong code", o->number);
}

int progress_open(struct service *s, const struct actor *actor, const char *number, const char *code, char token[SESSION_TOKEN_SIZE + 1],
                  struct err *err)
{
	struct opening o = {
	    .s = s, .actor = actor, .number = number, .typed = code, .pool = pool_new(64u << 10), .now = clock_now(), .token = token};
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

/* A stranger who asks too often is refused before the applicant is. */
static int limit_mails(struct opening *o, struct err *err)
{
	char address[LIMIT_WHO_ROOM];
	const char *who;

	limit_address(o->actor->address, address);
	who = pool_format(o->pool, "%s %s", address, o->number);
	if (who == NULL)
		return err_set(err, HF_MEMORY, "progress");
	if (limit_use(o->s, "code mail", who, CODES_PER_HOUR, err) != 0)
		return -1;
	return limit_use(o->s, "code mail", o->number, CODES_PER_HOUR_ALL, err);
}

int progress_send_code(struct service *s, const struct actor *actor, const char *number, struct err *err)
{
	struct opening o = {.s = s, .actor = actor, .number = number, .pool = pool_new(64u << 10), .now = clock_now()};
	int rc = -1;

	if (o.pool == NULL)
		err_set(err, HF_MEMORY, "progress");
	else if (!number_valid(number))
		rc = 0;
	else if (limit_use(s, "code address", actor->address, TRIES_PER_ADDRESS, err) == 0 && limit_mails(&o, err) == 0)
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
