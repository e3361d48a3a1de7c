/* A child gets what it is given and nothing else. The test starts itself again as the child. */
#include "spawn.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* The child's part: tells on OUT what it finds. */
static int child_main(void)
{
	struct secret passphrase;
	struct err err;
	char folder[PATH_MAX];
	int out = spawn_fd_get("OUT", &err), open_fds = 0;
	DIR *fds = opendir("/proc/self/fd");

	for (struct dirent *e; (e = readdir(fds));)
		open_fds += e->d_name[0] != '.';
	closedir(fds);
	if (passphrase_read(&passphrase, &err))
		return 1;
	dprintf(out, "%d descriptors, cwd %s, X=%s, HOME=%s, passphrase of %zu, group %d", open_fds - 1, getcwd(folder, sizeof(folder)),
	        getenv("X"), getenv("HOME") ? "set" : "unset", passphrase.size, getpgrp() == getpid());
	secret_free(&passphrase);
	return spawn_ready(&err) ? 1 : 0;
}

static const char *const child_args[] = {"child", NULL};
static const char *const child_env[] = {"X=given", NULL};

static struct spawn child_of(const char *program, const struct spawn_fd *fds, size_t n)
{
	return (struct spawn){.program = program,
	                      .args = child_args,
	                      .fds = fds,
	                      .fd_count = n,
	                      .env = child_env,
	                      .dir = "/usr",
	                      .uid = (uid_t)-1,
	                      .gid = (gid_t)-1,
	                      .own_group = true};
}

static void test_child_gets_what_it_is_given(void **state)
{
	int out[2], ready[2], status, phrase = memfd_create("passphrase", MFD_CLOEXEC);
	struct spawn_fd fds[] = {{0, "OUT"}, {0, "READY"}, {phrase, "PASSPHRASE"}};
	char own[PATH_MAX] = "", text[1024] = "";
	struct spawn s = child_of(own, fds, 3);
	struct err err;
	pid_t pid;

	assert_true(readlink("/proc/self/exe", own, sizeof(own) - 1) > 0);
	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	assert_int_equal(pipe(ready), 0); /* not close-on-exec: still not inherited */
	assert_int_equal(write(phrase, "open sesame\n", 12), 12);
	fds[0].from = out[1];
	fds[1].from = ready[1];
	assert_int_equal(spawn(&s, &pid, &err), 0);
	close(out[1]);
	close(ready[1]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_true(read(out[0], text, sizeof(text) - 1) > 0);
	/* 0 to 2 and three given ones */
	assert_string_equal(text, "6 descriptors, cwd /usr, X=given, HOME=unset, passphrase of 11, group 1");
	assert_int_equal(read(ready[0], text, sizeof(text)), 1);
	close(out[0]);
	close(ready[0]);
	close(phrase);
}

static void test_program_that_is_not_there(void **state)
{
	struct spawn s = child_of("/nonexistent/program", NULL, 0);
	struct err err;
	pid_t pid;

	assert_int_equal(spawn(&s, &pid, &err), -1);
	assert_int_equal(err.code, HF_PROCESS);
	assert_non_null(strstr(err.text, "/nonexistent/program: No such file"));
	s.dir = "/nonexistent";
	assert_int_equal(spawn(&s, &pid, &err), -1);
	assert_int_equal(waitpid(-1, NULL, 0), -1);
}

static void test_child_dies_with_its_parent(void **state)
{
	static const char *const args[] = {"60", NULL};
	struct spawn s = {.program = "/bin/sleep", .args = args, .uid = (uid_t)-1};
	int told[2];
	pid_t parent, child = 0;

	assert_int_equal(pipe(told), 0);
	parent = fork();
	if (parent == 0) {
		if (spawn(&s, &child, NULL) || write(told[1], &child, sizeof(child)) < 0)
			_exit(1);
		_exit(0);
	}
	assert_int_equal(read(told[0], &child, sizeof(child)), sizeof(child));
	assert_int_equal(waitpid(parent, NULL, 0), parent);
	for (int i = 0; i < 1000; i++) {
		char path[64], state_letter = 'X';
		FILE *stat_file;

		snprintf(path, sizeof(path), "/proc/%d/stat", child);
		stat_file = fopen(path, "r");
		if (!stat_file)
			break;
		if (fscanf(stat_file, "%*d %*s %c", &state_letter) != 1)
			state_letter = 'X';
		fclose(stat_file);
		if (strchr("XZ", state_letter))
			break;
		assert_int_not_equal(i, 999);
		usleep(1000);
	}
	close(told[0]);
	close(told[1]);
}

static void test_descriptor_that_was_not_given(void **state)
{
	struct secret passphrase;
	struct err err;

	assert_int_equal(spawn_fd_get("NONE", &err), -1);
	assert_int_equal(err.code, HF_PROCESS);
	setenv("HUFU_FD_ODD", "9x", 1);
	assert_int_equal(spawn_fd_get("ODD", &err), -1);
	setenv("HUFU_FD_ODD", "987", 1);
	assert_int_equal(spawn_fd_get("ODD", &err), -1);
	assert_int_equal(passphrase_read(&passphrase, &err), -1);
	assert_int_equal(err.code, HF_PASSPHRASE);
	assert_int_equal(spawn_ready(&err), 0);
}

static enum err_code passphrase_code(const char *text)
{
	struct secret passphrase;
	struct err err = {0};
	char number[16];
	int fd = memfd_create("passphrase", 0);

	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	snprintf(number, sizeof(number), "%d", fd);
	setenv("HUFU_FD_PASSPHRASE", number, 1);
	if (passphrase_read(&passphrase, &err) == 0)
		secret_free(&passphrase);
	unsetenv("HUFU_FD_PASSPHRASE");
	return err.code;
}

static void test_bounds_of_the_passphrase(void **state)
{
	char text[1027];

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(passphrase_code(text), HF_PASSPHRASE);
	text[1025] = '\0';
	text[1024] = '\n';
	assert_int_equal(passphrase_code(text), HF_NONE);
	text[1024] = 'x';
	assert_int_equal(passphrase_code(text), HF_PASSPHRASE);
	assert_int_equal(passphrase_code(""), HF_PASSPHRASE);
	assert_int_equal(passphrase_code("\n"), HF_PASSPHRASE);
	assert_int_equal(passphrase_code("a"), HF_NONE);
}

static void test_listening_socket_has_its_mode(void **state)
{
	char path[64], long_path[200];
	struct stat st;
	struct err err;
	int fd;

	snprintf(path, sizeof(path), "/tmp/hufu-spawn-%d.sock", getpid());
	fd = socket_listen_unix(path, 0600, &err);
	assert_true(fd >= 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	close(fd);
	assert_int_equal(socket_connect_unix(path, &err), -1);
	assert_int_equal(err.code, HF_PEER_GONE);
	fd = socket_listen_unix(path, 0600, &err); /* over the one left behind */
	assert_true(fd >= 0);
	close(fd);
	unlink(path);
	memset(long_path, 'x', sizeof(long_path));
	long_path[199] = '\0';
	assert_int_equal(socket_listen_unix(long_path, 0600, &err), -1);
	assert_int_equal(socket_connect_unix("", &err), -1);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_child_gets_what_it_is_given), cmocka_unit_test(test_program_that_is_not_there),
	    cmocka_unit_test(test_child_dies_with_its_parent),  cmocka_unit_test(test_descriptor_that_was_not_given),
	    cmocka_unit_test(test_bounds_of_the_passphrase),    cmocka_unit_test(test_listening_socket_has_its_mode),
	};

	if (argc > 1 && strcmp(argv[1], "child") == 0)
		return child_main();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
