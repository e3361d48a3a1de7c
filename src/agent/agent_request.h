/* The JSON that pages send: one struct and table for each shape of body. doc/protocol/agent.md 3 */
#ifndef HUFU_AGENT_AGENT_REQUEST_H
#define HUFU_AGENT_AGENT_REQUEST_H

#include "member_table.h"

#define AGENT_BODY_MAX (256u << 10)
#define AGENT_NAME_MAX 64 /* bytes of a key's serial number or a container's name */

struct agent_key_request {
	struct bytes key;
};
struct agent_install_request {
	struct bytes key, container;
	uint8_t application[16];
	struct bytes sign, encryption, envelope; /* DER */
};
struct agent_login_request {
	struct bytes key, container;
	uint8_t challenge[32];
};
struct agent_receipt_request {
	struct bytes order, receipt, signature;
};
extern const struct member_table agent_nothing_table, agent_key_table, agent_install_table, agent_login_table, agent_receipt_table;

/* The whole body: exactly the members of the table. Texts live in the pool. HF_JSON. */
int agent_request_read(const struct member_table *table, struct bytes body, struct pool *pool, void *to, struct err *err) MUST_CHECK;

/* The draft is any object here, kept as its canonical text: keydoor completes and judges it. */
struct agent_order_request {
	struct bytes key, container, draft;
};
int agent_order_request_read(struct agent_order_request *request, struct bytes body, struct pool *pool, struct err *err) MUST_CHECK;

#endif
