/* What the journal says, as far as it must be at hand. */
#include "registry.h"

#include "hash_index.h"
#include "random.h"
#include "staff_list.h"

#include <stdlib.h>
#include <string.h>

#define HALF 8 /* bytes of a serial, key hash or application number that are kept */
#define DEED_KEY_SIZE (HALF + 1)
#define FIRST_OF_TWO 0x80

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
	if (hash_index_new(&made->certificates, HALF, seed, err) < 0 || hash_index_new(&made->keys, HALF, seed, err) < 0 ||
	    hash_index_new(&made->deeds, DEED_KEY_SIZE, seed, err) < 0) {
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

static void deed_key(uint8_t key[DEED_KEY_SIZE], const uint8_t application[16], enum order_deed deed, bool first)
{
	memcpy(key, application, HALF);
	key[HALF] = (uint8_t)(deed | (first ? FIRST_OF_TWO : 0));
}

bool registry_deed_find(const struct registry *registry, const uint8_t application[16], enum order_deed deed, bool first, uint64_t *offset)
{
	uint8_t key[DEED_KEY_SIZE];

	deed_key(key, application, deed, first);
	return hash_index_get(registry->deeds, key, offset);
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

static int contradiction(const char *what, struct err *err)
{
	return err_set(err, HF_JOURNAL_BROKEN, "%s", what);
}

static int put_certificate(struct registry *r, const uint8_t serial[ORDER_SERIAL_SIZE], uint64_t offset, enum registry_use use, int status,
                           struct err *err)
{
	return hash_index_put(r->certificates, serial, offset << FLAG_BITS | (uint64_t)use << USE_SHIFT | (uint64_t)status, err);
}

static int add_certificate(struct registry *r, const uint8_t serial[ORDER_SERIAL_SIZE], const uint8_t key_hash[32], uint64_t offset,
                           enum registry_use use, struct err *err)
{
	if (!registry_serial_is_free(r, serial))
		return contradiction("a serial number for the second time", err);
	if (registry_key_is_known(r, key_hash))
		return contradiction("a key for the second time", err);
	if (put_certificate(r, serial, offset, use, EVENT_GOOD, err) < 0)
		return -1;
	return hash_index_put(r->keys, key_hash, 1, err);
}

/* Reads serial and key out of a certificate of the record and adds it. */
static int add_from_der(struct registry *r, struct bytes der, uint64_t offset, enum registry_use use, struct serial *serial,
                        struct err *err)
{
	struct cert *cert = NULL;
	uint8_t hash[32];
	int result = -1;

	if (cert_parse(&cert, der, err) < 0)
		goto out;
	if (cert_serial(cert, serial, err) < 0)
		goto out;
	sm2_public_hash(cert->key, hash);
	result = add_certificate(r, serial->bytes, hash, offset, use, err);
out:
	cert_free(&cert);
	return result;
}

static int add_deed(struct registry *r, const struct order *order, uint64_t offset, struct err *err)
{
	uint8_t key[DEED_KEY_SIZE];

	deed_key(key, order->application, order->deed, order_is_first_of_two(order));
	return hash_index_put(r->deeds, key, offset, err);
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
			return contradiction("the status of a certificate that was never issued", err);
		if (c.status == EVENT_REVOKED)
			return contradiction("a revoked certificate changes its status", err);
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

static int apply_person(struct registry *r, const struct journal_record *record, const struct journal_event *event, struct err *err)
{
	struct serial sign, encryption;

	if (add_from_der(r, event->certificate, record->offset, REGISTRY_SIGN, &sign, err) < 0)
		return -1;
	if (add_from_der(r, event->encryption, record->offset, REGISTRY_ENCRYPTION, &encryption, err) < 0)
		return -1;
	return staff_list_set(&r->staff, &event->person, event->roles, 0, INT64_MAX, sign.bytes, err);
}

static int apply_issued(struct registry *r, const struct journal_record *record, const struct journal_event *event,
                        const struct order *order, struct err *err)
{
	const struct staff_certificate *reviewer = staff_list_certificate(&r->staff, order->by);
	struct serial encryption;

	if (event->serials.count != 2)
		return contradiction("an issue without its two serial numbers", err);
	if (add_certificate(r, event->serials.data, order->key.hash, record->offset, REGISTRY_SIGN, err) < 0)
		return -1;
	if (add_from_der(r, event->encryption, record->offset, REGISTRY_ENCRYPTION, &encryption, err) < 0)
		return -1;
	if (memcmp(encryption.bytes, event->serials.data + ORDER_SERIAL_SIZE, ORDER_SERIAL_SIZE) != 0)
		return contradiction("an issue with another encryption certificate", err);
	if (reviewer != NULL)
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
                       const struct order *order, struct err *err)
{
	struct serial serial;

	switch ((enum event_type)event->type) {
	case EVENT_BEGIN:
		if (r->summary.begun || record->number != 1)
			return contradiction("a second beginning", err);
		r->summary.begun = true;
		r->summary.evaluation = event->evaluation != 0;
		return 0;
	case EVENT_PERSON:
		return apply_person(r, record, event, err);
	case EVENT_STAFF:
		return staff_list_set(&r->staff, &event->person, event->roles, event->from, event->to, event->certificate_serial, err);
	case EVENT_ISSUED:
		return apply_issued(r, record, event, order, err);
	case EVENT_STATUS:
		return set_status(r, &event->serials, event->status, event->reason, record->time, err);
	case EVENT_POLICY:
		r->summary.quota = event->quota.issue_per_reviewer_hour;
		return 0;
	case EVENT_CRL:
		apply_crl(r, record, event);
		return 0;
	case EVENT_OCSP:
		r->summary.ocsp_time = record->time;
		return add_from_der(r, event->certificate, record->offset, REGISTRY_OCSP, &serial, err);
	case EVENT_AUDIT:
		r->summary.audit_count = event->count;
		memcpy(r->summary.audit_head, event->head, sizeof(r->summary.audit_head));
		return 0;
	case EVENT_ACCEPTED:
	case EVENT_CANCELLED:
	case EVENT_INSTALLED:
		return 0;
	}
	return contradiction("an unknown event", err);
}

int registry_apply(struct registry *registry, const struct journal_record *record, const struct journal_event *event,
                   const struct order *order, struct err *err)
{
	if (!registry->summary.begun && event->type != EVENT_BEGIN)
		return contradiction("the journal does not begin with its beginning", err);
	if (apply_event(registry, record, event, order, err) < 0)
		return -1;
	if (event->type == EVENT_ISSUED || event->type == EVENT_STATUS || event->type == EVENT_PERSON || event->type == EVENT_OCSP)
		registry->summary.status_number = record->number;
	return order == NULL ? 0 : add_deed(registry, order, record->offset, err);
}
