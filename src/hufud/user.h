/* As whom a program runs, and giving its folder to that user. doc/protocol/processes.md 6 */
#ifndef HUFU_HUFUD_USER_H
#define HUFU_HUFUD_USER_H

#include "err.h"

#include <sys/types.h>

struct user {
	uid_t uid; /* (uid_t)-1: whoever started hufud */
	gid_t gid;
	char name[32];
};

/* The named user, where hufud runs as root and that user exists, can walk to the working directory (the data folder) and execute the
 * program; else the user who started hufud. */
void user_choose(struct user *u, const char *name, const char *program);
/* Makes the folder if it is not there, mode 0700, and gives it with all that is in it to the user, once. */
int user_give_folder(const struct user *u, const char *folder, struct err *err) MUST_CHECK;

#endif
