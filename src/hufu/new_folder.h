/* A folder that gets its name when everything in it is on the disk, or is removed. */
#ifndef HUFU_HUFU_NEW_FOLDER_H
#define HUFU_HUFU_NEW_FOLDER_H

#include "err.h"

#include <limits.h>

struct new_folder {
	char target[PATH_MAX]; /* absolute */
	char path[PATH_MAX];   /* TARGET.hufu-init-XXXXXX until it gets its name */
	int dir;               /* open and locked while it is made: whoever finds it unlocked finds what was left behind */
};

/* HF_EXISTS when there is a target already. */
int new_folder_plan(struct new_folder *f, const char *target, struct err *err) MUST_CHECK;
/* Removes what killed ones left, and makes an empty folder (mode 0711). */
int new_folder_make(struct new_folder *f, struct err *err) MUST_CHECK;
/* Gives it its name. HF_EXISTS when another got it meanwhile. */
int new_folder_finish(struct new_folder *f, struct err *err) MUST_CHECK;
/* Removes the folders for this target that nobody works on any more. What cannot be removed is named on standard error. */
void new_folder_sweep(const struct new_folder *f);

#endif
