/* One request's visit to a key: opened, the person's consent and PIN taken in a window, used, left. */
#ifndef HUFU_KEYDOOR_VISIT_H
#define HUFU_KEYDOOR_VISIT_H

#include "keydoor.h"

struct visit {
	struct token_library *library;
	const struct window_place *place;
	const char *origin; /* stands in every window */
	const char *key;    /* serial number */
	enum language language;

	struct token *token; /* open, or NULL: closed while a window is open, so that other programs are not kept from the key */
	struct token_info info;
	uint32_t *tries; /* set after each PIN that was tried */
};

/* For one request; everything is lent. HF_MESSAGE_FORMAT when origin, language or key cannot be such. */
int visit_begin(struct visit *v, struct keydoor *k, const struct keydoor_asker *asker, struct pool *pool, uint32_t *tries,
                struct err *err) MUST_CHECK;

/* What the person agrees to. */
struct act {
	const char *action; /* Chinese, a message id */
	const char *detail; /* lines in the visit's language, each ended by \n; may be "" */
	const char *mark;   /* a line that stands for the detail when that needs a window of its own; "" for short details */
};

/* Opens the key. A locked one is HF_PIN_LOCKED; one whose PIN is the one given at making has it changed first. */
int visit_open(struct visit *v, struct err *err) MUST_CHECK;
/* Shows what is about to happen, takes the PIN until it is right, and leaves the key open with the PIN verified.
 * HF_WINDOW_REFUSED, HF_PIN_LOCKED, HF_KEY_ABSENT. */
int visit_consent(struct visit *v, const struct act *act, struct err *err) MUST_CHECK;
int visit_change_pin(struct visit *v, struct err *err) MUST_CHECK;
void visit_close(struct visit *v); /* the key forgets the PIN */

#endif
