/* The text of an order from a page's draft and the facts that only the signing side may say. doc/protocol/agent.md 3 */
#ifndef HUFU_ORDER_ORDER_BUILD_H
#define HUFU_ORDER_ORDER_BUILD_H

#include "order.h"

/* What the client fills in; the nonce is drawn inside. */
struct order_facts {
	uint8_t by[ORDER_SERIAL_SIZE]; /* serial number of the signing certificate */
	uint8_t ca[20];
	int64_t made;
};

/* Appends the canonical text of draft plus facts to out (maximum at least ORDER_TEXT_MAX) and reads it into order.
 * HF_ORDER_MEMBER when the draft brings `by`, `ca`, `made`, `nonce` or `v`, or lacks or adds a member; else as order_parse. */
int order_complete_text(struct bytes draft, const struct order_facts *facts, struct pool *pool, struct buf *out, struct order *order,
                        struct err *err) MUST_CHECK;

#endif
