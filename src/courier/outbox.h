/* The outbox: claims what is due, has it sent, and notes what became of it. */
#ifndef HUFU_COURIER_OUTBOX_H
#define HUFU_COURIER_OUTBOX_H

#include "mail.h"
#include "secret.h"
#include "store.h"

/* 0: it is with the mail server. HF_MAIL_REFUSED: never. Any other fault: later. */
typedef int outbox_send_fn(void *ctx, const struct mail *mail, struct err *err);

struct outbox {
	struct store *store;      /* STORE_COURIER */
	const struct secret *key; /* opens the details of mails */
	outbox_send_fn *send;
	void *ctx;
};

/* One mail. *found: there was one that was due. A mail that could not be sent is no error: it is tried again after 30 s, 2 min, 10 min,
 * 30 min, then each hour, and given up after a day; staff sees its fault (people.h). */
int outbox_next(const struct outbox *o, bool *found, struct err *err) MUST_CHECK;

#endif
