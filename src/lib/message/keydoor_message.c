/* Keydoor's message bodies and its one door as tables. */
#include "keydoor_message.h"

#include "cert.h"
#include "csr.h"
#include "envelope.h"
#include "order.h"

#define NAME_MAX_BYTES 64u
#define LANGUAGE_MAX 2u
#define HASH_MAX 32u
#define SERIAL_MAX 16u
#define KEY_MAX (512u << 10)
#define KEYS_MAX 16u
#define CONTAINERS_MAX 64u
#define CONTAINER_MAX (2 * CERT_DER_MAX + 256u)

static const struct field keydoor_list_reply_fields[] = {
    FIELD_OF_LIST(keydoor_list_reply, keys, KEY_MAX, KEYS_MAX),
};
const struct body keydoor_list_reply_body = BODY(keydoor_list_reply, keydoor_list_reply_fields);

static const struct field keydoor_key_fields[] = {
    FIELD(keydoor_key, serial, FIELD_TEXT, NAME_MAX_BYTES),
    FIELD(keydoor_key, label, FIELD_TEXT, NAME_MAX_BYTES),
    FIELD(keydoor_key, maker, FIELD_TEXT, NAME_MAX_BYTES),
    FIELD(keydoor_key, pin, FIELD_U32, 0),
    FIELD(keydoor_key, tries, FIELD_U32, 0),
    FIELD(keydoor_key, tries_max, FIELD_U32, 0),
    FIELD_OF_LIST(keydoor_key, containers, CONTAINER_MAX, CONTAINERS_MAX),
};
const struct body keydoor_key_body = BODY(keydoor_key, keydoor_key_fields);

static const struct field keydoor_container_fields[] = {
    FIELD(keydoor_container, name, FIELD_TEXT, NAME_MAX_BYTES),
    FIELD(keydoor_container, key_hash, FIELD_BYTES, HASH_MAX),
    FIELD(keydoor_container, sign, FIELD_BYTES, CERT_DER_MAX),
    FIELD(keydoor_container, encryption, FIELD_BYTES, CERT_DER_MAX),
};
const struct body keydoor_container_body = BODY(keydoor_container, keydoor_container_fields);

static const struct field keydoor_wait_request_fields[] = {
    FIELD(keydoor_wait_request, seen, FIELD_U32, 0),
    FIELD(keydoor_wait_request, wait_ms, FIELD_U32, 0),
};
const struct body keydoor_wait_request_body = BODY(keydoor_wait_request, keydoor_wait_request_fields);

static const struct field keydoor_wait_reply_fields[] = {
    FIELD(keydoor_wait_reply, seen, FIELD_U32, 0),
};
const struct body keydoor_wait_reply_body = BODY(keydoor_wait_reply, keydoor_wait_reply_fields);

/* clang-format off */
#define ASKER_FIELDS(of) \
	FIELD(of, asker.origin, FIELD_TEXT, KEYDOOR_ORIGIN_MAX), \
	FIELD(of, asker.language, FIELD_TEXT, LANGUAGE_MAX), \
	FIELD(of, asker.key, FIELD_TEXT, NAME_MAX_BYTES), \
	FIELD(of, asker.number, FIELD_U32, 0)
/* clang-format on */

static const struct field keydoor_make_key_request_fields[] = {
    ASKER_FIELDS(keydoor_make_key_request),
};
const struct body keydoor_make_key_request_body = BODY(keydoor_make_key_request, keydoor_make_key_request_fields);

static const struct field keydoor_install_request_fields[] = {
    ASKER_FIELDS(keydoor_install_request),
    FIELD(keydoor_install_request, container, FIELD_TEXT, NAME_MAX_BYTES),
    FIELD(keydoor_install_request, application, FIELD_BYTES, SERIAL_MAX),
    FIELD(keydoor_install_request, sign, FIELD_BYTES, CERT_DER_MAX),
    FIELD(keydoor_install_request, encryption, FIELD_BYTES, CERT_DER_MAX),
    FIELD(keydoor_install_request, envelope, FIELD_BYTES, ENVELOPE_DER_MAX),
};
const struct body keydoor_install_request_body = BODY(keydoor_install_request, keydoor_install_request_fields);

static const struct field keydoor_login_request_fields[] = {
    ASKER_FIELDS(keydoor_login_request),
    FIELD(keydoor_login_request, container, FIELD_TEXT, NAME_MAX_BYTES),
    FIELD(keydoor_login_request, challenge, FIELD_BYTES, HASH_MAX),
};
const struct body keydoor_login_request_body = BODY(keydoor_login_request, keydoor_login_request_fields);

