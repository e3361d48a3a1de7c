/* Builds complete CRLs, version 2 (RFC 5280 5), that also anchor the heads of journal and audit chain. doc/protocol/certificate.md 5 */
#ifndef HUFU_PKI_CRL_BUILD_H
#define HUFU_PKI_CRL_BUILD_H

#include "crl.h"

/* Borrowed for the call. entries ascend strictly by serial. */
struct crl_plan {
	const struct cert *issuer;
	int64_t number; /* cRLNumber, at least 1 */
	int64_t this_update, next_update;
	const struct crl_entry *entries;
	size_t count;
	struct crl_anchor anchor;
};

/* Appends the TBSCertList: one pass, memory linear in count (about 50 bytes each). */
int crl_build(const struct crl_plan *plan, struct buf *tbs, struct err *err) MUST_CHECK;
int crl_assemble(struct bytes tbs, struct bytes signature, struct buf *out, struct err *err) MUST_CHECK;
/* Builds, lints (HF_LINT), signs, appends the CRL. */
int crl_issue(const struct crl_plan *plan, const struct sm2_private *key, struct buf *out, struct err *err) MUST_CHECK;

#endif
