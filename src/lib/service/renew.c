/* Renewals: judged by the certificate of the session, ordered with its key. */
#include "renew.h"

#include "access.h"
#include "application_create.h"
#include "apply_change.h"
#include "clock.h"
#include "deed_do.h"
#include "limit.h"
#include "order_check.h"
#include "order_of.h"
#include "permission.h"
#include "profile.h"
#include "service_state.h"

#include <string.h>

static int certificate_own(struct connection *c, const struct actor *actor, struct pool *pool, struct certificate *own, struct err *err)
{
	return query_one(c, SQL_CERTIFICATE_BY_SERIAL, VALUES(value_text(actor->session->serial)), &certificate_shape, pool, own, err);
}

static enum err_code judge_now(const struct renewal *r, int64_t now)
{
	if (r->application.state == STATE_ISSUED)
		return HF_RENEWED;
	if (now < r->from)
		return HF_RENEW_EARLY;
	return r->notafter > r->certificate.notafter ? HF_NONE : HF_CERT_TIME;
}

static int look(struct service *s, struct connection *c, const struct actor *actor, struct pool *pool, struct renewal *r, struct err *err)
{
	const char *serials;

	if (certificate_own(c, actor, pool, &r->certificate, err) != 0)
		return -1;
	serials = order_of_pair(&r->certificate, pool);
	if (serials == NULL)
		return err_set(err, HF_MEMORY, "renewal");
	r->from = r->certificate.notafter - ORDER_RENEW_WINDOW;
	r->notafter = profile_end(PROFILE_ENTERPRISE_SIGN, r->certificate.notafter + 1, s->issuing->not_after);
	r->application = (struct application){.number = ""};
	if (query_one(c, SQL_APPLICATION_RENEWAL, VALUES(value_text(r->certificate.code), value_text(serials)), &application_shape, pool,
	              &r->application, err) != 0 &&
	    err->code != HF_NOT_FOUND)
		return -1;
	r->refusal = judge_now(r, clock_now());
	return 0;
}

int renew_look(struct service *s, const struct actor *actor, struct pool *pool, struct renewal *renewal, struct err *err)
{
	struct connection *c;
	int rc;

	if (permission_check(actor, VERB_RENEW, err) != 0 || store_read(s->store, &c, err) != 0)
		return -1;
	rc = look(s, c, actor, pool, renewal, err);
	store_read_end(s->store, &c);
	return rc;
}

static int refuse(const struct renewal *r, struct err *err)
{
	if (r->refusal == HF_NONE)
		return 0;
	return err_set(err, r->refusal, "%s ends at %lld and has the renewal \"%s\"", r->certificate.serial,
	               (long long)r->certificate.notafter, r->application.number);
}

struct beginning {
	struct apply_change change;
	struct renewal *renewal;
};

/* What is asked for is the holder's as the certificate says it; how to reach him, as the application said that the pair came from. */
static int put_form(struct beginning *b, struct connection *c, const struct name *subject, struct err *err)
{
	const struct certificate *old = &b->renewal->certificate;
	struct application *a = &b->renewal->application;
	struct application_form f = {
	    .organisation_code = "", .address = "", .legal_person = "", .handler_name = "", .telephone = "", .mail = ""};
	struct application from;

	if (query_one(c, SQL_APPLICATION_BY_ID, VALUES(value_text(old->application)), &application_shape, b->change.pool, &from, err) == 0)
		apply_form_of(&from, &f);
	else if (err->code != HF_NOT_FOUND)
		return -1;
	return query_run_one(c, SQL_APPLICATION_SET_FORM,
	                     VALUES(value_text(a->id), value_integer(a->version), value_text_bytes(subject->common_name),
	                            value_text(old->code), value_text(f.organisation_code), value_text(f.address),
	                            value_text_bytes(subject->state), value_text_bytes(subject->locality), value_text(f.legal_person),
	                            value_text(f.handler_name), value_text(f.telephone), value_text(f.mail),
	                            value_text_bytes(subject->unit), value_text(a->language), value_integer(b->change.now)),
	                     err);
}

static int put_draft(struct beginning *b, struct connection *c, struct err *err)
{
	const struct certificate *old = &b->renewal->certificate;
	const struct application *a = &b->renewal->application;
	const char *serials = order_of_pair(old, b->change.pool);
	struct cert *cert = NULL;
	int rc = -1;

	if (serials == NULL)
		return err_set(err, HF_MEMORY, "renewal");
	if (cert_parse(&cert, old->der, err) == 0 && put_form(b, c, &cert->subject_name, err) == 0)
		rc = query_run_one(c, SQL_APPLICATION_SET_RENEWAL,
		                   VALUES(value_text(a->id), value_text(serials), value_text(old->key_serial)), err);
	cert_free(&cert);
	return rc;
}

static int begin(void *ctx, struct connection *c, struct err *err)
{
	struct beginning *b = ctx;
	struct apply_change *a = &b->change;

	if (look(a->s, c, a->actor, a->pool, b->renewal, err) != 0 || refuse(b->renewal, err) != 0)
		return -1;
	if (a->application->number[0] != '\0')
		return 0;
	if (limit_use_in(c, "draft", a->actor->address, a->s->settings.drafts_per_hour, err) != 0 ||
	    application_create(a->s, c, APPLICATION_RENEW, a->language, a->now, a->pool, a->application, err) != 0 ||
	    put_draft(b, c, err) != 0 || apply_audit(a, c, "application.draft", NULL, err) != 0)
		return -1;
	return apply_reload(a, c, err);
}

