/* The agent's front: the process that pages speak to. It has no key, starts nothing and opens nothing. */
#ifndef HUFU_AGENT_FRONT_H
#define HUFU_AGENT_FRONT_H

#include "agent.h"

/* Takes over the listening sockets and the asking end of the line to the keeper; enters JAIL_AGENT and serves until SIGTERM, which must
 * be blocked. agent has everything but keydoor, events and shown. */
int front_run(struct agent *agent, const int *listeners, size_t n, int line, struct err *err) MUST_CHECK;

#endif
