/* The windows a person sees: ask for a PIN, a new PIN, a text; warn. Each is one run of pinentry. */
#ifndef HUFU_KEYDOOR_WINDOW_H
#define HUFU_KEYDOOR_WINDOW_H

#include "catalogue.h"
#include "patience.h"
#include "recall.h"
#include "secret.h"

/* Where and how windows open; lives as long as the process. */
struct window_place {
	const char *pinentry;      /* absolute path */
	const char *const *env;    /* display and terminal: NULL-terminated NAME=value */
	struct patience *patience; /* rests while a window is open */
	struct recall *recall;     /* ends a window that is open */
};

struct window {
	const struct window_place *place;
	enum language language;
	const char *origin;      /* who asks: in the title, whatever the description says */
	const char *description; /* UTF-8, lines ended by \n; HF_LIMIT when over a line of pinentry: see window_holds */
	const char *prompt;      /* before the field */
	const char *error;       /* why it is asked again; NULL: first time */
};

#define WINDOW_WAIT_S 120

bool window_holds(const char *description);

/* answer is empty when the field was left empty. HF_WINDOW_REFUSED, HF_WINDOW_TIME_OUT after WINDOW_WAIT_S, HF_ASKER_GONE,
 * HF_WINDOW_FAILED. */
int window_ask(const struct window *w, struct secret *answer, struct err *err) MUST_CHECK;
/* Asks for a new PIN twice, until both are the same and of TOKEN_PIN_MIN to TOKEN_PIN_MAX visible ASCII characters. */
int window_ask_new(const struct window *w, struct secret *answer, struct err *err) MUST_CHECK;
/* A question without a field. */
int window_confirm(const struct window *w, struct err *err) MUST_CHECK;

#endif
