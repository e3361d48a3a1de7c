/* OCSP as a client sees it: asks about one certificate, and believes the answer only after checking it. */
#ifndef HUFU_PKI_OCSP_CLIENT_H
#define HUFU_PKI_OCSP_CLIENT_H

#include "ocsp.h"

/* Appends a request about one serial of issuer. nonce may be empty. */
int ocsp_request_build(enum ocsp_digest digest, const struct cert *issuer, struct bytes serial, struct bytes nonce, struct buf *out,
                       struct err *err) MUST_CHECK;

struct ocsp_single {
	struct ocsp_id id;
	enum ocsp_status status;
	int64_t revoked_at;
	enum crl_reason reason;
	int64_t this_update, next_update;
};
/* Lent from the bytes that were read; the responder's certificate is owned. */
struct ocsp_response {
	enum ocsp_outcome outcome; /* when it is not OCSP_SUCCESSFUL, nothing below is set */
	struct bytes tbs, signature;
	struct bytes responder_name; /* Name element */
	struct cert *responder;
	int64_t produced_at;
	struct bytes nonce;
	struct ocsp_single singles[OCSP_IDS_MAX];
	size_t count;
};
/* HF_OCSP_FORMAT. Nothing is verified yet. */
int ocsp_response_read(struct ocsp_response *response, struct bytes der, struct err *err) MUST_CHECK;
void ocsp_response_free(struct ocsp_response *response); /* also after a failed read */
/* The responder's certificate is delegated by issuer (RFC 6960 4.2.2.2) and valid at the time, the signature is its own, and the nonce is
 * the one that was sent. HF_CERT_SIGNATURE, HF_CERT_CHAIN, HF_CERT_TIME, HF_OCSP_FORMAT. */
int ocsp_response_verify(const struct ocsp_response *response, const struct cert *issuer, struct bytes nonce, int64_t time,
                         struct err *err) MUST_CHECK;
/* The answer about a serial of issuer, if the response holds one that is not older than its nextUpdate at the time; else NULL. */
const struct ocsp_single *ocsp_response_find(const struct ocsp_response *response, const struct ocsp_issuer *issuer, struct bytes serial,
                                             int64_t time);

#endif
