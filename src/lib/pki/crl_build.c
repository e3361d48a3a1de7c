/* CRLs from a sorted array, written in one pass. */
#include "crl_build.h"

#include "extension.h"
#include "lint.h"
#include "signed_der.h"

static int check_plan(const struct crl_plan *plan, struct err *err)
{
	if (plan->number < 1 || plan->this_update >= plan->next_update)
		return err_set(err, HF_CRL_FORMAT, "number or times of a CRL to be built");
	for (size_t i = 1; i < plan->count; i++) {
		if (serial_compare(&plan->entries[i - 1].serial, &plan->entries[i].serial) >= 0)
			return err_set(err, HF_CRL_FORMAT, "entries of a CRL to be built do not ascend");
	}
	return 0;
}

static void put_entry(struct der_writer *w, const struct crl_entry *entry)
{
	der_open(w, DER_SEQUENCE);
	der_put_natural(w, serial_get(&entry->serial));
	der_put_time(w, entry->time);
	if (entry->reason != CRL_UNSPECIFIED) {
		der_open(w, DER_SEQUENCE);
		extension_open(w, OID_CRL_REASON, false);
		der_put_small(w, DER_ENUMERATED, entry->reason);
		extension_close(w);
		der_close(w);
	}
	der_close(w);
}

static void put_number(struct der_writer *w, int64_t number)
{
	uint8_t octets[8];

	for (size_t i = 0; i < sizeof(octets); i++)
		octets[i] = (uint8_t)((uint64_t)number >> (8 * (7 - i)));
	der_put_natural(w, BYTES_ARRAY(octets));
}

static void put_anchor(struct der_writer *w, const struct crl_anchor *anchor)
{
	extension_open(w, OID_CRL_ANCHOR, false);
	der_open(w, DER_SEQUENCE);
	put_number(w, anchor->journal_number);
	der_put(w, DER_OCTET_STRING, BYTES_ARRAY(anchor->journal_head));
	put_number(w, anchor->audit_count);
	der_put(w, DER_OCTET_STRING, BYTES_ARRAY(anchor->audit_head));
	der_close(w);
	extension_close(w);
}

static void put_extensions(struct der_writer *w, const struct crl_plan *plan)
{
	der_open(w, DER_CONTEXT_CONSTRUCTED(0));
	der_open(w, DER_SEQUENCE);
	extension_put_authority_key_id(w, plan->issuer->subject_key_id);
	extension_open(w, OID_CRL_NUMBER, false);
	put_number(w, plan->number);
	extension_close(w);
	put_anchor(w, &plan->anchor);
	der_close(w);
	der_close(w);
}

int crl_build(const struct crl_plan *plan, struct buf *tbs, struct err *err)
{
	struct der_writer w;

	if (check_plan(plan, err) != 0)
		return -1;
	der_start(&w, tbs);
	der_open(&w, DER_SEQUENCE);
	der_put_small(&w, DER_INTEGER, 1); /* v2 */
	signature_algorithm_write(&w);
	der_put_element(&w, plan->issuer->subject);
	der_put_time(&w, plan->this_update);
	der_put_time(&w, plan->next_update);
	if (plan->count > 0) {
		der_open(&w, DER_SEQUENCE);
		for (size_t i = 0; i < plan->count; i++)
			put_entry(&w, &plan->entries[i]);
		der_close(&w);
	}
	put_extensions(&w, plan);
	der_close(&w);
	return der_finish(&w, err);
}

int crl_assemble(struct bytes tbs, struct bytes signature, struct buf *out, struct err *err)
{
	return signed_der_write(tbs, signature, BYTES_NONE, out, err);
}

int crl_issue(const struct crl_plan *plan, const struct sm2_private *key, struct buf *out, struct err *err)
{
	struct lint_report report;
	struct buf tbs, signature;
	int result = -1;

	buf_init(&tbs, CRL_DER_MAX);
	buf_init(&signature, SM2_SIGNATURE_MAX);
	if (crl_build(plan, &tbs, err) != 0)
		goto out;
	lint_crl(buf_get(&tbs), &report);
	if (lint_verdict(&report, err) != 0 || sm2_sign(key, buf_get(&tbs), &signature, err) != 0)
		goto out;
	result = crl_assemble(buf_get(&tbs), buf_get(&signature), out, err);
out:
	buf_free(&tbs);
	buf_free(&signature);
	return result;
}
