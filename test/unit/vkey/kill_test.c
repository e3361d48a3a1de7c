/* kill -9 at every step of a write: the memory is the old or the new one, and no try is given back. The steps are caught at link time. */
#include "apdu.h"
#include "application.h"
#include "make.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define PIN "cheval-7"
#define STEPS_MAX 64

/* Steps counted down in the child; the process dies before the step at which it reaches zero. */
static int steps_to_live;

static void step(void)
{
	if (steps_to_live > 0 && --steps_to_live == 0)
		(void)raise(SIGKILL);
}

ssize_t __real_write(int fd, const void *data, size_t size);
ssize_t __wrap_write(int fd, const void *data, size_t size);
ssize_t __wrap_write(int fd, const void *data, size_t size)
{
	step();
	return __real_write(fd, data, size);
}

int __real_fsync(int fd);
int __wrap_fsync(int fd);
int __wrap_fsync(int fd)
{
	step();
	return __real_fsync(fd);
}

int __real_renameat2(int from_dir, const char *from, int to_dir, const char *to, unsigned flags);
int __wrap_renameat2(int from_dir, const char *from, int to_dir, const char *to, unsigned flags);
int __wrap_renameat2(int from_dir, const char *from, int to_dir, const char *to, unsigned flags)
{
	step();
	return __real_renameat2(from_dir, from, to_dir, to, flags);
}

/* The looking at the PIN. */
int __real_vault_open(const struct memory *m, struct bytes pin, struct secret *master, struct err *err);
int __wrap_vault_open(const struct memory *m, struct bytes pin, struct secret *master, struct err *err);
int __wrap_vault_open(const struct memory *m, struct bytes pin, struct secret *master, struct err *err)
{
	if (steps_to_live < 0)
		(void)raise(SIGKILL);
	step();
	return __real_vault_open(m, pin, master, err);
}

static char path[64];
static char initial_pin[17];

static uint16_t ask(struct application *a, uint8_t cla, uint8_t ins, uint16_t p1p2, struct bytes data, uint32_t le)
{
	const struct apdu command = {cla, ins, (uint8_t)(p1p2 >> 8), (uint8_t)(p1p2 & 0xFF), data, le};
	struct buf raw, answer;
	struct bytes rest;
	uint16_t word = 0;

	buf_init(&raw, CARD_FRAME_MAX);
	buf_init(&answer, CARD_FRAME_MAX);
	if (apdu_build(&command, &raw, NULL) != 0 || application_answer(a, buf_get(&raw), &answer, NULL) != 0 ||
	    apdu_split_answer(buf_get(&answer), &rest, &word, NULL) != 0)
		abort();
	buf_free(&raw);
	buf_free(&answer);
	return word;
}

static struct application *plug(void)
{
	struct memory_file *file = NULL;
	struct application *a = NULL;
	struct err err = {0};

	if (memory_file_open(&file, path, &err) != 0 || application_new(&a, file, &err) != 0)
		fail_msg("%s", err.text);
	if (ask(a, 0, CARD_SELECT, 0x040C, (struct bytes){(const uint8_t *)CARD_AID, CARD_AID_SIZE}, 0) != CARD_DONE)
		fail();
	return a;
}

static uint16_t verify(struct application *a, const char *pin)
{
	return ask(a, 0, CARD_VERIFY, 0x0081, bytes_text(pin), 0);
}

static uint16_t change(struct application *a, const char *from, const char *to)
{
	char data[64];
	int n = snprintf(data, sizeof(data), "%c%s%s", (int)strlen(from), from, to);

	return ask(a, 0, CARD_CHANGE_PIN, 0x0081, (struct bytes){(const uint8_t *)data, (size_t)n}, 0);
}

static struct memory read_memory(void)
{
	struct memory_file *file = NULL;
	struct memory m;

	assert_int_equal(memory_file_open(&file, path, NULL), 0);
	assert_int_equal(memory_file_read(file, &m, NULL), 0);
	memory_file_close(&file);
	return m;
}

/* Runs the deed in a child that dies at the given step; true when it lived to the end. */
static bool survives(void (*deed)(struct application *), int at)
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		struct application *a = plug();

		steps_to_live = at;
		deed(a);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status) || WTERMSIG(status) == SIGKILL);
	return WIFEXITED(status);
}

