/* A kept mail as it is shown: head and texts, decoded. */
#ifndef HUFU_MAILBOX_MAIL_VIEW_H
#define HUFU_MAILBOX_MAIL_VIEW_H

#include "pool.h"

#define MAIL_TEXTS_MAX 8

struct mail_text {
	const char *language; /* Content-Language, or "" */
	const char *text;
};
/* Texts are of the pool; valid UTF-8, "" when missing. */
struct mail_view {
	const char *from, *to, *subject;
	int64_t date; /* 0: none */
	struct mail_text texts[MAIL_TEXTS_MAX];
	size_t count;
};

void mail_view_start(void); /* once, before the jail: gmime loads its tables */
int mail_view_read(struct mail_view *view, struct bytes mail, struct pool *pool, struct err *err) MUST_CHECK;

#endif
