/* The extensions that hufu writes. */
#include "extension.h"

#define URI_NAME DER_CONTEXT(6) /* GeneralName uniformResourceIdentifier */

void extension_open(struct der_writer *w, enum oid oid, bool critical)
{
	der_open(w, DER_SEQUENCE);
	der_put(w, DER_OID, oid_get(oid));
	if (critical)
		der_put_boolean(w, true);
	der_open(w, DER_OCTET_STRING);
}

void extension_close(struct der_writer *w)
{
	der_close(w);
	der_close(w);
}

void extension_put_authority_key_id(struct der_writer *w, struct bytes key_id)
{
	extension_open(w, OID_AUTHORITY_KEY_ID, false);
	der_open(w, DER_SEQUENCE);
	der_put(w, DER_CONTEXT(0), key_id);
	der_close(w);
	extension_close(w);
}

void extension_put_subject_key_id(struct der_writer *w, struct bytes key_id)
{
	extension_open(w, OID_SUBJECT_KEY_ID, false);
	der_put(w, DER_OCTET_STRING, key_id);
	extension_close(w);
}

void extension_put_key_usage(struct der_writer *w, uint16_t usage)
{
	extension_open(w, OID_KEY_USAGE, true);
	der_put_flags(w, usage);
	extension_close(w);
}

void extension_put_basic_constraints(struct der_writer *w, uint8_t path_length)
{
	extension_open(w, OID_BASIC_CONSTRAINTS, true);
	der_open(w, DER_SEQUENCE);
	der_put_boolean(w, true);
	der_put_small(w, DER_INTEGER, path_length);
	der_close(w);
	extension_close(w);
}

void extension_put_extended_usage(struct der_writer *w, enum oid usage)
{
	extension_open(w, OID_EXTENDED_KEY_USAGE, true);
	der_open(w, DER_SEQUENCE);
	der_put(w, DER_OID, oid_get(usage));
	der_close(w);
	extension_close(w);
}

void extension_put_test_policy(struct der_writer *w)
{
	extension_open(w, OID_POLICIES, false);
	der_open(w, DER_SEQUENCE);
	der_open(w, DER_SEQUENCE);
	der_put(w, DER_OID, oid_get(OID_TEST_POLICY));
	der_close(w);
	der_close(w);
	extension_close(w);
}

void extension_put_crl_point(struct der_writer *w, struct bytes url)
{
	extension_open(w, OID_CRL_POINTS, false);
	der_open(w, DER_SEQUENCE);
	der_open(w, DER_SEQUENCE);
	der_open(w, DER_CONTEXT_CONSTRUCTED(0)); /* distributionPoint */
	der_open(w, DER_CONTEXT_CONSTRUCTED(0)); /* fullName */
	der_put(w, URI_NAME, url);
	der_close(w);
	der_close(w);
	der_close(w);
	der_close(w);
	extension_close(w);
}

static void put_access_description(struct der_writer *w, enum oid method, struct bytes url)
{
	if (url.size == 0)
		return;
	der_open(w, DER_SEQUENCE);
	der_put(w, DER_OID, oid_get(method));
	der_put(w, URI_NAME, url);
	der_close(w);
}

void extension_put_access(struct der_writer *w, struct bytes ocsp_url, struct bytes issuers_url)
{
	extension_open(w, OID_AUTHORITY_ACCESS, false);
	der_open(w, DER_SEQUENCE);
	put_access_description(w, OID_ACCESS_OCSP, ocsp_url);
	put_access_description(w, OID_ACCESS_ISSUERS, issuers_url);
	der_close(w);
	extension_close(w);
}

void extension_put_code(struct der_writer *w, struct bytes code)
{
	extension_open(w, OID_ORGANISATION_CODE, false);
	der_put(w, DER_PRINTABLE_STRING, code);
	extension_close(w);
}

void extension_put_no_check(struct der_writer *w)
{
	extension_open(w, OID_OCSP_NOCHECK, false);
	der_put_null(w);
	extension_close(w);
}
