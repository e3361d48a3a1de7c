/* The path from a certificate over the issuing CA to the pinned root (RFC 5280 6.1, for exactly this length). */
#ifndef HUFU_PKI_CHAIN_H
#define HUFU_PKI_CHAIN_H

#include "cert.h"

/* At the time: every certificate valid, each signed by the next, issuer and subject names and key identifiers linked, CA flags, path
 * lengths and key usages right, the root signed by itself. HF_CERT_TIME for times, else HF_CERT_CHAIN; the text names the certificate.
 * root is trusted because the caller pinned it. Revocation is not looked at. */
int chain_check(const struct cert *leaf, const struct cert *issuing, const struct cert *root, int64_t time, struct err *err) MUST_CHECK;
/* The upper half alone, for a process that checks its own CA at start. */
int chain_check_ca(const struct cert *issuing, const struct cert *root, int64_t time, struct err *err) MUST_CHECK;
/* One link, for a caller that checked the CA before: leaf against issuing. */
int chain_check_leaf(const struct cert *leaf, const struct cert *issuing, int64_t time, struct err *err) MUST_CHECK;

#endif
