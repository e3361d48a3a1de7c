/* The object identifiers that hufu writes or looks for, as DER content. */
#ifndef HUFU_PKI_OID_H
#define HUFU_PKI_OID_H

#include "bytes.h"

/* hufu's own arc is 2.25.135817064095387270372609124477191930925 (a UUID, X.667). doc/protocol/certificate.md 4 */
#define OID_HUFU_ARC "\x69\x81\xcc\xad\xb5\x90\xc0\xf2\xc2\x8e\x97\x90\xf1\x85\xff\xa9\xe0\xd5\x88\x2d"

#define OIDS(X) \
	X(OID_COMMON_NAME, "\x55\x04\x03") \
	X(OID_COUNTRY, "\x55\x04\x06") \
	X(OID_LOCALITY, "\x55\x04\x07") \
	X(OID_STATE, "\x55\x04\x08") \
	X(OID_ORGANISATION, "\x55\x04\x0a") \
	X(OID_UNIT, "\x55\x04\x0b") \
	X(OID_SUBJECT_KEY_ID, "\x55\x1d\x0e") \
	X(OID_KEY_USAGE, "\x55\x1d\x0f") \
	X(OID_BASIC_CONSTRAINTS, "\x55\x1d\x13") \
	X(OID_CRL_NUMBER, "\x55\x1d\x14") \
	X(OID_CRL_REASON, "\x55\x1d\x15") \
	X(OID_CRL_POINTS, "\x55\x1d\x1f") \
	X(OID_POLICIES, "\x55\x1d\x20") \
	X(OID_AUTHORITY_KEY_ID, "\x55\x1d\x23") \
	X(OID_EXTENDED_KEY_USAGE, "\x55\x1d\x25") \
	X(OID_AUTHORITY_ACCESS, "\x2b\x06\x01\x05\x05\x07\x01\x01") \
	X(OID_OCSP_SIGNING, "\x2b\x06\x01\x05\x05\x07\x03\x09") \
	X(OID_ACCESS_OCSP, "\x2b\x06\x01\x05\x05\x07\x30\x01") \
	X(OID_ACCESS_ISSUERS, "\x2b\x06\x01\x05\x05\x07\x30\x02") \
	X(OID_OCSP_BASIC, "\x2b\x06\x01\x05\x05\x07\x30\x01\x01") \
	X(OID_OCSP_NONCE, "\x2b\x06\x01\x05\x05\x07\x30\x01\x02") \
	X(OID_OCSP_NOCHECK, "\x2b\x06\x01\x05\x05\x07\x30\x01\x05") \
	X(OID_SM2_WITH_SM3, "\x2a\x81\x1c\xcf\x55\x01\x83\x75") \
	X(OID_SM3, "\x2a\x81\x1c\xcf\x55\x01\x83\x11") \
	X(OID_SHA1, "\x2b\x0e\x03\x02\x1a") \
	X(OID_SHA256, "\x60\x86\x48\x01\x65\x03\x04\x02\x01") \
	X(OID_ORGANISATION_CODE, "\x2a\x81\x1c\xd0\x14\x04\x01\x04") \
	X(OID_TEST_POLICY, OID_HUFU_ARC "\x01") \
	X(OID_CRL_ANCHOR, OID_HUFU_ARC "\x02") \
	X(OID_JOURNAL_SIGNING, OID_HUFU_ARC "\x03") \
	X(OID_RELEASE_SIGNING, OID_HUFU_ARC "\x04")

enum oid {
#define X(name, content) name,
	OIDS(X)
#undef X
	    OID_OTHER
};

struct bytes oid_get(enum oid oid);
enum oid oid_find(struct bytes content); /* OID_OTHER when it is none of these */

#endif
