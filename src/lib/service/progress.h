/* Following an application without a certificate: by its number and the code that was mailed. */
#ifndef HUFU_SERVICE_PROGRESS_H
#define HUFU_SERVICE_PROGRESS_H

#include "application.h"
#include "service.h"

/* Binds the application to the actor's session, which goes on under a new token. HF_CODE_WRONG (also for an unknown number), HF_CODE_TRIES
 * after 5 wrong ones for the code that stands, by one address in an hour. */
int progress_open(struct service *s, const struct actor *actor, const char *number, const char *code, char token[SESSION_TOKEN_SIZE + 1],
                  struct err *err) MUST_CHECK;
/* A new code, mailed to the address in the form when there is such an application; the caller cannot tell. HF_RATE. */
int progress_send_code(struct service *s, const struct actor *actor, const char *number, struct err *err) MUST_CHECK;
/* Of the session's application, or of one of the holder's enterprise. */
int progress_load(struct service *s, const struct actor *actor, const char *number, struct pool *pool, struct application *application,
                  struct history_list *history, struct err *err) MUST_CHECK;

#endif
