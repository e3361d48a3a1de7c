/* Finds programs and the key library relative to the running program. */
#include "program.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int own_folder(char folder[PATH_MAX], struct err *err)
{
	ssize_t n = readlink("/proc/self/exe", folder, PATH_MAX - 1);
	char *slash;

	if (n <= 0)
		return err_set_errno(err, HF_FILE, "/proc/self/exe");
	folder[n] = '\0';
	slash = strrchr(folder, '/');
	if (slash == NULL)
		return err_set(err, HF_FILE, "the running program has no folder");
	*slash = '\0';
	return 0;
}

static int first_of(const char *const tries[], const char *name, char path[PATH_MAX], struct err *err)
{
	for (; *tries != NULL; tries++)
		if (snprintf(path, PATH_MAX, "%s/%s", *tries, name) < PATH_MAX && access(path, R_OK) == 0)
			return 0;
	return err_set(err, HF_FILE, "%s is neither installed nor built", name);
}

int program_path(const char *name, char path[PATH_MAX], struct err *err)
{
	char own[PATH_MAX], beside[PATH_MAX + 300];
	const char *const tries[] = {beside, own, HUFU_LIBEXEC_DIR, NULL};

	if (own_folder(own, err) != 0)
		return -1;
	(void)snprintf(beside, sizeof(beside), "%s/../%s", own, name);
	return first_of(tries, name, path, err);
}

int program_library_path(const char *folder, const char *name, char path[PATH_MAX], struct err *err)
{
	char own[PATH_MAX], beside[PATH_MAX + 300];
	const char *const tries[] = {beside, HUFU_LIBRARY_DIR, NULL};

	if (own_folder(own, err) != 0)
		return -1;
	(void)snprintf(beside, sizeof(beside), "%s/../%s", own, folder);
	return first_of(tries, name, path, err);
}
