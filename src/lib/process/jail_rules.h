/* The table behind the jails: which system calls each group opens, and which groups a kind of program has. */
#ifndef HUFU_PROCESS_JAIL_RULES_H
#define HUFU_PROCESS_JAIL_RULES_H

#include "jail.h"

#include <seccomp.h>
#include <stdbool.h>

enum jail_group {
	JAIL_BASE = 1 << 0,        /* memory that is not executable, threads, time, files, descriptors that are there */
	JAIL_ACCEPT = 1 << 1,      /* connections at listening sockets that are there */
	JAIL_INET = 1 << 2,        /* new TCP and UDP sockets */
	JAIL_UNIX = 1 << 3,        /* new Unix sockets */
	JAIL_CHILD = 1 << 4,       /* fork, exec, wait, kill */
	JAIL_EXEC_MEMORY = 1 << 5, /* libraries may still be loaded */
	JAIL_DESKTOP = 1 << 6,     /* what a window needs */
	JAIL_START = 1 << 7        /* what programs do before they enter their own jail */
};

struct jail_calls {
	unsigned groups; /* any of these opens them */
	const int *calls;
	size_t count;
};
extern const struct jail_calls jail_calls[];
extern const size_t jail_calls_count;

#define JAIL_ARGS_MAX 2
/* As the value of an argument: the number of the process that enters. */
#define JAIL_OWN_PID UINT64_C(0xffffffff00000001)

struct jail_rule {
	int call;
	unsigned groups;
	unsigned arg_count;
	struct scmp_arg_cmp args[JAIL_ARGS_MAX]; /* all must hold */
};
extern const struct jail_rule jail_rules[];
extern const size_t jail_rules_count;

/* Calls that end the process. */
extern const int jail_hostile[];
extern const size_t jail_hostile_count;

struct jail_row {
	const char *name;
	unsigned groups;
	bool files;         /* landlock holds the file tree; false: it would bind the children too */
	bool connects_tcp;  /* landlock lets TCP connect */
	bool other_sockets; /* abstract Unix sockets of others stay reachable */
};
extern const struct jail_row jail_rows[JAIL_KINDS];

/* What the run-time of a sanitizer needs besides: empty but in sanitizer builds. */
extern const int jail_sanitizer_calls[];
extern const size_t jail_sanitizer_count;
extern const unsigned jail_sanitizer_threads;

#endif
