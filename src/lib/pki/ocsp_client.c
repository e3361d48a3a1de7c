/* OCSP requests built, answers read and checked. */
#include "ocsp_client.h"

#include "extension.h"
#include "signed_der.h"

#include <string.h>

int ocsp_request_build(enum ocsp_digest digest, const struct cert *issuer, struct bytes serial, struct bytes nonce, struct buf *out,
                       struct err *err)
{
	struct ocsp_issuer hashes;
	struct der_writer w;

	ocsp_issuer_make(&hashes, issuer);
	der_start(&w, out);
	der_open(&w, DER_SEQUENCE);
	der_open(&w, DER_SEQUENCE);
	der_open(&w, DER_SEQUENCE);
	der_open(&w, DER_SEQUENCE);
	ocsp_id_write(&w, digest, &hashes, serial);
	der_close(&w);
	der_close(&w);
	ocsp_nonce_write(&w, 2, nonce);
	der_close(&w);
	der_close(&w);
	return der_finish(&w, err);
}

static int read_generalized_time(struct bytes *in, int64_t *time)
{
	return der_is(*in, DER_GENERALIZED_TIME) ? der_read_time(in, time) : -1;
}

static int read_revoked(struct bytes info, struct ocsp_single *single)
{
	struct bytes outer, reason;

	if (read_generalized_time(&info, &single->revoked_at) != 0)
		return -1;
	if (info.size == 0)
		return 0;
	if (der_read(&info, DER_CONTEXT_CONSTRUCTED(0), &outer) != 0 || info.size != 0 || der_read(&outer, DER_ENUMERATED, &reason) != 0 ||
	    outer.size != 0 || reason.size != 1 || reason.data[0] > CRL_AA_COMPROMISE)
		return -1;
	single->reason = (enum crl_reason)reason.data[0];
	return 0;
}

static int read_status(struct bytes *in, struct ocsp_single *single)
{
	struct bytes content;
	uint8_t tag;

	if (der_read_any(in, &tag, &content) != 0)
		return -1;
	switch (tag) {
	case DER_CONTEXT(0):
		single->status = OCSP_GOOD;
		return content.size == 0 ? 0 : -1;
	case DER_CONTEXT(2):
		single->status = OCSP_UNKNOWN;
		return content.size == 0 ? 0 : -1;
	case DER_CONTEXT_CONSTRUCTED(1):
		single->status = OCSP_REVOKED;
		return read_revoked(content, single);
	default:
		return -1;
	}
}

/* nextUpdate may be missing: then newer information is always to be had (RFC 6960 4.2.2.1), and it counts as thisUpdate. */
static int read_single(struct bytes *in, struct ocsp_single *single)
{
	struct bytes fields, part, unused = BYTES_NONE, extensions;

	memset(single, 0, sizeof(*single));
	if (der_read(in, DER_SEQUENCE, &fields) != 0 || ocsp_id_read(&fields, &single->id) != 0 || read_status(&fields, single) != 0 ||
	    read_generalized_time(&fields, &single->this_update) != 0)
		return -1;
	single->next_update = single->this_update;
	if (der_is(fields, DER_CONTEXT_CONSTRUCTED(0))) {
		if (der_read(&fields, DER_CONTEXT_CONSTRUCTED(0), &part) != 0 || read_generalized_time(&part, &single->next_update) != 0 ||
		    part.size != 0)
			return -1;
	}
	if (fields.size == 0)
		return 0;
	if (der_read(&fields, DER_CONTEXT_CONSTRUCTED(1), &part) != 0 || fields.size != 0 ||
	    der_read(&part, DER_SEQUENCE, &extensions) != 0 || part.size != 0)
		return -1;
	return ocsp_nonce_read(extensions, &unused);
}

static int read_data(struct ocsp_response *response)
{
	struct bytes rest = response->tbs, data, part, list, extensions;

	if (der_read(&rest, DER_SEQUENCE, &data) != 0 || der_read(&data, DER_CONTEXT_CONSTRUCTED(1), &part) != 0 ||
	    der_read_element(&part, DER_SEQUENCE, &response->responder_name) != 0 || part.size != 0 ||
	    read_generalized_time(&data, &response->produced_at) != 0 || der_read(&data, DER_SEQUENCE, &list) != 0 || list.size == 0)
		return -1;
	while (list.size != 0) {
		if (response->count == OCSP_IDS_MAX || read_single(&list, &response->singles[response->count]) != 0)
			return -1;
		response->count++;
	}
	if (data.size == 0)
		return 0;
	if (der_read(&data, DER_CONTEXT_CONSTRUCTED(1), &part) != 0 || data.size != 0 || der_read(&part, DER_SEQUENCE, &extensions) != 0 ||
	    part.size != 0)
		return -1;
	return ocsp_nonce_read(extensions, &response->nonce);
}

