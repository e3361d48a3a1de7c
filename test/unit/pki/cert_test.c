/* Certificates of every profile built and read back; what a reader must refuse; pairs and chains. */
#include "authority.h"
#include "chain.h"
#include "vector.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define TEXT(s) BYTES_LITERAL(s)

static struct authority authority;
static struct sm2_private *key, *other_key;

static int make_authority(void **state)
{
	authority_make(&authority, false);
	return sm2_private_generate(&key, NULL) || sm2_private_generate(&other_key, NULL);
}

static int free_authority(void **state)
{
	sm2_private_free(&key);
	sm2_private_free(&other_key);
	authority_free(&authority);
	return 0;
}

static struct cert *issue(enum profile profile, const struct sm2_private *with)
{
	struct cert_plan plan = authority_plan(&authority, profile, with);

	return authority_issue(&authority, &plan);
}

static void enterprise_certificate_is_as_planned(void **state)
{
	struct cert_plan plan = authority_plan(&authority, PROFILE_ENTERPRISE_SIGN, key);
	struct cert *c = authority_issue(&authority, &plan);
	struct serial serial;
	uint8_t id[SM2_KEY_ID_SIZE];

	assert_int_equal(cert_serial(c, &serial, NULL), 0);
	assert_true(serial_equal(&serial, &plan.serial));
	assert_int_equal(c->not_before, plan.not_before);
	assert_int_equal(c->not_after, plan.not_after);
	assert_true(bytes_is_text(c->subject_name.common_name, "北京示例科技有限公司"));
	assert_true(bytes_is_text(c->subject_name.state, "北京市"));
	assert_int_equal(c->subject_name.unit.size, 0);
	assert_true(bytes_equal(c->issuer, authority.issuing->subject));
	assert_true(sm2_public_equal(c->key, plan.key));
	sm2_public_id(plan.key, id);
	assert_true(bytes_equal(c->subject_key_id, BYTES_ARRAY(id)));
	assert_true(bytes_equal(c->authority_key_id, authority.issuing->subject_key_id));
	assert_true(cert_is_sign(c) && !cert_is_encryption(c) && !c->ca && !c->has_extended && !c->test_policy && !c->ocsp_no_check);
	assert_true(bytes_is_text(c->crl_url, "http://127.0.0.1:8081/issuing.crl"));
	assert_true(bytes_is_text(c->ocsp_url, "http://127.0.0.1:8081/ocsp"));
	assert_true(bytes_is_text(c->issuers_url, "http://127.0.0.1:8081/issuing.crt"));
	assert_true(bytes_is_text(c->code, "91110108123456788E"));
	assert_int_equal(cert_verify(c, authority.issuing->key, NULL), 0);
	assert_int_equal(cert_verify(c, authority.root->key, NULL), -1);
	assert_true(cert_valid_at(c, c->not_before) && cert_valid_at(c, c->not_after));
	assert_false(cert_valid_at(c, c->not_before - 1) || cert_valid_at(c, c->not_after + 1));
	cert_free(&c);
	assert_null(c);
}

static void every_profile_is_built_and_read(void **state)
{
	static const struct {
		enum profile profile;
		uint16_t usage;
		unsigned extended;
	} expected[] = {
	    {PROFILE_JOURNAL, USAGE_DIGITAL_SIGNATURE, CERT_USE_JOURNAL},
	    {PROFILE_RELEASE, USAGE_DIGITAL_SIGNATURE, CERT_USE_RELEASE},
	    {PROFILE_OCSP, USAGE_DIGITAL_SIGNATURE, CERT_USE_OCSP},
	    {PROFILE_ENTERPRISE_ENCRYPTION, USAGE_ENCRYPTION, 0},
	    {PROFILE_EVALUATION_SIGN, USAGE_SIGN, 0},
	    {PROFILE_EVALUATION_ENCRYPTION, USAGE_ENCRYPTION, 0},
	    {PROFILE_STAFF_SIGN, USAGE_SIGN, 0},
	    {PROFILE_STAFF_ENCRYPTION, USAGE_ENCRYPTION, 0},
	};

	assert_true(authority.root->ca && authority.root->path_length == 1 && authority.root->key_usage == USAGE_CA);
	assert_true(authority.issuing->ca && authority.issuing->path_length == 0 && authority.issuing->key_usage == USAGE_CA);
	assert_int_equal(authority.root->authority_key_id.size, 0);
	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		struct cert *c = issue(expected[i].profile, key);
		assert_int_equal(c->key_usage, expected[i].usage);
		assert_true(c->key_usage_critical && !c->ca);
		assert_int_equal(c->extended, expected[i].extended);
		assert_int_equal(c->ocsp_no_check, expected[i].profile == PROFILE_OCSP);
		assert_int_equal(c->code.size != 0, profile_get(expected[i].profile)->holder);
		assert_int_equal(chain_check(c, authority.issuing, authority.root, AUTHORITY_BEGIN + 1, NULL), 0);
		cert_free(&c);
	}
}

