/* The linter: silent for what hufu builds, and for every rule a to-be-signed certificate or CRL that breaks it. */
#include "authority.h"
#include "crl_build.h"
#include "lint.h"
#include "vector.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct authority authority;
static struct sm2_private *key;

static int make_authority(void **state)
{
	authority_make(&authority, true);
	return sm2_private_generate(&key, NULL);
}

static int free_authority(void **state)
{
	sm2_private_free(&key);
	authority_free(&authority);
	return 0;
}

static struct buf build(enum profile profile)
{
	struct cert_plan plan = authority_plan(&authority, profile, key);
	struct buf tbs;

	plan.evaluation = true;
	buf_init(&tbs, CERT_DER_MAX);
	assert_int_equal(cert_build(&plan, &tbs, NULL), 0);
	return tbs;
}

/* Replaces the first place where from stands; the lengths around it are mended by hand in the vectors. */
static void exchange(struct buf *in, const char *from, const char *to)
{
	struct buf old = vector(from), new = vector(to);
	uint8_t *at = memmem(in->data, in->size, old.data, old.size);

	assert_non_null(at);
	assert_int_equal(old.size, new.size);
	memcpy(at, new.data, new.size);
	buf_free(&old);
	buf_free(&new);
}

static bool found(const struct lint_report *report, const char *paragraph)
{
	for (size_t i = 0; i < report->count && i < LINT_FINDINGS_MAX; i++) {
		if (strcmp(report->findings[i].paragraph, paragraph) == 0)
			return true;
	}
	return false;
}

static void expect_finding(enum profile built, enum profile claimed, const char *from, const char *to, const char *paragraph)
{
	struct buf tbs = build(built);
	struct lint_report report;
	struct err err;

	exchange(&tbs, from, to);
	lint_certificate(buf_get(&tbs), claimed, &report);
	if (!found(&report, paragraph))
		fail_msg("no finding by %s for %s", paragraph, to);
	assert_int_equal(lint_verdict(&report, &err), -1);
	assert_int_equal(err.code, HF_LINT);
	buf_free(&tbs);
}

static void built_ones_have_no_findings(void **state)
{
	struct lint_report report;

	for (unsigned profile = PROFILE_JOURNAL; profile < PROFILES; profile++) {
		struct buf tbs = build((enum profile)profile);
		lint_certificate(buf_get(&tbs), (enum profile)profile, &report);
		assert_int_equal(report.count, 0);
		assert_int_equal(lint_verdict(&report, NULL), 0);
		buf_free(&tbs);
	}
	lint_certificate(authority.root->tbs, PROFILE_ROOT, &report);
	assert_int_equal(report.count, 0);
	lint_certificate(authority.issuing->tbs, PROFILE_ISSUING, &report);
	assert_int_equal(report.count, 0);
}

static void one_profile_is_not_another(void **state)
{
	struct lint_report report;

	for (unsigned built = PROFILE_JOURNAL; built < PROFILES; built++) {
		struct buf tbs = build((enum profile)built);
		for (unsigned claimed = 0; claimed < PROFILES; claimed++) {
			/* staff and enterprise differ in the code, a shorter life fits into a longer one */
			const struct profile_row *a = profile_get((enum profile)built), *b = profile_get((enum profile)claimed);
			if (a->key_usage == b->key_usage && a->extended == b->extended && (b->holder || !a->holder))
				continue;
			lint_certificate(buf_get(&tbs), (enum profile)claimed, &report);
			assert_true(report.count > 0);
		}
		buf_free(&tbs);
	}
}

static void breaches_of_fields(void **state)
{
	const enum profile p = PROFILE_ENTERPRISE_SIGN;

	expect_finding(p, p, "a003020102", "a003020101", "RFC 5280 4.1.2.1");
	expect_finding(p, p, "06082a811ccf55018375", "06082a811ccf55018376", "GM/T 0015 5.2.2");
	expect_finding(p, p, "170d3236", "170d3530", "certificate.md 1");                         /* 1950 to 2027: too long */
	expect_finding(p, p, "170d323630363031", "170d323630323330", "RFC 5280 4.1.2.5");         /* 30 February */
	expect_finding(p, p, "170d323630363031", "170d323830363031", "RFC 5280 4.1.2.5");         /* ends before it begins */
	expect_finding(p, p, "170d323630363031", "180d323630363031", "RFC 5280 4.1.2.5");         /* GeneralizedTime of 13 digits */
	expect_finding(p, p, "1302434e", "0c02434e", "GM/T 0015 5.2.3");                          /* country as UTF8String */
	expect_finding(p, p, "06035504080c", "060355040813", "RFC 5280 4.1.2.4");                 /* Chinese as PrintableString */
	expect_finding(p, p, "06035504080c", "06035504081e", "RFC 5280 4.1.2.4");                 /* BMPString */
	expect_finding(p, p, "0603550408", "0603550441", "certificate.md 3");                     /* pseudonym */
	expect_finding(p, p, "0603550408", "060355040a", "certificate.md 3");                     /* O twice */
	expect_finding(p, p, "06035504080c09e58c97", "06035504080c09e28c07", "RFC 5280 4.1.2.4"); /* control character */
	expect_finding(p, p, "06082a811ccf5501822d", "06082a8648ce3d030107", "GM/T 0015 5.2.3");
}

