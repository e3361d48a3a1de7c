/* The orders of an application that is before the staff. Used by review's files only. */
#ifndef HUFU_SERVICE_REVIEW_ORDER_H
#define HUFU_SERVICE_REVIEW_ORDER_H

#include "application.h"
#include "order.h"
#include "query.h"
#include "review.h"

/* The acceptance that stands, parsed, and the person who signed it ("" when unknown). HF_ORDER_INCOMPLETE when there is none. */
int review_acceptance(struct connection *c, const struct application *application, struct pool *pool, struct order *accept,
                      const char **person, struct err *err) MUST_CHECK;
/* The approval that an acceptance calls for, for an actor who may give it. HF_ORDER_SAME_PERSON; HF_ORDER_EXPIRED when the acceptance is
 * too old; HF_ORDER_MISMATCH when the application is no longer what was accepted. */
int review_expected_approval(struct connection *c, const struct actor *actor, const struct application *application, int64_t now,
                             struct pool *pool, struct order *approve, struct err *err) MUST_CHECK;
/* An acceptance that is too old: the application is submitted again, with the reason. */
int review_submit_again(struct service *s, const struct actor *actor, const char *number, struct err *err) MUST_CHECK;

/* Words that the handler reads, on one line. HF_FIELD_*. */
int review_note_read(struct bytes note, struct pool *pool, const char **out, struct err *err) MUST_CHECK;

#endif
