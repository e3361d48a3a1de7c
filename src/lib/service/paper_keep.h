/* How long papers are kept, and whether they still are what was kept. */
#ifndef HUFU_SERVICE_PAPER_KEEP_H
#define HUFU_SERVICE_PAPER_KEEP_H

#include "service.h"

/* Withdraws drafts that nobody touched for 90 days. Destroys the key of the papers and the handler's ID number of what was rejected or
 * withdrawn 90 days ago, and of what was decided 5 years after its last certificate ended: the rows and hashes stay, the files, which
 * nobody can read any more, go with the next upload_sweep. At most 100 applications of each in a call. */
int paper_keep_forget(struct service *s, struct err *err) MUST_CHECK;
/* Reads every whole paper and compares its hash with the database's and, once a person accepted the application, with those in his order.
 * *changed: how many differ or are gone; each is told in the log and in the audit. */
int paper_keep_check(struct service *s, int64_t *changed, struct err *err) MUST_CHECK;
/* Whether the last one is a day ago; the store keeps when that was, so that a restart puts nothing off. */
int paper_keep_due(struct service *s, bool *due, struct err *err) MUST_CHECK;

#endif
