/* The agent's parent process: starts keydoor whenever the front asks for a connection to it, and ends when the front ends.
 * It reads nothing from outside. */
#ifndef HUFU_AGENT_KEEPER_H
#define HUFU_AGENT_KEEPER_H

#include "err.h"

#include <stdbool.h>
#include <sys/types.h>

struct keeper {
	const char *program;     /* keydoor, absolute */
	const char *const *args; /* NULL-terminated, without argv[0] */
	const char *const *env;  /* what windows need, NULL-terminated NAME=value */
	pid_t front;
	int line; /* the answering end: line.h */
	/* Asked at SIGUSR1: whether the agent would start with what its files say now. */
	bool (*may_renew)(const void *ctx);
	const void *ctx;
};

/* Until SIGTERM or SIGINT, a SIGUSR1 that may be followed (0; *renew), or the end of the front (-1). These and SIGCHLD must be blocked.
 * Ends both children. */
int keeper_run(const struct keeper *k, bool *renew, struct err *err) MUST_CHECK;

#endif
