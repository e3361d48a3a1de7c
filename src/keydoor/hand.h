/* A thread that does deeds one after the other and answers them. */
#ifndef HUFU_KEYDOOR_HAND_H
#define HUFU_KEYDOOR_HAND_H

#include "keydoor.h"
#include "serve.h"

struct hand;

/* holds: deeds waiting and running at most; full: what one more is answered. Everything given is kept; there is no end but the process's.
 */
int hand_new(struct hand **hand, struct keydoor *k, struct serve *serve, struct patience *patience, size_t holds, enum err_code full,
             struct err *err) MUST_CHECK;
/* Takes over a request of the batch, to be answered later. The hand's own code when it is full. */
int hand_give(struct hand *hand, const struct deed *deed, const struct request *request, struct err *err) MUST_CHECK;
bool hand_is_busy(struct hand *hand); /* a deed is being done, or its answer given */

#endif
