/* Reading CRLs: the fields of RFC 5280 5.1, entries into an array that is searched by halves. */
#include "crl.h"

#include "extension.h"
#include "signed_der.h"

#include <stdlib.h>
#include <string.h>

#define ENTRY_SIZE_MIN 33 /* DER of an entry with a serial number of 16 bytes and a UTCTime, without extensions */

static int refuse(struct err *err, const char *what)
{
	return err_set(err, HF_CRL_FORMAT, "CRL: %s", what);
}

static int read_reason(struct bytes value, enum crl_reason *reason)
{
	struct bytes content;

	if (der_read(&value, DER_ENUMERATED, &content) != 0 || value.size != 0 || content.size != 1)
		return -1;
	if (content.data[0] > CRL_AA_COMPROMISE || content.data[0] == 7) /* 7 is not used (5.3.1) */
		return -1;
	*reason = (enum crl_reason)content.data[0];
	return 0;
}

static int read_entry(struct bytes *in, struct crl_entry *entry, struct err *err)
{
	struct bytes fields, serial, content;
	struct extension_list list = {.count = 0};

	if (der_read(in, DER_SEQUENCE, &fields) != 0 || der_read_natural(&fields, &serial) != 0 ||
	    der_read_time(&fields, &entry->time) != 0)
		return refuse(err, "entry (RFC 5280 5.1.2.6)");
	if (serial_from_magnitude(&entry->serial, serial) != 0)
		return refuse(err, "serial number of an entry has not 16 bytes");
	entry->reason = CRL_UNSPECIFIED;
	if (fields.size == 0)
		return 0;
	if (der_read(&fields, DER_SEQUENCE, &content) != 0 || fields.size != 0 || extension_list_read(&list, content) != 0)
		return refuse(err, "extensions of an entry (RFC 5280 5.3)");
	for (size_t i = 0; i < list.count; i++) {
		if (list.items[i].oid == OID_CRL_REASON) {
			if (read_reason(list.items[i].value, &entry->reason) != 0)
				return refuse(err, "reasonCode (RFC 5280 5.3.1)");
		} else if (list.items[i].critical) {
			return refuse(err, "unknown critical extension of an entry (RFC 5280 5.3)");
		}
	}
	return 0;
}

static int entry_compare(const void *a, const void *b)
{
	const struct crl_entry *left = a, *right = b;

	return serial_compare(&left->serial, &right->serial);
}

static int read_entries(struct crl *crl, struct bytes in, struct err *err)
{
	bool sorted = true;

	crl->entries = calloc(in.size / ENTRY_SIZE_MIN + 1, sizeof(*crl->entries));
	if (crl->entries == NULL)
		return err_set(err, HF_MEMORY, "CRL");
	while (in.size != 0) {
		struct crl_entry *entry = &crl->entries[crl->count];
		if (read_entry(&in, entry, err) != 0)
			return -1;
		if (crl->count > 0 && entry_compare(entry - 1, entry) >= 0)
			sorted = false;
		crl->count++;
	}
	if (!sorted)
		qsort(crl->entries, crl->count, sizeof(*crl->entries), entry_compare);
	for (size_t i = 1; i < crl->count; i++) {
		if (entry_compare(&crl->entries[i - 1], &crl->entries[i]) == 0)
			return refuse(err, "an entry twice (RFC 5280 5.1.2.6)");
	}
	return 0;
}

static int read_number(struct bytes *in, int64_t *number)
{
	struct bytes magnitude;
	uint64_t value = 0;

	if (der_read_natural(in, &magnitude) != 0 || magnitude.size > 8)
		return -1;
	for (size_t i = 0; i < magnitude.size; i++)
		value = value << 8 | magnitude.data[i];
	if (value > INT64_MAX)
		return -1;
	*number = (int64_t)value;
	return 0;
}

static int read_head(struct bytes *in, uint8_t head[32])
{
	struct bytes content;

	if (der_read(in, DER_OCTET_STRING, &content) != 0 || content.size != 32)
		return -1;
	memcpy(head, content.data, 32);
	return 0;
}

/* doc/protocol/certificate.md 5 */
static int read_anchor(struct bytes value, struct crl_anchor *anchor)
{
	struct bytes fields;

	if (der_read(&value, DER_SEQUENCE, &fields) != 0 || value.size != 0 || read_number(&fields, &anchor->journal_number) != 0 ||
	    read_head(&fields, anchor->journal_head) != 0 || read_number(&fields, &anchor->audit_count) != 0 ||
	    read_head(&fields, anchor->audit_head) != 0 || fields.size != 0)
		return -1;
	return 0;
}

