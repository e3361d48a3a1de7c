/* A user's machine for tests: a folder with the pinned certificates, a signed allow-list and settings, and the real agent on it. */
#ifndef HUFU_TEST_CLIENT_MACHINE_H
#define HUFU_TEST_CLIENT_MACHINE_H

#include "authority.h"
#include "json.h"
#include "virtual_key.h"

#include <stdio.h>
#include <sys/types.h>

#define MACHINE_ORIGIN "http://127.0.0.1:8080"        /* enrol, login, order */
#define MACHINE_LOGIN_ONLY "https://login.example.cn" /* login */

/* The environment names the programs: HUFU_TEST_AGENT, HUFU_TEST_VKEY, HUFU_TEST_PINENTRY, HUFU_TEST_SKF. */
struct client_machine {
	char slots[64], windows[64], folder[64];
	struct authority authority;
	struct sm2_private *release_key, *journal_key;
	struct cert *release, *journal;
	const char *library; /* SKF library; HUFU_TEST_SKF unless set before machine_start */
	pid_t agent;         /* 0: not running */
	int port;
	FILE *said;     /* what the agent prints */
	char page[128]; /* path of the agent's own page with its token */
};

/* Each of these fails the test when it does not succeed. */
void machine_begin(struct client_machine *m);
void machine_end(struct client_machine *m);
void machine_write_list(struct client_machine *m, int64_t version, int64_t until, const struct sm2_private *key);
void machine_start(struct client_machine *m); /* returns when the agent listens */
void machine_renew(struct client_machine *m); /* has it start anew */
void machine_stop(struct client_machine *m);
/* Starts the agent and waits for its end: its exit status. */
int machine_try_start(struct client_machine *m);

/* A request as a page of the origin sends it; body NULL: GET. The status; reply is the body's JSON (NULL when it is none). */
int machine_ask(struct client_machine *m, const char *origin, const char *path, const char *body, struct json **reply);
/* The same in two halves, for what happens between them. */
int machine_send(struct client_machine *m, const char *origin, const char *path, const char *body);
int machine_receive(int fd, struct json **reply);

#endif
