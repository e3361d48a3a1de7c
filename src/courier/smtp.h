/* Handing a composed mail to the mail server (RFC 5321). The only user of libcurl. */
#ifndef HUFU_COURIER_SMTP_H
#define HUFU_COURIER_SMTP_H

#include "bytes.h"

/* Borrowed for as long as it is used. */
struct smtp_settings {
	const char *url;             /* smtp://host:port or smtps://host:port */
	const char *from;            /* envelope sender */
	const char *user, *password; /* NULL: no login. With a login TLS is asked for, else it is used when it is offered */
};

void smtp_start(void); /* once, before the jail */
/* HF_MAIL: not now. HF_MAIL_REFUSED: the server said no for good (5yz to sender, recipient or content). */
int smtp_send(const struct smtp_settings *settings, const char *to, struct bytes message, struct err *err) MUST_CHECK;

#endif