static const struct field keydoor_complete_request_fields[] = {
    FIELD(keydoor_complete_request, key, FIELD_TEXT, NAME_MAX_BYTES),
    FIELD(keydoor_complete_request, container, FIELD_TEXT, NAME_MAX_BYTES),
    FIELD(keydoor_complete_request, draft, FIELD_BYTES, ORDER_TEXT_MAX),
};
const struct body keydoor_complete_request_body = BODY(keydoor_complete_request, keydoor_complete_request_fields);

static const struct field keydoor_complete_reply_fields[] = {
    FIELD(keydoor_complete_reply, text, FIELD_BYTES, ORDER_TEXT_MAX),
};
const struct body keydoor_complete_reply_body = BODY(keydoor_complete_reply, keydoor_complete_reply_fields);

static const struct field keydoor_order_request_fields[] = {
    ASKER_FIELDS(keydoor_order_request),
    FIELD(keydoor_order_request, container, FIELD_TEXT, NAME_MAX_BYTES),
    FIELD(keydoor_order_request, hash, FIELD_BYTES, HASH_MAX),
};
const struct body keydoor_order_request_body = BODY(keydoor_order_request, keydoor_order_request_fields);

static const struct field keydoor_pin_request_fields[] = {
    ASKER_FIELDS(keydoor_pin_request),
};
const struct body keydoor_pin_request_body = BODY(keydoor_pin_request, keydoor_pin_request_fields);

static const struct field keydoor_call_off_request_fields[] = {
    FIELD(keydoor_call_off_request, number, FIELD_U32, 0),
};
const struct body keydoor_call_off_request_body = BODY(keydoor_call_off_request, keydoor_call_off_request_fields);

static const struct field keydoor_outcome_reply_fields[] = {
    FIELD(keydoor_outcome_reply, fault, FIELD_U32, 0),
    FIELD(keydoor_outcome_reply, tries, FIELD_U32, 0),
    FIELD(keydoor_outcome_reply, container, FIELD_TEXT, NAME_MAX_BYTES),
    FIELD(keydoor_outcome_reply, csr, FIELD_BYTES, CSR_DER_MAX),
    FIELD(keydoor_outcome_reply, key_hash, FIELD_BYTES, HASH_MAX),
    FIELD(keydoor_outcome_reply, text, FIELD_BYTES, ORDER_TEXT_MAX),
    FIELD(keydoor_outcome_reply, serial, FIELD_BYTES, SERIAL_MAX),
    FIELD(keydoor_outcome_reply, certificate, FIELD_BYTES, CERT_DER_MAX),
    FIELD(keydoor_outcome_reply, signature, FIELD_BYTES, SM2_SIGNATURE_MAX),
};
const struct body keydoor_outcome_reply_body = BODY(keydoor_outcome_reply, keydoor_outcome_reply_fields);

#define ASKER_MAX (KEYDOOR_ORIGIN_MAX + 256u)
#define OUTCOME_MAX (ORDER_TEXT_MAX + CSR_DER_MAX + CERT_DER_MAX + 512u)

const struct message keydoor_agent_door[] = {
    {KEYDOOR_LIST, "list", 0, 7u << 20},
    {KEYDOOR_WAIT, "wait", 8, 4},
    {KEYDOOR_MAKE_KEY, "make key", ASKER_MAX, OUTCOME_MAX},
    {KEYDOOR_INSTALL, "install", ASKER_MAX + 2 * CERT_DER_MAX + ENVELOPE_DER_MAX, OUTCOME_MAX},
    {KEYDOOR_SIGN_LOGIN, "sign login", ASKER_MAX, OUTCOME_MAX},
    {KEYDOOR_COMPLETE_ORDER, "complete order", ASKER_MAX + ORDER_TEXT_MAX, ORDER_TEXT_MAX + 16u},
    {KEYDOOR_SIGN_ORDER, "sign order", ASKER_MAX, OUTCOME_MAX},
    {KEYDOOR_CHANGE_PIN, "change PIN", ASKER_MAX, OUTCOME_MAX},
    {KEYDOOR_CALL_OFF, "call off", 4, 0},
};
const size_t keydoor_agent_door_rows = sizeof(keydoor_agent_door) / sizeof(keydoor_agent_door[0]);
