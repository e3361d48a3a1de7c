/* The words of a mail, in one language: by kind, from the outbox's row and the service's settings. */
#ifndef HUFU_COURIER_LETTER_H
#define HUFU_COURIER_LETTER_H

#include "catalogue.h"
#include "mail.h"

/* What every letter ends with; from the settings. */
struct letter_sender {
	const char *name, *organisation, *point, *telephone;
};

struct letter {
	struct buf subject; /* one line */
	struct buf text;    /* lines ended by LF */
};

/* The buffers are freed by the caller, also after a failure. */
int letter_write(struct letter *letter, enum language language, const struct mail *mail, const struct letter_sender *sender,
                 struct err *err) MUST_CHECK;
void letter_free(struct letter *letter);

#endif
