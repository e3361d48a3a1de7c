/* The passphrase of the sealed keys: where it comes from, and the sealed memory file it is kept in. doc/protocol/processes.md 4 */
#ifndef HUFU_HUFUD_PASSPHRASE_H
#define HUFU_HUFUD_PASSPHRASE_H

#include "err.h"

/* from: a descriptor whose first line it is, closed afterwards, or -1: $CREDENTIALS_DIRECTORY/hufu-passphrase, else the terminal.
 * Returns the memory file, or -1 with HF_PASSPHRASE. */
int passphrase_take(int from, struct err *err) MUST_CHECK;

#endif
