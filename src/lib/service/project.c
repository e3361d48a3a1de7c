/* One function for each event that the store keeps something of. */
#include "project.h"

#include "audit_put.h"
#include "deed_do.h"
#include "life.h"
#include "log.h"
#include "notice.h"
#include "person.h"
#include "project_certificate.h"
#include "service_state.h"
#include "text_code.h"

#include <stdio.h>
#include <string.h>

/* What the functions below share for one event. */
struct projection {
	struct connection *c;
	struct service *s;
	const struct feed_entry *entry;
	const struct journal_event *event;
	struct deed_origin origin;
	struct pool *pool;
	struct order order;   /* the one that completed the deed */
	const char *serial;   /* of its signer */
	struct person person; /* its signer, if he is of the staff */
	struct application application;
	bool has_application;
};

/* *new: it was not here before with its receipt. */
static int order_put(struct projection *p, struct bytes signature, bool *new, struct err *err)
{
	const struct order *o = &p->order;
	const char *hash = deed_hex(p->pool, o->hash, sizeof(o->hash)), *id = deed_hex(p->pool, o->application, sizeof(o->application));
	int64_t changed = 0;

	if (hash == NULL || id == NULL)
		return err_set(err, HF_MEMORY, "feed");
	if (query_run(p->c, SQL_ORDER_ADD,
	              VALUES(value_text(hash), value_text(id), value_text(order_deed_name(o->deed)), value_bytes(o->text),
	                     value_bytes(signature), value_text(p->serial), value_bytes(p->event->receipt.text),
	                     value_bytes(p->event->receipt.signature), value_integer(p->entry->number), value_integer(p->entry->time)),
	              &changed, err) != 0)
		return -1;
	*new = changed > 0;
	return 0;
}

static int find_person(struct projection *p, struct err *err)
{
	p->person = (struct person){.id = "", .name = ""};
	if (query_one(p->c, SQL_PERSON_BY_SERIAL, VALUES(value_text(p->serial)), &person_shape, p->pool, &p->person, err) != 0 &&
	    err->code != HF_NOT_FOUND)
		return -1;
	return 0;
}

static int find_application(struct projection *p, const uint8_t id[16], struct err *err)
{
	const char *text = deed_hex(p->pool, id, 16);

	p->has_application = false;
	if (text == NULL)
		return err_set(err, HF_MEMORY, "feed");
	if (query_one(p->c, SQL_APPLICATION_BY_ID, VALUES(value_text(text)), &application_shape, p->pool, &p->application, err) == 0)
		p->has_application = true;
	else if (err->code != HF_NOT_FOUND)
		return -1;
	return 0;
}

static int audit(struct projection *p, const char *deed, const char *subject, const char *detail, struct err *err)
{
	struct audit_deed entry = {deed, subject, detail};

	return audit_put_as(p->c, p->serial, p->person.id, p->origin.address, &entry, err);
}

/* The journal stands: a state that has no such step is left, and said in the log. */
static int move(struct projection *p, enum application_state to, const char *note, struct err *err)
{
	struct life_person by = {p->person.name, p->serial};

	if (!p->has_application || p->application.state == to)
		return 0;
	if (!application_state_follows(p->application.state, to)) {
		log_warning("feed.state", "application %s is %s while the journal says %s", p->application.number,
		            application_state_names[p->application.state], application_state_names[to]);
		return 0;
	}
	return life_move(p->c, &p->application, to, &by, note, p->entry->time, err);
}

static int notice(struct projection *p, enum mail_kind kind, const char *detail, struct err *err)
{
	return p->has_application ? notice_put(p->c, p->s, kind, &p->application, detail, p->entry->time, err) : 0;
}

static const char *subject_of(const struct projection *p)
{
	return p->has_application ? p->application.number : "";
}

