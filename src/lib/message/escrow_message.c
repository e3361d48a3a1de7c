/* Escrow's message bodies and its one door as tables. */
#include "escrow_message.h"

#include "envelope.h"
#include "warrant.h"

static const struct field envelope_request_fields[] = {
    FIELD(envelope_request, warrant, FIELD_BYTES, WARRANT_TEXT_MAX),
    FIELD(envelope_request, warrant_signature, FIELD_BYTES, SM2_SIGNATURE_MAX),
    FIELD(envelope_request, spki, FIELD_BYTES, SM2_SPKI_SIZE),
};
const struct body envelope_request_body = BODY(envelope_request, envelope_request_fields);

static const struct field envelope_reply_fields[] = {
    FIELD(envelope_reply, spki, FIELD_BYTES, SM2_SPKI_SIZE),
    FIELD(envelope_reply, envelope, FIELD_BYTES, ENVELOPE_DER_MAX),
};
const struct body envelope_reply_body = BODY(envelope_reply, envelope_reply_fields);

static const struct field escrow_state_reply_fields[] = {
    FIELD(escrow_state_reply, stock, FIELD_I64, 0),        FIELD(escrow_state_reply, held, FIELD_I64, 0),
    FIELD(escrow_state_reply, fsyncs, FIELD_I64, 0),       FIELD(escrow_state_reply, groups, FIELD_I64, 0),
    FIELD(escrow_state_reply, large_fsyncs, FIELD_I64, 0), FIELD(escrow_state_reply, large_groups, FIELD_I64, 0),
    FIELD(escrow_state_reply, crypto_ns, FIELD_I64, 0),    FIELD(escrow_state_reply, cpu_ns, FIELD_I64, 0),
    FIELD(escrow_state_reply, sm2, FIELD_BYTES, 16),
};
const struct body escrow_state_reply_body = BODY(escrow_state_reply, escrow_state_reply_fields);

const struct message escrow_signer_door[] = {
    {ESCROW_ENVELOPE, "envelope", 8192, 2048},
    {ESCROW_STATE, "state", 0, 256},
};
const size_t escrow_signer_door_rows = sizeof(escrow_signer_door) / sizeof(escrow_signer_door[0]);
