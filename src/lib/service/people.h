/* The staff, as the signer's register has it. */
#ifndef HUFU_SERVICE_PEOPLE_H
#define HUFU_SERVICE_PEOPLE_H

#include "mail.h"
#include "person.h"
#include "service.h"

int people_list(struct service *s, const struct actor *actor, struct pool *pool, struct person_list *people, struct err *err) MUST_CHECK;
/* Mails that could not be sent, newest first, without their details. */
int people_failed_mails(struct service *s, const struct actor *actor, struct pool *pool, struct mail_list *mails,
                        struct err *err) MUST_CHECK;

#endif
