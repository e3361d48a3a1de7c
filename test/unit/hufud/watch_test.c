/* hufud over stand-in programs and a plan of the test's own: start, line, restart, failure, stop. */
#include "file.h"
#include "jail.h"
#include "listen.h"
#include "log.h"
#include "passphrase_keep.h"
#include "plan.h"
#include "watch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

const struct plan_row plan[] = {
    {.name = "stand_in_server", .user = "nobody-of-this-name", .passphrase = true, .doors = {{"DOOR", "server.sock"}}},
    {.name = "stand_in_asker", .user = "nobody-of-this-name", .line = {"SERVER", "server.sock"}},
    {.name = "mailbox", .only_if = "listen"},
};
const size_t plan_rows = sizeof(plan) / sizeof(plan[0]);

static char folder[64];

static int set_up(void **state)
{
	snprintf(folder, sizeof(folder), "/tmp/hufu-watch-XXXXXX");
	return !mkdtemp(folder) || chdir(folder) || mkdir("run", 0700);
}

static int tear_down(void **state)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", folder);
	return chdir("/") || system(command);
}

static int memory_file(const char *text)
{
	char path[] = "/tmp/hufu-phrase-XXXXXX";
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	unlink(path);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

/* hufud's part in a child; its status is 0, 1, or 9 when it cannot even begin. */
static pid_t start_watch(void)
{
	struct settings *settings = NULL;
	struct watch *watch = NULL;
	struct err err;
	pid_t pid = fork();
	int passphrase, status;

	if (pid)
		return pid;
	passphrase = passphrase_keep(memory_file("open sesame\n"), &err);
	if (passphrase < 0 || settings_parse(&settings, BYTES_LITERAL("[service]\nname = 虎符\n"), &err) ||
	    watch_new(&watch, settings, passphrase, &err) || jail_enter(JAIL_HUFUD, NULL, 0, &err))
		_exit(9);
	if (!freopen("/dev/null", "w", stdout))
		_exit(9);
	status = watch_run(watch, &err) ? 1 : 0;
	watch_free(&watch);
	settings_free(&settings);
	_exit(status);
}

/* The number that stands first in a file; 0 while it is not there. */
static int number_in(const char *name)
{
	struct buf text;
	int number = 0;

	buf_init(&text, 64);
	if (file_read(&text, AT_FDCWD, name, NULL) == 0 && buf_append_u8(&text, '\0', NULL) == 0)
		number = (int)strtol((const char *)text.data, NULL, 10);
	buf_free(&text);
	return number;
}

static int wait_for_number_beyond(const char *name, int last)
{
	for (int i = 0; i < 1000; i++) {
		int number = number_in(name);

		if (number != last && number != 0)
			return number;
		usleep(10000);
	}
	fail_msg("%s stays at %d", name, last);
	return 0;
}

static void test_start_restart_stop(void **state)
{
	pid_t hufud = start_watch();
	int status, server, answers;
	struct buf text;

	server = wait_for_number_beyond("stand_in_server/started", 0);
	answers = wait_for_number_beyond("stand_in_asker/answers", 0);
	assert_int_equal(kill(server, SIGKILL), 0);
	assert_int_not_equal(wait_for_number_beyond("stand_in_server/started", server), server);
	answers = number_in("stand_in_asker/answers");
	wait_for_number_beyond("stand_in_asker/answers", answers);
	assert_int_equal(kill(hufud, SIGTERM), 0);
	assert_int_equal(waitpid(hufud, &status, 0), hufud);
	assert_int_equal(status, 0);
	buf_init(&text, 64);
	assert_int_equal(file_read(&text, AT_FDCWD, "stand_in_server/started", NULL), 0);
	assert_non_null(strstr((char *)text.data, " 11")); /* what the passphrase was long */
	buf_free(&text);
	assert_int_equal(access("stand_in_server/ended", F_OK), 0);
	assert_int_equal(access("mailbox", F_OK), -1);
}

static void test_program_that_ends_while_others_start(void **state)
{
	int status, server, hold;
	pid_t hufud;

	assert_int_equal(mkdir("stand_in_asker", 0700), 0);
	hold = open("stand_in_asker/hold", O_WRONLY | O_CREAT, 0600);
	assert_true(hold >= 0);
	close(hold);
	hufud = start_watch();
	server = wait_for_number_beyond("stand_in_server/started", 0);
	while (access("stand_in_asker/answers", F_OK) != 0) /* it starts once the server serves */
		usleep(10000);
	assert_int_equal(kill(server, SIGKILL), 0);
	wait_for_number_beyond("stand_in_server/started", server);
	assert_int_equal(unlink("stand_in_asker/hold"), 0);
	wait_for_number_beyond("stand_in_asker/answers", 0);
	assert_int_equal(kill(hufud, SIGTERM), 0);
	assert_int_equal(waitpid(hufud, &status, 0), hufud);
	assert_int_equal(status, 0);
}

static void test_program_that_cannot_start_ends_all(void **state)
{
	int status;
	pid_t hufud;

	/* The asker cannot write into a folder that is a file. */
	assert_int_equal(mkdir("stand_in_asker", 0700), 0);
	assert_int_equal(mkdir("stand_in_asker/answers", 0700), 0);
	hufud = start_watch();
	assert_int_equal(waitpid(hufud, &status, 0), hufud);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 1);
	assert_int_equal(access("stand_in_server/ended", F_OK), 0);
}

