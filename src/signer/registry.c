/* What the journal says, as far as it must be at hand. */
#include "registry.h"

#include "hash_index.h"
#include "random.h"
#include "staff_list.h"

#include <stdlib.h>
#include <string.h>

#define DEED_KEY_SIZE (REGISTRY_KEPT + 1)
#define FIRST_OF_TWO 0x80
#define OF_CERTIFICATE 0x40 /* a renewal under each serial that it names, in place of the application */

/* A certificate's value: offset, then two bits of use, then two of status. */
#define FLAG_BITS 4
#define USE_SHIFT 2
#define FLAG_MASK 3u

struct registry {
	struct hash_index *certificates, *keys, *deeds;
	struct staff_list staff;
	struct crl_entry *revoked;
	size_t revoked_count, revoked_capacity;
	struct registry_summary summary;
};

int registry_new(struct registry **registry, int64_t quota, struct err *err)
{
	struct registry *made = calloc(1, sizeof(*made));
	uint64_t seed;

	if (made == NULL)
		return err_set(err, HF_MEMORY, "register");
	random_bytes((uint8_t *)&seed, sizeof(seed));
	if (hash_index_new(&made->certificates, REGISTRY_KEPT, seed, err) < 0 ||
	    hash_index_new(&made->keys, REGISTRY_KEPT, seed, err) < 0 || hash_index_new(&made->deeds, DEED_KEY_SIZE, seed, err) < 0) {
		registry_free(&made);
		return -1;
	}
	made->summary.quota = quota;
	*registry = made;
	return 0;
}

void registry_free(struct registry **registry)
{
	struct registry *r = *registry;

	if (r == NULL)
		return;
	hash_index_free(&r->certificates);
	hash_index_free(&r->keys);
	hash_index_free(&r->deeds);
	staff_list_free(&r->staff);
	free(r->revoked);
	free(r);
	*registry = NULL;
}

const struct person *registry_person_of(const struct registry *registry, const uint8_t serial[ORDER_SERIAL_SIZE], const struct cert **cert)
{
	const struct staff_certificate *c = staff_list_certificate(&registry->staff, serial);

	if (c == NULL)
		return NULL;
	*cert = c->cert;
	return &registry->staff.entries[c->entry].person;
}

void registry_person_keep(struct registry *registry, const uint8_t serial[ORDER_SERIAL_SIZE], struct cert **cert)
{
	struct staff_certificate *c = staff_list_certificate(&registry->staff, serial);

	if (c == NULL || c->cert != NULL)
		return;
	c->cert = *cert;
	*cert = NULL;
}

bool registry_certificate_find(const struct registry *registry, const uint8_t serial[ORDER_SERIAL_SIZE], struct registry_certificate *found)
{
	uint64_t value;

	if (!hash_index_get(registry->certificates, serial, &value))
		return false;
	found->offset = value >> FLAG_BITS;
	found->use = (enum registry_use)(value >> USE_SHIFT & FLAG_MASK);
	found->status = (int)(value & FLAG_MASK);
	return true;
}

bool registry_serial_is_free(const struct registry *registry, const uint8_t serial[ORDER_SERIAL_SIZE])
{
	uint64_t value;

	return !hash_index_get(registry->certificates, serial, &value);
}

bool registry_key_is_known(const struct registry *registry, const uint8_t hash[32])
{
	uint64_t value;

	return hash_index_get(registry->keys, hash, &value);
}

static void deed_key(uint8_t key[DEED_KEY_SIZE], const uint8_t of[16], enum order_deed deed, unsigned how)
{
	memcpy(key, of, REGISTRY_KEPT);
	key[REGISTRY_KEPT] = (uint8_t)(deed | how);
}

bool registry_deed_find(const struct registry *registry, const uint8_t application[16], enum order_deed deed, bool first, uint64_t *offset)
{
	uint8_t key[DEED_KEY_SIZE];

	deed_key(key, application, deed, first ? FIRST_OF_TWO : 0);
	return hash_index_get(registry->deeds, key, offset);
}

bool registry_is_renewed(const struct registry *registry, const uint8_t serial[ORDER_SERIAL_SIZE])
{
	uint8_t key[DEED_KEY_SIZE];
	uint64_t offset;

	deed_key(key, serial, ORDER_RENEW, OF_CERTIFICATE);
	return hash_index_get(registry->deeds, key, &offset);
}

