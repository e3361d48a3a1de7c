/* Are these orders enough? A pure function over an order and what the register knows: no clock, no file, no key.
 * doc/protocol/order.md 3, signer.md 3 */
#ifndef HUFU_SIGNER_JUDGE_H
#define HUFU_SIGNER_JUDGE_H

#include "journal_event.h"

/* Who a certificate speaks for now. A certificate can speak for a person of the service, for a holder, or for both. */
struct signatory {
	bool known; /* issued by this CA */
	bool signs; /* a signature certificate, not its encryption twin */
	int status; /* enum event_status */
	int64_t not_before, not_after;
	struct bytes person;     /* the person's id; empty: none */
	uint32_t roles;          /* ROLE_BIT; none outside of the time of the appointment */
	struct bytes code, name; /* the holder; empty: none */
};

/* A certificate that an order is about. */
struct subject_certificate {
	bool known;
	int status; /* enum event_status */
	struct bytes code, name;
};

struct judge_facts {
	int64_t now;
	const uint8_t *ca; /* 20 */
	bool evaluation;
	int64_t issuing_end;
	struct signatory by;

	/* The application. */
	bool cancelled;
	const struct order *accept; /* its acceptance; NULL: none */
	struct signatory accepted_by;
	bool issued;
	const uint8_t *issued_serials; /* signature, encryption */
	bool renewal;                  /* issued by a renewal */

	/* staff, policy: the first of the two orders; NULL: none */
	const struct order *first;
	struct signatory first_by;

	struct subject_certificate serials[ORDER_SERIALS_MAX]; /* as order->serials */

	/* renew: the subject of the certificate that signs; whether the serials are one pair, and that was renewed already */
	struct order_subject subject;
	bool one_pair, renewed;

	/* staff: the certificate that is to be the person's, and whose it is now */
	struct signatory appointed;

	int64_t issued_this_hour; /* by this reviewer */
	int64_t quota;            /* at most so many in an hour */
};

/* 0: what the order asks is to be done. -1 with the reason: HF_ORDER_OTHER_CA, _EXPIRED, _AHEAD, _ROLE, _SAME_PERSON, _SIGNER_WITHDRAWN,
 * _MISMATCH, _CANCELLED, _INCOMPLETE, _HOLDER, _REPLAYED, HF_SERIAL_UNKNOWN, HF_STATUS_CHANGE, HF_RENEW_EARLY, HF_RENEWED, HF_KEY_OTHER,
 * HF_QUOTA. The signature of the order
 * itself is checked elsewhere. */
int judge(const struct order *order, const struct judge_facts *facts, struct err *err) MUST_CHECK;

/* How virtual keys and keys in files call themselves; refused unless the CA was made for evaluation. */
#define JUDGE_VIRTUAL_PREFIX "HUFUV"
#define JUDGE_FILE_KEY "file"

#endif
