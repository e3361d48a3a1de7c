/* Deeds in groups: all verified at once, one question to escrow for all, all signed at once, one durable write, then all answered.
 * doc/protocol/signer.md 4 */
#ifndef HUFU_SIGNER_DEED_GROUP_H
#define HUFU_SIGNER_DEED_GROUP_H

#include "order_deed.h"

/* Called when changes of status are durable and others of the batch may take long. */
typedef void deeds_told_fn(struct signer *s);
/* Answers every request: reply, err, or kept while it waits for the responder. */
void deeds_serve(struct signer *s, struct request **requests, size_t n, deeds_told_fn *told);

#endif