const struct crl_entry *registry_revoked(const struct registry *registry, size_t *count)
{
	*count = registry->revoked_count;
	return registry->revoked;
}

struct registry_summary registry_summary_get(const struct registry *registry)
{
	struct registry_summary summary = registry->summary;

	summary.certificates = (int64_t)hash_index_count(registry->certificates);
	return summary;
}

int64_t registry_issued_in_hour(const struct registry *registry, struct bytes person, int64_t now)
{
	return staff_list_counted(&registry->staff, person, now);
}

/* Taking records over. */

static int put_certificate(struct registry *r, const uint8_t serial[ORDER_SERIAL_SIZE], uint64_t offset, enum registry_use use, int status,
                           struct err *err)
{
	return hash_index_put(r->certificates, serial, offset << FLAG_BITS | (uint64_t)use << USE_SHIFT | (uint64_t)status, err);
}

static int add_certificates(struct registry *r, const struct registry_addition *addition, uint64_t offset, struct err *err)
{
	for (size_t i = 0; i < addition->count; i++) {
		const struct registry_fresh *fresh = &addition->certificates[i];

		if (put_certificate(r, fresh->serial, offset, fresh->use, EVENT_GOOD, err) < 0 ||
		    hash_index_put(r->keys, fresh->key_hash, 1, err) < 0)
			return -1;
	}
	return 0;
}

static int add_deed(struct registry *r, const struct order *order, uint64_t offset, struct err *err)
{
	uint8_t key[DEED_KEY_SIZE];

	deed_key(key, order->application, order->deed, order_is_first_of_two(order) ? FIRST_OF_TWO : 0);
	return hash_index_put(r->deeds, key, offset, err);
}

static int mark_renewed(struct registry *r, const struct octets_list *serials, uint64_t offset, struct err *err)
{
	uint8_t key[DEED_KEY_SIZE];

	for (size_t i = 0; i < serials->count; i++) {
		deed_key(key, serials->data + i * ORDER_SERIAL_SIZE, ORDER_RENEW, OF_CERTIFICATE);
		if (hash_index_put(r->deeds, key, offset, err) < 0)
			return -1;
	}
	return 0;
}

/* The place of a serial in the revoked set, or where it would stand. */
static size_t revoked_place(const struct registry *r, const uint8_t serial[ORDER_SERIAL_SIZE], bool *there)
{
	size_t low = 0, high = r->revoked_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = memcmp(r->revoked[middle].serial.bytes, serial, ORDER_SERIAL_SIZE);

		if (order == 0) {
			*there = true;
			return middle;
		}
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	*there = false;
	return low;
}

static int revoked_set(struct registry *r, const uint8_t serial[ORDER_SERIAL_SIZE], int64_t time, enum crl_reason reason, struct err *err)
{
	bool there;
	size_t at = revoked_place(r, serial, &there);

	if (r->revoked_count == r->revoked_capacity) {
		size_t capacity = r->revoked_capacity == 0 ? 64 : r->revoked_capacity + r->revoked_capacity / 2;
		struct crl_entry *more = realloc(r->revoked, capacity * sizeof(*more));

		if (more == NULL)
			return err_set(err, HF_MEMORY, "revoked set");
		r->revoked = more;
		r->revoked_capacity = capacity;
	}
	if (!there) {
		memmove(r->revoked + at + 1, r->revoked + at, (r->revoked_count - at) * sizeof(*r->revoked));
		r->revoked_count++;
	}
	memcpy(r->revoked[at].serial.bytes, serial, ORDER_SERIAL_SIZE);
	r->revoked[at].time = time;
	r->revoked[at].reason = reason;
	return 0;
}

static void revoked_remove(struct registry *r, const uint8_t serial[ORDER_SERIAL_SIZE])
{
	bool there;
	size_t at = revoked_place(r, serial, &there);

	if (!there)
		return;
	r->revoked_count--;
	memmove(r->revoked + at, r->revoked + at + 1, (r->revoked_count - at) * sizeof(*r->revoked));
}

