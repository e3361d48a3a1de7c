/* A mail as bytes for SMTP (RFC 5322): both languages as alternatives, the reader's last (RFC 2046 5.1.4). */
#ifndef HUFU_COURIER_COMPOSE_H
#define HUFU_COURIER_COMPOSE_H

#include "letter.h"

#define COMPOSE_MAX (256u << 10)

/* Appends the message with CRLF line ends. from: address of the sender; its name is the service's. HF_MAIL for addresses that are none. */
int compose(struct buf *out, const struct mail *mail, const struct letter_sender *sender, const char *from, int64_t now,
            struct err *err) MUST_CHECK;

#endif
