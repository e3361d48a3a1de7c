/* Revocations and suspensions that one person orders, and those that two will decide. */
#include "revoke.h"

#include "access.h"
#include "application_create.h"
#include "audit_put.h"
#include "certificate.h"
#include "clock.h"
#include "deed_do.h"
#include "life.h"
#include "order_of.h"
#include "permission.h"
#include "random.h"
#include "service_state.h"
#include "text_code.h"

#include <string.h>

#define REVOKE_POOL_MAX (256u << 10)

static int certificate_find(struct connection *c, const char *serial, struct pool *pool, struct certificate *certificate, struct err *err)
{
	if (query_one(c, SQL_CERTIFICATE_BY_SERIAL, VALUES(value_text(serial)), &certificate_shape, pool, certificate, err) == 0)
		return 0;
	return err->code == HF_NOT_FOUND ? err_set(err, HF_SERIAL_UNKNOWN, "no such certificate") : -1;
}

/* The holder his own enterprise's; an operator any enterprise's, to suspend only. A person's certificate ends with his appointment. */
static int may(const struct actor *actor, enum order_deed deed, const struct certificate *certificate, struct err *err)
{
	if (certificate->code[0] == '\0')
		return err_set(err, HF_ORDER_HOLDER, "%s is not an enterprise's", certificate->serial);
	if (actor->session != NULL && session_is_staff(actor->session))
		return deed == ORDER_SUSPEND ? permission_check(actor, VERB_SUSPEND, err)
		                             : err_set(err, HF_PERMISSION, "an operator alone may only suspend");
	if (permission_check(actor, VERB_REVOKE_OWN, err) != 0)
		return -1;
	if (strcmp(actor->session->code, certificate->code) != 0)
		return err_set(err, HF_SERIAL_UNKNOWN, "%s is another enterprise's", certificate->serial);
	return 0;
}

static int status_allows(const struct certificate *certificate, enum order_deed deed, struct err *err)
{
	if (certificate->status == CERTIFICATE_REVOKED || (deed == ORDER_SUSPEND && certificate->status == CERTIFICATE_SUSPENDED))
		return err_set(err, HF_STATUS_CHANGE, "%s is %s", certificate->serial, certificate_status_names[certificate->status]);
	return 0;
}

/* The reason a person gave; `certificateHold` is a suspension's alone. */
static int reason_read(const char *text, enum order_reason *reason, struct err *err)
{
	int at = text != NULL ? choice_index(order_reason_names, bytes_text(text)) : -1;

	if (at < 0 || at == ORDER_REASON_HOLD)
		return err_set(err, HF_FIELD_CHOICE, "no such reason");
	*reason = (enum order_reason)at;
	return 0;
}

static int draft(struct connection *c, const struct actor *actor, enum order_deed deed, const char *serial, enum order_reason reason,
                 struct pool *pool, struct buf *out, struct err *err)
{
	struct certificate certificate;
	struct order order;
	uint8_t id[16];

	random_bytes(id, sizeof(id));
	if (certificate_find(c, serial, pool, &certificate, err) != 0 || may(actor, deed, &certificate, err) != 0 ||
	    status_allows(&certificate, deed, err) != 0 || order_of_revoke(&certificate, deed, reason, id, pool, &order, err) != 0)
		return -1;
	return order_write_draft(&order, out, err);
}

int revoke_draft(struct service *s, const struct actor *actor, enum revoke_deed deed, const char *serial, const char *reason,
                 struct buf *out, struct err *err)
{
	struct pool *pool = pool_new(REVOKE_POOL_MAX);
	enum order_deed kind = deed == REVOKE_SUSPEND ? ORDER_SUSPEND : ORDER_REVOKE;
	enum order_reason why = ORDER_REASON_HOLD;
	struct connection *c = NULL;
	int rc = -1;

	if (pool == NULL)
		err_set(err, HF_MEMORY, "revoke");
	else if ((kind == ORDER_SUSPEND || reason_read(reason, &why, err) == 0) && store_read(s->store, &c, err) == 0)
		rc = draft(c, actor, kind, serial, why, pool, out, err);
	store_read_end(s->store, &c);
	pool_free(&pool);
	return rc;
}

/* The order must say exactly what the draft for its first certificate does. */
static int judge(struct service *s, struct connection *c, const struct actor *actor, const struct signed_order *given, struct pool *pool,
                 struct order *order, struct err *err)
{
	struct certificate by, certificate;
	struct order expected;
	const char *serial;