static void breaches_of_extensions(void **state)
{
	const enum profile p = PROFILE_ENTERPRISE_SIGN;

	expect_finding(p, p, "0603551d0f0101ff", "0603551d0f010100", "X.690 11.5");
	expect_finding(p, p, "0603551d0f0101ff", "0603551d630101ff", "GM/T 0015 5.2.4");  /* no key usage any more */
	expect_finding(p, p, "0603551d0f0101ff", "0603551d630101ff", "certificate.md 4"); /* and an unknown one */
	expect_finding(p, p, "030206c0", "030206c1", "GM/T 0015 5.2.4");
	expect_finding(p, p, "030206c0", "03020780", "GM/T 0015 5.2.4");
	expect_finding(p, p, "0603551d0e0416", "0603551d630416", "RFC 5280 4.2.1.2");
	expect_finding(p, p, "0603551d23", "0603551d63", "RFC 5280 4.2.1.1");
	expect_finding(p, p, "0603551d230418301680", "0603551d230418301682", "RFC 5280 4.2.1.1");
	expect_finding(p, p, "0603551d0e", "0603551d23", "RFC 5280 4.2"); /* twice */
	expect_finding(p, p, "0603551d20", "0603551d13", "GM/T 0015 5.2.4");
	expect_finding(p, p, "0603551d20", "0603551d25", "RFC 5280 4.2.1.12");
	expect_finding(p, p, "85ffa9e0d5882d01", "85ffa9e0d5882d09", "RFC 5280 4.2.1.4");
	expect_finding(p, p, "8621687474703a2f2f", "8621687474707a2f2f", "RFC 5280 4.2.1.13");
	expect_finding(p, p, "06082b06010505073001", "06082b06010505073003", "RFC 5280 4.2.2.1");
	expect_finding(p, p, "13123931", "0c123931", "GM/T 0015 5.2.4");
	expect_finding(p, p, "13123931", "13123961", "GB 32100 4");
	expect_finding(PROFILE_OCSP, PROFILE_OCSP, "06092b0601050507300105", "06092b0601050507300109", "RFC 6960 4.2.2.2.1");
	expect_finding(PROFILE_OCSP, PROFILE_OCSP, "06082b06010505070309", "06082b06010505070308", "RFC 5280 4.2.1.12");
	expect_finding(PROFILE_OCSP, PROFILE_JOURNAL, "a003020102", "a003020102", "RFC 5280 4.2.1.12");
	expect_finding(p, PROFILE_ROOT, "a003020102", "a003020102", "RFC 5280 4.1.2.4");
	expect_finding(p, PROFILE_ROOT, "a003020102", "a003020102", "GM/T 0015 5.2.4");
	expect_finding(p, PROFILE_ROOT, "a003020102", "a003020102", "RFC 5280 4.2.1.9");
	expect_finding(p, PROFILE_STAFF_SIGN, "a003020102", "a003020102", "certificate.md 4");      /* a code */
	expect_finding(p, PROFILE_EVALUATION_SIGN, "a003020102", "a003020102", "certificate.md 1"); /* a year */
}

