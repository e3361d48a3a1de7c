/* The key that signs OCSP answers for a day: made here, certified by the signer, never kept. RFC 6960 4.2.2.2 */
#ifndef HUFU_RESPONDER_DELEGATE_H
#define HUFU_RESPONDER_DELEGATE_H

#include "call.h"
#include "ocsp.h"

struct delegate;
int delegate_new(struct delegate **delegate, const struct cert *issuing, struct err *err) MUST_CHECK; /* no key yet */
void delegate_free(struct delegate **delegate);

/* Makes a key, has it certified at the signer, checks the certificate, and takes both into use. */
int delegate_renew(struct delegate *delegate, struct call *signer, struct err *err) MUST_CHECK;
/* Whether there is no key, or its certificate is more than half used up. */
bool delegate_wants_renewal(struct delegate *delegate, int64_t now);
int64_t delegate_not_after(struct delegate *delegate); /* 0: no key */
/* Signs what plan says, with the key that is in use; fills plan->responder, and cuts next_update to the certificate's end.
 * HF_OCSP_STALE when there is no key or its certificate ends within the answer's first minute. */
int delegate_answer(struct delegate *delegate, struct ocsp_plan *plan, struct buf *out, struct err *err) MUST_CHECK;

#endif
