/* One run of a pinentry program: started for one window, spoken to by Assuan lines, ended. */
#ifndef HUFU_KEYDOOR_PINENTRY_H
#define HUFU_KEYDOOR_PINENTRY_H

#include "recall.h"
#include "secret.h"

struct pinentry;

/* program: absolute. env: NULL-terminated NAME=value, its whole environment but PATH, LANG and TZ. All waiting together, the person's
 * included, is at most wait_ms; then HF_WINDOW_TIME_OUT. It ends with HF_ASKER_GONE when recall is told. HF_WINDOW_FAILED when it does not
 * start or greet. */
int pinentry_start(struct pinentry **p, const char *program, const char *const *env, const struct recall *recall, int wait_ms,
                   struct err *err) MUST_CHECK;
/* Sends a command that is answered by OK. HF_WINDOW_FAILED when pinentry says no, HF_LIMIT when the text is too long for a line. */
int pinentry_set(struct pinentry *p, const char *command, const char *text, struct err *err) MUST_CHECK;
/* As pinentry_set for what some pinentries do not know: told is whether this one took it. */
int pinentry_offer(struct pinentry *p, const char *command, const char *text, bool *told, struct err *err) MUST_CHECK;
/* Opens the window: command is "GETPIN" or "CONFIRM". answer: what was typed; empty when nothing was, or for CONFIRM. repeated: the
 * window had it typed twice. HF_WINDOW_REFUSED when the person said no, HF_WINDOW_TIME_OUT, HF_ASKER_GONE, HF_WINDOW_FAILED. */
int pinentry_ask(struct pinentry *p, const char *command, struct secret *answer, bool *repeated, struct err *err) MUST_CHECK;
/* Ends the program, by force after a moment. */
void pinentry_end(struct pinentry **p);

#endif
