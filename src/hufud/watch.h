/* Starting the programs of the plan, watching over them, and stopping them. doc/protocol/processes.md 2 and 5 */
#ifndef HUFU_HUFUD_WATCH_H
#define HUFU_HUFUD_WATCH_H

#include "settings.h"

struct watch;

/* Makes every socket of the plan, below the working directory. settings is kept; passphrase is lent and stays open. */
int watch_new(struct watch **w, const struct settings *settings, int passphrase, struct err *err) MUST_CHECK;
/* Starts all, runs until SIGTERM or SIGINT, stops all. -1 when a program could not be started. */
int watch_run(struct watch *w, struct err *err) MUST_CHECK;
void watch_free(struct watch **w);

#endif
