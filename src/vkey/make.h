/* Making a new virtual key. doc/protocol/virtual-key.md 5 */
#ifndef HUFU_VKEY_MAKE_H
#define HUFU_VKEY_MAKE_H

#include "memory_file.h"

/* Makes the file and writes two lines to the descriptor out: the serial number, the initial PIN. serial NULL: one is drawn.
 * HF_EXISTS when there is such a file, HF_USAGE when label or serial cannot be those of a virtual key. */
int make_key(const char *path, const char *label, const char *serial, int out, struct err *err) MUST_CHECK;

#endif
