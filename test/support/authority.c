/* The authority of the tests. */
#include "authority.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define TEXT(s) BYTES_LITERAL(s)

static struct cert *issue(const struct cert_plan *plan, const struct sm2_private *key)
{
	struct buf der;
	struct cert *cert = NULL;
	struct err err;

	buf_init(&der, CERT_DER_MAX);
	err_clear(&err);
	if (cert_issue(plan, key, &der, &err) != 0 || cert_parse(&cert, buf_get(&der), &err) != 0)
		fail_msg("%s", err.text);
	buf_free(&der);
	return cert;
}

static struct cert *issue_root(const struct authority *a, bool evaluation)
{
	struct cert_plan plan = {
	    .profile = PROFILE_ROOT,
	    .subject = {.country = TEXT("CN"), .organisation = TEXT("虎符"), .common_name = TEXT("虎符根证书")},
	    .not_before = AUTHORITY_BEGIN,
	    .not_after = profile_end(PROFILE_ROOT, AUTHORITY_BEGIN, INT64_MAX),
	    .key = sm2_private_public(a->root_key),
	    .evaluation = evaluation,
	};

	serial_draw(&plan.serial);
	return issue(&plan, a->root_key);
}

void authority_make(struct authority *a, bool evaluation)
{
	*a = (struct authority){NULL};
	assert_int_equal(sm2_private_generate(&a->root_key, NULL), 0);
	assert_int_equal(sm2_private_generate(&a->issuing_key, NULL), 0);
	a->root = issue_root(a, evaluation);
	struct cert_plan plan = {
	    .profile = PROFILE_ISSUING,
	    .subject = {.country = TEXT("CN"), .organisation = TEXT("虎符"), .common_name = TEXT("虎符签发证书")},
	    .not_before = AUTHORITY_BEGIN,
	    .not_after = profile_end(PROFILE_ISSUING, AUTHORITY_BEGIN, a->root->not_after),
	    .key = sm2_private_public(a->issuing_key),
	    .issuer = a->root,
	    .evaluation = evaluation,
	};
	serial_draw(&plan.serial);
	a->issuing = issue(&plan, a->root_key);
}

void authority_free(struct authority *a)
{
	cert_free(&a->issuing);
	cert_free(&a->root);
	sm2_private_free(&a->issuing_key);
	sm2_private_free(&a->root_key);
}

struct cert_plan authority_plan(const struct authority *a, enum profile profile, const struct sm2_private *key)
{
	struct cert_plan plan = {
	    .profile = profile,
	    .subject = {.country = TEXT("CN"),
	                .state = TEXT("北京市"),
	                .organisation = TEXT("北京示例科技有限公司"),
	                .common_name = TEXT("北京示例科技有限公司")},
	    .not_before = AUTHORITY_BEGIN,
	    .not_after = profile_end(profile, AUTHORITY_BEGIN, a->issuing->not_after),
	    .key = sm2_private_public(key),
	    .issuer = a->issuing,
	    .urls = {.crl = TEXT("http://127.0.0.1:8081/issuing.crl"),
	             .ocsp = TEXT("http://127.0.0.1:8081/ocsp"),
	             .issuers = TEXT("http://127.0.0.1:8081/issuing.crt")},
	};

	if (profile_get(profile)->holder)
		plan.code = TEXT("91110108123456788E");
	serial_draw(&plan.serial);
	return plan;
}

struct cert *authority_issue(const struct authority *a, const struct cert_plan *plan)
{
	return issue(plan, a->issuing_key);
}

struct cert *authority_sign(const struct authority *a, struct bytes tbs, struct err *err)
{
	struct buf signature, der;
	struct cert *cert = NULL;

	buf_init(&signature, SM2_SIGNATURE_MAX);
	buf_init(&der, CERT_DER_MAX);
	assert_int_equal(sm2_sign(a->issuing_key, tbs, &signature, NULL), 0);
	assert_int_equal(cert_assemble(tbs, buf_get(&signature), &der, NULL), 0);
	if (cert_parse(&cert, buf_get(&der), err) != 0)
		assert_null(cert);
	buf_free(&signature);
	buf_free(&der);
	return cert;
}