static int project_accepted(struct projection *p, struct err *err)
{
	const char *hash = deed_hex(p->pool, p->order.hash, sizeof(p->order.hash));

	if (hash == NULL)
		return err_set(err, HF_MEMORY, "feed");
	if (p->order.deed != ORDER_ACCEPT) /* the first of two orders */
		return audit(p, "order.first", order_deed_name(p->order.deed), hash, err);
	if (p->has_application &&
	    query_run(p->c, SQL_APPLICATION_SET_ACCEPT_ORDER, VALUES(value_text(p->application.id), value_text(hash)), NULL, err) != 0)
		return -1;
	if (move(p, STATE_ACCEPTED, "", err) != 0 || notice(p, MAIL_ACCEPTED, NULL, err) != 0)
		return -1;
	return audit(p, "application.accept", subject_of(p), hash, err);
}

static int project_issued(struct projection *p, struct err *err)
{
	bool renewal = p->order.deed == ORDER_RENEW;
	const char *serials;

	if (certificate_put_pair(p->c, p->event, &p->order, p->pool, &serials, err) != 0 ||
	    certificate_put_status(p->c, &p->event->ends, EVENT_REVOKED, "superseded", p->entry->time, p->pool, err) != 0)
		return -1;
	if (move(p, STATE_ISSUED, "", err) != 0 || notice(p, renewal ? MAIL_RENEWAL : MAIL_READY, NULL, err) != 0)
		return -1;
	return audit(p, renewal ? "certificate.renew" : "application.approve", subject_of(p), serials, err);
}

/* The taking over of a renewal ends the pair before it. */
static int project_installed(struct projection *p, struct err *err)
{
	bool renewed = p->event->type == EVENT_RENEWED;

	if (certificate_put_installed(p->c, &p->event->serials, p->entry->time, p->pool, err) != 0 ||
	    (renewed && certificate_put_superseded(p->c, &p->event->ends, p->entry->time, p->pool, err) != 0))
		return -1;
	if (move(p, STATE_INSTALLED, "", err) != 0 || notice(p, renewed ? MAIL_RENEWED : MAIL_COLLECTED, NULL, err) != 0)
		return -1;
	return audit(p, "certificate.install", subject_of(p), p->serial, err);
}

static int project_status(struct projection *p, struct err *err)
{
	static const char *const deeds[] = {
	    [EVENT_GOOD] = "certificate.resume", [EVENT_REVOKED] = "certificate.revoke", [EVENT_SUSPENDED] = "certificate.suspend"};
	const char *reason = p->event->status == EVENT_GOOD ? "" : order_reason_name((enum order_reason)p->event->reason);
	const char *first;

	if (certificate_put_status(p->c, &p->event->serials, (enum event_status)p->event->status, reason, p->entry->time, p->pool, err) !=
	    0)
		return -1;
	if (p->order.deed == ORDER_APPROVE && move(p, STATE_APPROVED, "", err) != 0)
		return -1;
	first = p->event->serials.count > 0 ? deed_hex(p->pool, p->event->serials.data, ORDER_SERIAL_SIZE) : "";
	if (first == NULL)
		return err_set(err, HF_MEMORY, "feed");
	if (certificate_tell_holder(p->c, p->s, p->event, first, p->entry->time, p->pool, err) != 0)
		return -1;
	return audit(p, deeds[p->event->status], first, reason, err);
}

static int project_cancelled(struct projection *p, struct err *err)
{
	const char *note = p->origin.note[0] != '\0' ? p->origin.note : NOTE_CANCELLED;

	if (p->person.id[0] == '\0') /* the holder */
		return move(p, STATE_WITHDRAWN, "", err) != 0 ? -1 : audit(p, "application.cancel", subject_of(p), "", err);
	if (move(p, STATE_REJECTED, note, err) != 0 || notice(p, MAIL_REJECTED, note, err) != 0)
		return -1;
	return audit(p, "application.reject", subject_of(p), note, err);
}

