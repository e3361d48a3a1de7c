/* The mailbox's SMTP socket: a few clients at a time, on one thread. */
#ifndef HUFU_MAILBOX_SMTP_DOOR_H
#define HUFU_MAILBOX_SMTP_DOOR_H

#include "smtp_session.h"

/* Serves until `ending` (a signalfd, or any descriptor) can be read. */
int smtp_door_serve(int listener, int ending, smtp_keep_fn *keep, void *ctx, struct err *err) MUST_CHECK;

#endif
