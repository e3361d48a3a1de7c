/* The passphrase while hufud runs: only in a memory file that nobody can change. */
#ifndef HUFU_HUFUD_PASSPHRASE_KEEP_H
#define HUFU_HUFUD_PASSPHRASE_KEEP_H

#include "err.h"

/* Takes it as passphrase_take does, and closes from when it is a descriptor. The memory file, or -1 with HF_PASSPHRASE.
 * doc/protocol/processes.md 4 */
int passphrase_keep(int from, struct err *err) MUST_CHECK;

#endif