static int person_put(struct projection *p, const char *serial, int64_t from, int64_t to, struct err *err)
{
	const struct journal_event *e = p->event;

	return query_run(p->c, SQL_PERSON_SET,
	                 VALUES(value_text_bytes(e->person.id), value_text_bytes(e->person.name), value_text(serial),
	                        value_integer(e->roles), value_integer(from), value_integer(to)),
	                 NULL, err);
}

static int project_staff(struct projection *p, struct err *err)
{
	const char *serial = deed_hex(p->pool, p->event->certificate_serial, ORDER_SERIAL_SIZE),
	           *id = pool_text(p->pool, p->event->person.id);

	if (serial == NULL || id == NULL)
		return err_set(err, HF_MEMORY, "feed");
	if (person_put(p, serial, p->event->from, p->event->to, err) != 0 ||
	    query_run(p->c, SQL_CERTIFICATE_SET_PERSON, VALUES(value_text(serial), value_text(id)), NULL, err) != 0)
		return -1;
	return audit(p, p->event->roles != 0 ? "person.appoint" : "person.withdraw", id, serial, err);
}

/* The store keeps the order alone: what the policy is, the signer says. */
static int project_policy(struct projection *p, struct err *err)
{
	char quota[24];

	(void)snprintf(quota, sizeof(quota), "%lld", (long long)p->event->quota.issue_per_reviewer_hour);
	return audit(p, "policy.set", "issue-per-reviewer-hour", quota, err);
}

/* Appointed by the ceremony: there is no order. */
static int project_person(struct projection *p, struct err *err)
{
	const char *id = pool_text(p->pool, p->event->person.id), *serial;
	struct audit_deed deed = {"person.appoint", id, ""};
	int64_t count = 0;

	if (id == NULL)
		return err_set(err, HF_MEMORY, "feed");
	if (certificate_put_staff(p->c, p->event, p->pool, &serial, &count, err) != 0)
		return -1;
	if (count == 0) /* known */
		return 0;
	if (person_put(p, serial, p->entry->time, 0, err) != 0)
		return -1;
	return audit_put_as(p->c, "ceremony", "", p->origin.address, &deed, err);
}

typedef int projection_fn(struct projection *p, struct err *err);

static projection_fn *const by_order[] = {
    [EVENT_ACCEPTED] = project_accepted, [EVENT_CANCELLED] = project_cancelled, [EVENT_INSTALLED] = project_installed,
    [EVENT_ISSUED] = project_issued,     [EVENT_POLICY] = project_policy,       [EVENT_STAFF] = project_staff,
    [EVENT_RENEWED] = project_installed, [EVENT_STATUS] = project_status,
};

/* Two orders: the second completes the deed. */
static struct signed_bytes completing_order(const struct journal_event *event)
{
	const struct signed_bytes *orders = event->orders.items;

	return event->orders.count > 0 ? orders[event->orders.count - 1] : event->order;
}

static int project_deed(struct projection *p, const struct order *read, struct err *err)
{
	struct signed_bytes order = completing_order(p->event);
	bool new = false;

	if (read != NULL)
		p->order = *read;
	else if (order_parse(&p->order, order.text, p->pool, err) != 0)
		return err_wrap(err, "feed: record %lld", (long long)p->entry->number);
	p->serial = deed_hex(p->pool, p->order.by, sizeof(p->order.by));
	if (p->serial == NULL)
		return err_set(err, HF_MEMORY, "feed");
	if (order_put(p, order.signature, &new, err) != 0)
		return -1;
	if (!new)
		return 0;
	if (deed_origin_of(p->s, p->order.hash, p->pool, &p->origin, err) != 0 || find_person(p, err) != 0 ||
	    find_application(p, p->order.application, err) != 0)
		return -1;
	return by_order[p->event->type](p, err);
}

