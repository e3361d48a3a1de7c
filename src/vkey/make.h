/* Making a new virtual key, and handing one over. doc/protocol/virtual-key.md 5 */
#ifndef HUFU_VKEY_MAKE_H
#define HUFU_VKEY_MAKE_H

#include "memory_file.h"

struct make_plan {
	const char *label;
	const char *serial; /* NULL: one is drawn */
	bool to_prepare;    /* it is handed over later: until then its PIN need not be changed */
};

/* Makes the file and writes two lines to the descriptor out: the serial number, the initial PIN. HF_EXISTS when there is such a file,
 * HF_USAGE when label or serial cannot be those of a virtual key. */
int make_key(const char *path, const struct make_plan *plan, int out, struct err *err) MUST_CHECK;

/* Gives a key to its holder: the present PIN is read from the descriptor in (one line), a new initial PIN is drawn, which the holder must
 * change before he uses the key. Writes to out as make_key. HF_PIN_WRONG (a try is gone), HF_PIN_LOCKED, HF_EXISTS while plugged in. */
int make_hand_over(const char *path, int in, int out, struct err *err) MUST_CHECK;

#endif
