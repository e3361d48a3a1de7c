/* Starting a child with just the descriptors it is given. */
#ifndef HUFU_PROCESS_SPAWN_H
#define HUFU_PROCESS_SPAWN_H

#include "secret.h"

#include <sys/types.h>

struct spawn_fd {
	int from;         /* descriptor here */
	const char *name; /* the child finds its number in the environment as HUFU_FD_<name> (name in capitals, e.g. "PORTAL") */
};

struct spawn {
	const char *program;     /* absolute path */
	const char *const *args; /* NULL-terminated, without argv[0] */
	const struct spawn_fd *fds;
	size_t fd_count;
	const char *const *env; /* NULL-terminated extra NAME=value; the rest of the environment is PATH, LANG, TZ only */
	const char *dir;        /* working directory; NULL: stay */
	uid_t uid;
	gid_t gid;                 /* (uid_t)-1: stay */
	int input, output, errors; /* become the child's 0, 1 and 2; 0: as here */
	bool own_group;            /* a process group of its own: the terminal's Ctrl-C does not reach it */
};

/* All descriptors but 0-2 and the given ones are closed in the child; signals reset; dies with its parent (PDEATHSIG). */
int spawn(const struct spawn *s, pid_t *pid, struct err *err) MUST_CHECK;
/* The child's side: the number of a named descriptor, or -1 with HF_PROCESS. Close-on-exec is set. */
int spawn_fd_get(const char *name, struct err *err) MUST_CHECK;
/* Says on the descriptor READY, if there is one, that the program is jailed and serves. */
int spawn_ready(struct err *err) MUST_CHECK;
/* Reads the descriptor PASSPHRASE and closes it. HF_PASSPHRASE when there is none or it is empty or over 1024 bytes. */
int passphrase_read(struct secret *out, struct err *err) MUST_CHECK;
/* Descriptors are close-on-exec. socket_pair is SOCK_STREAM. */
int socket_pair(int fds[2], struct err *err) MUST_CHECK;
int socket_listen_unix(const char *path, unsigned mode, struct err *err) MUST_CHECK;
int socket_connect_unix(const char *path, struct err *err) MUST_CHECK;

#endif
