/* Follows the signer's feed: the journal is the truth, the store catches up with it. doc/protocol/journal.md 3 */
#ifndef HUFU_SERVICE_FOLLOW_H
#define HUFU_SERVICE_FOLLOW_H

#include "service.h"

/* Asks for one batch (waiting at most wait_ms for news), verifies it, and projects it with its position in one transaction. *more: the
 * journal has records beyond it. HF_FEED_SIGNATURE, HF_FEED_BACK, HF_PEER_GONE. */
int follow_once(struct service *s, struct signer_door door, uint32_t wait_ms, bool *more, struct err *err) MUST_CHECK;
/* Follows until the service stops. */
void *follow_thread(void *service);

struct follow_state {
	int64_t next, last; /* number to ask for; newest number that was told */
	int64_t made;       /* signer's time of the newest batch */
};
int follow_state_get(struct service *s, struct follow_state *state, struct err *err) MUST_CHECK;

#endif