/* certs [0] EXPLICIT SEQUENCE OF Certificate; the first is the responder's. */
static int read_certs(struct ocsp_response *response, struct bytes rest, struct err *err)
{
	struct bytes outer, certs, first;

	if (der_read(&rest, DER_CONTEXT_CONSTRUCTED(0), &outer) != 0 || rest.size != 0 || der_read(&outer, DER_SEQUENCE, &certs) != 0 ||
	    outer.size != 0 || der_read_element(&certs, DER_SEQUENCE, &first) != 0)
		return err_set(err, HF_OCSP_FORMAT, "OCSP answer without the responder's certificate (RFC 6960 4.2.1)");
	return cert_parse(&response->responder, first, err);
}

static int read_outcome(struct bytes *fields, enum ocsp_outcome *outcome)
{
	struct bytes status;

	if (der_read(fields, DER_ENUMERATED, &status) != 0 || status.size != 1 || status.data[0] > OCSP_UNAUTHORIZED || status.data[0] == 4)
		return -1;
	*outcome = (enum ocsp_outcome)status.data[0];
	return 0;
}

int ocsp_response_read(struct ocsp_response *response, struct bytes der, struct err *err)
{
	struct bytes fields, outer, bytes, type, basic;
	struct signed_der s;

	memset(response, 0, sizeof(*response));
	if (der_read(&der, DER_SEQUENCE, &fields) != 0 || der.size != 0 || read_outcome(&fields, &response->outcome) != 0)
		return err_set(err, HF_OCSP_FORMAT, "OCSP answer is malformed (RFC 6960 4.2.1)");
	if (response->outcome != OCSP_SUCCESSFUL)
		return fields.size == 0 ? 0 : err_set(err, HF_OCSP_FORMAT, "OCSP error with a content (RFC 6960 4.2.1)");
	if (der_read(&fields, DER_CONTEXT_CONSTRUCTED(0), &outer) != 0 || fields.size != 0 || der_read(&outer, DER_SEQUENCE, &bytes) != 0 ||
	    outer.size != 0 || der_read_oid(&bytes, &type) != 0 || der_read(&bytes, DER_OCTET_STRING, &basic) != 0 || bytes.size != 0)
		return err_set(err, HF_OCSP_FORMAT, "OCSP answer is malformed (RFC 6960 4.2.1)");
	if (oid_find(type) != OID_OCSP_BASIC || signed_der_read(&s, basic) != 0 || !signature_algorithm_is_known(s.algorithm))
		return err_set(err, HF_OCSP_FORMAT, "OCSP answer is not a basic one signed by SM2 with SM3 (RFC 6960 4.2.1)");
	response->tbs = s.tbs;
	response->signature = s.signature;
	if (read_data(response) != 0)
		return err_set(err, HF_OCSP_FORMAT, "OCSP answer: ResponseData (RFC 6960 4.2.1)");
	return read_certs(response, s.rest, err);
}

void ocsp_response_free(struct ocsp_response *response)
{
	cert_free(&response->responder);
}

/* RFC 6960 4.2.2.2: certified by the very CA that issued the certificate asked about, for this purpose. */
static int check_delegate(const struct cert *responder, const struct cert *issuer, int64_t time, struct err *err)
{
	if (!bytes_equal(responder->issuer, issuer->subject) || responder->ca || (responder->extended & CERT_USE_OCSP) == 0)
		return err_set(err, HF_CERT_CHAIN, "OCSP responder has no right to answer for this CA (RFC 6960 4.2.2.2)");
	if (!cert_valid_at(responder, time))
		return err_set(err, HF_CERT_TIME, "OCSP responder's certificate is not valid at the time (RFC 6960 4.2.2.2)");
	return cert_verify(responder, issuer->key, err);
}

int ocsp_response_verify(const struct ocsp_response *response, const struct cert *issuer, struct bytes nonce, int64_t time, struct err *err)
{
	if (response->outcome != OCSP_SUCCESSFUL)
		return err_set(err, HF_OCSP_FORMAT, "OCSP responder gave no answer: status %d (RFC 6960 4.2.1)", (int)response->outcome);
	if (check_delegate(response->responder, issuer, time, err) != 0)
		return -1;
	if (!bytes_equal(response->responder_name, response->responder->subject))
		return err_set(err, HF_OCSP_FORMAT, "OCSP answer names another responder (RFC 6960 4.2.2.3)");
	if (sm2_verify(response->responder->key, response->tbs, response->signature, err) != 0)
		return -1;
	if (nonce.size != 0 && !bytes_equal(nonce, response->nonce))
		return err_set(err, HF_OCSP_FORMAT, "OCSP answer is not to this request: nonce (RFC 9654 2)");
	return 0;
}

const struct ocsp_single *ocsp_response_find(const struct ocsp_response *response, const struct ocsp_issuer *issuer, struct bytes serial,
                                             int64_t time)
{
	for (size_t i = 0; i < response->count; i++) {
		const struct ocsp_single *single = &response->singles[i];
		if (ocsp_id_is_of(&single->id, issuer) && bytes_equal(single->id.serial, serial) && time <= single->next_update)
			return single;
	}
	return NULL;
}