static void evaluation_certificates_bear_the_test_policy(void **state)
{
	struct cert_plan plan = authority_plan(&authority, PROFILE_EVALUATION_SIGN, key);

	plan.evaluation = true;
	struct cert *c = authority_issue(&authority, &plan);
	assert_true(c->test_policy);
	cert_free(&c);
}

static void expect_unbuildable(struct cert_plan plan, enum err_code code)
{
	struct buf tbs;
	struct err err;

	buf_init(&tbs, CERT_DER_MAX);
	err_clear(&err);
	assert_int_equal(cert_build(&plan, &tbs, &err), -1);
	assert_int_equal(err.code, code);
	buf_free(&tbs);
}

static void bad_plans_are_not_built(void **state)
{
	const struct cert_plan good = authority_plan(&authority, PROFILE_ENTERPRISE_SIGN, key);
	struct cert_plan p;

	p = good, p.not_after++;
	expect_unbuildable(p, HF_CERT_TIME);
	p = good, p.not_after = p.not_before - 1;
	expect_unbuildable(p, HF_CERT_TIME);
	p = good, p.not_before--, p.not_after--;
	expect_unbuildable(p, HF_CERT_TIME); /* before its issuer */
	p = good, p.not_before = authority.issuing->not_after - 10, p.not_after = authority.issuing->not_after + 1;
	expect_unbuildable(p, HF_CERT_TIME); /* beyond its issuer */
	p = good, p.life_from = p.not_before + 86400, p.not_after += 86401;
	expect_unbuildable(p, HF_CERT_TIME); /* a renewal, a second too long */
	p = good, p.issuer = NULL;
	expect_unbuildable(p, HF_CERT_CHAIN);
	p = good, p.profile = PROFILE_ROOT;
	expect_unbuildable(p, HF_CERT_CHAIN);
	p = good, p.subject.country = BYTES_NONE;
	expect_unbuildable(p, HF_FIELD_MISSING);
	p = good, p.subject.common_name = BYTES_NONE;
	expect_unbuildable(p, HF_FIELD_MISSING);
	p = good, p.code = TEXT("统一");
	expect_unbuildable(p, HF_FIELD_CHARACTER);
	p = good, p.profile = PROFILE_STAFF_SIGN;
	expect_unbuildable(p, HF_FIELD_FORMAT); /* staff bear no code */
	p = good, p.urls.crl = TEXT("https://127.0.0.1/");
	expect_unbuildable(p, HF_FIELD_FORMAT);
	p = good, p.urls.ocsp = TEXT("http://127.0.0.1/ x");
	expect_unbuildable(p, HF_FIELD_FORMAT);
	p = good, p.serial.bytes[0] = 0;
	expect_unbuildable(p, HF_CERT_FORMAT);
	struct cert *leaf = issue(PROFILE_ENTERPRISE_SIGN, key);
	p = good, p.issuer = leaf;
	expect_unbuildable(p, HF_CERT_CHAIN);
	cert_free(&leaf);
}

/* One place in the bytes of a TBSCertificate is exchanged for bytes of the same length. */
static void expect_refused(const char *from, const char *to)
{
	struct cert_plan plan = authority_plan(&authority, PROFILE_ENTERPRISE_SIGN, key);
	struct buf tbs, old = vector(from), new = vector(to);
	struct err err;

	buf_init(&tbs, CERT_DER_MAX);
	err_clear(&err);
	assert_int_equal(cert_build(&plan, &tbs, NULL), 0);
	uint8_t *at = memmem(tbs.data, tbs.size, old.data, old.size);
	assert_non_null(at);
	memcpy(at, new.data, new.size);
	assert_null(authority_sign(&authority, buf_get(&tbs), &err));
	assert_int_equal(err.code, HF_CERT_FORMAT);
	buf_free(&tbs);
	buf_free(&old);
	buf_free(&new);
}

