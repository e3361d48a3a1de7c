/* The signer's doors: which message goes where. doc/protocol/signer.md 2 */
#ifndef HUFU_SIGNER_SIGNER_DISPATCH_H
#define HUFU_SIGNER_SIGNER_DISPATCH_H

#include "signer.h"

/* What the doors are, as door_ctx of serve: each sees the feed in its own view. */
struct signer_door {
	const char *name;
	enum event_view view;
	bool responder; /* its questions say what it has taken over */
};
extern const struct signer_door signer_door_portal, signer_door_responder, signer_door_order;

/* serve_batch_fn and serve_tick_fn with a struct signer. */
void signer_dispatch_batch(void *ctx, struct request **batch, size_t n);
void signer_dispatch_tick(void *ctx);

#endif
