/* Builds certificates by profile: to-be-signed, then linted, then signed. */
#ifndef HUFU_PKI_CERT_BUILD_H
#define HUFU_PKI_CERT_BUILD_H

#include "cert.h"

#define URL_MAX 200

/* Where verifiers ask; http only, at most URL_MAX bytes each. Empty ones are left out. */
struct pki_urls {
	struct bytes crl, ocsp, issuers;
};

/* Borrowed for the call. */
struct cert_plan {
	enum profile profile;
	struct serial serial;
	struct name subject;
	struct bytes code;             /* of the holder; empty: none. PrintableString characters */
	int64_t not_before, not_after; /* inclusive; at most profile_end() */
	int64_t life_from;             /* from when the profile's life counts: a renewal's after the old end; 0: not_before */
	const struct sm2_public *key;
	const struct cert *issuer; /* NULL: signed by itself, only PROFILE_ROOT */
	struct pki_urls urls;
	bool evaluation; /* adds the test policy */
};

/* Appends the TBSCertificate. HF_CERT_TIME when the times do not fit profile and issuer, name_check's codes, HF_FIELD_CHARACTER (code),
 * HF_FIELD_FORMAT (URLs). */
int cert_build(const struct cert_plan *plan, struct buf *tbs, struct err *err) MUST_CHECK;
/* Appends Certificate { tbs, algorithm, signature }; signature is DER. */
int cert_assemble(struct bytes tbs, struct bytes signature, struct buf *out, struct err *err) MUST_CHECK;
/* All of it: builds, lints (HF_LINT), signs, appends the certificate. key is the issuer's, or the own one for a root. */
int cert_issue(const struct cert_plan *plan, const struct sm2_private *key, struct buf *out, struct err *err) MUST_CHECK;

#endif
