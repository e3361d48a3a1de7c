/* The running virtual key at its socket: one connection at a time, a fresh card for each, broken frames, and the program's arguments. */
#include "card_link.h"
#include "card_profile.h"
#include "virtual_key.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

struct world {
	char slots[64];
	struct virtual_key key;
	struct err err;
};

static int set_up(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	slots_begin(w->slots);
	virtual_key_make(&w->key, w->slots, "one");
	virtual_key_plug(&w->key);
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	if (w->key.process != 0)
		virtual_key_pull(&w->key);
	slots_end(w->slots);
	free(w);
	return 0;
}

static int connect_raw(const struct world *w)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%s/one.sock", w->slots);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

static bool is_readable(int fd, int ms)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};

	return poll(&p, 1, ms) == 1;
}

static void expect_atr(int fd)
{
	uint8_t frame[2 + CARD_ATR_SIZE];

	assert_int_equal(recv(fd, frame, sizeof(frame), MSG_WAITALL), sizeof(frame));
	assert_int_equal(frame[1], CARD_ATR_SIZE);
	assert_memory_equal(frame + 2, CARD_ATR, CARD_ATR_SIZE);
}

static void second_connection_waits_for_the_first(void **state)
{
	struct world *w = *state;
	int first = connect_raw(w), second;

	expect_atr(first);
	second = connect_raw(w);
	assert_false(is_readable(second, 100));
	(void)close(first);
	assert_true(is_readable(second, 2000));
	expect_atr(second);
	(void)close(second);
}

static void broken_frames_end_the_connection(void **state)
{
	static const char *const frames[] = {"\x00\x00", "\x20\x01", "\xFF\xFF"};
	struct world *w = *state;
	char byte;

	for (size_t i = 0; i < 3; i++) {
		int fd = connect_raw(w);

		expect_atr(fd);
		assert_int_equal(write(fd, frames[i], 2), 2);
		assert_true(is_readable(fd, 2000));
		assert_int_equal(read(fd, &byte, 1), 0);
		(void)close(fd);
	}
}

static uint16_t ask(struct world *w, struct card_link *link, const struct apdu *command)
{
	struct buf answer;
	uint16_t word = 0;

	buf_init(&answer, CARD_FRAME_MAX);
	assert_int_equal(card_link_ask(link, command, &answer, &word, 5000, &w->err), 0);
	buf_free(&answer);
	return word;
}

static void pin_is_forgotten_with_the_connection(void **state)
{
	struct world *w = *state;
	const struct apdu select = {0, CARD_SELECT, 0x04, 0x0C, {(const uint8_t *)CARD_AID, CARD_AID_SIZE}, 0};
	const struct apdu verify = {0, CARD_VERIFY, 0, CARD_PIN_REFERENCE, bytes_text(w->key.pin), 0};
	const struct apdu ask_pin = {0, CARD_VERIFY, 0, CARD_PIN_REFERENCE, BYTES_NONE, 0};
	struct card_link *link = NULL;

	assert_int_equal(card_link_open(&link, w->slots, "one", 2000, &w->err), 0);
	assert_int_equal(ask(w, link, &select), CARD_DONE);
	assert_int_equal(ask(w, link, &verify), CARD_DONE);
	assert_int_equal(ask(w, link, &ask_pin), CARD_DONE);
	assert_true(card_link_is_alive(link));
	card_link_close(&link);
	assert_int_equal(card_link_open(&link, w->slots, "one", 2000, &w->err), 0);
	assert_int_equal(ask(w, link, &ask_pin), CARD_NOT_SELECTED);
	assert_int_equal(ask(w, link, &select), CARD_DONE);
	assert_int_equal(ask(w, link, &ask_pin), 0x63CA);
	virtual_key_kill(&w->key);
	assert_false(card_link_is_alive(link));
	card_link_close(&link);
}

static void socket_goes_with_the_key_and_returns_after_a_kill(void **state)
{
	struct world *w = *state;
	char path[128];
	struct stat st;

	(void)snprintf(path, sizeof(path), "%s/one.sock", w->slots);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	virtual_key_kill(&w->key);
	assert_int_equal(stat(path, &st), 0);
	virtual_key_plug(&w->key);
	virtual_key_pull(&w->key);
	assert_int_equal(stat(path, &st), -1);
}

static int run(const char *const arguments[])
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		int nothing = open("/dev/null", O_WRONLY | O_CLOEXEC);

		if (dup2(nothing, STDOUT_FILENO) < 0 || dup2(nothing, STDERR_FILENO) < 0)
			_exit(126);
		(void)execv(getenv("HUFU_TEST_VKEY"), (char *const *)(uintptr_t)arguments);
		_exit(127);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void arguments_and_occupied_places_are_refused(void **state)
{
	struct world *w = *state;
	char other[128];

	(void)snprintf(other, sizeof(other), "%s/other.key", w->slots);
	assert_int_equal(run((const char *const[]){"vkey", NULL}), 64);
	assert_int_equal(run((const char *const[]){"vkey", "--file", other, NULL}), 64);
	assert_int_equal(run((const char *const[]){"vkey", "--file", other, "--slot", "a", "--label", "x", NULL}), 64);
	assert_int_equal(run((const char *const[]){"vkey", "--make", "--file", other, "--label", "x", "--out-fd", "-1", NULL}), 64);
	assert_int_equal(run((const char *const[]){"vkey", "--file", other, "--slot", "a", NULL}), 1);
	assert_int_equal(run((const char *const[]){"vkey", "--file", w->key.file, "--slot", "b", NULL}), 1);
	assert_int_equal(run((const char *const[]){"vkey", "--make", "--file", w->key.file, "--label", "x", NULL}), 1);
	assert_int_equal(run((const char *const[]){"vkey", "--make", "--file", other, "--label", "x", "--serial", "BJCA1", NULL}), 1);
	assert_int_equal(run((const char *const[]){"vkey", "--make", "--file", other, "--label", "x", "--serial", "HUFUV1", NULL}), 0);
	assert_int_equal(run((const char *const[]){"vkey", "--file", other, "--slot", "one", NULL}), 1);
	assert_int_equal(run((const char *const[]){"vkey", "--file", other, "--slot", "../one", NULL}), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(second_connection_waits_for_the_first, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(broken_frames_end_the_connection, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(pin_is_forgotten_with_the_connection, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(socket_goes_with_the_key_and_returns_after_a_kill, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(arguments_and_occupied_places_are_refused, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
