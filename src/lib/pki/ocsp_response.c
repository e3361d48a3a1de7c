/* OCSP answers, built and signed. */
#include "extension.h"
#include "ocsp.h"
#include "signed_der.h"

static void put_status(struct der_writer *w, const struct ocsp_answer *answer)
{
	if (answer->status == OCSP_GOOD) {
		der_put(w, DER_CONTEXT(0), BYTES_NONE);
	} else if (answer->status == OCSP_UNKNOWN) {
		der_put(w, DER_CONTEXT(2), BYTES_NONE);
	} else {
		der_open(w, DER_CONTEXT_CONSTRUCTED(1));
		der_put_generalized_time(w, answer->revoked_at);
		if (answer->reason != CRL_UNSPECIFIED) {
			der_open(w, DER_CONTEXT_CONSTRUCTED(0));
			der_put_small(w, DER_ENUMERATED, answer->reason);
			der_close(w);
		}
		der_close(w);
	}
}

static void put_answer(struct der_writer *w, const struct ocsp_plan *plan, const struct ocsp_answer *answer)
{
	der_open(w, DER_SEQUENCE);
	der_put_element(w, answer->id->element);
	put_status(w, answer);
	der_put_generalized_time(w, plan->this_update);
	der_open(w, DER_CONTEXT_CONSTRUCTED(0));
	der_put_generalized_time(w, plan->next_update);
	der_close(w);
	der_close(w);
}

/* ResponseData (RFC 6960 4.2.1); version 1 is the default and not written. */
static int build_data(const struct ocsp_plan *plan, struct buf *out, struct err *err)
{
	struct der_writer w;

	der_start(&w, out);
	der_open(&w, DER_SEQUENCE);
	der_open(&w, DER_CONTEXT_CONSTRUCTED(1)); /* ResponderID byName */
	der_put_element(&w, plan->responder->subject);
	der_close(&w);
	der_put_generalized_time(&w, plan->produced_at);
	der_open(&w, DER_SEQUENCE);
	for (size_t i = 0; i < plan->count; i++)
		put_answer(&w, plan, &plan->answers[i]);
	der_close(&w);
	ocsp_nonce_write(&w, 1, plan->nonce);
	der_close(&w);
	return der_finish(&w, err);
}

/* [0] EXPLICIT SEQUENCE OF Certificate with the responder's. */
static int build_certs(const struct cert *responder, struct buf *out, struct err *err)
{
	struct der_writer w;

	der_start(&w, out);
	der_open(&w, DER_CONTEXT_CONSTRUCTED(0));
	der_open(&w, DER_SEQUENCE);
	der_put_element(&w, responder->der);
	der_close(&w);
	der_close(&w);
	return der_finish(&w, err);
}

static int wrap(struct bytes basic, struct buf *out, struct err *err)
{
	struct der_writer w;

	der_start(&w, out);
	der_open(&w, DER_SEQUENCE);
	der_put_small(&w, DER_ENUMERATED, OCSP_SUCCESSFUL);
	der_open(&w, DER_CONTEXT_CONSTRUCTED(0));
	der_open(&w, DER_SEQUENCE);
	der_put(&w, DER_OID, oid_get(OID_OCSP_BASIC));
	der_put(&w, DER_OCTET_STRING, basic);
	der_close(&w);
	der_close(&w);
	der_close(&w);
	return der_finish(&w, err);
}

int ocsp_response_build(const struct ocsp_plan *plan, const struct sm2_private *key, struct buf *out, struct err *err)
{
	struct buf data, signature, certs, basic;
	int result = -1;

	buf_init(&data, OCSP_RESPONSE_MAX);
	buf_init(&signature, SM2_SIGNATURE_MAX);
	buf_init(&certs, CERT_DER_MAX + 16);
	buf_init(&basic, OCSP_RESPONSE_MAX);
	if (build_data(plan, &data, err) != 0 || sm2_sign(key, buf_get(&data), &signature, err) != 0 ||
	    build_certs(plan->responder, &certs, err) != 0 ||
	    signed_der_write(buf_get(&data), buf_get(&signature), buf_get(&certs), &basic, err) != 0)
		goto out;
	result = wrap(buf_get(&basic), out, err);
out:
	buf_free(&data);
	buf_free(&signature);
	buf_free(&certs);
	buf_free(&basic);
	return result;
}

int ocsp_error_build(enum ocsp_outcome outcome, struct buf *out, struct err *err)
{
	struct der_writer w;

	der_start(&w, out);
	der_open(&w, DER_SEQUENCE);
	der_put_small(&w, DER_ENUMERATED, outcome);
	der_close(&w);
	return der_finish(&w, err);
}
