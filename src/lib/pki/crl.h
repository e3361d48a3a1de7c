/* A CRL as it was read, of an issuer whose serial numbers have 16 bytes. */
#ifndef HUFU_PKI_CRL_H
#define HUFU_PKI_CRL_H

#include "cert.h"

#define CRL_DER_MAX (64u << 20)

/* RFC 5280 5.3.1; the numbers are those of the standard. */
enum crl_reason {
	CRL_UNSPECIFIED = 0,
	CRL_KEY_COMPROMISE = 1,
	CRL_CA_COMPROMISE = 2,
	CRL_AFFILIATION_CHANGED = 3,
	CRL_SUPERSEDED = 4,
	CRL_CESSATION = 5,
	CRL_HOLD = 6,
	CRL_REMOVE = 8,
	CRL_PRIVILEGE_WITHDRAWN = 9,
	CRL_AA_COMPROMISE = 10
};

struct crl_entry {
	struct serial serial;
	int64_t time;
	enum crl_reason reason;
};

/* What the extension CRL_ANCHOR says of the journal and the audit chain when the CRL was made. */
struct crl_anchor {
	int64_t journal_number;
	uint8_t journal_head[32];
	int64_t audit_count;
	uint8_t audit_head[32];
};

/* Owns its DER and its entries. */
struct crl {
	struct bytes der, tbs, signature;
	struct bytes issuer; /* Name element */
	int64_t this_update, next_update;
	int64_t number;
	struct bytes authority_key_id;
	bool has_anchor;
	struct crl_anchor anchor;
	struct crl_entry *entries; /* ascending by serial */
	size_t count;
};

/* HF_CRL_FORMAT with the paragraph: other versions or algorithms, unknown critical extensions, delta and indirect CRLs, an entry
 * twice, a missing nextUpdate. */
int crl_parse(struct crl **crl, struct bytes der, struct err *err) MUST_CHECK;
void crl_free(struct crl **crl);
/* HF_CERT_SIGNATURE, or HF_CRL_FORMAT when issuer is not the one named in it or may not sign CRLs. */
int crl_verify(const struct crl *crl, const struct cert *issuer, struct err *err) MUST_CHECK;
const struct crl_entry *crl_find(const struct crl *crl, const struct serial *serial); /* lends; NULL: not in it */

#endif
