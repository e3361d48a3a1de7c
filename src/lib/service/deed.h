/* What became of a signed order: the signer's receipt. */
#ifndef HUFU_SERVICE_DEED_H
#define HUFU_SERVICE_DEED_H

#include "service.h"

/* A signed order as the agent gives it. */
struct signed_order {
	struct bytes text;
	struct bytes signature; /* DER */
};

/* For the agent's POST /v1/receipt. */
struct deed {
	struct bytes receipt;
	struct bytes signature;
	int64_t number; /* in the journal */
};

#endif
