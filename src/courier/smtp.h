/* Handing composed mails to the mail server (RFC 5321). The only user of libcurl. */
#ifndef HUFU_COURIER_SMTP_H
#define HUFU_COURIER_SMTP_H

#include "smtp_talk.h"

/* Borrowed for as long as it is used. */
struct smtp_settings {
	const char *url;             /* smtp://host:port or smtps://host:port */
	const char *from;            /* envelope sender */
	const char *user, *password; /* NULL: no login. With a login TLS is asked for, else it is used when it is offered */
};

#define SMTP_SECONDS 150 /* that one call takes at most */

void smtp_start(void); /* once, before the jail */
/* All over one connection. Every item is taken or has its fault afterwards. */
void smtp_send(const struct smtp_settings *settings, struct smtp_item *items, size_t n);

#endif
