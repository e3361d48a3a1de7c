/* One reader for each extension that means something to hufu, found by a table. */
#include "cert_extension.h"

#include "extension.h"

static int read_key_usage(struct cert *c, const struct extension *e)
{
	struct bytes value = e->value;

	c->has_key_usage = true;
	c->key_usage_critical = e->critical;
	if (der_read_flags(&value, &c->key_usage) != 0 || value.size != 0 || c->key_usage == 0)
		return -1;
	return 0;
}

static int read_basic_constraints(struct cert *c, const struct extension *e)
{
	struct bytes value = e->value, fields;
	uint32_t length;

	if (der_read(&value, DER_SEQUENCE, &fields) != 0 || value.size != 0)
		return -1;
	if (der_is(fields, DER_BOOLEAN) && (der_read_boolean(&fields, &c->ca) != 0 || !c->ca))
		return -1;
	if (fields.size != 0) {
		if (!c->ca || der_read_small(&fields, &length) != 0 || length > 255 || fields.size != 0)
			return -1;
		c->path_length = (int)length;
	}
	return 0;
}

static unsigned use_of(enum oid oid)
{
	switch (oid) {
	case OID_OCSP_SIGNING:
		return CERT_USE_OCSP;
	case OID_JOURNAL_SIGNING:
		return CERT_USE_JOURNAL;
	case OID_RELEASE_SIGNING:
		return CERT_USE_RELEASE;
	default:
		return CERT_USE_OTHER;
	}
}

static int read_extended_usage(struct cert *c, const struct extension *e)
{
	struct bytes value = e->value, usages, oid;

	c->has_extended = true;
	if (der_read(&value, DER_SEQUENCE, &usages) != 0 || value.size != 0 || usages.size == 0)
		return -1;
	while (usages.size != 0) {
		if (der_read_oid(&usages, &oid) != 0)
			return -1;
		c->extended |= use_of(oid_find(oid));
	}
	return 0;
}

static int read_subject_key_id(struct cert *c, const struct extension *e)
{
	return extension_read_octets(e->value, &c->subject_key_id);
}

static int read_authority_key_id(struct cert *c, const struct extension *e)
{
	return extension_read_authority_key_id(e->value, &c->authority_key_id);
}

static int read_policies(struct cert *c, const struct extension *e)
{
	struct bytes value = e->value, policies, policy, oid;

	if (der_read(&value, DER_SEQUENCE, &policies) != 0 || value.size != 0 || policies.size == 0)
		return -1;
	while (policies.size != 0) {
		if (der_read(&policies, DER_SEQUENCE, &policy) != 0 || der_read_oid(&policy, &oid) != 0)
			return -1;
		if (oid_find(oid) == OID_TEST_POLICY)
			c->test_policy = true;
	}
	return 0;
}

/* The first http URI among GeneralNames. */
static int find_url(struct bytes names, struct bytes *url)
{
	static const char scheme[] = "http://";
	uint8_t tag;
	struct bytes name;

	while (names.size != 0) {
		if (der_read_any(&names, &tag, &name) != 0)
			return -1;
		if (tag != DER_CONTEXT(6) || url->size != 0 || name.size < sizeof(scheme))
			continue;
		if (bytes_equal((struct bytes){name.data, sizeof(scheme) - 1}, bytes_text(scheme)))
			*url = name;
	}
	return 0;
}

static int read_crl_points(struct cert *c, const struct extension *e)
{
	struct bytes value = e->value, points, point, names, full;

	if (der_read(&value, DER_SEQUENCE, &points) != 0 || value.size != 0 || points.size == 0)
		return -1;
	while (points.size != 0) {
		if (der_read(&points, DER_SEQUENCE, &point) != 0)
			return -1;
		if (!der_is(point, DER_CONTEXT_CONSTRUCTED(0)))
			continue;
		if (der_read(&point, DER_CONTEXT_CONSTRUCTED(0), &names) != 0)
			return -1;
		if (!der_is(names, DER_CONTEXT_CONSTRUCTED(0)))
			continue;
		if (der_read(&names, DER_CONTEXT_CONSTRUCTED(0), &full) != 0 || find_url(full, &c->crl_url) != 0)
			return -1;
	}
	return 0;
}

