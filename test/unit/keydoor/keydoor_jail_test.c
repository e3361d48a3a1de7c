/* What the vendor's library can read of the user whose key it opens: the looks of a window, not his settings of other programs. */
#include "keydoor_jail.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static char home[] = "/var/tmp/hufu-home-XXXXXX";

static void write_file(const char *folder, const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", home, folder);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(path, sizeof(path), "%s/%s/%s", home, folder, name);
	assert_int_equal(close(open(path, O_CREAT | O_WRONLY, 0600)), 0);
}

static int make_home(void **state)
{
	char path[64];

	assert_non_null(mkdtemp(home));
	snprintf(path, sizeof(path), "%s/.config", home);
	assert_int_equal(mkdir(path, 0700), 0);
	write_file(".config/gtk-3.0", "settings.ini");
	write_file(".config/browser", "cookies");
	return 0;
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int remove_home(void **state)
{
	return nftw(home, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

static int reads(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", home, name);
	return open(path, O_RDONLY | O_CLOEXEC) >= 0;
}

static void test_settings_of_others_are_closed(void **state)
{
	struct err err;
	int status;
	pid_t pid;

	if (syscall(SYS_landlock_create_ruleset, NULL, 0, 1U) < 0)
		skip(); /* a kernel without landlock */
	pid = fork();
	if (pid == 0) {
		setenv("HOME", home, 1);
		if (keydoor_jail("/usr/bin/pinentry", &err) != 0)
			_exit(4);
		_exit(reads(".config/gtk-3.0/settings.ini") | reads(".config/browser/cookies") << 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_settings_of_others_are_closed, make_home, remove_home),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
