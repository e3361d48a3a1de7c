/* The agent's two listening sockets on the loopback. */
#ifndef HUFU_AGENT_LISTEN_H
#define HUFU_AGENT_LISTEN_H

#include "err.h"

#include <stddef.h>
#include <stdint.h>

#define LISTEN_PORTS 3 /* the first and the two after it */

/* 127.0.0.1 and, where the machine has it, ::1, both with the same port: the first of LISTEN_PORTS from *port that is free, told in *port.
 * HF_SYSTEM when none is. */
int listen_loopback(uint16_t *port, int fds[2], size_t *count, struct err *err) MUST_CHECK;

#endif
