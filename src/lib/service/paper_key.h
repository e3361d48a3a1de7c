/* The key of an application's papers, wrapped by the storage key; and papers sealed with it. */
#ifndef HUFU_SERVICE_PAPER_KEY_H
#define HUFU_SERVICE_PAPER_KEY_H

#include "query.h"
#include "service.h"

int paper_key_make(const struct service *s, const char *application, struct buf *wrapped, struct err *err) MUST_CHECK;
/* The application's key, unwrapped; the caller frees it. HF_PAPER_EXPIRED when it was destroyed. */
int paper_key_open(const struct service *s, struct connection *c, const char *application, struct pool *pool, struct secret *key,
                   struct err *err) MUST_CHECK;

#endif
