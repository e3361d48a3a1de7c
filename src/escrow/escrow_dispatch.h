/* Escrow's answers: batches of warrants become envelopes with one durable write. doc/protocol/escrow.md 1 */
#ifndef HUFU_ESCROW_ESCROW_DISPATCH_H
#define HUFU_ESCROW_ESCROW_DISPATCH_H

#include "safekeeping.h"
#include "serve.h"
#include "stock.h"

/* What the process works with; all lent. */
struct escrow {
	struct safekeeping *safekeeping;
	struct stock *stock;
	const struct sm2_public *journal_key; /* signs warrants */
	uint8_t ca[20];
	struct serve *serve; /* to be stopped when the file takes nothing more */
	int64_t groups, large_groups, large_fsyncs;
	bool failed; /* the process must end with a fault */
};

/* serve_batch_fn and serve_tick_fn with a struct escrow. */
void dispatch_batch(void *ctx, struct request **batch, size_t n);
void dispatch_tick(void *ctx);

#endif
