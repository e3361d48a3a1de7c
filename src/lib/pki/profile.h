/* The kinds of certificate that hufu issues, one row each. doc/protocol/certificate.md 1 */
#ifndef HUFU_PKI_PROFILE_H
#define HUFU_PKI_PROFILE_H

#include "oid.h"

enum profile {
	PROFILE_ROOT,
	PROFILE_ISSUING,
	PROFILE_JOURNAL,
	PROFILE_RELEASE,
	PROFILE_OCSP,
	PROFILE_ENTERPRISE_SIGN,
	PROFILE_ENTERPRISE_ENCRYPTION,
	PROFILE_EVALUATION_SIGN,
	PROFILE_EVALUATION_ENCRYPTION,
	PROFILE_STAFF_SIGN,
	PROFILE_STAFF_ENCRYPTION,
	PROFILES
};

/* Bits of KeyUsage by their number in RFC 5280 4.2.1.3. */
enum key_usage {
	USAGE_DIGITAL_SIGNATURE = 1 << 0,
	USAGE_NON_REPUDIATION = 1 << 1,
	USAGE_KEY_ENCIPHERMENT = 1 << 2,
	USAGE_DATA_ENCIPHERMENT = 1 << 3,
	USAGE_KEY_AGREEMENT = 1 << 4,
	USAGE_CERT_SIGN = 1 << 5,
	USAGE_CRL_SIGN = 1 << 6
};
#define USAGE_SIGN (USAGE_DIGITAL_SIGNATURE | USAGE_NON_REPUDIATION)
#define USAGE_ENCRYPTION (USAGE_KEY_ENCIPHERMENT | USAGE_DATA_ENCIPHERMENT | USAGE_KEY_AGREEMENT)
#define USAGE_CA (USAGE_CERT_SIGN | USAGE_CRL_SIGN)

struct profile_row {
	const char *name;
	int years, days; /* life: one of them */
	uint16_t key_usage;
	bool ca;
	uint8_t path_length; /* of a CA: how many further CAs may follow below it */
	enum oid extended;   /* the one extended key usage, or OID_OTHER for none */
	bool no_check;       /* id-pkix-ocsp-nocheck (RFC 6960 4.2.2.2.1) */
	bool status_urls;    /* CRL distribution point and authority information access */
	bool holder;         /* may bear the holder's code */
};

const struct profile_row *profile_get(enum profile profile);

/* The last second (inclusive, RFC 5280 4.1.2.5) of a certificate that begins at not_before and may live as long as the profile and its
 * issuer allow: the same civil time (UTC) so many years later, less one second; a 29 February ends on 28 February. */
int64_t profile_end(enum profile profile, int64_t not_before, int64_t issuer_not_after);

#endif
