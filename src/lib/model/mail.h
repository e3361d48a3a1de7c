/* A mail that is owed to someone: what happened, to whom, in which language. The words are made by the courier. */
#ifndef HUFU_MODEL_MAIL_H
#define HUFU_MODEL_MAIL_H

#include "column.h"

enum mail_kind {
	MAIL_CODE,     /* number and resume code */
	MAIL_RECEIVED, /* submitted */
	MAIL_ACCEPTED, /* taken in, waits for the review */
	MAIL_RETURNED, /* with the reason */
	MAIL_REJECTED, /* with the reason, or the code of a note (application.h) */
	MAIL_READY,    /* approved, ready to collect */
	MAIL_COLLECTED,
	MAIL_REVOKED,
	MAIL_SUSPENDED,
	MAIL_RESUMED,
	MAIL_EXPIRING, /* detail: days left */
	MAIL_RENEWAL,  /* a renewal is issued, ready to collect */
	MAIL_RENEWED   /* and collected: the pair before it has ended */
};
extern const char *const mail_kind_names[];

enum mail_state { MAIL_WAITING, MAIL_SENT, MAIL_FAILED };
extern const char *const mail_state_names[]; /* "waiting", "sent", "failed" */

struct mail {
	int64_t id;
	enum mail_kind kind;
	const char *address;
	const char *language; /* "zh" or "en" first; both are in the mail */
	const char *number;   /* of the application; "" */
	const char *name;     /* of the enterprise */
	const char *detail;   /* code, reason or serials, by kind; sealed in the outbox (paper.md 1), erased once sent */
	const char *origin;   /* of the pages, for links */
	enum mail_state state;
	int64_t tries, due, created, sent;
	const char *fault; /* of the last try, for the staff */
};
extern const struct shape mail_shape;

struct mail_list {
	struct mail *items;
	size_t count;
};

#endif
