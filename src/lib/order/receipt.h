/* The signer's answer to a deed. doc/protocol/order.md 4 */
#ifndef HUFU_ORDER_RECEIPT_H
#define HUFU_ORDER_RECEIPT_H

#include "order.h"
#include "signed_text.h"

/* Its signature is checked with signed_text_verify(SIGNED_RECEIPT). Lists live in the pool. */
struct receipt {
	uint8_t application[16], ca[20];
	int deed; /* enum order_deed */
	uint8_t head[32];
	int64_t made, number;
	uint8_t order[32];
	struct octets_list serials;
	int64_t v;
};

int receipt_parse(struct receipt *receipt, struct bytes text, struct pool *pool, struct err *err) MUST_CHECK;
int receipt_write(const struct receipt *receipt, struct buf *out, struct err *err) MUST_CHECK;
/* What the person's side checks before it says "done": signature, and that it answers this order. HF_ORDER_SIGNATURE,
 * HF_ORDER_MISMATCH, and what receipt_parse refuses. */
int receipt_check(struct receipt *receipt, struct bytes text, struct bytes signature, const struct sm2_public *journal_key,
                  const struct order *order, struct pool *pool, struct err *err) MUST_CHECK;

#endif
