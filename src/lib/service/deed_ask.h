/* A signed order on its way to the signer: what is checked before, and the receipt that comes back. */
#ifndef HUFU_SERVICE_DEED_ASK_H
#define HUFU_SERVICE_DEED_ASK_H

#include "certificate.h"
#include "deed.h"
#include "order.h"
#include "query.h"
#include "receipt.h"
#include "signer_message.h"

/* Parses, and checks CA, time, and the signature by the certificate that the order names, which must be good and valid now. *by gets that
 * certificate's row. HF_ORDER_*, HF_LOGIN_* for its state. */
int deed_read(struct service *s, struct connection *c, const struct signed_order *given, struct pool *pool, struct order *order,
              struct certificate *by, struct err *err) MUST_CHECK;
/* The order's signer is the actor's own certificate. HF_ORDER_MISMATCH. */
int deed_by_actor(const struct order *order, const struct actor *actor, struct err *err) MUST_CHECK;

struct deed_answer {
	struct deed_reply reply; /* lent from the pool */
	struct receipt receipt;  /* checked: it answers this order */
};

/* An order that was judged, on its way. */
struct deed_order {
	const struct actor *actor;
	const struct order *order;
	struct bytes signature, csr; /* csr: of an order that issues, else empty */
	const char *note;            /* of a cancellation: why, for the applicant; else NULL */
	struct pool *pool;
	struct deed_order *next; /* given together with this one */

	int result; /* 0, or -1 with err */
	struct err err;
	struct deed_answer answer;
};
/* Asks the signer for all of the chain at once, outside of any transaction. HF_PEER_GONE: whether it was done is unknown; the same order
 * may be sent again. */
void deed_ask(struct service *s, struct deed_order *chain);

/* A hex32 or hex64 text in the pool; NULL without memory. */
const char *deed_hex(struct pool *pool, const uint8_t *data, size_t n);

#endif
