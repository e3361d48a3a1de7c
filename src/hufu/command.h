/* The commands of hufu: each has a row in main.c's table and a file of its own. */
#ifndef HUFU_HUFU_COMMAND_H
#define HUFU_HUFU_COMMAND_H

#include "err.h"

struct command {
	const char *name;
	/* argv[0] is the command's name. 0; or -1 with err, which main tells with its code; HF_USAGE shows the command's usage. */
	int (*run)(int argc, char **argv, struct err *err);
	const char *usage; /* what follows "hufu NAME"; lines separated by '\n' */
	const char *help;  /* one sentence, id of the catalogue */
};

int audit_command(int argc, char **argv, struct err *err) MUST_CHECK;
int init_command(int argc, char **argv, struct err *err) MUST_CHECK;
int origins_command(int argc, char **argv, struct err *err) MUST_CHECK;
int journal_command(int argc, char **argv, struct err *err) MUST_CHECK;
int key_command(int argc, char **argv, struct err *err) MUST_CHECK;
int order_command(int argc, char **argv, struct err *err) MUST_CHECK;
int status_command(int argc, char **argv, struct err *err) MUST_CHECK;

#endif
