/* The plan by which pinentry-script answers windows in a test, and the log of what they said. */
#include "window_plan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static FILE *open_file(const char *folder, const char *name, const char *mode)
{
	char path[128];

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	return fopen(path, mode);
}

void window_plan_begin(char folder[64])
{
	memcpy(folder, "/tmp/hufu-windows-XXXXXX", sizeof("/tmp/hufu-windows-XXXXXX"));
	assert_non_null(mkdtemp(folder));
	assert_int_equal(setenv("XDG_RUNTIME_DIR", folder, 1), 0);
	window_plan_set(folder, "%s", "");
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	return remove(path);
}

void window_plan_end(const char *folder)
{
	assert_int_equal(nftw(folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS), 0);
}

void window_plan_set(const char *folder, const char *format, ...)
{
	FILE *plan = open_file(folder, "hufu-pinentry.plan", "we"), *log = open_file(folder, "hufu-pinentry.log", "we");
	va_list args;

	assert_non_null(plan);
	assert_non_null(log);
	va_start(args, format);
	assert_true(vfprintf(plan, format, args) >= 0);
	va_end(args);
	assert_int_equal(fclose(plan), 0);
	assert_int_equal(fclose(log), 0);
}

char *window_plan_log(const char *folder)
{
	FILE *log = open_file(folder, "hufu-pinentry.log", "re");
	char *text = NULL;
	size_t size = 0;

	assert_non_null(log);
	if (getdelim(&text, &size, '\0', log) < 0) {
		free(text);
		text = strdup("");
	}
	(void)fclose(log);
	assert_non_null(text);
	return text;
}

size_t window_plan_count(const char *folder, const char *text)
{
	char *log = window_plan_log(folder);
	size_t count = 0;

	for (const char *at = log; (at = strstr(at, text)) != NULL; at += strlen(text))
		count++;
	free(log);
	return count;
}
