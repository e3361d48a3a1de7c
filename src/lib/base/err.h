/* One error value: a code for the program, a kind for the reply, a text for the log. It lives on the caller's stack. */
#ifndef HUFU_BASE_ERR_H
#define HUFU_BASE_ERR_H

#include "err_code.h"

/* What a caller can do about an error; problem pages and wire answers are chosen by it. */
enum err_kind {
	ERR_NONE = 0,
	ERR_INPUT,    /* foreign bytes are malformed: the sender must change them */
	ERR_REFUSED,  /* well formed, but a rule says no */
	ERR_AUTH,     /* not logged in, or not allowed */
	ERR_MISSING,  /* the thing named does not exist */
	ERR_CONFLICT, /* done already, or changed by another meanwhile */
	ERR_LATER,    /* nothing is wrong, but not now: try again */
	ERR_LIMIT,    /* too large, too many */
	ERR_SYSTEM,   /* the machine failed: disk, socket, library */
	ERR_MEMORY
};

#define ERR_TEXT_MAX 256

struct err {
	enum err_kind kind;
	enum err_code code;
	char text[ERR_TEXT_MAX]; /* for the log only, never for a page; holds no secret */
};

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF_LIKE(f, a) __attribute__((format(printf, f, a)))

/* Fills err (which may be NULL) from the code's row and the text; always returns -1, so that
 * `return err_set(err, HF_X, "...")` reads well. */
int err_set(struct err *err, enum err_code code, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* As err_set, with ": strerror(errno)" after the text. */
int err_set_errno(struct err *err, enum err_code code, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* Puts "what: " before the text that is there, keeping code and kind; returns -1. */
int err_wrap(struct err *err, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* The kind and the short name of a code ("ORDER_NOT_CANONICAL"); an unknown code is ERR_SYSTEM, "UNKNOWN". */
enum err_kind err_code_kind(enum err_code code);
const char *err_code_name(enum err_code code);

/* Forgets what was set. */
void err_clear(struct err *err);

#endif
