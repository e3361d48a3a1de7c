/* The certification authority as the ceremony makes it: four keys with their certificates, and the keys of escrow. */
#ifndef HUFU_HUFU_CA_CEREMONY_H
#define HUFU_HUFU_CA_CEREMONY_H

#include "cert.h"
#include "cert_build.h"
#include "secret.h"

enum authority_key { AUTHORITY_ROOT, AUTHORITY_ISSUING, AUTHORITY_JOURNAL, AUTHORITY_RELEASE, AUTHORITY_KEYS };

struct authority {
	bool evaluation;
	int64_t now;
	struct bytes organisation; /* borrowed */
	struct bytes status_url;   /* borrowed; where certificates say that CRL and OCSP are */
	struct sm2_private *keys[AUTHORITY_KEYS];
	struct cert *certs[AUTHORITY_KEYS];
	char crl[URL_MAX + 1], ocsp[URL_MAX + 1], issuers[URL_MAX + 1];
};

/* Draws the keys and certifies them: root by itself, issuing by the root, journal and release by the issuing CA. The caller has set
 * evaluation, now, organisation and status_url. On failure authority_free is still to be called. */
int authority_make(struct authority *a, struct err *err) MUST_CHECK;
void authority_free(struct authority *a);

/* A certificate of the issuing CA for a key; profile PROFILE_STAFF_SIGN and the like. */
int authority_certify(const struct authority *a, enum profile profile, const struct name *subject, const struct sm2_public *key,
                      struct cert **cert, struct err *err) MUST_CHECK;

/* Writes ca/, the sealed keys of signer, escrow and release, and portal/storage.key below dir, which has these folders. */
int authority_write(const struct authority *a, int dir, const struct secret *passphrase, struct err *err) MUST_CHECK;

#endif
