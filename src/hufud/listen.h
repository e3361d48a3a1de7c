/* Listening TCP sockets from addresses in settings. */
#ifndef HUFU_HUFUD_LISTEN_H
#define HUFU_HUFUD_LISTEN_H

#include "err.h"

#include <stdbool.h>

/* address: "a.b.c.d:port" or "[v6]:port". Returns the descriptor, or -1 with HF_SETTING (no such form) or HF_PROCESS (taken). */
int listen_tcp(const char *address, bool *loopback, struct err *err) MUST_CHECK;

#endif