static void serial_numbers(void **state)
{
	static const struct {
		const char *der;
		const char *paragraph;
	} bad[] = {
	    {"0210ff112233445566778899aabbccddeeff", "RFC 5280 4.1.2.2"}, /* negative */
	    {"02100022334455667788990011223344556a", "X.690 8.3.2"},
	    {"0410112233445566778899aabbccddeeff01", "RFC 5280 4.1.2.2"}, /* no INTEGER */
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct cert_plan plan = authority_plan(&authority, PROFILE_ENTERPRISE_SIGN, key);
		struct buf tbs, forged = vector(bad[i].der);
		struct lint_report report;

		buf_init(&tbs, CERT_DER_MAX);
		memset(plan.serial.bytes, 0x11, SERIAL_SIZE);
		assert_int_equal(cert_build(&plan, &tbs, NULL), 0);
		uint8_t *at = memmem(tbs.data, tbs.size, "\x02\x10\x11\x11", 4);
		assert_non_null(at);
		memcpy(at, forged.data, 18);
		lint_certificate(buf_get(&tbs), PROFILE_ENTERPRISE_SIGN, &report);
		assert_true(found(&report, bad[i].paragraph));
		buf_free(&tbs);
		buf_free(&forged);
	}
}

static void no_bytes_at_all_break_it(void **state)
{
	struct buf tbs = build(PROFILE_ENTERPRISE_SIGN);
	struct lint_report report;

	for (size_t size = 0; size < tbs.size; size++) {
		lint_certificate((struct bytes){tbs.data, size}, PROFILE_ENTERPRISE_SIGN, &report);
		assert_true(report.count > 0);
		lint_crl((struct bytes){tbs.data, size}, &report);
		assert_true(report.count > 0);
	}
	lint_certificate(buf_get(&tbs), PROFILES, &report);
	assert_true(report.count > 0);
	buf_free(&tbs);
}

static void expect_crl_finding(const char *from, const char *to, const char *paragraph)
{
	const struct crl_entry entries[] = {
	    {.serial = {{0x11, 0x22}}, .time = AUTHORITY_BEGIN, .reason = CRL_KEY_COMPROMISE},
	    {.serial = {{0x12, 0x22}}, .time = AUTHORITY_BEGIN, .reason = CRL_HOLD},
	};
	const struct crl_plan plan = {.issuer = authority.issuing,
	                              .number = 7,
	                              .this_update = AUTHORITY_NOW,
	                              .next_update = AUTHORITY_NOW + 10,
	                              .entries = entries,
	                              .count = 2};
	struct lint_report report;
	struct buf tbs;

	buf_init(&tbs, CRL_DER_MAX);
	assert_int_equal(crl_build(&plan, &tbs, NULL), 0);
	lint_crl(buf_get(&tbs), &report);
	assert_int_equal(report.count, 0);
	exchange(&tbs, from, to);
	lint_crl(buf_get(&tbs), &report);
	if (!found(&report, paragraph))
		fail_msg("no finding by %s for %s", paragraph, to);
	buf_free(&tbs);
}

static void breaches_of_crls(void **state)
{
	expect_crl_finding("020101300a", "020100300a", "RFC 5280 5.1.2.1");
	expect_crl_finding("06082a811ccf55018375", "06082a811ccf55018370", "GM/T 0015 5.2.2");
	expect_crl_finding("170d323630363032", "170d323630363033", "RFC 5280 5.1.2.5");
	expect_crl_finding("170d323630363031", "170d323630363035", "RFC 5280 5.1.2.6"); /* revoked after the CRL was made */
	expect_crl_finding("02101122", "02101322", "certificate.md 5");                 /* do not ascend */
	expect_crl_finding("02101122", "02109122", "RFC 5280 4.1.2.2");
	expect_crl_finding("0a0101", "0a0100", "RFC 5280 5.3.1");
	expect_crl_finding("0a0101", "0a0108", "RFC 5280 5.3.1");
	expect_crl_finding("0603551d15", "0603551d18", "RFC 5280 5.3");
	expect_crl_finding("0603551d1404", "0603551d1504", "RFC 5280 5.2");
	expect_crl_finding("0603551d2304", "0603551d1504", "RFC 5280 5.2");
	expect_crl_finding("020107", "0201f7", "RFC 5280 5.2.3");
	expect_crl_finding("85ffa9e0d5882d02", "85ffa9e0d5882d03", "certificate.md 5");
	expect_crl_finding("1302434e", "0c02434e", "GM/T 0015 5.2.3");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(built_ones_have_no_findings),
	    cmocka_unit_test(one_profile_is_not_another),
	    cmocka_unit_test(breaches_of_fields),
	    cmocka_unit_test(breaches_of_extensions),
	    cmocka_unit_test(serial_numbers),
	    cmocka_unit_test(no_bytes_at_all_break_it),
	    cmocka_unit_test(breaches_of_crls),
	};
	return cmocka_run_group_tests(tests, make_authority, free_authority);
}
