/* The process table: every server program, what it listens at, whom it reaches, and as whom it runs. doc/protocol/processes.md */
#ifndef HUFU_HUFUD_PLAN_H
#define HUFU_HUFUD_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#define PLAN_DOORS_MAX 3
#define PLAN_PORTS_MAX 2

/* A listening Unix socket: the descriptor's name, and the file under run/; or a folder below the data folder. */
struct plan_door {
	const char *fd, *file;
};

/* A listening TCP socket: the descriptor's name, and the setting of its section that has the address. */
struct plan_port {
	const char *fd, *setting;
};

struct plan_row {
	const char *name;    /* of the program, its folder and its section of settings */
	const char *user;    /* where root starts hufud */
	const char *only_if; /* setting of its section that must not be empty; NULL: always runs */
	bool passphrase;
	struct plan_door doors[PLAN_DOORS_MAX]; /* ended by a NULL fd, or full */
	struct plan_port ports[PLAN_PORTS_MAX]; /* the same */
	struct plan_door folder;                /* a folder to read in: the descriptor's name, and its path; NULL: none */
	struct plan_door line;                  /* the descriptor's name, and the file of the door that it leads to; NULL: none */
};

/* In the order of starting; stopped in the reverse order. */
extern const struct plan_row plan[];
extern const size_t plan_rows;
#define PLAN_ROWS_MAX 16

#endif
