/* Gathers what judge needs to know about an order. */
#include "facts.h"

#include <string.h>

/* The record at offset, read into the pool. */
static int read_event(const struct facts_source *source, uint64_t offset, struct pool *pool, struct journal_record *record,
                      struct journal_event *event, struct err *err)
{
	struct buf space;
	int result = -1;

	buf_init(&space, JOURNAL_RECORD_MAX);
	if (journal_read(source->journal, offset, &space, record, err) < 0)
		goto out;
	result = journal_event_parse(event, record->body, pool, err);
	record->body = BYTES_NONE;
out:
	buf_free(&space);
	return result;
}

/* The bytes of the certificate of this use in an event. */
static struct bytes der_of(const struct journal_event *event, enum registry_use use)
{
	if (use == REGISTRY_ENCRYPTION)
		return event->encryption;
	return event->type == EVENT_ISSUED ? event->signature : event->certificate;
}

/* A person's key verifies many orders: it stays at hand, prepared for that. */
static int keep_of_person(const struct facts_source *source, const uint8_t serial[ORDER_SERIAL_SIZE], struct facts_certificate *found,
                          struct err *err)
{
	const struct cert *kept;

	if (registry_person_of(source->registry, serial, &kept) == NULL)
		return 0;
	if (sm2_public_prepare(found->owned->key, err) < 0)
		return -1;
	registry_person_keep(source->registry, serial, &found->owned);
	return 0;
}

static int facts_certificate_find(const struct facts_source *source, const uint8_t serial[ORDER_SERIAL_SIZE], struct pool *pool,
                                  struct facts_certificate *found, struct err *err)
{
	struct journal_record record;
	struct journal_event event;
	struct serial own;

	memset(found, 0, sizeof(*found));
	if (!registry_certificate_find(source->registry, serial, &found->place))
		return 0;
	if (registry_person_of(source->registry, serial, &found->cert) != NULL && found->cert != NULL) {
		found->known = true;
		return 0;
	}
	if (read_event(source, found->place.offset, pool, &record, &event, err) < 0)
		return -1;
	if (cert_parse(&found->owned, der_of(&event, found->place.use), err) < 0)
		return -1;
	if (cert_serial(found->owned, &own, err) < 0) {
		cert_free(&found->owned);
		return -1;
	}
	if (memcmp(own.bytes, serial, ORDER_SERIAL_SIZE) != 0) {
		cert_free(&found->owned);
		return 0;
	}
	found->known = true;
	found->cert = found->owned;
	return keep_of_person(source, serial, found, err);
}

static void facts_certificate_free(struct facts_certificate *found)
{
	cert_free(&found->owned);
	found->cert = NULL;
}

static struct signatory signatory_of(const struct facts_source *source, const struct facts_certificate *c,
                                     const uint8_t serial[ORDER_SERIAL_SIZE], int64_t now)
{
	struct signatory s = {.known = c->known};
	const struct person *person;
	const struct cert *kept;

	if (!c->known)
		return s;
	s.signs = c->place.use == REGISTRY_SIGN;
	s.status = c->place.status;
	s.not_before = c->cert->not_before;
	s.not_after = c->cert->not_after;
	s.code = c->cert->code;
	s.name = c->cert->subject_name.common_name;
	person = registry_person_of(source->registry, serial, &kept);
	if (person != NULL) {
		s.person = bytes_text(person->id);
		s.roles = now >= person->from && now <= person->to ? person->roles : 0;
	}
	return s;
}

/* The order that completed a deed is the last one in its event. */
static struct bytes completing_text(const struct journal_event *event)
{
	const struct signed_bytes *orders = event->orders.items;

	return event->orders.count > 0 ? orders[event->orders.count - 1].text : event->order.text;
}

int facts_deed_find(const struct facts_source *source, const uint8_t application[16], enum order_deed deed, bool first, struct pool *pool,
                    struct facts_deed *found, struct err *err)
{
	uint64_t offset;

	memset(found, 0, sizeof(*found));
	if (!registry_deed_find(source->registry, application, deed, first, &offset))
		return 0;
	if (read_event(source, offset, pool, &found->record, &found->event, err) < 0)
		return -1;
	if (order_parse(&found->order, completing_text(&found->event), pool, err) < 0)
		return -1;
	/* Another application with the same first half: nobody draws such a number by accident, and it gets nothing. */
	if (memcmp(found->order.application, application, sizeof(found->order.application)) != 0)
		return err_set(err, HF_ORDER_REPLAYED, "the application's number is taken");
	found->found = true;
	return 0;
}

/* A certificate and for whom it speaks. */
static int gather_signatory(const struct facts_source *source, const uint8_t serial[ORDER_SERIAL_SIZE], int64_t now, struct pool *pool,
                            struct facts_certificate *certificate, struct signatory *signatory, struct err *err)
{
	if (facts_certificate_find(source, serial, pool, certificate, err) < 0)
		return -1;
	*signatory = signatory_of(source, certificate, serial, now);
	return 0;
}

