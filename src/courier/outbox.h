/* The outbox: claims what is due, has it sent, and notes what became of it. */
#ifndef HUFU_COURIER_OUTBOX_H
#define HUFU_COURIER_OUTBOX_H

#include "mail.h"
#include "secret.h"
#include "store.h"

#define OUTBOX_BATCH 64

/* A mail in hand, and what became of it. */
struct outgoing {
	struct mail mail;     /* its detail opened */
	struct secret detail; /* where that stands */
	bool sent;            /* it is with the mail server */
	struct err fault;     /* HF_MAIL_REFUSED, HF_SEAL_BROKEN: it never will be. Any other: later */
};

/* Sends those that have no fault yet, and fills in what became of each. Takes less time than a claim lasts. */
typedef void outbox_send_fn(void *ctx, struct outgoing *mails, size_t n);

struct outbox {
	struct store *store;      /* STORE_COURIER */
	const struct secret *key; /* opens the details of mails */
	outbox_send_fn *send;
	void *ctx;
};

/* Claims up to OUTBOX_BATCH mails that are due in one change, sends them, and notes in a second change what became of each; *count: how
 * many they were. A mail that could not be sent is no error: it is tried again after 30 s, 2 min, 10 min, 30 min, then each hour, and
 * given up after a day; staff sees its fault (people.h). Who dies between the two changes leaves the batch claimed for 300 s; then it is
 * sent again, each mail under the Message-ID that it had. */
int outbox_turn(const struct outbox *o, size_t *count, struct err *err) MUST_CHECK;

#endif
