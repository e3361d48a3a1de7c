/* OCSP (RFC 6960): requests as a responder reads them, and the answers it gives. */
#ifndef HUFU_PKI_OCSP_H
#define HUFU_PKI_OCSP_H

#include "crl.h"

#define OCSP_REQUEST_MAX 4096u
#define OCSP_RESPONSE_MAX 16384u
#define OCSP_IDS_MAX 16    /* certificates asked for in one request */
#define OCSP_NONCE_MAX 128 /* RFC 9654 */

enum ocsp_digest { OCSP_SM3, OCSP_SHA1, OCSP_SHA256, OCSP_DIGESTS };

/* Lent. element is the whole CertID, which an answer repeats byte for byte. */
struct ocsp_id {
	struct bytes element;
	enum ocsp_digest digest; /* OCSP_DIGESTS: another one; no issuer is found by it */
	struct bytes name_hash, key_hash;
	struct bytes serial; /* magnitude */
};

/* Lent from the bytes that were read. */
struct ocsp_request {
	struct ocsp_id ids[OCSP_IDS_MAX];
	size_t count;
	struct bytes nonce; /* empty: none */
};
/* HF_OCSP_FORMAT. A request's signature is not looked at (RFC 6960 4.1.2 leaves it to the responder). */
int ocsp_request_read(struct ocsp_request *request, struct bytes der, struct err *err) MUST_CHECK;

/* What CertIDs say of an issuer, hashed once by each digest. */
struct ocsp_issuer {
	uint8_t name_hash[OCSP_DIGESTS][32];
	uint8_t key_hash[OCSP_DIGESTS][32];
};
void ocsp_issuer_make(struct ocsp_issuer *issuer, const struct cert *cert);
bool ocsp_id_is_of(const struct ocsp_id *id, const struct ocsp_issuer *issuer);
/* Takes one CertID from *in. */
int ocsp_id_read(struct bytes *in, struct ocsp_id *id) MUST_CHECK;
void ocsp_id_write(struct der_writer *w, enum ocsp_digest digest, const struct ocsp_issuer *issuer, struct bytes serial);
/* From the content of an Extensions SEQUENCE: the nonce, if there is one. -1: malformed, or an unknown critical one. */
int ocsp_nonce_read(struct bytes extensions, struct bytes *nonce) MUST_CHECK;
void ocsp_nonce_write(struct der_writer *w, uint8_t tag, struct bytes nonce); /* [tag] EXPLICIT Extensions; nothing for an empty nonce */

enum ocsp_status { OCSP_GOOD, OCSP_REVOKED, OCSP_UNKNOWN };
struct ocsp_answer {
	const struct ocsp_id *id;
	enum ocsp_status status;
	int64_t revoked_at;     /* revoked only */
	enum crl_reason reason; /* revoked only */
};
/* Borrowed for the call. */
struct ocsp_plan {
	const struct ocsp_answer *answers;
	size_t count;
	int64_t produced_at;
	int64_t this_update, next_update; /* of every answer */
	struct bytes nonce;               /* of the request; empty: none */
	const struct cert *responder;     /* goes along; names the responder */
};
int ocsp_response_build(const struct ocsp_plan *plan, const struct sm2_private *key, struct buf *out, struct err *err) MUST_CHECK;

/* RFC 6960 4.2.1; these answers are not signed. */
enum ocsp_outcome {
	OCSP_SUCCESSFUL = 0,
	OCSP_MALFORMED = 1,
	OCSP_INTERNAL = 2,
	OCSP_TRY_LATER = 3,
	OCSP_SIGNATURE_REQUIRED = 5,
	OCSP_UNAUTHORIZED = 6
};
int ocsp_error_build(enum ocsp_outcome outcome, struct buf *out, struct err *err) MUST_CHECK;

#endif
