/* The mailbox's two pages: the list of mails, and one mail. */
#ifndef HUFU_MAILBOX_MAILBOX_PAGE_H
#define HUFU_MAILBOX_MAILBOX_PAGE_H

#include "router.h"

/* The program's context (router_program.ctx) is an int *: the folder's descriptor. */
extern const struct route mailbox_routes[];
extern const size_t mailbox_routes_count;

#endif
