/* What stays reachable for keydoor and for the pinentry that it starts. */
#ifndef HUFU_KEYDOOR_KEYDOOR_JAIL_H
#define HUFU_KEYDOOR_KEYDOOR_JAIL_H

#include "err.h"

/* Enters JAIL_KEYDOOR with what the pinentry program, its desktop and the vendor's library need. */
int keydoor_jail(const char *pinentry, struct err *err) MUST_CHECK;

#endif
