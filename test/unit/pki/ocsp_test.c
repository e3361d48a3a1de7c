/* OCSP from both ends: requests by each digest, answers of each status, errors, and what either end must refuse. */
#include "authority.h"
#include "ocsp_client.h"
#include "vector.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define NONCE BYTES_LITERAL("0123456789abcdef0123456789abcdef")
#define TIME (AUTHORITY_BEGIN + 600)

static struct authority authority;
static struct sm2_private *responder_key;
static struct cert *responder, *leaf;

static int make_authority(void **state)
{
	authority_make(&authority, false);
	if (sm2_private_generate(&responder_key, NULL) != 0)
		return -1;
	struct cert_plan plan = authority_plan(&authority, PROFILE_OCSP, responder_key);
	plan.subject.common_name = BYTES_LITERAL("OCSP 1");
	responder = authority_issue(&authority, &plan);
	plan = authority_plan(&authority, PROFILE_STAFF_SIGN, responder_key);
	leaf = authority_issue(&authority, &plan);
	return 0;
}

static int free_authority(void **state)
{
	cert_free(&responder);
	cert_free(&leaf);
	sm2_private_free(&responder_key);
	authority_free(&authority);
	return 0;
}

static struct buf ask(enum ocsp_digest digest, struct bytes nonce)
{
	struct buf der;

	buf_init(&der, OCSP_REQUEST_MAX);
	assert_int_equal(ocsp_request_build(digest, authority.issuing, leaf->serial, nonce, &der, NULL), 0);
	return der;
}

static struct buf answer(const struct ocsp_request *request, enum ocsp_status status, const struct cert *with)
{
	const struct ocsp_answer one = {&request->ids[0], status, TIME - 60, CRL_KEY_COMPROMISE};
	const struct ocsp_plan plan = {.answers = &one,
	                               .count = 1,
	                               .produced_at = TIME,
	                               .this_update = TIME - 1,
	                               .next_update = TIME + 900,
	                               .nonce = request->nonce,
	                               .responder = with};
	struct buf der;

	buf_init(&der, OCSP_RESPONSE_MAX);
	assert_int_equal(ocsp_response_build(&plan, responder_key, &der, NULL), 0);
	return der;
}

static void every_digest_and_status(void **state)
{
	struct ocsp_issuer issuer;

	ocsp_issuer_make(&issuer, authority.issuing);
	for (int digest = 0; digest < OCSP_DIGESTS; digest++) {
		for (int status = OCSP_GOOD; status <= OCSP_UNKNOWN; status++) {
			struct buf asked = ask((enum ocsp_digest)digest, NONCE), answered;
			struct ocsp_request request;
			struct ocsp_response response;

			assert_int_equal(ocsp_request_read(&request, buf_get(&asked), NULL), 0);
			assert_int_equal(request.count, 1);
			assert_int_equal(request.ids[0].digest, digest);
			assert_true(ocsp_id_is_of(&request.ids[0], &issuer));
			assert_true(bytes_equal(request.ids[0].serial, leaf->serial));
			assert_true(bytes_equal(request.nonce, NONCE));
			answered = answer(&request, (enum ocsp_status)status, responder);
			assert_int_equal(ocsp_response_read(&response, buf_get(&answered), NULL), 0);
			assert_int_equal(ocsp_response_verify(&response, authority.issuing, NONCE, TIME, NULL), 0);
			const struct ocsp_single *single = ocsp_response_find(&response, &issuer, leaf->serial, TIME);
			assert_non_null(single);
			assert_int_equal(single->status, status);
			if (status == OCSP_REVOKED) {
				assert_int_equal(single->revoked_at, TIME - 60);
				assert_int_equal(single->reason, CRL_KEY_COMPROMISE);
			}
			assert_null(ocsp_response_find(&response, &issuer, leaf->serial, TIME + 901));
			assert_null(ocsp_response_find(&response, &issuer, responder->serial, TIME));
			ocsp_response_free(&response);
			buf_free(&asked);
			buf_free(&answered);
		}
	}
}

static void client_refuses_answers(void **state)
{
	struct buf asked = ask(OCSP_SM3, NONCE), answered, by_other;
	struct ocsp_request request;
	struct ocsp_response response;
	struct authority other;
	struct err err;

	authority_make(&other, false);
	assert_int_equal(ocsp_request_read(&request, buf_get(&asked), NULL), 0);
	answered = answer(&request, OCSP_GOOD, responder);
	assert_int_equal(ocsp_response_read(&response, buf_get(&answered), NULL), 0);
	assert_int_equal(ocsp_response_verify(&response, authority.issuing, BYTES_LITERAL("another"), TIME, &err), -1);
	assert_int_equal(err.code, HF_OCSP_FORMAT);
	assert_int_equal(ocsp_response_verify(&response, other.issuing, NONCE, TIME, &err), -1);
	assert_int_equal(ocsp_response_verify(&response, authority.issuing, NONCE, responder->not_after + 1, &err), -1);
	assert_int_equal(err.code, HF_CERT_TIME);
	ocsp_response_free(&response);

	by_other = answer(&request, OCSP_GOOD, leaf); /* a certificate without the right to answer */
	assert_int_equal(ocsp_response_read(&response, buf_get(&by_other), NULL), 0);
	assert_int_equal(ocsp_response_verify(&response, authority.issuing, NONCE, TIME, &err), -1);
	assert_int_equal(err.code, HF_CERT_CHAIN);
	ocsp_response_free(&response);

	for (size_t at = 0; at < answered.size; at += 2) {
		answered.data[at] ^= 0x01;
		if (ocsp_response_read(&response, buf_get(&answered), &err) == 0)
			assert_int_equal(ocsp_response_verify(&response, authority.issuing, NONCE, TIME, &err), -1);
		ocsp_response_free(&response);
		answered.data[at] ^= 0x01;
	}
	for (size_t size = 0; size < answered.size; size++) {
		assert_int_equal(ocsp_response_read(&response, (struct bytes){answered.data, size}, &err), -1);
		ocsp_response_free(&response);
	}
	authority_free(&other);
	buf_free(&asked);
	buf_free(&answered);
	buf_free(&by_other);
}

