/* What the journal says, as far as it must be at hand: persons, certificates by serial, keys certified, deeds done, the revoked set.
 * A certificate with its key and its deeds costs about a hundred bytes here; everything else is read back from the journal by offset. */
#ifndef HUFU_SIGNER_REGISTRY_H
#define HUFU_SIGNER_REGISTRY_H

#include "cert.h"
#include "crl.h"
#include "journal.h"
#include "journal_event.h"

struct registry;

int registry_new(struct registry **registry, int64_t quota, struct err *err) MUST_CHECK; /* quota until a policy says otherwise */
void registry_free(struct registry **registry);

/* Serials, key hashes and application numbers are kept and compared by their first bytes. */
#define REGISTRY_KEPT 8

/* The certificates that an event brings, read out of their bytes. */
enum registry_use { REGISTRY_SIGN, REGISTRY_ENCRYPTION, REGISTRY_OCSP };
struct registry_addition {
	size_t count;
	struct registry_fresh {
		uint8_t serial[ORDER_SERIAL_SIZE], key_hash[32];
		enum registry_use use;
	} certificates[2];
};
/* Whether two events may not both be taken over: a serial or a key of one is the other's, or its own twice. */
bool registry_addition_meets(const struct registry_addition *a, const struct registry_addition *b);

/* Whether an event may become a record; nothing changes. Every event is asked for before it is durable, and every record at start: what
 * is refused here once it stands in the journal stops the signer for good. order: the order that completed the deed, NULL for events
 * without one. HF_JOURNAL_BROKEN: it contradicts the records before, or itself. */
int registry_check(const struct registry *registry, const struct journal_event *event, const struct order *order,
                   struct registry_addition *addition, struct err *err) MUST_CHECK;
/* Takes over a durable record whose event was checked: every one at start, each new one after its commit. HF_MEMORY. */
int registry_apply(struct registry *registry, const struct journal_record *record, const struct journal_event *event,
                   const struct order *order, const struct registry_addition *addition, struct err *err) MUST_CHECK;

/* Persons. Lent; valid until the next apply. */
struct person {
	char *id, *name;
	uint32_t roles; /* none: withdrawn */
	int64_t from, to;
};
/* Whose signature certificate this is, by his newest appointment; NULL: nobody's. *cert is NULL until registry_person_keep. */
const struct person *registry_person_of(const struct registry *registry, const uint8_t serial[ORDER_SERIAL_SIZE], const struct cert **cert);
/* Keeps a person's certificate at hand; takes it over and clears *cert when serial is a person's. */
void registry_person_keep(struct registry *registry, const uint8_t serial[ORDER_SERIAL_SIZE], struct cert **cert);

/* Certificates. offset: of the record that issued it. The record must be looked at: only the first half of the serial is kept. */
struct registry_certificate {
	uint64_t offset;
	enum registry_use use;
	int status; /* enum event_status */
};
bool registry_certificate_find(const struct registry *registry, const uint8_t serial[ORDER_SERIAL_SIZE],
                               struct registry_certificate *found);
/* Whether a serial may be drawn: its first half is nobody's yet. */
bool registry_serial_is_free(const struct registry *registry, const uint8_t serial[ORDER_SERIAL_SIZE]);

/* Public keys that were certified, by key hash. */
bool registry_key_is_known(const struct registry *registry, const uint8_t hash[32]);

/* Deeds done: the record of (application, deed), first order of two apart. The record must be looked at: only half of the application's
 * number is kept. */
bool registry_deed_find(const struct registry *registry, const uint8_t application[16], enum order_deed deed, bool first, uint64_t *offset);

/* Whether the pair that a certificate belongs to was renewed; by the first half of the serial. */
bool registry_is_renewed(const struct registry *registry, const uint8_t serial[ORDER_SERIAL_SIZE]);

/* The revoked and suspended, ascending by serial; lent. */
const struct crl_entry *registry_revoked(const struct registry *registry, size_t *count);

struct registry_summary {
	bool begun, evaluation;
	int64_t quota;                          /* issues per reviewer and hour */
	int64_t crl_number, crl_this, crl_next; /* newest CRL record; 0: none */
	uint8_t crl_hash[32];
	bool crl_due;      /* a status changed after it */
	int64_t ocsp_time; /* when the responder's newest key was certified; 0: never */
	int64_t audit_count;
	uint8_t audit_head[32];
	int64_t issues, certificates;
	int64_t status_number; /* newest record that the responder's door shows */
};
struct registry_summary registry_summary_get(const struct registry *registry);
int64_t registry_issued_in_hour(const struct registry *registry, struct bytes person, int64_t now); /* by this reviewer */

#endif
