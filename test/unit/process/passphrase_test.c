/* The passphrase at a terminal: unseen, twice when it is new, and the terminal is as it was whatever ends the program. */
#include "passphrase.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <utmp.h>

#define SHOWN_MAX 4096

static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
#define SIGNALS (sizeof(signals) / sizeof(signals[0]))

/* A program at a terminal of its own; both ends of it stay open here. */
struct user {
	int keyboard, terminal;
	pid_t program;
	char shown[SHOWN_MAX];
	size_t size;
};

/* The program asks, and ends with 0 when what it got is "open sesame". */
static void begin(struct user *u, bool is_new)
{
	*u = (struct user){.size = 0};
	assert_int_equal(openpty(&u->keyboard, &u->terminal, NULL, NULL, NULL), 0);
	u->program = fork();
	assert_true(u->program >= 0);
	if (u->program == 0) {
		struct secret passphrase;
		struct err err;

		unsetenv("CREDENTIALS_DIRECTORY");
		for (size_t i = 0; i < SIGNALS; i++)
			(void)signal(signals[i], SIG_DFL); /* whoever runs the tests may ignore them */
		if (login_tty(u->terminal) != 0 || passphrase_take(-1, is_new, &passphrase, &err) != 0)
			_exit(1);
		_exit(passphrase.size == 11 && memcmp(passphrase.data, "open sesame", 11) == 0 ? 0 : 2);
	}
}

static bool echoes(const struct user *u)
{
	struct termios now;

	assert_int_equal(tcgetattr(u->terminal, &now), 0);
	return (now.c_lflag & ECHO) != 0;
}

/* Until the text stands on the terminal as often as that. */
static void wait_for(struct user *u, const char *text, int times)
{
	for (;;) {
		const char *at = u->shown;
		int found = 0;
		ssize_t n;

		while ((at = strstr(at, text)) != NULL) {
			at += strlen(text);
			found++;
		}
		if (found >= times)
			break;
		n = read(u->keyboard, u->shown + u->size, SHOWN_MAX - 1 - u->size);
		assert_true(n > 0);
		u->size += (size_t)n;
	}
	while (echoes(u)) /* what is typed before would be forgotten */
		usleep(1000);
}

static void type(const struct user *u, const char *text)
{
	assert_int_equal(write(u->keyboard, text, strlen(text)), (ssize_t)strlen(text));
}

static int end(struct user *u)
{
	int status;

	assert_int_equal(waitpid(u->program, &status, 0), u->program);
	assert_true(echoes(u));
	close(u->keyboard);
	close(u->terminal);
	return status;
}

static void test_it_is_typed_unseen(void **state)
{
	struct user u;

	begin(&u, false);
	wait_for(&u, "keys: ", 1);
	type(&u, "open sesame\n");
	assert_int_equal(end(&u), 0);
	assert_null(strstr(u.shown, "sesame"));
}

static void test_a_new_one_twice(void **state)
{
	static const char *const second[] = {"open sesame\n", "open simsim\n"};

	for (int i = 0; i < 2; i++) {
		struct user u;
		int status;

		begin(&u, true);
		wait_for(&u, "keys: ", 1);
		type(&u, "open sesame\n");
		wait_for(&u, "more: ", 1);
		type(&u, second[i]);
		status = end(&u);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), i);
	}
}

static void test_a_signal_finds_the_terminal_as_it_was(void **state)
{
	for (size_t i = 0; i < SIGNALS; i++) {
		struct user u;
		int status;

		begin(&u, false);
		wait_for(&u, "keys: ", 1);
		type(&u, "open");
		if (signals[i] == SIGINT)
			type(&u, "\x03");
		else
			assert_int_equal(kill(u.program, signals[i]), 0);
		status = end(&u);
		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), signals[i]);
	}
}

/* Stopped at the prompt, it asks again when it goes on. */
static void test_it_goes_on_after_a_stop(void **state)
{
	struct user u;

	begin(&u, false);
	wait_for(&u, "keys: ", 1);
	/* The system does not stop it, whose session has nobody who could wake it: it goes on at once. */
	assert_int_equal(kill(u.program, SIGTSTP), 0);
	wait_for(&u, "keys: ", 2);
	type(&u, "open sesame\n");
	assert_int_equal(end(&u), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_it_is_typed_unseen),
	    cmocka_unit_test(test_a_new_one_twice),
	    cmocka_unit_test(test_a_signal_finds_the_terminal_as_it_was),
	    cmocka_unit_test(test_it_goes_on_after_a_stop),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
