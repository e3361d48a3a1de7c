/* Mails owed because of a deed, put into the outbox in the deed's transaction. */
#ifndef HUFU_SERVICE_NOTICE_H
#define HUFU_SERVICE_NOTICE_H

#include "application.h"
#include "mail.h"
#include "query.h"
#include "service.h"

/* To the address in the form. detail by kind: code, reason, serials; NULL for none; it is sealed for the courier. Without an
 * address there is no mail. */
int notice_put(struct connection *c, const struct service *s, enum mail_kind kind, const struct application *application,
               const char *detail, int64_t now, struct err *err) MUST_CHECK;

#endif