static int read_access(struct cert *c, const struct extension *e)
{
	struct bytes value = e->value, descriptions, description, method;

	if (der_read(&value, DER_SEQUENCE, &descriptions) != 0 || value.size != 0 || descriptions.size == 0)
		return -1;
	while (descriptions.size != 0) {
		if (der_read(&descriptions, DER_SEQUENCE, &description) != 0 || der_read_oid(&description, &method) != 0)
			return -1;
		enum oid oid = oid_find(method);
		if (oid == OID_ACCESS_OCSP && find_url(description, &c->ocsp_url) != 0)
			return -1;
		if (oid == OID_ACCESS_ISSUERS && find_url(description, &c->issuers_url) != 0)
			return -1;
	}
	return 0;
}

/* PrintableString; some issuers write UTF8String. */
static int read_code(struct cert *c, const struct extension *e)
{
	struct bytes value = e->value;
	uint8_t tag;

	if (der_read_any(&value, &tag, &c->code) != 0 || value.size != 0)
		return -1;
	return tag == DER_PRINTABLE_STRING || tag == DER_UTF8_STRING ? 0 : -1;
}

static int read_no_check(struct cert *c, const struct extension *e)
{
	struct bytes value = e->value, none;

	c->ocsp_no_check = true;
	return der_read(&value, DER_NULL, &none) == 0 && none.size == 0 && value.size == 0 ? 0 : -1;
}

static const struct row {
	enum oid oid;
	int (*read)(struct cert *c, const struct extension *e);
	const char *paragraph;
} rows[] = {
    {OID_AUTHORITY_KEY_ID, read_authority_key_id, "authorityKeyIdentifier (RFC 5280 4.2.1.1)"},
    {OID_SUBJECT_KEY_ID, read_subject_key_id, "subjectKeyIdentifier (RFC 5280 4.2.1.2)"},
    {OID_KEY_USAGE, read_key_usage, "keyUsage (RFC 5280 4.2.1.3)"},
    {OID_POLICIES, read_policies, "certificatePolicies (RFC 5280 4.2.1.4)"},
    {OID_BASIC_CONSTRAINTS, read_basic_constraints, "basicConstraints (RFC 5280 4.2.1.9)"},
    {OID_EXTENDED_KEY_USAGE, read_extended_usage, "extKeyUsage (RFC 5280 4.2.1.12)"},
    {OID_CRL_POINTS, read_crl_points, "cRLDistributionPoints (RFC 5280 4.2.1.13)"},
    {OID_AUTHORITY_ACCESS, read_access, "authorityInfoAccess (RFC 5280 4.2.2.1)"},
    {OID_ORGANISATION_CODE, read_code, "organizationCode (GM/T 0015 5.2.4)"},
    {OID_OCSP_NOCHECK, read_no_check, "ocsp-nocheck (RFC 6960 4.2.2.2.1)"},
};

static const struct row *row_of(enum oid oid)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].oid == oid)
			return &rows[i];
	}
	return NULL;
}

int cert_extensions_read(struct cert *cert, struct bytes content, struct err *err)
{
	struct extension_list list;

	if (extension_list_read(&list, content) != 0)
		return err_set(err, HF_CERT_FORMAT, "certificate: extensions malformed, too many, or one twice (RFC 5280 4.2)");
	for (size_t i = 0; i < list.count; i++) {
		const struct row *row = row_of(list.items[i].oid);
		if (row == NULL) {
			if (list.items[i].critical)
				return err_set(err, HF_CERT_FORMAT, "certificate: unknown critical extension (RFC 5280 4.2)");
		} else if (row->read(cert, &list.items[i]) != 0) {
			return err_set(err, HF_CERT_FORMAT, "certificate: %s", row->paragraph);
		}
	}
	return 0;
}
