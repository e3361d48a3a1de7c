/* What a mail says beside its usual words (a code, a reason) is sealed while it waits in the outbox: doc/protocol/paper.md 1. */
#ifndef HUFU_SERVICE_MAIL_SEAL_H
#define HUFU_SERVICE_MAIL_SEAL_H

#include "mail.h"
#include "secret.h"

#define MAIL_DETAIL_MAX 4000 /* bytes of a detail */
#define MAIL_SEALED_MAX 6000 /* characters of a sealed one */

/* Of the storage key (32 bytes, else HF_SETTING) only this reaches the courier's work. */
int mail_key_derive(const struct secret *storage_key, struct secret *key, struct err *err) MUST_CHECK;
/* Of mail: the detail, sealed for this row of the outbox, this kind, address, number and origin. */
int mail_detail_seal(const struct secret *key, const struct mail *mail, struct buf *out, struct err *err) MUST_CHECK;
/* The detail of a row as the outbox has it, opened to a text that ends with NUL. HF_SEAL_BROKEN: it was not sealed for this row. */
int mail_detail_open(const struct secret *key, const struct mail *mail, struct secret *text, struct err *err) MUST_CHECK;

#endif
