/* One client of the mailbox: commands in, replies out, mails handed on (RFC 5321, RFC 3030, as much of it as a receiver at the end of the
 * line needs). */
#ifndef HUFU_MAILBOX_SMTP_SESSION_H
#define HUFU_MAILBOX_SMTP_SESSION_H

#include "bytes.h"

#define SMTP_LINE_MAX 1000 /* RFC 5321 4.5.3.1.6, with CR LF */
#define SMTP_MAIL_MAX (2u << 20)
#define SMTP_RECIPIENTS_MAX 100

/* Keeps a mail for good, else -1: the client is told to try later. */
typedef int smtp_keep_fn(void *ctx, struct bytes mail, struct err *err);

struct smtp_session {
	smtp_keep_fn *keep;
	void *ctx;
	struct buf line;                  /* what came of a line that is not whole */
	struct buf mail;                  /* the lines of DATA, dots removed; or the chunks of BDAT */
	size_t chunk;                     /* octets of a chunk that are still to come */
	bool greeted, sender, data, last; /* last: the chunk ends the mail */
	bool skipping;                    /* the rest of a line that is too long */
	bool spoiled;                     /* the mail is too large, or a line of it too long: refused at its end */
	int recipients;
	bool ended; /* QUIT, or a fault: close when the replies are out */
};

/* Appends the greeting to out (which needs room for 64 KiB). */
int smtp_session_begin(struct smtp_session *s, smtp_keep_fn *keep, void *ctx, struct buf *out, struct err *err) MUST_CHECK;
/* Takes all of in; appends the replies. */
int smtp_session_feed(struct smtp_session *s, struct bytes in, struct buf *out, struct err *err) MUST_CHECK;
void smtp_session_end(struct smtp_session *s);

#endif