int renew_begin(struct service *s, const struct actor *actor, const char *language, struct pool *pool, struct renewal *renewal,
                struct err *err)
{
	struct beginning b = {
	    .change =
	        {.s = s, .actor = actor, .pool = pool, .application = &renewal->application, .now = clock_now(), .language = language},
	    .renewal = renewal,
	};

	if (permission_check(actor, VERB_RENEW, err) != 0)
		return -1;
	return store_change(s->store, begin, &b, err);
}

static int find(struct connection *c, const struct actor *actor, const char *number, struct pool *pool, struct application *a,
                struct err *err)
{
	if (access_own(c, actor, number, pool, a, err) != 0)
		return -1;
	if (a->kind != APPLICATION_RENEW || strstr(a->serials, actor->session->serial) == NULL)
		return err_set(err, HF_APPLICATION_UNKNOWN, "application %s is no renewal of %s", number, actor->session->serial);
	return 0;
}

/* Nothing is changed or ordered but in a draft. */
static int check_draft(const struct application *a, struct err *err)
{
	if (a->state == STATE_DRAFT)
		return 0;
	return err_set(err, a->state == STATE_WITHDRAWN ? HF_APPLICATION_STATE : HF_RENEWED, "renewal %s is %s", a->number,
	               application_state_names[a->state]);
}

int renew_load(struct service *s, const struct actor *actor, const char *number, struct pool *pool, struct application *application,
               struct err *err)
{
	struct connection *c;
	int rc;

	if (permission_check(actor, VERB_RENEW, err) != 0 || store_read(s->store, &c, err) != 0)
		return -1;
	rc = find(c, actor, number, pool, application, err);
	store_read_end(s->store, &c);
	return rc;
}

static int put_key(void *ctx, struct connection *c, struct err *err)
{
	struct apply_change *a = ctx;

	if (find(c, a->actor, a->number, a->pool, a->application, err) != 0 || check_draft(a->application, err) != 0 ||
	    apply_judge(a, c, err) != 0)
		return -1;
	if (strcmp(a->key_serial, a->application->key_serial) != 0)
		return err_set(err, HF_KEY_OTHER, "the key is in %s, the pair in %s", a->key_serial, a->application->key_serial);
	return apply_put_key(a, c, err);
}

int renew_key(struct service *s, const struct actor *actor, const char *number, int64_t version, const char *key_serial, struct bytes csr,
              struct pool *pool, struct application *saved, struct err *err)
{
	struct apply_change a = {.s = s,
	                         .actor = actor,
	                         .number = number,
	                         .version = version,
	                         .pool = pool,
	                         .application = saved,
	                         .now = clock_now(),
	                         .key_serial = key_serial,
	                         .csr = csr};

	if (permission_check(actor, VERB_RENEW, err) != 0 || apply_read_key(&a, err) != 0)
		return -1;
	return store_change(s->store, put_key, &a, err);
}

/* The order that this renewal calls for now. */
static int expect(struct service *s, struct connection *c, const struct actor *actor, const char *number, struct pool *pool,
                  struct renewal *r, struct order *order, struct err *err)
{
	struct application a;

	if (find(c, actor, number, pool, &a, err) != 0 || check_draft(&a, err) != 0 || look(s, c, actor, pool, r, err) != 0 ||
	    refuse(r, err) != 0)
		return -1;
	r->application = a;
	return order_of_renew(&a, r->notafter, pool, order, err);
}

int renew_draft(struct service *s, const struct actor *actor, const char *number, struct pool *pool, struct renewal *renewal,
                struct buf *draft, struct err *err)
{
	struct connection *c = NULL;
	struct order order;
	int rc = -1;

	if (permission_check(actor, VERB_RENEW, err) == 0 && store_read(s->store, &c, err) == 0 &&
	    expect(s, c, actor, number, pool, renewal, &order, err) == 0)
		rc = order_write_draft(&order, draft, err);
	store_read_end(s->store, &c);
	return rc;
}

static int judge(struct service *s, struct connection *c, const struct actor *actor, const char *number, int64_t version,
                 const struct signed_order *given, struct pool *pool, struct renewal *r, struct order *order, struct err *err)
{
	struct certificate by;
	struct order expected;

	if (expect(s, c, actor, number, pool, r, &expected, err) != 0 || access_version(&r->application, version, err) != 0 ||
	    deed_read(s, c, given, pool, order, &by, err) != 0 || deed_by_actor(order, actor, err) != 0)
		return -1;
	return order_of_compare(order, &expected, err);
}

int renew_take(struct service *s, const struct actor *actor, const char *number, int64_t version, const struct signed_order *given,
               struct pool *pool, struct deed *deed, struct err *err)
{
	struct connection *c = NULL;
	struct renewal renewal;
	struct order order;
	bool found = false;
	int rc = -1;

	if (permission_check(actor, VERB_RENEW, err) != 0 || store_read(s->store, &c, err) != 0)
		return -1;
	if (deed_find(c, actor, given, pool, &found, deed, err) == 0)
		rc = found ? 0 : judge(s, c, actor, number, version, given, pool, &renewal, &order, err);
	store_read_end(s->store, &c);
	if (rc != 0 || found)
		return rc;
	return deed_do(s,
	               &(struct deed_order){
	                   .actor = actor, .order = &order, .signature = given->signature, .csr = renewal.application.csr, .pool = pool},
	               deed, err);
}
