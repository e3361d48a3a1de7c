/* What may be asked of the signer, one table for each of its doors. doc/protocol/signer.md */
#ifndef HUFU_MESSAGE_SIGNER_MESSAGE_H
#define HUFU_MESSAGE_SIGNER_MESSAGE_H

#include "feed.h"
#include "field.h"
#include "order.h"
#include "serve.h"

enum signer_message {
	SIGNER_DEED = 1,       /* portal, order door */
	SIGNER_FEED = 2,       /* portal, responder */
	SIGNER_STATE = 3,      /* all doors */
	SIGNER_AUDIT_HEAD = 4, /* portal */
	SIGNER_CRL = 5,        /* responder */
	SIGNER_OCSP_KEY = 6,   /* responder */
};

/* An order of any kind. csr: DER, for `approve` of kind `new` only, else empty. */
struct deed_request {
	struct bytes text;
	struct bytes signature;
	struct bytes csr;
};
/* Certificates and envelope are DER, empty when the deed made none. */
struct deed_reply {
	struct bytes receipt;
	struct bytes receipt_signature;
	int64_t number;
	struct bytes sign_cert;
	struct bytes enc_cert;
	struct bytes envelope;
};
extern const struct body deed_request_body, deed_reply_body;

/* wait_ms: how long the signer may hold the answer when there is nothing new; at most 30000. */
struct feed_request {
	int64_t from;
	uint32_t wait_ms;
};
struct feed_reply {
	struct bytes text;
	struct bytes signature;
};
extern const struct body feed_request_body, feed_reply_body;

/* The request of SIGNER_STATE is empty. */
struct state_reply {
	int64_t time;                        /* the signer's clock */
	int64_t number;                      /* the journal's newest record */
	struct bytes head;                   /* 32 */
	struct bytes root, issuing, journal; /* certificates, DER */
	uint32_t evaluation;
	int64_t crl_number, crl_next;       /* newest CRL, its nextUpdate */
	int64_t ocsp_until;                 /* end of the responder's newest certificate; 0: none */
	int64_t responder_seconds;          /* since the responder asked for the feed; -1: not yet */
	uint32_t quota_issue;               /* issues per reviewer and hour */
	int64_t fsyncs, groups, deeds;      /* since start: for bench and metrics */
	int64_t large_fsyncs, large_groups; /* of those, with GROUP_LARGE issues or more */
	int64_t crypto_ns, cpu_ns;          /* CPU inside the crypto door, and of the whole process */
	struct bytes sm2;                   /* whose SM2 works: crypto_in_use */
};
extern const struct body state_reply_body;

struct audit_head_request {
	int64_t count;
	struct bytes head; /* 32 */
};
struct number_reply {
	int64_t number;
};
extern const struct body audit_head_request_body, number_reply_body;

/* Answered at once when a newer CRL than `have` exists, else after wait_ms with the newest. */
struct crl_request {
	int64_t have; /* 0: none */
	uint32_t wait_ms;
};
struct crl_reply {
	int64_t number;
	struct bytes der;
};
extern const struct body crl_request_body, crl_reply_body;

/* The responder's fresh public key with a proof that it holds the private half: signature over "hufu-ocsp-key-v1\n" || spki. */
struct ocsp_key_request {
	struct bytes spki;
	struct bytes proof;
};
struct ocsp_key_reply {
	struct bytes cert;
	struct bytes issuing; /* certificate of the issuer */
	struct bytes journal; /* certificate that signs the feed */
};
extern const struct body ocsp_key_request_body, ocsp_key_reply_body;

/* The doors: what each peer may ask. */
extern const struct message signer_portal_door[];
extern const size_t signer_portal_door_rows;
extern const struct message signer_responder_door[];
extern const size_t signer_responder_door_rows;
extern const struct message signer_order_door[];
extern const size_t signer_order_door_rows;

#endif
