/* The signer's order door, as the commands reach it: run/signer-order.sock of an instance. */
#ifndef HUFU_HUFU_SIGNER_LINE_H
#define HUFU_HUFU_SIGNER_LINE_H

#include "call.h"
#include "pool.h"
#include "signer_message.h"

/* HF_PEER_GONE when the service does not run. */
int signer_line_open(struct call **line, const char *instance, struct err *err) MUST_CHECK;
/* The answer to SIGNER_STATE; lent from answer. */
int signer_line_state(struct call *line, struct buf *answer, struct pool *pool, struct state_reply *state, struct err *err) MUST_CHECK;

#define SIGNER_LINE_TIMEOUT_MS 30000

#endif
