/* One order on its way from a request to its record and its answer. */
#ifndef HUFU_SIGNER_ORDER_DEED_H
#define HUFU_SIGNER_ORDER_DEED_H

#include "issue.h"
#include "receipt.h"
#include "signer.h"
#include "signer_message.h"

struct deed {
	struct request *request; /* NULL: refused or answered */
	struct pool *pool;
	struct deed_request asked;
	struct order order;
	struct buf message; /* what the order's signature covers */
	struct facts facts;
	struct facts_deed done; /* found: this very order was done before */
	struct issue issue;     /* approve of kind new, renew; else zero */
	bool issues;
	bool ends_pair;           /* installed of a renewal */
	struct err request_fault; /* of the request of an issue; told when the order itself is enough */

	struct journal_event event;
	struct registry_addition addition; /* what the register said of the event */
	struct signed_bytes orders[2];
	uint8_t serials[2 * ORDER_SERIAL_SIZE];
	struct buf receipt, receipt_message, body;
	struct journal_record record;
};

/* Reads the request and its order. A deed is always begun and freed; one that is refused is no longer open. */
void deed_begin(struct deed *deed, struct request *request, const struct registry *registry);
void deed_free(struct deed *deed);
bool deed_is_open(const struct deed *deed);
void deed_refuse(struct deed *deed, const struct err *err);

/* Whether it changes what orders after it are judged by: then it ends its group. */
bool deed_is_barrier(const struct deed *deed);
/* Whether both may not stand in one group: same application, same key, or same pair to renew, as far as the register tells them apart. */
bool deed_meets(const struct deed *a, const struct deed *b);

/* Changes of status wait for nobody: they come before all others of the batch but those they meet, and keep their order. How many come
 * first. */
size_t deeds_put_status_first(struct deed **deeds, size_t n);

/* Fills the event from the order; needs the built certificates of an issue. Everything is lent from the deed. */
void deed_event(struct deed *deed);
/* The receipt's text for the record `number` at `made` on top of `head`. */
int deed_receipt(struct deed *deed, const uint8_t ca[20], int64_t number, const uint8_t head[32], int64_t made, struct err *err) MUST_CHECK;
/* Changes of status wait for the responder. */
bool deed_changes_status(const struct deed *deed);
/* Answers from an event of the journal (a fresh one or an old one). */
void deed_answer(struct deed *deed, const struct journal_event *event, int64_t number);

#endif
