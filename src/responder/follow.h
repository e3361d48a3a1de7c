/* Follows the signer: its feed into the index, its CRLs, and a fresh certificate for the key in time. */
#ifndef HUFU_RESPONDER_FOLLOW_H
#define HUFU_RESPONDER_FOLLOW_H

#include "responder.h"

#include "feed.h"

struct follow;
/* Two threads; they end within a few seconds after r->stopping was set. */
int follow_start(struct follow **follow, struct responder *r, struct err *err) MUST_CHECK;
void follow_stop(struct follow **follow);

#endif
