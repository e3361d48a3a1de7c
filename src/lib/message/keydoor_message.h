/* What the agent may ask of keydoor. doc/protocol/keydoor.md */
#ifndef HUFU_MESSAGE_KEYDOOR_MESSAGE_H
#define HUFU_MESSAGE_KEYDOOR_MESSAGE_H

#include "field.h"
#include "serve.h"

enum keydoor_message {
	KEYDOOR_LIST = 1,
	KEYDOOR_WAIT = 2,
	KEYDOOR_MAKE_KEY = 3,
	KEYDOOR_INSTALL = 4,
	KEYDOOR_SIGN_LOGIN = 5,
	KEYDOOR_COMPLETE_ORDER = 6,
	KEYDOOR_SIGN_ORDER = 7,
	KEYDOOR_CHANGE_PIN = 8,
	KEYDOOR_CALL_OFF = 9,
};

#define KEYDOOR_ORIGIN_MAX 256u
#define KEYDOOR_NO_TRIES UINT32_MAX /* no PIN was tried */

/* The request of KEYDOOR_LIST is empty; keys are keydoor_key bodies. */
struct keydoor_list_reply {
	struct bytes_list keys;
};
struct keydoor_key {
	struct bytes serial, label, maker;
	uint32_t pin; /* enum keydoor_pin */
	uint32_t tries, tries_max;
	struct bytes_list containers; /* keydoor_container bodies */
};
/* Busy: another program holds the key; its serial number is empty, its label the place where it is. */
enum keydoor_pin { KEYDOOR_PIN_SET, KEYDOOR_PIN_INITIAL, KEYDOOR_PIN_BLOCKED, KEYDOOR_PIN_BUSY };
struct keydoor_container {
	struct bytes name;
	struct bytes key_hash;         /* of the signature key; empty: none */
	struct bytes sign, encryption; /* certificates, DER; empty: none */
};
extern const struct body keydoor_list_reply_body, keydoor_key_body, keydoor_container_body;

/* Answered at once when the count of comings and goings is another than `seen`, else after wait_ms (at most 30000). */
struct keydoor_wait_request {
	uint32_t seen;
	uint32_t wait_ms;
};
struct keydoor_wait_reply {
	uint32_t seen;
};
extern const struct body keydoor_wait_request_body, keydoor_wait_reply_body;

/* Who asks, and for which key: origin as the browser sent it, language "zh" or "en" for the window, key by its serial number. The number
 * is the agent's own, for KEYDOOR_CALL_OFF. */
struct keydoor_asker {
	struct bytes origin, language, key;
	uint32_t number;
};
struct keydoor_make_key_request {
	struct keydoor_asker asker;
};
struct keydoor_install_request {
	struct keydoor_asker asker;
	struct bytes container;
	struct bytes application;                /* 16 bytes */
	struct bytes sign, encryption, envelope; /* DER */
};
struct keydoor_login_request {
	struct keydoor_asker asker;
	struct bytes container;
	struct bytes challenge; /* 32 bytes */
};
struct keydoor_complete_request {
	struct bytes key, container;
	struct bytes draft; /* order.md 3 without what the client fills in */
};
struct keydoor_order_request {
	struct keydoor_asker asker;
	struct bytes container;
	struct bytes hash; /* SM3 of a text that KEYDOOR_COMPLETE_ORDER gave */
};
struct keydoor_pin_request {
	struct keydoor_asker asker;
};
/* The page that asked is gone: what the request with this number waits for is called off. The reply is empty. */
struct keydoor_call_off_request {
	uint32_t number;
};
extern const struct body keydoor_make_key_request_body, keydoor_install_request_body, keydoor_login_request_body,
    keydoor_complete_request_body, keydoor_order_request_body, keydoor_pin_request_body, keydoor_call_off_request_body;

struct keydoor_complete_reply {
	struct bytes text;
};
extern const struct body keydoor_complete_reply_body;

/* The answer to all that opens a window. fault 0: done; else an err_code, and what was made is empty. */
struct keydoor_outcome_reply {
	uint32_t fault;
	uint32_t tries;           /* left after the last PIN that was tried, or KEYDOOR_NO_TRIES */
	struct bytes container;   /* made by KEYDOOR_MAKE_KEY */
	struct bytes csr;         /* DER */
	struct bytes key_hash;    /* 32 bytes */
	struct bytes text;        /* the order signed */
	struct bytes serial;      /* 16 bytes, of the certificate that signed the login */
	struct bytes certificate; /* DER */
	struct bytes signature;   /* DER */
};
extern const struct body keydoor_outcome_reply_body;

extern const struct message keydoor_agent_door[];
extern const size_t keydoor_agent_door_rows;

#endif
