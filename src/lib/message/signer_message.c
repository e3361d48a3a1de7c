/* The signer's message bodies and doors as tables. */
#include "signer_message.h"

#include "cert.h"
#include "csr.h"
#include "envelope.h"

#define CRL_MAX (7u << 20)

static const struct field deed_request_fields[] = {
    FIELD(deed_request, text, FIELD_BYTES, ORDER_TEXT_MAX),
    FIELD(deed_request, signature, FIELD_BYTES, SM2_SIGNATURE_MAX),
    FIELD(deed_request, csr, FIELD_BYTES, CSR_DER_MAX),
};
const struct body deed_request_body = BODY(deed_request, deed_request_fields);

static const struct field deed_reply_fields[] = {
    FIELD(deed_reply, receipt, FIELD_BYTES, ORDER_TEXT_MAX),
    FIELD(deed_reply, receipt_signature, FIELD_BYTES, SM2_SIGNATURE_MAX),
    FIELD(deed_reply, number, FIELD_I64, 0),
    FIELD(deed_reply, sign_cert, FIELD_BYTES, CERT_DER_MAX),
    FIELD(deed_reply, enc_cert, FIELD_BYTES, CERT_DER_MAX),
    FIELD(deed_reply, envelope, FIELD_BYTES, ENVELOPE_DER_MAX),
};
const struct body deed_reply_body = BODY(deed_reply, deed_reply_fields);

static const struct field feed_request_fields[] = {
    FIELD(feed_request, from, FIELD_I64, 0),
    FIELD(feed_request, wait_ms, FIELD_U32, 0),
};
const struct body feed_request_body = BODY(feed_request, feed_request_fields);

static const struct field feed_reply_fields[] = {
    FIELD(feed_reply, text, FIELD_BYTES, FEED_TEXT_MAX),
    FIELD(feed_reply, signature, FIELD_BYTES, SM2_SIGNATURE_MAX),
};
const struct body feed_reply_body = BODY(feed_reply, feed_reply_fields);

static const struct field state_reply_fields[] = {
    FIELD(state_reply, time, FIELD_I64, 0),
    FIELD(state_reply, number, FIELD_I64, 0),
    FIELD(state_reply, head, FIELD_BYTES, 32),
    FIELD(state_reply, root, FIELD_BYTES, CERT_DER_MAX),
    FIELD(state_reply, issuing, FIELD_BYTES, CERT_DER_MAX),
    FIELD(state_reply, journal, FIELD_BYTES, CERT_DER_MAX),
    FIELD(state_reply, evaluation, FIELD_U32, 0),
    FIELD(state_reply, crl_number, FIELD_I64, 0),
    FIELD(state_reply, crl_next, FIELD_I64, 0),
    FIELD(state_reply, ocsp_until, FIELD_I64, 0),
    FIELD(state_reply, responder_seconds, FIELD_I64, 0),
    FIELD(state_reply, quota_issue, FIELD_U32, 0),
    FIELD(state_reply, fsyncs, FIELD_I64, 0),
    FIELD(state_reply, groups, FIELD_I64, 0),
    FIELD(state_reply, deeds, FIELD_I64, 0),
    FIELD(state_reply, large_fsyncs, FIELD_I64, 0),
    FIELD(state_reply, large_groups, FIELD_I64, 0),
    FIELD(state_reply, crypto_ns, FIELD_I64, 0),
    FIELD(state_reply, cpu_ns, FIELD_I64, 0),
    FIELD(state_reply, sm2, FIELD_BYTES, 16),
};
const struct body state_reply_body = BODY(state_reply, state_reply_fields);

static const struct field audit_head_request_fields[] = {
    FIELD(audit_head_request, count, FIELD_I64, 0),
    FIELD(audit_head_request, head, FIELD_BYTES, 32),
};
const struct body audit_head_request_body = BODY(audit_head_request, audit_head_request_fields);

static const struct field number_reply_fields[] = {
    FIELD(number_reply, number, FIELD_I64, 0),
};
const struct body number_reply_body = BODY(number_reply, number_reply_fields);

static const struct field crl_request_fields[] = {
    FIELD(crl_request, have, FIELD_I64, 0),
    FIELD(crl_request, wait_ms, FIELD_U32, 0),
};
const struct body crl_request_body = BODY(crl_request, crl_request_fields);

static const struct field crl_reply_fields[] = {
    FIELD(crl_reply, number, FIELD_I64, 0),
    FIELD(crl_reply, der, FIELD_BYTES, CRL_MAX),
};
const struct body crl_reply_body = BODY(crl_reply, crl_reply_fields);

static const struct field ocsp_key_request_fields[] = {
    FIELD(ocsp_key_request, spki, FIELD_BYTES, SM2_SPKI_SIZE),
    FIELD(ocsp_key_request, proof, FIELD_BYTES, SM2_SIGNATURE_MAX),
};
const struct body ocsp_key_request_body = BODY(ocsp_key_request, ocsp_key_request_fields);

static const struct field ocsp_key_reply_fields[] = {
    FIELD(ocsp_key_reply, cert, FIELD_BYTES, CERT_DER_MAX),
    FIELD(ocsp_key_reply, issuing, FIELD_BYTES, CERT_DER_MAX),
    FIELD(ocsp_key_reply, journal, FIELD_BYTES, CERT_DER_MAX),
};
const struct body ocsp_key_reply_body = BODY(ocsp_key_reply, ocsp_key_reply_fields);

#define DEED_MAX (ORDER_TEXT_MAX + CSR_DER_MAX + 256u)
#define DEED_REPLY_MAX (ORDER_TEXT_MAX + 2 * CERT_DER_MAX + ENVELOPE_DER_MAX + 256u)
#define FEED_REPLY_MAX (FEED_TEXT_MAX + 256u)
#define STATE_REPLY_MAX (3 * CERT_DER_MAX + 256u)

const struct message signer_portal_door[] = {
    {SIGNER_DEED, "deed", DEED_MAX, DEED_REPLY_MAX},
    {SIGNER_FEED, "feed", 16, FEED_REPLY_MAX},
    {SIGNER_STATE, "state", 0, STATE_REPLY_MAX},
    {SIGNER_AUDIT_HEAD, "audit head", 64, 16},
};
const size_t signer_portal_door_rows = sizeof(signer_portal_door) / sizeof(signer_portal_door[0]);

const struct message signer_responder_door[] = {
    {SIGNER_FEED, "feed", 16, FEED_REPLY_MAX},
    {SIGNER_STATE, "state", 0, STATE_REPLY_MAX},
    {SIGNER_CRL, "crl", 16, CRL_MAX + 64u},
    {SIGNER_OCSP_KEY, "ocsp key", 256, 3 * CERT_DER_MAX + 64u},
};
const size_t signer_responder_door_rows = sizeof(signer_responder_door) / sizeof(signer_responder_door[0]);

const struct message signer_order_door[] = {
    {SIGNER_DEED, "deed", DEED_MAX, DEED_REPLY_MAX},
    {SIGNER_STATE, "state", 0, STATE_REPLY_MAX},
};
const size_t signer_order_door_rows = sizeof(signer_order_door) / sizeof(signer_order_door[0]);
