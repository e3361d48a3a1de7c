/* The variables of the environment that name the person's desktop or terminal, and where his keys are: what a window needs. */
#ifndef HUFU_PROCESS_DESKTOP_H
#define HUFU_PROCESS_DESKTOP_H

#define DESKTOP_VARIABLES_MAX 24

struct desktop {
	const char *variables[DESKTOP_VARIABLES_MAX + 1]; /* NULL-terminated NAME=value, lent from the environment: for struct spawn */
};

void desktop_read(struct desktop *desktop);

#endif
