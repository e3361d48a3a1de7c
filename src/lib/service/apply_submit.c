/* Submitting and withdrawing. */
#include "apply_change.h"

#include "access.h"
#include "clock.h"
#include "handler_id.h"
#include "life.h"
#include "notice.h"
#include "permission.h"
#include "service_state.h"

#include <stdio.h>

static int check_papers(struct apply_change *a, struct connection *c, struct err *err)
{
	struct paper_list papers;

	if (query_list(c, SQL_PAPER_LIST, VALUES(value_text(a->application->id)), &paper_shape, a->pool, (void **)&papers.items,
	               &papers.count, err) != 0)
		return -1;
	if (papers.count == 0)
		return err_set(err, HF_PAPER_MISSING, "application %s has no paper", a->application->number);
	for (size_t i = 0; i < papers.count; i++) {
		if (!paper_whole(&papers.items[i]))
			return err_set(err, HF_PAPER_EXPIRED, "paper %s was not sent to its end", papers.items[i].id);
	}
	return 0;
}

static int check_form(struct apply_change *a, struct connection *c, struct err *err)
{
	struct application_form form;
	char id[HANDLER_ID_ROOM];

	apply_form_of(a->application, &form);
	if (handler_id_open(a->s, c, a->application->id, a->pool, id, err) != 0)
		return -1;
	form.handler_id = id;
	application_form_check(&form, false, clock_day(a->now, CLOCK_SHANGHAI), a->faults);
	secret_wipe(id, sizeof(id));
	if (a->faults->count > 0)
		return err_set(err, HF_FIELD_FORMAT, "%zu fields of application %s", a->faults->count, a->application->number);
	return 0;
}

static int check_live(struct apply_change *a, struct connection *c, struct err *err)
{
	const struct application *p = a->application;
	const char *other;

	if (query_text(c, SQL_APPLICATION_LIVE,
	               VALUES(value_text(p->code), value_text(application_kind_names[p->kind]), value_text(p->serials), value_text(p->id)),
	               a->pool, &other, err) != 0)
		return err->code == HF_NOT_FOUND ? 0 : -1;
	snprintf(a->live, APPLICATION_NUMBER_SIZE + 1, "%s", other);
	return err_set(err, HF_APPLICATION_LIVE, "application %s is live for the same", other);
}

static int submit(void *ctx, struct connection *c, struct err *err)
{
	struct apply_change *a = ctx;
	struct life_person by = life_person_of(a->actor);

	if (access_own(c, a->actor, a->number, a->pool, a->application, err) != 0)
		return -1;
	if (a->application->state == STATE_SUBMITTED) /* the answer to the first time was lost */
		return 0;
	if (apply_open(a, c, err) != 0 || check_form(a, c, err) != 0 || check_papers(a, c, err) != 0)
		return -1;
	if (a->application->key_hash[0] == '\0')
		return err_set(err, HF_KEY_ABSENT, "application %s has no key", a->application->number);
	if (apply_check_key(a->application, c, a->application->key_hash, err) != 0 ||
	    apply_check_name(a->application, a->application->csr, a->application->key_serial, err) != 0)
		return -1;
	if (check_live(a, c, err) != 0 || life_move(c, a->application, STATE_SUBMITTED, &by, "", a->now, err) != 0)
		return -1;
	if (notice_put(c, a->s, MAIL_RECEIVED, a->application, NULL, a->now, err) != 0 ||
	    apply_audit(a, c, "application.submit", NULL, err) != 0)
		return -1;
	return apply_reload(a, c, err);
}

int apply_submit(struct service *s, const struct actor *actor, const char *number, int64_t version, struct entry_faults *faults,
                 char live[APPLICATION_NUMBER_SIZE + 1], struct pool *pool, struct application *submitted, struct err *err)
{
	struct apply_change a = {.s = s,
	                         .actor = actor,
	                         .number = number,
	                         .version = version,
	                         .pool = pool,
	                         .application = submitted,
	                         .now = clock_now(),
	                         .faults = faults,
	                         .live = live};

	faults->count = 0;
	live[0] = '\0';
	if (permission_check(actor, VERB_APPLY, err) != 0)
		return -1;
	return store_change(s->store, submit, &a, err);
}

static int withdraw(void *ctx, struct connection *c, struct err *err)
{
	struct apply_change *a = ctx;
	struct life_person by = life_person_of(a->actor);

	if (access_own(c, a->actor, a->number, a->pool, a->application, err) != 0)
		return -1;
	if (a->application->state == STATE_WITHDRAWN)
		return 0;
	if (a->application->state == STATE_ISSUED)
		return err_set(err, HF_APPLICATION_STATE, "application %s is issued", a->number);
	if (access_version(a->application, a->version, err) != 0)
		return -1;
	if (life_move(c, a->application, STATE_WITHDRAWN, &by, "", a->now, err) != 0)
		return -1;
	return apply_audit(a, c, "application.withdraw", NULL, err);
}

int apply_withdraw(struct service *s, const struct actor *actor, const char *number, int64_t version, struct err *err)
{
	struct pool *pool = pool_new(64u << 10);
	struct application application;
	struct apply_change a = {
	    .s = s, .actor = actor, .number = number, .version = version, .pool = pool, .application = &application, .now = clock_now()};
	int rc = -1;

	if (pool == NULL)
		err_set(err, HF_MEMORY, "application");
	else if (permission_check(actor, VERB_APPLY, err) == 0)
		rc = store_change(s->store, withdraw, &a, err);
	pool_free(&pool);
	return rc;
}