int project_event(struct connection *c, struct service *s, const struct feed_entry *entry, const struct order *order, struct pool *pool,
                  struct err *err)
{
	struct projection p = {.c = c, .s = s, .entry = entry, .event = &entry->event, .origin = {"feed", ""}, .pool = pool};
	int type = entry->event.type;

	if (type == EVENT_PERSON)
		return project_person(&p, err);
	if (type == EVENT_AUDIT)
		return query_run(c, SQL_AUDIT_TOLD_SET, VALUES(value_integer(entry->event.count)), NULL, err);
	if ((size_t)type < sizeof(by_order) / sizeof(by_order[0]) && by_order[type] != NULL)
		return project_deed(&p, order, err);
	return 0; /* begin, crl, ocsp: nothing of them is shown */
}

/* serials: of the receipt. */
static enum event_type event_of(const struct order *order, const struct octets_list *serials)
{
	switch (order->deed) {
	case ORDER_ACCEPT:
		return EVENT_ACCEPTED;
	case ORDER_APPROVE:
		return order->kind == ORDER_KIND_NEW ? EVENT_ISSUED : EVENT_STATUS;
	case ORDER_RENEW:
		return EVENT_ISSUED;
	case ORDER_INSTALLED:
		return serials->count > order->serials.count ? EVENT_RENEWED : EVENT_INSTALLED;
	case ORDER_CANCEL:
		return EVENT_CANCELLED;
	default:
		return EVENT_STATUS;
	}
}

static enum event_status status_of(const struct order *order)
{
	if (order->deed == ORDER_SUSPEND)
		return EVENT_SUSPENDED;
	return order->kind == ORDER_KIND_RESUME ? EVENT_GOOD : EVENT_REVOKED;
}

static bool has_serial(const struct octets_list *list, const uint8_t serial[ORDER_SERIAL_SIZE])
{
	for (size_t i = 0; i < list->count; i++)
		if (memcmp(list->data + i * ORDER_SERIAL_SIZE, serial, ORDER_SERIAL_SIZE) == 0)
			return true;
	return false;
}

/* What the receipt of an acceptance names beside the pair that was accepted. */
static int ends_of(const struct order *order, const struct octets_list *serials, struct pool *pool, struct octets_list *ends,
                   struct err *err)
{
	uint8_t *data = pool_alloc(pool, serials->count * ORDER_SERIAL_SIZE);
	size_t n = 0;

	if (data == NULL)
		return err_set(err, HF_MEMORY, "ends");
	for (size_t i = 0; i < serials->count; i++) {
		const uint8_t *serial = serials->data + i * ORDER_SERIAL_SIZE;

		if (!has_serial(&order->serials, serial))
			memcpy(data + n++ * ORDER_SERIAL_SIZE, serial, ORDER_SERIAL_SIZE);
	}
	*ends = (struct octets_list){data, n};
	return 0;
}

int project_entry_of(const struct order *order, struct bytes signature, const struct deed_answer *answer, struct pool *pool,
                     struct feed_entry *entry, struct err *err)
{
	struct journal_event *e = &entry->event;

	memset(entry, 0, sizeof(*entry));
	entry->number = answer->receipt.number;
	entry->time = answer->receipt.made;
	e->type = (int)event_of(order, &answer->receipt.serials);
	e->order = (struct signed_bytes){.text = order->text, .signature = signature};
	e->receipt = (struct signed_bytes){.text = answer->reply.receipt, .signature = answer->reply.receipt_signature};
	memcpy(e->application, order->application, sizeof(e->application));
	e->serials = answer->receipt.serials;
	e->ends = order->ends;
	e->signature = answer->reply.sign_cert;
	e->encryption = answer->reply.enc_cert;
	e->envelope = answer->reply.envelope;
	e->code = order->holder.code;
	e->reason = order->reason;
	e->status = (int)status_of(order);
	if (e->type != EVENT_RENEWED)
		return 0;
	e->serials = order->serials;
	return ends_of(order, &answer->receipt.serials, pool, &e->ends, err);
}
