/* What the journal tells: the body of one record as a struct. doc/protocol/journal.md 2 and 3 */
#ifndef HUFU_ORDER_JOURNAL_EVENT_H
#define HUFU_ORDER_JOURNAL_EVENT_H

#include "order.h"

#define EVENT_BODY_MAX (1u << 20)

enum event_type {
	EVENT_ACCEPTED,
	EVENT_AUDIT,
	EVENT_BEGIN,
	EVENT_CANCELLED,
	EVENT_CRL,
	EVENT_INSTALLED,
	EVENT_ISSUED,
	EVENT_OCSP,
	EVENT_PERSON,
	EVENT_POLICY,
	EVENT_RENEWED,
	EVENT_STAFF,
	EVENT_STATUS
};
enum event_status { EVENT_GOOD, EVENT_REVOKED, EVENT_SUSPENDED };
/* Bodies as the journal has them, or as the responder's door shows them (issued and status only, without persons and papers). */
enum event_view { EVENT_VIEW_FULL, EVENT_VIEW_STATUS };

struct signed_bytes {
	struct bytes signature, text;
};

/* Members that the event does not have are zero. Certificates and envelopes are DER. */
struct journal_event {
	int type; /* enum event_type */
	uint8_t application[16];
	struct signed_bytes order, receipt;
	struct object_list orders;        /* of struct signed_bytes */
	struct octets_list serials, ends; /* of ORDER_SERIAL_SIZE */

	struct bytes root, issuing, journal; /* begin */
	int64_t evaluation;
	struct bytes certificate; /* person: signature certificate; ocsp */
	struct bytes encryption;  /* person, issued */
	struct bytes signature;   /* issued: signature certificate */
	struct bytes envelope;
	struct bytes code; /* issued: the holder's */
	struct order_person person;
	uint32_t roles;
	uint8_t certificate_serial[ORDER_SERIAL_SIZE]; /* staff */
	int64_t from, to;
	int reason; /* enum order_reason */
	int status; /* enum event_status */
	struct order_quota quota;
	uint8_t hash[32]; /* crl */
	int64_t thisupdate, nextupdate;
	int64_t count; /* audit */
	uint8_t head[32];
};

int journal_event_read(struct journal_event *event, enum event_view view, const struct json *body, struct pool *pool,
                       struct err *err) MUST_CHECK;
int journal_event_parse(struct journal_event *event, struct bytes body, struct pool *pool,
                        struct err *err) MUST_CHECK; /* full, canonical */
/* Appends the canonical body. */
int journal_event_write(const struct journal_event *event, enum event_view view, struct buf *out, struct err *err) MUST_CHECK;

#endif