static const enum crl_reason crl_reasons[] = {
    [ORDER_REASON_UNSPECIFIED] = CRL_UNSPECIFIED,
    [ORDER_REASON_KEY_COMPROMISE] = CRL_KEY_COMPROMISE,
    [ORDER_REASON_AFFILIATION_CHANGED] = CRL_AFFILIATION_CHANGED,
    [ORDER_REASON_SUPERSEDED] = CRL_SUPERSEDED,
    [ORDER_REASON_CESSATION] = CRL_CESSATION,
    [ORDER_REASON_HOLD] = CRL_HOLD,
};

static int set_status(struct registry *r, const struct octets_list *serials, int status, int reason, int64_t time, struct err *err)
{
	for (size_t i = 0; i < serials->count; i++) {
		const uint8_t *serial = serials->data + i * ORDER_SERIAL_SIZE;
		struct registry_certificate c;

		if (!registry_certificate_find(r, serial, &c))
			return err_set(err, HF_JOURNAL_BROKEN, "the status of a certificate that was never issued");
		if (put_certificate(r, serial, c.offset, c.use, status, err) < 0)
			return -1;
		if (status == EVENT_GOOD)
			revoked_remove(r, serial);
		else if (revoked_set(r, serial, time, crl_reasons[reason], err) < 0)
			return -1;
	}
	r->summary.crl_due = r->summary.crl_due || serials->count > 0;
	return 0;
}

static int apply_issued(struct registry *r, const struct journal_record *record, const struct journal_event *event,
                        const struct order *order, struct err *err)
{
	const struct staff_certificate *reviewer = staff_list_certificate(&r->staff, order->by);

	if (order->deed == ORDER_RENEW) {
		if (mark_renewed(r, &order->serials, record->offset, err) < 0)
			return -1;
	} else if (reviewer != NULL)
		staff_list_count(&r->staff, bytes_text(r->staff.entries[reviewer->entry].person.id), record->time);
	r->summary.issues++;
	return set_status(r, &event->ends, EVENT_REVOKED, ORDER_REASON_SUPERSEDED, record->time, err);
}

static void apply_crl(struct registry *r, const struct journal_record *record, const struct journal_event *event)
{
	r->summary.crl_number = record->number;
	r->summary.crl_this = event->thisupdate;
	r->summary.crl_next = event->nextupdate;
	memcpy(r->summary.crl_hash, event->hash, sizeof(r->summary.crl_hash));
	r->summary.crl_due = false;
}

static int apply_event(struct registry *r, const struct journal_record *record, const struct journal_event *event,
                       const struct order *order, const struct registry_addition *addition, struct err *err)
{
	switch ((enum event_type)event->type) {
	case EVENT_BEGIN:
		r->summary.begun = true;
		r->summary.evaluation = event->evaluation != 0;
		break;
	case EVENT_PERSON:
		return staff_list_set(&r->staff, &event->person, event->roles, 0, INT64_MAX, addition->certificates[0].serial, err);
	case EVENT_STAFF:
		return staff_list_set(&r->staff, &event->person, event->roles, event->from, event->to, event->certificate_serial, err);
	case EVENT_ISSUED:
		return apply_issued(r, record, event, order, err);
	case EVENT_RENEWED:
		return set_status(r, &event->ends, EVENT_REVOKED, ORDER_REASON_SUPERSEDED, record->time, err);
	case EVENT_STATUS:
		return set_status(r, &event->serials, event->status, event->reason, record->time, err);
	case EVENT_POLICY:
		r->summary.quota = event->quota.issue_per_reviewer_hour;
		break;
	case EVENT_CRL:
		apply_crl(r, record, event);
		break;
	case EVENT_OCSP:
		r->summary.ocsp_time = record->time;
		break;
	case EVENT_AUDIT:
		r->summary.audit_count = event->count;
		memcpy(r->summary.audit_head, event->head, sizeof(r->summary.audit_head));
		break;
	case EVENT_ACCEPTED:
	case EVENT_CANCELLED:
	case EVENT_INSTALLED:
		break;
	}
	return 0;
}

int registry_apply(struct registry *registry, const struct journal_record *record, const struct journal_event *event,
                   const struct order *order, const struct registry_addition *addition, struct err *err)
{
	if (add_certificates(registry, addition, record->offset, err) < 0 || apply_event(registry, record, event, order, addition, err) < 0)
		return -1;
	if (addition->count > 0 || event->type == EVENT_STATUS || event->type == EVENT_RENEWED)
		registry->summary.status_number = record->number;
	return order == NULL ? 0 : add_deed(registry, order, record->offset, err);
}