static void reader_refuses(void **state)
{
	expect_refused("a003020102", "a003020101");                             /* version 2 */
	expect_refused("300a06082a811ccf55018375", "300a06082a811ccf55018376"); /* another inner algorithm */
	expect_refused("06082a811ccf5501822d", "06082a8648ce3d030107");         /* P-256 */
	expect_refused("170d3236", "170d3330");                                 /* begins in 2030, ends before */
	expect_refused("170d3236", "160d3236");                                 /* no time */
	expect_refused("0603551d0f0101ff", "0603551d630101ff");                 /* unknown critical extension */
	expect_refused("0603551d0f0101ff", "0603551d0f010101");                 /* not DER's TRUE */
	expect_refused("0603551d0f0101ff", "0603551d0f010100");                 /* FALSE written out */
	expect_refused("0603551d0e", "0603551d23");                             /* authorityKeyIdentifier twice */
	expect_refused("030206c0", "03020600");                                 /* key usage with trailing zeros */
	expect_refused("0603551d1f", "0603551d25");                             /* a CRL point where usages are expected */
	expect_refused("0603551d1f", "0603551d20");                             /* or policies */
	expect_refused("0603551d1f", "0603551d13");                             /* or basic constraints */
	expect_refused("0603551d1f", "0603551d0e");                             /* or a key identifier */
}

static void reader_takes_null_parameters(void **state)
{
	struct cert *good = issue(PROFILE_STAFF_SIGN, key), *c;
	struct buf algorithm = vector("300c06082a811ccf550183750500"), tbs, der, signature;
	struct der_writer w;
	struct bytes fields, in = good->tbs, part;

	buf_init(&tbs, CERT_DER_MAX);
	buf_init(&der, CERT_DER_MAX);
	buf_init(&signature, SM2_SIGNATURE_MAX);
	assert_int_equal(der_read(&in, DER_SEQUENCE, &fields), 0);
	der_start(&w, &tbs);
	der_open(&w, DER_SEQUENCE);
	assert_int_equal(der_read_element(&fields, DER_CONTEXT_CONSTRUCTED(0), &part), 0);
	der_put_element(&w, part);
	assert_int_equal(der_read_element(&fields, DER_INTEGER, &part), 0);
	der_put_element(&w, part);
	assert_int_equal(der_read_element(&fields, DER_SEQUENCE, &part), 0);
	der_put_element(&w, buf_get(&algorithm));
	der_put_element(&w, fields);
	der_close(&w);
	assert_int_equal(der_finish(&w, NULL), 0);
	assert_int_equal(sm2_sign(authority.issuing_key, buf_get(&tbs), &signature, NULL), 0);
	der_start(&w, &der);
	der_open(&w, DER_SEQUENCE);
	der_put_element(&w, buf_get(&tbs));
	der_put_element(&w, buf_get(&algorithm));
	der_put_bits(&w, buf_get(&signature));
	der_close(&w);
	assert_int_equal(der_finish(&w, NULL), 0);
	assert_int_equal(cert_parse(&c, buf_get(&der), NULL), 0);
	assert_int_equal(chain_check_leaf(c, authority.issuing, AUTHORITY_NOW, NULL), 0);
	cert_free(&c);
	buf_clear(&der);
	assert_int_equal(cert_assemble(buf_get(&tbs), buf_get(&signature), &der, NULL), 0);
	assert_int_equal(cert_parse(&c, buf_get(&der), NULL), -1); /* NULL inside, absent outside */
	cert_free(&good);
	buf_free(&tbs);
	buf_free(&der);
	buf_free(&signature);
	buf_free(&algorithm);
}

static void no_truncation_and_no_flip_passes(void **state)
{
	struct cert *good = issue(PROFILE_ENTERPRISE_SIGN, key), *c;
	struct buf der;
	struct err err;

	buf_init(&der, CERT_DER_MAX);
	for (size_t size = 0; size < good->der.size; size++) {
		assert_int_equal(cert_parse(&c, (struct bytes){good->der.data, size}, &err), -1);
		assert_null(c);
	}
	assert_int_equal(buf_append(&der, good->der, NULL), 0);
	assert_int_equal(buf_append_u8(&der, 0, NULL), 0);
	assert_int_equal(cert_parse(&c, buf_get(&der), &err), -1); /* a byte too many */
	der.size--;
	for (size_t at = 0; at < der.size; at += 2) {
		der.data[at] ^= 0x20;
		if (cert_parse(&c, buf_get(&der), &err) == 0)
			assert_int_equal(cert_verify(c, authority.issuing->key, &err), -1);
		cert_free(&c);
		der.data[at] ^= 0x20;
	}
	buf_free(&der);
	cert_free(&good);
}

