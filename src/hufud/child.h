/* One program of the plan: its sockets, which outlive it, and the process that runs now. */
#ifndef HUFU_HUFUD_CHILD_H
#define HUFU_HUFUD_CHILD_H

#include "plan.h"
#include "program.h"
#include "settings.h"
#include "user.h"

enum child_state {
	CHILD_DOWN,     /* to be started when due */
	CHILD_STARTING, /* runs, and has not said yet that it serves */
	CHILD_SERVES,
	CHILD_ENDING /* was told to end */
};

struct child {
	const struct plan_row *row;
	char program[PATH_MAX];
	struct user user;
	int doors[PLAN_DOORS_MAX], ports[PLAN_PORTS_MAX], folder;
	int line[2]; /* the asking end, given to the program; the answering end */
	pid_t pid;
	int ready; /* reading end; -1: nothing is waited for */
	enum child_state state;
	int64_t since;   /* when it came into its state, monotonic ms */
	int64_t due;     /* when it is started next, or is out of patience */
	int back_off_ms; /* before the next start */
};

/* Finds its program, makes its folder and its sockets. */
int child_open(struct child *c, const struct plan_row *row, const struct settings *settings, struct err *err) MUST_CHECK;
void child_close(struct child *c);
/* input: what it finds at 0. */
int child_start(struct child *c, const struct settings *settings, int passphrase, int input, struct err *err) MUST_CHECK;
/* SIGTERM, and SIGKILL when it is asked again after its time. */
void child_end(struct child *c);
/* Its process is gone; due says when it may be started again. */
void child_gone(struct child *c);
/* Its ready descriptor is readable. */
void child_heard(struct child *c);
/* Its line is readable. */
void child_connect(struct child *c);
void child_set_state(struct child *c, enum child_state state, int64_t patience_ms);

#endif
