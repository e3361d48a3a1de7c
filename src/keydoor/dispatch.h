/* Takes requests from the agent's socket to the hands that do them: one that opens windows, one that only looks. */
#ifndef HUFU_KEYDOOR_DISPATCH_H
#define HUFU_KEYDOOR_DISPATCH_H

#include "keydoor.h"

struct dispatch;

/* Starts the threads. windows is the patience of k->place; k is kept. */
int dispatch_new(struct dispatch **d, struct keydoor *k, struct patience *windows, struct err *err) MUST_CHECK;
/* Serves the connected socket until it closes or SIGTERM comes. Ends the process (status 75) when the key lets its patience run out:
 * the vendor's library hangs, and nothing else ends that. */
int dispatch_run(struct dispatch *d, int fd, struct err *err) MUST_CHECK;

#endif
