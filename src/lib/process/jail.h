/* What a process may still do once it has opened what it needs: seccomp and landlock by a row of a table. */
#ifndef HUFU_PROCESS_JAIL_H
#define HUFU_PROCESS_JAIL_H

#include "err.h"

#include <stddef.h>

enum jail_kind {
	JAIL_SIGNER,
	JAIL_ESCROW,
	JAIL_RESPONDER,
	JAIL_PORTAL,
	JAIL_COURIER,
	JAIL_KEYDOOR,
	JAIL_AGENT,
	JAIL_VKEY,
	JAIL_HUFUD,
	JAIL_PAPER,
	JAIL_MAILBOX,
	JAIL_KINDS
};

enum jail_access {
	JAIL_READ,
	JAIL_WRITE,   /* read and write and create below it */
	JAIL_EXECUTE, /* read and execute (kinds that may exec) */
	JAIL_TERMINAL /* read and write a terminal, and change its mode: without that what is typed is echoed */
};

/* Paths that stay reachable, relative ones from the working directory; everything else is closed to the process. A path that is
 * not there is left out. */
struct jail_path {
	const char *path;
	enum jail_access access;
};

/* Enters for good: no_new_privs, landlock on files and TCP, seccomp filter of the kind. Before any thread is started (HF_JAIL), and
 * after everything is loaded that is loaded late: crypto_load(), curl_global_init(), getpwuid(). Started then: threads, calls, servers.
 * HF_JAIL when the kernel refuses. */
int jail_enter(enum jail_kind kind, const struct jail_path *paths, size_t n, struct err *err) MUST_CHECK;
const char *jail_name(enum jail_kind kind);

#endif
