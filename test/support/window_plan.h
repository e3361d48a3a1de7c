/* The plan by which pinentry-script answers windows in a test, and the log of what they said. */
#ifndef HUFU_TEST_WINDOW_PLAN_H
#define HUFU_TEST_WINDOW_PLAN_H

#include <stddef.h>

/* Makes a folder and lets XDG_RUNTIME_DIR name it. Each of these fails the test when it does not succeed. */
void window_plan_begin(char folder[64]);
void window_plan_end(const char *folder); /* with all that is in it */

/* Replaces the plan by these lines, and forgets the log. pinentry_script.c says what lines there are. */
void window_plan_set(const char *folder, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* What the windows said since then; of the caller. */
char *window_plan_log(const char *folder);
/* How often a text stands in it. */
size_t window_plan_count(const char *folder, const char *text);

#endif
