/* The agent's parent process: starts keydoor whenever the front asks for a connection to it, and ends when the front ends.
 * It reads nothing from outside. */
#ifndef HUFU_AGENT_KEEPER_H
#define HUFU_AGENT_KEEPER_H

#include "err.h"

#include <sys/types.h>

struct keeper {
	const char *program;     /* keydoor, absolute */
	const char *const *args; /* NULL-terminated, without argv[0] */
	const char *const *env;  /* what windows need, NULL-terminated NAME=value */
	pid_t front;
	int line; /* the answering end: line.h */
};

/* Until SIGTERM or SIGINT (0), or the end of the front (-1). SIGCHLD, SIGTERM and SIGINT must be blocked. Ends both children. */
int keeper_run(const struct keeper *k, struct err *err) MUST_CHECK;

#endif
