/* Certificates from plans. What a profile says is followed here and judged again by lint.c. */
#include "cert_build.h"

#include "extension.h"
#include "lint.h"
#include "signed_der.h"

#include <string.h>

static int check_times(const struct cert_plan *plan, struct err *err)
{
	int64_t issuer_end = plan->issuer != NULL ? plan->issuer->not_after : INT64_MAX;
	int64_t life_from = plan->life_from != 0 ? plan->life_from : plan->not_before;

	if (plan->not_before > plan->not_after)
		return err_set(err, HF_CERT_TIME, "certificate would end before it begins");
	if (plan->issuer != NULL && plan->not_before < plan->issuer->not_before)
		return err_set(err, HF_CERT_TIME, "certificate would begin before its issuer's");
	if (plan->not_after > profile_end(plan->profile, life_from, issuer_end))
		return err_set(err, HF_CERT_TIME, "certificate would live longer than its profile or its issuer's certificate allows");
	return 0;
}

static bool is_printable(uint8_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c != 0 && strchr(" '()+,-./:=?", c) != NULL);
}

static int check_code(const struct cert_plan *plan, struct err *err)
{
	if (plan->code.size == 0)
		return 0;
	if (!profile_get(plan->profile)->holder)
		return err_set(err, HF_FIELD_FORMAT, "profile %s bears no code", profile_get(plan->profile)->name);
	for (size_t i = 0; i < plan->code.size; i++) {
		if (!is_printable(plan->code.data[i]))
			return err_set(err, HF_FIELD_CHARACTER, "code of the holder is not a PrintableString (X.680 41.4)");
	}
	return 0;
}

static int check_url(struct bytes url, struct err *err)
{
	static const char scheme[] = "http://";

	if (url.size == 0)
		return 0;
	if (url.size < sizeof(scheme) || url.size > URL_MAX || memcmp(url.data, scheme, sizeof(scheme) - 1) != 0)
		return err_set(err, HF_FIELD_FORMAT, "URL in a certificate is not http or is too long (RFC 5280 4.2.1.13)");
	for (size_t i = 0; i < url.size; i++) {
		if (url.data[i] <= ' ' || url.data[i] >= 0x7f)
			return err_set(err, HF_FIELD_FORMAT, "URL in a certificate is not ASCII (RFC 5280 4.2.1.6)");
	}
	return 0;
}

static int check_plan(const struct cert_plan *plan, struct err *err)
{
	if ((plan->issuer == NULL) != (plan->profile == PROFILE_ROOT))
		return err_set(err, HF_CERT_CHAIN, "only a root is signed by itself");
	if (plan->issuer != NULL && !plan->issuer->ca)
		return err_set(err, HF_CERT_CHAIN, "issuer is no CA");
	if (plan->serial.bytes[0] == 0)
		return err_set(err, HF_CERT_FORMAT, "serial number was not drawn");
	if (plan->subject.country.size == 0)
		return err_set(err, HF_FIELD_MISSING, "country of the subject (GM/T 0015 5.2.3)");
	if (name_check(&plan->subject, err) != 0 || check_times(plan, err) != 0 || check_code(plan, err) != 0)
		return -1;
	if (check_url(plan->urls.crl, err) != 0 || check_url(plan->urls.ocsp, err) != 0 || check_url(plan->urls.issuers, err) != 0)
		return -1;
	return 0;
}

static void put_key_ids(struct der_writer *w, const struct cert_plan *plan)
{
	uint8_t id[SM2_KEY_ID_SIZE];

	if (plan->issuer != NULL)
		extension_put_authority_key_id(w, plan->issuer->subject_key_id);
	sm2_public_id(plan->key, id);
	extension_put_subject_key_id(w, BYTES_ARRAY(id));
}

static void put_urls(struct der_writer *w, const struct pki_urls *urls)
{
	if (urls->crl.size != 0)
		extension_put_crl_point(w, urls->crl);
	if (urls->ocsp.size != 0 || urls->issuers.size != 0)
		extension_put_access(w, urls->ocsp, urls->issuers);
}

static void put_extensions(struct der_writer *w, const struct cert_plan *plan)
{
	const struct profile_row *profile = profile_get(plan->profile);

	der_open(w, DER_CONTEXT_CONSTRUCTED(3));
	der_open(w, DER_SEQUENCE);
	put_key_ids(w, plan);
	extension_put_key_usage(w, profile->key_usage);
	if (plan->evaluation)
		extension_put_test_policy(w);
	if (profile->ca)
		extension_put_basic_constraints(w, profile->path_length);
	if (profile->extended != OID_OTHER)
		extension_put_extended_usage(w, profile->extended);
	if (profile->status_urls)
		put_urls(w, &plan->urls);
	if (plan->code.size != 0)
		extension_put_code(w, plan->code);
	if (profile->no_check)
		extension_put_no_check(w);
	der_close(w);
	der_close(w);
}

int cert_build(const struct cert_plan *plan, struct buf *tbs, struct err *err)
{
	uint8_t spki[SM2_SPKI_SIZE];
	struct der_writer w;

	if (check_plan(plan, err) != 0)
		return -1;
	sm2_public_spki(plan->key, spki);
	der_start(&w, tbs);
	der_open(&w, DER_SEQUENCE);
	der_open(&w, DER_CONTEXT_CONSTRUCTED(0));
	der_put_small(&w, DER_INTEGER, 2); /* v3 */
	der_close(&w);
	der_put_natural(&w, serial_get(&plan->serial));
	signature_algorithm_write(&w);
	if (plan->issuer != NULL)
		der_put_element(&w, plan->issuer->subject);
	else
		name_write(&w, &plan->subject);
	der_open(&w, DER_SEQUENCE);
	der_put_time(&w, plan->not_before);
	der_put_time(&w, plan->not_after);
	der_close(&w);
	name_write(&w, &plan->subject);
	der_put_element(&w, BYTES_ARRAY(spki));
	put_extensions(&w, plan);
	der_close(&w);
	return der_finish(&w, err);
}

int cert_assemble(struct bytes tbs, struct bytes signature, struct buf *out, struct err *err)
{
	return signed_der_write(tbs, signature, BYTES_NONE, out, err);
}

int cert_issue(const struct cert_plan *plan, const struct sm2_private *key, struct buf *out, struct err *err)
{
	struct lint_report report;
	struct buf tbs, signature;
	int result = -1;

	buf_init(&tbs, CERT_DER_MAX);
	buf_init(&signature, SM2_SIGNATURE_MAX);
	if (cert_build(plan, &tbs, err) != 0)
		goto out;
	lint_certificate(buf_get(&tbs), plan->profile, &report);
	if (lint_verdict(&report, err) != 0 || sm2_sign(key, buf_get(&tbs), &signature, err) != 0)
		goto out;
	result = cert_assemble(buf_get(&tbs), buf_get(&signature), out, err);
out:
	buf_free(&tbs);
	buf_free(&signature);
	return result;
}
