/* The mails as files of the working directory: 000001.eml and so on. */
#ifndef HUFU_MAILBOX_MAIL_FOLDER_H
#define HUFU_MAILBOX_MAIL_FOLDER_H

#include "bytes.h"

#define MAIL_FILE_MAX (2u << 20)

/* The highest number there is; 0: no mail. */
int mail_folder_last(int dir, int64_t *last, struct err *err) MUST_CHECK;
/* Kept durably under this number, which nobody has: HF_EXISTS. HF_LIMIT above 999999. */
int mail_folder_add(int dir, struct bytes mail, int64_t number, struct err *err) MUST_CHECK;
int mail_folder_read(int dir, int64_t number, struct buf *mail, struct err *err) MUST_CHECK; /* HF_NOT_FOUND */

#endif