static void gather_ends(const struct facts_source *source, const struct order *renew, struct facts *facts)
{
	for (size_t i = 0; i < renew->serials.count; i++) {
		const uint8_t *serial = renew->serials.data + i * ORDER_SERIAL_SIZE;
		struct registry_certificate c;

		if (registry_certificate_find(source->registry, serial, &c) && c.status != EVENT_REVOKED)
			memcpy(facts->ends + facts->ends_count++ * ORDER_SERIAL_SIZE, serial, ORDER_SERIAL_SIZE);
	}
}

/* What was issued for the application, by an approval or by a renewal. */
static int gather_issue(const struct facts_source *source, const struct order *order, struct pool *pool, struct facts *facts,
                        struct err *err)
{
	struct facts_deed *issued = &facts->issued;

	if (facts_deed_find(source, order->application, ORDER_APPROVE, false, pool, issued, err) < 0)
		return -1;
	if (!issued->found && facts_deed_find(source, order->application, ORDER_RENEW, false, pool, issued, err) < 0)
		return -1;
	if (!issued->found || issued->event.type != EVENT_ISSUED)
		return 0;
	facts->judge.issued = true;
	facts->judge.issued_serials = issued->event.serials.data;
	facts->judge.renewal = issued->order.deed == ORDER_RENEW;
	if (facts->judge.renewal)
		gather_ends(source, &issued->order, facts);
	return 0;
}

static int gather_application(const struct facts_source *source, const struct order *order, int64_t now, struct pool *pool,
                              struct facts *facts, struct err *err)
{
	struct facts_deed cancelled;

	if (facts_deed_find(source, order->application, ORDER_CANCEL, false, pool, &cancelled, err) < 0)
		return -1;
	facts->judge.cancelled = cancelled.found;
	if (facts_deed_find(source, order->application, ORDER_ACCEPT, false, pool, &facts->accept, err) < 0)
		return -1;
	if (facts->accept.found) {
		facts->judge.accept = &facts->accept.order;
		if (gather_signatory(source, facts->accept.order.by, now, pool, &facts->accepted_by, &facts->judge.accepted_by, err) < 0)
			return -1;
	}
	return gather_issue(source, order, pool, facts, err);
}

static int gather_staff(const struct facts_source *source, const struct order *order, int64_t now, struct pool *pool, struct facts *facts,
                        struct err *err)
{
	if (order_is_second(order) && facts_deed_find(source, order->application, order->deed, true, pool, &facts->first, err) < 0)
		return -1;
	if (facts->first.found) {
		facts->judge.first = &facts->first.order;
		if (gather_signatory(source, facts->first.order.by, now, pool, &facts->first_by, &facts->judge.first_by, err) < 0)
			return -1;
	}
	if (order->deed != ORDER_STAFF)
		return 0;
	return gather_signatory(source, order->certificate, now, pool, &facts->appointed, &facts->judge.appointed, err);
}

static int gather_serials(const struct facts_source *source, const struct order *order, struct pool *pool, struct facts *facts,
                          struct err *err)
{
	for (size_t i = 0; i < order->serials.count; i++) {
		struct subject_certificate *subject = &facts->judge.serials[i];
		struct facts_certificate c;
		int result = -1;

		if (facts_certificate_find(source, order->serials.data + i * ORDER_SERIAL_SIZE, pool, &c, err) < 0)
			return -1;
		subject->known = c.known;
		subject->status = c.place.status;
		if (!c.known || (pool_bytes(pool, c.cert->code, &subject->code, err) == 0 &&
		                 pool_bytes(pool, c.cert->subject_name.common_name, &subject->name, err) == 0))
			result = 0;
		facts_certificate_free(&c);
		if (result < 0)
			return -1;
	}
	return 0;
}

static struct order_subject subject_of(const struct name *name)
{
	return (struct order_subject){
	    .cn = name->common_name, .l = name->locality, .o = name->organisation, .ou = name->unit, .st = name->state};
}

/* The pair that a renewal names; the names are lent from the certificate that signs. */
static void gather_pair(const struct facts_source *source, const struct order *order, struct facts *facts)
{
	struct registry_certificate pair[2];
	bool known = true;

	if (order->deed != ORDER_RENEW || !facts->by.known)
		return;
	for (size_t i = 0; i < 2; i++)
		known = known && registry_certificate_find(source->registry, order->serials.data + i * ORDER_SERIAL_SIZE, &pair[i]);
	facts->judge.one_pair = known && pair[0].offset == pair[1].offset;
	facts->judge.renewed = registry_is_renewed(source->registry, order->by);
	facts->judge.subject = subject_of(&facts->by.cert->subject_name);
}

int facts_gather(const struct facts_source *source, const struct order *order, int64_t now, struct pool *pool, struct facts *facts,
                 struct err *err)
{
	memset(facts, 0, sizeof(*facts));
	facts->judge.now = now;
	if (gather_signatory(source, order->by, now, pool, &facts->by, &facts->judge.by, err) < 0)
		return -1;
	if (gather_application(source, order, now, pool, facts, err) < 0)
		return -1;
	if (gather_staff(source, order, now, pool, facts, err) < 0)
		return -1;
	gather_pair(source, order, facts);
	return gather_serials(source, order, pool, facts, err);
}

void facts_free(struct facts *facts)
{
	facts_certificate_free(&facts->by);
	facts_certificate_free(&facts->accepted_by);
	facts_certificate_free(&facts->first_by);
	facts_certificate_free(&facts->appointed);
}