	if (deed_read(s, c, given, pool, order, &by, err) != 0 || deed_by_actor(order, actor, err) != 0)
		return -1;
	if (order->deed != ORDER_REVOKE && order->deed != ORDER_SUSPEND)
		return err_set(err, HF_ORDER_MISMATCH, "neither a revocation nor a suspension");
	serial = deed_hex(pool, order->serials.data, ORDER_SERIAL_SIZE);
	if (serial == NULL)
		return err_set(err, HF_MEMORY, "revoke");
	if (certificate_find(c, serial, pool, &certificate, err) != 0 || may(actor, order->deed, &certificate, err) != 0)
		return -1;
	if (order_of_revoke(&certificate, order->deed, (enum order_reason)order->reason, order->application, pool, &expected, err) != 0)
		return -1;
	return order_of_compare(order, &expected, err);
}

int revoke_take(struct service *s, const struct actor *actor, const struct signed_order *given, struct pool *pool, struct deed *deed,
                struct err *err)
{
	struct connection *c = NULL;
	struct order order;
	bool found = false;
	int rc;

	if (store_read(s->store, &c, err) != 0)
		return -1;
	rc = deed_find(c, actor, given, pool, &found, deed, err);
	if (rc == 0 && !found)
		rc = judge(s, c, actor, given, pool, &order, err);
	store_read_end(s->store, &c);
	if (rc != 0 || found)
		return rc;
	return deed_do(s, &(struct deed_order){.actor = actor, .order = &order, .signature = given->signature, .pool = pool}, deed, err);
}

struct entering {
	struct service *s;
	const struct actor *actor;
	enum application_kind kind;
	const char *serial, *reason;
	struct pool *pool;
	struct application *entered;
};

static int can_enter(const struct entering *e, const struct certificate *certificate, struct err *err)
{
	if (certificate->code[0] == '\0')
		return err_set(err, HF_ORDER_HOLDER, "%s is not an enterprise's", certificate->serial);
	if (e->kind == APPLICATION_RESUME && certificate->status != CERTIFICATE_SUSPENDED)
		return err_set(err, HF_STATUS_CHANGE, "%s is %s", certificate->serial, certificate_status_names[certificate->status]);
	return status_allows(certificate, ORDER_REVOKE, err);
}

/* The address of the application that the certificate came from, so that the holder is told. */
static int address_of(struct connection *c, const struct certificate *certificate, struct pool *pool, const char **mail, struct err *err)
{
	struct application issued;

	*mail = "";
	if (query_one(c, SQL_APPLICATION_BY_ID, VALUES(value_text(certificate->application)), &application_shape, pool, &issued, err) == 0)
		*mail = issued.mail;
	else if (err->code != HF_NOT_FOUND)
		return -1;
	return 0;
}

static int enter(void *ctx, struct connection *c, struct err *err)
{
	struct entering *e = ctx;
	struct life_person by = life_person_of(e->actor);
	struct certificate certificate;
	const char *mail, *serials;
	int64_t now = clock_now();

	if (certificate_find(c, e->serial, e->pool, &certificate, err) != 0 || can_enter(e, &certificate, err) != 0 ||
	    address_of(c, &certificate, e->pool, &mail, err) != 0 ||
	    application_create(e->s, c, e->kind, "zh", now, e->pool, e->entered, err) != 0)
		return -1;
	serials = order_of_pair(&certificate, e->pool);
	if (serials == NULL)
		return err_set(err, HF_MEMORY, "revoke");
	if (query_run_one(c, SQL_APPLICATION_SET_REVOCATION,
	                  VALUES(value_text(e->entered->id), value_text(certificate.name), value_text(certificate.code),
	                         value_text(serials), value_text(e->reason), value_text(mail)),
	                  err) != 0)
		return -1;
	if (life_move(c, e->entered, STATE_SUBMITTED, &by, "", now, err) != 0)
		return err->code == HF_STORE_ROW ? err_set(err, HF_APPLICATION_LIVE, "another application for %s is live", e->serial) : -1;
	if (audit_put(c, e->actor, &(struct audit_deed){"application.enter", e->entered->number, serials}, err) != 0)
		return -1;
	return query_one(c, SQL_APPLICATION_BY_ID, VALUES(value_text(e->entered->id)), &application_shape, e->pool, e->entered, err);
}

int revoke_enter(struct service *s, const struct actor *actor, enum application_kind kind, const char *serial, const char *reason,
                 struct pool *pool, struct application *entered, struct err *err)
{
	struct entering e = {s, actor, kind, serial, "", pool, entered};
	enum order_reason why = ORDER_REASON_UNSPECIFIED;

	if (permission_check(actor, VERB_REVOKE_ENTER, err) != 0)
		return -1;
	if (kind != APPLICATION_REVOKE && kind != APPLICATION_RESUME)
		return err_set(err, HF_FIELD_CHOICE, "not a kind that staff enters");
	if (kind == APPLICATION_REVOKE) {
		if (reason_read(reason, &why, err) != 0)
			return -1;
		e.reason = order_reason_name(why);
	}
	return store_change(s->store, enter, &e, err);
}