static int read_extension(struct crl *crl, const struct extension *e, struct err *err)
{
	struct bytes value = e->value;

	switch (e->oid) {
	case OID_AUTHORITY_KEY_ID:
		return extension_read_authority_key_id(value, &crl->authority_key_id) == 0
		           ? 0
		           : refuse(err, "authorityKeyIdentifier (RFC 5280 5.2.1)");
	case OID_CRL_NUMBER:
		return read_number(&value, &crl->number) == 0 && value.size == 0 ? 0 : refuse(err, "cRLNumber (RFC 5280 5.2.3)");
	case OID_CRL_ANCHOR:
		crl->has_anchor = true;
		return read_anchor(value, &crl->anchor) == 0 ? 0 : refuse(err, "anchor of journal and audit chain");
	default:
		/* deltaCRLIndicator and issuingDistributionPoint are critical, and so end here as well */
		return e->critical ? refuse(err, "unknown critical extension (RFC 5280 5.2)") : 0;
	}
}

static int read_extensions(struct crl *crl, struct bytes *tbs, struct err *err)
{
	struct extension_list list;
	struct bytes outer, content;

	if (der_read(tbs, DER_CONTEXT_CONSTRUCTED(0), &outer) != 0 || der_read(&outer, DER_SEQUENCE, &content) != 0 || outer.size != 0 ||
	    extension_list_read(&list, content) != 0)
		return refuse(err, "extensions (RFC 5280 5.1.2.7)");
	for (size_t i = 0; i < list.count; i++) {
		if (read_extension(crl, &list.items[i], err) != 0)
			return -1;
	}
	return 0;
}

static int read_tbs(struct crl *crl, struct bytes outer_algorithm, struct err *err)
{
	struct bytes tbs, rest = crl->tbs, algorithm, entries;
	uint32_t version;

	if (der_read(&rest, DER_SEQUENCE, &tbs) != 0 || der_read_small(&tbs, &version) != 0 || version != 1)
		return refuse(err, "version is not 2 (RFC 5280 5.1.2.1)");
	if (der_read_element(&tbs, DER_SEQUENCE, &algorithm) != 0 || !bytes_equal(algorithm, outer_algorithm))
		return refuse(err, "the two signature algorithms differ (RFC 5280 5.1.1.2)");
	if (der_read_element(&tbs, DER_SEQUENCE, &crl->issuer) != 0)
		return refuse(err, "issuer (RFC 5280 5.1.2.3)");
	if (der_read_time(&tbs, &crl->this_update) != 0)
		return refuse(err, "thisUpdate (RFC 5280 5.1.2.4)");
	if (der_read_time(&tbs, &crl->next_update) != 0 || crl->next_update <= crl->this_update)
		return refuse(err, "nextUpdate (RFC 5280 5.1.2.5)");
	if (der_is(tbs, DER_SEQUENCE)) {
		if (der_read(&tbs, DER_SEQUENCE, &entries) != 0 || entries.size == 0)
			return refuse(err, "an empty list of entries (RFC 5280 5.1.2.6)");
		if (read_entries(crl, entries, err) != 0)
			return -1;
	}
	if (read_extensions(crl, &tbs, err) != 0)
		return -1;
	return tbs.size == 0 ? 0 : refuse(err, "bytes after the extensions (RFC 5280 5.1)");
}

int crl_parse(struct crl **crl, struct bytes der, struct err *err)
{
	struct signed_der s;
	struct bytes kept;
	struct crl *c;

	*crl = NULL;
	if (der.size == 0 || der.size > CRL_DER_MAX)
		return refuse(err, "size");
	c = signed_der_keep(sizeof(*c), der, &kept);
	if (c == NULL)
		return err_set(err, HF_MEMORY, "CRL");
	c->der = kept;
	if (signed_der_read(&s, c->der) != 0 || s.rest.size != 0) {
		refuse(err, "not DER (RFC 5280 5.1)");
		goto fail;
	}
	if (!signature_algorithm_is_known(s.algorithm)) {
		refuse(err, "not signed by SM2 with SM3 (GM/T 0015 5.3)");
		goto fail;
	}
	c->tbs = s.tbs;
	c->signature = s.signature;
	if (read_tbs(c, s.algorithm, err) != 0)
		goto fail;
	*crl = c;
	return 0;
fail:
	crl_free(&c);
	return -1;
}

void crl_free(struct crl **crl)
{
	if (*crl == NULL)
		return;
	free((*crl)->entries);
	free(*crl);
	*crl = NULL;
}

int crl_verify(const struct crl *crl, const struct cert *issuer, struct err *err)
{
	if (!bytes_equal(crl->issuer, issuer->subject))
		return refuse(err, "another issuer (RFC 5280 6.3.3 b)");
	if (crl->authority_key_id.size != 0 && !bytes_equal(crl->authority_key_id, issuer->subject_key_id))
		return refuse(err, "another issuer's key (RFC 5280 5.2.1)");
	if (!issuer->has_key_usage || (issuer->key_usage & USAGE_CRL_SIGN) == 0)
		return refuse(err, "its issuer may not sign CRLs (RFC 5280 6.3.3 f)");
	return sm2_verify(issuer->key, crl->tbs, crl->signature, err);
}

const struct crl_entry *crl_find(const struct crl *crl, const struct serial *serial)
{
	struct crl_entry key = {.serial = *serial};

	if (crl->count == 0)
		return NULL;
	return bsearch(&key, crl->entries, crl->count, sizeof(key), entry_compare);
}