static void pairs(void **state)
{
	struct cert *sign = issue(PROFILE_ENTERPRISE_SIGN, key), *encryption = issue(PROFILE_ENTERPRISE_ENCRYPTION, other_key);
	struct cert *same_key = issue(PROFILE_ENTERPRISE_ENCRYPTION, key), *foreign;
	struct cert_plan plan = authority_plan(&authority, PROFILE_ENTERPRISE_ENCRYPTION, other_key);
	struct err err;

	plan.subject.common_name = TEXT("another");
	foreign = authority_issue(&authority, &plan);
	assert_int_equal(cert_check_pair(sign, encryption, NULL), 0);
	assert_int_equal(cert_check_pair(encryption, sign, &err), -1);
	assert_int_equal(err.code, HF_INSTALL_PAIR);
	assert_int_equal(cert_check_pair(sign, sign, &err), -1);
	assert_int_equal(cert_check_pair(sign, same_key, &err), -1);
	assert_int_equal(cert_check_pair(sign, foreign, &err), -1);
	cert_free(&sign);
	cert_free(&encryption);
	cert_free(&same_key);
	cert_free(&foreign);
}

static void expect_broken_chain(const struct cert *leaf, const struct cert *issuing, const struct cert *root, int64_t time,
                                enum err_code code)
{
	struct err err;

	err_clear(&err);
	assert_int_equal(chain_check(leaf, issuing, root, time, &err), -1);
	assert_int_equal(err.code, code);
}

static void chains(void **state)
{
	struct cert *leaf = issue(PROFILE_ENTERPRISE_SIGN, key), *wrong_key;
	struct authority other;
	struct err err;

	authority_make(&other, false);
	assert_int_equal(chain_check(leaf, authority.issuing, authority.root, AUTHORITY_NOW, NULL), 0);
	assert_int_equal(chain_check(leaf, authority.issuing, authority.root, leaf->not_after, NULL), 0);
	expect_broken_chain(leaf, authority.issuing, authority.root, leaf->not_after + 1, HF_CERT_TIME);
	expect_broken_chain(leaf, authority.issuing, authority.root, leaf->not_before - 1, HF_CERT_TIME);
	expect_broken_chain(leaf, other.issuing, authority.root, AUTHORITY_NOW, HF_CERT_CHAIN);
	expect_broken_chain(leaf, authority.issuing, other.root, AUTHORITY_NOW, HF_CERT_CHAIN);
	expect_broken_chain(leaf, other.issuing, other.root, AUTHORITY_NOW, HF_CERT_CHAIN);
	expect_broken_chain(leaf, leaf, authority.root, AUTHORITY_NOW, HF_CERT_CHAIN);
	expect_broken_chain(leaf, authority.root, authority.root, AUTHORITY_NOW, HF_CERT_CHAIN);
	expect_broken_chain(authority.issuing, authority.root, authority.root, AUTHORITY_NOW, HF_CERT_CHAIN); /* a CA as end entity */

	/* names and key identifiers fit, the signature is another CA's */
	struct cert_plan plan = authority_plan(&authority, PROFILE_ENTERPRISE_SIGN, key);
	wrong_key = authority_issue(&other, &plan);
	expect_broken_chain(wrong_key, authority.issuing, authority.root, AUTHORITY_NOW, HF_CERT_CHAIN);
	assert_int_equal(chain_check_leaf(wrong_key, authority.issuing, AUTHORITY_NOW, &err), -1);
	assert_int_equal(chain_check_ca(authority.issuing, authority.root, AUTHORITY_NOW, NULL), 0);
	assert_int_equal(chain_check_ca(authority.root, authority.root, AUTHORITY_NOW, NULL), 0);
	assert_int_equal(chain_check_ca(authority.issuing, authority.issuing, AUTHORITY_NOW, &err), -1); /* path length 0 */
	cert_free(&wrong_key);
	cert_free(&leaf);
	authority_free(&other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(enterprise_certificate_is_as_planned),
	    cmocka_unit_test(every_profile_is_built_and_read),
	    cmocka_unit_test(evaluation_certificates_bear_the_test_policy),
	    cmocka_unit_test(bad_plans_are_not_built),
	    cmocka_unit_test(reader_refuses),
	    cmocka_unit_test(reader_takes_null_parameters),
	    cmocka_unit_test(no_truncation_and_no_flip_passes),
	    cmocka_unit_test(pairs),
	    cmocka_unit_test(chains),
	};
	return cmocka_run_group_tests(tests, make_authority, free_authority);
}
