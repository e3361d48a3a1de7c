/* An order that a person signed, read from its canonical text. doc/protocol/order.md 2 and 3 */
#ifndef HUFU_ORDER_ORDER_H
#define HUFU_ORDER_ORDER_H

#include "member_table.h"
#include "role.h"

#define ORDER_TEXT_MAX (64u << 10)
#define ORDER_SERIAL_SIZE 16
#define ORDER_SERIALS_MAX 16
#define ORDER_PAPERS_MAX 64
#define ORDER_NAME_CHARACTERS 64                   /* X.520 ub-common-name */
#define ORDER_NAME_MAX (4 * ORDER_NAME_CHARACTERS) /* bytes of UTF-8 */

enum order_deed {
	ORDER_ACCEPT,
	ORDER_APPROVE,
	ORDER_REVOKE,
	ORDER_SUSPEND,
	ORDER_INSTALLED,
	ORDER_STAFF,
	ORDER_POLICY,
	ORDER_CANCEL,
	ORDER_RENEW,
	ORDER_DEEDS
};
enum order_kind { ORDER_KIND_NEW, ORDER_KIND_REVOKE, ORDER_KIND_RESUME, ORDER_KIND_NONE };
/* In the order of the names in order.md 3; RFC 5280 5.3.1. */
enum order_reason {
	ORDER_REASON_UNSPECIFIED,
	ORDER_REASON_KEY_COMPROMISE,
	ORDER_REASON_AFFILIATION_CHANGED,
	ORDER_REASON_SUPERSEDED,
	ORDER_REASON_CESSATION,
	ORDER_REASON_HOLD
};
enum order_profile { ORDER_PROFILE_ENTERPRISE, ORDER_PROFILE_EVALUATION_SHORT };
enum order_proof { ORDER_PROOF_OPENED };

struct order_holder {
	struct bytes code, name;
};
struct order_subject {
	struct bytes cn, l, o, ou, st;
}; /* l, ou, st may be empty */
struct order_key {
	uint8_t hash[32];
	struct bytes serial;
};
struct order_person {
	struct bytes id, name;
};
struct order_quota {
	int64_t issue_per_reviewer_hour;
};

/* Texts and lists live in the pool that order_parse was given. What an order of this deed and kind does not have is zero. */
struct order {
	enum order_deed deed;
	enum order_kind kind;
	struct bytes text;
	uint8_t hash[32]; /* SM3 of the text */

	uint8_t application[16], by[ORDER_SERIAL_SIZE], ca[20], nonce[16];
	int64_t made, v;

	struct order_holder holder;
	struct order_subject subject;
	struct order_key key;
	struct octets_list papers;  /* of 32 */
	struct octets_list serials; /* of ORDER_SERIAL_SIZE */
	int reason;                 /* enum order_reason */
	uint8_t accept[32];         /* approve: hash of its accept */
	struct octets_list ends;    /* of ORDER_SERIAL_SIZE */
	int64_t notafter;
	int profile; /* enum order_profile */
	int proof;   /* enum order_proof */
	uint8_t certificate[ORDER_SERIAL_SIZE];
	struct order_person person;
	uint32_t roles; /* ROLE_BIT */
	int64_t from, to;
	uint8_t first[32]; /* staff, policy: hash of the first order; zeros in the first */
	struct order_quota quota;
};

/* Refuses what is not canonical or not exactly the members of its kind: HF_ORDER_NOT_CANONICAL, HF_ORDER_CHARACTER,
 * HF_ORDER_MEMBER, HF_ORDER_UNKNOWN_KIND; HF_ORDER_NOT_BUILT for kinds of the design that are not served yet. */
int order_parse(struct order *order, struct bytes text, struct pool *pool, struct err *err) MUST_CHECK;

/* Appends the canonical text of an order that is there as a struct: all members of its deed and kind; or its draft, without those that the
 * agent fills in (agent.md 3). What is written is not checked: order_parse does that. HF_ORDER_UNKNOWN_KIND. */
int order_write(const struct order *order, struct buf *out, struct err *err) MUST_CHECK;
int order_write_draft(const struct order *order, struct buf *out, struct err *err) MUST_CHECK;

bool order_is_second(const struct order *order);       /* staff, policy: names a first order */
bool order_is_first_of_two(const struct order *order); /* waits for a second one: all of staff and policy but a withdrawal */
const char *order_deed_name(enum order_deed deed);
const char *order_reason_name(enum order_reason reason);
extern const char *const order_deed_names[], *const order_reason_names[]; /* ended by NULL */
extern const struct member_table order_person_table, order_quota_table;   /* members shared with the journal */

#endif