static void test_folder_that_is_a_file(void **state)
{
	int status, fd = open("stand_in_server", O_WRONLY | O_CREAT, 0600);
	pid_t hufud;

	close(fd);
	hufud = start_watch();
	assert_int_equal(waitpid(hufud, &status, 0), hufud);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 9);
}

static enum err_code listen_code(const char *address, bool *loopback)
{
	struct err err = {0};
	int fd = listen_tcp(address, loopback, &err);

	if (fd >= 0)
		close(fd);
	return err.code;
}

static void test_addresses(void **state)
{
	static const char *const bad[] = {"",       "127.0.0.1", ":8080",      "127.0.0.1:", "localhost:0", "127.0.0.1:x",
	                                  "[::1:0", "[]:0",      "1.2.3:70000"};
	bool loopback = false;

	assert_int_equal(listen_code("127.0.0.1:0", &loopback), HF_NONE);
	assert_true(loopback);
	assert_int_equal(listen_code("0.0.0.0:0", &loopback), HF_NONE);
	assert_false(loopback);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(listen_code(bad[i], &loopback), HF_SETTING);
	assert_int_equal(listen_code("192.0.2.1:0", &loopback), HF_PROCESS);
}

static void test_passphrase_is_kept_sealed(void **state)
{
	struct err err;
	char text[1100];
	int fd = passphrase_keep(memory_file("open sesame\nsecond line"), &err);

	assert_true(fd >= 0);
	assert_int_equal(pread(fd, text, sizeof(text), 0), 11);
	assert_int_equal(pwrite(fd, "x", 1, 0), -1);
	assert_int_equal(ftruncate(fd, 0), -1);
	close(fd);
	assert_int_equal(passphrase_keep(memory_file("\n"), &err), -1);
	assert_int_equal(err.code, HF_PASSPHRASE);
	memset(text, 'x', sizeof(text));
	text[1026] = '\0';
	assert_int_equal(passphrase_keep(memory_file(text), &err), -1);
	text[1024] = '\0';
	fd = passphrase_keep(memory_file(text), &err);
	assert_true(fd >= 0);
	close(fd);
}

static void test_passphrase_from_a_credential(void **state)
{
	struct err err;
	int fd;

	assert_int_equal(file_create(AT_FDCWD, "hufu-passphrase", BYTES_LITERAL("from the manager"), 0600, &err), 0);
	setenv("CREDENTIALS_DIRECTORY", folder, 1);
	fd = passphrase_keep(-1, &err);
	unsetenv("CREDENTIALS_DIRECTORY");
	assert_true(fd >= 0);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_start_restart_stop, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_program_that_ends_while_others_start, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_program_that_cannot_start_ends_all, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_folder_that_is_a_file, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_addresses, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_passphrase_is_kept_sealed, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_passphrase_from_a_credential, set_up, tear_down),
	};

	log_start("test", LOG_LEVEL_ERROR);
	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