static void try_wrong_pin(struct application *a)
{
	(void)verify(a, "wrong-1");
}

static int set_up(void **state)
{
	char lines[64] = "", serial[33];
	int out[2];

	steps_to_live = 0;
	(void)snprintf(path, sizeof(path), "/tmp/hufu-kill-%d.key", (int)getpid());
	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	assert_int_equal(make_key(path, &(struct make_plan){.label = "label"}, out[1], NULL), 0);
	assert_true(read(out[0], lines, sizeof(lines) - 1) > 0);
	assert_int_equal(sscanf(lines, "%32s %16s", serial, initial_pin), 2);
	(void)close(out[0]);
	(void)close(out[1]);
	return 0;
}

static int tear_down(void **state)
{
	char beside[80];

	(void)snprintf(beside, sizeof(beside), "%s.lock", path);
	(void)unlink(beside);
	(void)snprintf(beside, sizeof(beside), "%s.new", path);
	(void)unlink(beside);
	return unlink(path);
}

static void pin_is_looked_at_only_when_the_try_is_gone(void **state)
{
	struct memory m;

	for (uint8_t left = CARD_PIN_TRIES - 1; left > 0; left--) {
		assert_false(survives(try_wrong_pin, -1));
		m = read_memory();
		assert_int_equal(m.tries_left, left);
		memory_free(&m);
	}
}

static void no_step_gives_a_try_back(void **state)
{
	uint8_t before = CARD_PIN_TRIES;
	bool done = false;

	for (int at = 1; !done && at < STEPS_MAX; at++) {
		struct memory m;

		done = survives(try_wrong_pin, at);
		m = read_memory();
		assert_true(m.tries_left == before || m.tries_left == before - 1);
		assert_true(!done || m.tries_left == before - 1);
		before = m.tries_left;
		memory_free(&m);
	}
	assert_true(done);
}

static void set_pin(struct application *a)
{
	(void)change(a, initial_pin, PIN);
}

static void change_of_pin_is_whole(void **state)
{
	bool done = false;

	for (int at = 1; !done && at < STEPS_MAX; at++) {
		struct application *a;
		uint16_t word;

		done = survives(set_pin, at);
		a = plug();
		word = verify(a, initial_pin);
		if (word == CARD_DONE)
			assert_false(done);
		else {
			assert_int_equal(word, 0x63C9);
			assert_int_equal(verify(a, PIN), CARD_DONE);
			done = true;
		}
		application_free(&a);
	}
	assert_true(done);
}

static void make_key_pair(struct application *a)
{
	if (verify(a, PIN) != CARD_DONE || ask(a, 0x80, CARD_CREATE_CONTAINER, 0, bytes_text("one"), 2) != CARD_DONE)
		_exit(1);
	(void)ask(a, 0, CARD_GENERATE, 0x8000, BYTES_NONE, 65);
}

static void write_memory(const struct memory *m)
{
	struct memory_file *file = NULL;

	assert_int_equal(memory_file_open(&file, path, NULL), 0);
	assert_int_equal(memory_file_write(file, m, NULL), 0);
	memory_file_close(&file);
}

enum { NOTHING = 1, CONTAINER = 2, KEY_PAIR = 4 };

static int holdings(void)
{
	struct memory m = read_memory();
	int found = NOTHING;

	if (m.count == 1)
		found = m.containers[0].keys[MEMORY_SIGN].present ? KEY_PAIR : CONTAINER;
	memory_free(&m);
	return found;
}

static void key_pair_is_there_or_not(void **state)
{
	struct application *a = plug();
	struct memory before;
	int seen = 0;
	bool done = false;

	set_pin(a);
	application_free(&a);
	before = read_memory();
	for (int at = 1; !done && at < STEPS_MAX; at++) {
		write_memory(&before);
		done = survives(make_key_pair, at);
		seen |= holdings();
		assert_true(!done || holdings() == KEY_PAIR);
	}
	assert_int_equal(seen, NOTHING | CONTAINER | KEY_PAIR);
	memory_free(&before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(pin_is_looked_at_only_when_the_try_is_gone, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(no_step_gives_a_try_back, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(change_of_pin_is_whole, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(key_pair_is_there_or_not, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