static void errors_are_unsigned(void **state)
{
	struct ocsp_response response;
	struct buf der;
	struct err err;

	buf_init(&der, 64);
	assert_int_equal(ocsp_error_build(OCSP_TRY_LATER, &der, NULL), 0);
	assert_vector(buf_get(&der), "30030a0103");
	assert_int_equal(ocsp_response_read(&response, buf_get(&der), NULL), 0);
	assert_int_equal(response.outcome, OCSP_TRY_LATER);
	assert_int_equal(ocsp_response_verify(&response, authority.issuing, NONCE, TIME, &err), -1);
	ocsp_response_free(&response);
	der.data[4] = 4; /* not used */
	assert_int_equal(ocsp_response_read(&response, buf_get(&der), &err), -1);
	der.data[4] = 0; /* successful, and no answer */
	assert_int_equal(ocsp_response_read(&response, buf_get(&der), &err), -1);
	buf_free(&der);
}

/* A request of n questions, each by the CertID's own digest, with the extensions given. */
static struct buf request_of(size_t n, const char *version, const char *extensions)
{
	struct ocsp_issuer issuer;
	struct buf der, head = vector(version), tail = vector(extensions);
	struct der_writer w;

	ocsp_issuer_make(&issuer, authority.issuing);
	buf_init(&der, OCSP_REQUEST_MAX + 100);
	der_start(&w, &der);
	der_open(&w, DER_SEQUENCE);
	der_open(&w, DER_SEQUENCE);
	der_put_element(&w, buf_get(&head));
	der_open(&w, DER_SEQUENCE);
	for (size_t i = 0; i < n; i++) {
		der_open(&w, DER_SEQUENCE);
		ocsp_id_write(&w, OCSP_SM3, &issuer, leaf->serial);
		der_close(&w);
	}
	der_close(&w);
	der_put_element(&w, buf_get(&tail));
	der_close(&w);
	der_close(&w);
	assert_int_equal(der_finish(&w, NULL), 0);
	buf_free(&head);
	buf_free(&tail);
	return der;
}

static void expect_request(size_t n, const char *version, const char *extensions, int result)
{
	struct buf der = request_of(n, version, extensions);
	struct ocsp_request request;
	struct err err;

	err_clear(&err);
	assert_int_equal(ocsp_request_read(&request, buf_get(&der), &err), result);
	if (result != 0)
		assert_int_equal(err.code, HF_OCSP_FORMAT);
	else
		assert_int_equal(request.count, n);
	buf_free(&der);
}

static void responder_reads_and_refuses_requests(void **state)
{
	expect_request(1, "", "", 0);
	expect_request(OCSP_IDS_MAX, "", "", 0);
	expect_request(1, "a003020100", "", 0);               /* the default version written out */
	expect_request(1, "a10a86086869747070733a2f", "", 0); /* a requestor's name */
	expect_request(0, "", "", -1);
	expect_request(OCSP_IDS_MAX + 1, "", "", -1);
	expect_request(1, "a003020101", "", -1);
	/* nonce of one byte; empty; not an OCTET STRING; twice */
	expect_request(1, "", "a2143012301006092b060105050730010204030401aa", 0);
	expect_request(1, "",
	               "a2133011300f06092b0601050507300102040204"
	               "00",
	               -1);
	expect_request(1, "", "a2143012301006092b060105050730010204030201aa", -1);
	expect_request(1, "", "a2263024301006092b060105050730010204030401aa301006092b060105050730010204030401aa", -1);
	/* an unknown extension, and a critical one */
	expect_request(1, "", "a2143012301006092b060105050730010904030401aa", 0);
	expect_request(1, "", "a2173015301306092b06010505073001090101ff04030401aa", -1);
}

static void requests_by_other_digests_find_no_issuer(void **state)
{
	struct buf asked = ask(OCSP_SM3, NONCE);
	struct ocsp_request request;
	struct ocsp_issuer issuer;
	uint8_t *oid = memmem(asked.data, asked.size, "\x2a\x81\x1c\xcf\x55\x01\x83\x11", 8);

	assert_non_null(oid);
	oid[7] = 0x12;
	ocsp_issuer_make(&issuer, authority.issuing);
	assert_int_equal(ocsp_request_read(&request, buf_get(&asked), NULL), 0);
	assert_int_equal(request.ids[0].digest, OCSP_DIGESTS);
	assert_false(ocsp_id_is_of(&request.ids[0], &issuer));
	for (size_t size = 0; size < asked.size; size++)
		assert_int_equal(ocsp_request_read(&request, (struct bytes){asked.data, size}, NULL), -1);
	buf_free(&asked);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_digest_and_status),
	    cmocka_unit_test(client_refuses_answers),
	    cmocka_unit_test(errors_are_unsigned),
	    cmocka_unit_test(responder_reads_and_refuses_requests),
	    cmocka_unit_test(requests_by_other_digests_find_no_issuer),
	};
	return cmocka_run_group_tests(tests, make_authority, free_authority);
}
