/* The slot directory: whose it must be, what counts as a key in it, and the link's waiting for a card that another holds. */
#include "card_link.h"
#include "card_profile.h"
#include "slot.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

struct place {
	char path[32];
	struct err err;
};

static int set_up(void **state)
{
	struct place *p = calloc(1, sizeof(*p));

	memcpy(p->path, "/tmp/hufu-slot-XXXXXX", sizeof("/tmp/hufu-slot-XXXXXX"));
	assert_non_null(mkdtemp(p->path));
	assert_int_equal(setenv("HUFU_KEY_SLOTS", p->path, 1), 0);
	*state = p;
	return 0;
}

static int tear_down(void **state)
{
	struct place *p = *state;
	char command[64];

	for (const char *const *name = (const char *const[]){"a.sock", "b.sock", "c.sock", "inner", "link", "x y.sock", NULL}; *name;
	     name++) {
		(void)snprintf(command, sizeof(command), "%s/%s", p->path, *name);
		(void)remove(command);
	}
	assert_int_equal(rmdir(p->path), 0);
	free(p);
	return 0;
}

static void path_in(const struct place *p, const char *name, char path[SLOT_PATH_MAX])
{
	(void)snprintf(path, SLOT_PATH_MAX, "%s/%s", p->path, name);
}

static int listen_at(const struct place *p, const char *name)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	path_in(p, name, address.sun_path);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(fd, 4), 0);
	return fd;
}

static void directory_must_be_of_this_user_alone(void **state)
{
	struct place *p = *state;
	char inner[SLOT_PATH_MAX], link_path[SLOT_PATH_MAX], found[SLOT_PATH_MAX];

	path_in(p, "inner", inner);
	path_in(p, "link", link_path);
	assert_int_equal(setenv("HUFU_KEY_SLOTS", inner, 1), 0);
	assert_int_equal(slot_directory(found, &p->err), 0);
	assert_string_equal(found, inner);
	assert_int_equal(chmod(inner, 0770), 0);
	assert_int_equal(slot_directory(found, &p->err), -1);
	assert_int_equal(p->err.code, HF_KEY_READER);
	assert_int_equal(chmod(inner, 0700), 0);
	assert_int_equal(symlink(inner, link_path), 0);
	assert_int_equal(setenv("HUFU_KEY_SLOTS", link_path, 1), 0);
	assert_int_equal(slot_directory(found, &p->err), -1);
}

static void default_directory_lies_in_the_runtime_directory(void **state)
{
	struct place *p = *state;
	char found[SLOT_PATH_MAX], wanted[SLOT_PATH_MAX], parent[SLOT_PATH_MAX];

	assert_int_equal(unsetenv("HUFU_KEY_SLOTS"), 0);
	assert_int_equal(setenv("XDG_RUNTIME_DIR", p->path, 1), 0);
	assert_int_equal(slot_directory(found, &p->err), 0);
	path_in(p, "hufu/keys", wanted);
	path_in(p, "hufu", parent);
	assert_string_equal(found, wanted);
	assert_int_equal(rmdir(wanted), 0);
	assert_int_equal(rmdir(parent), 0);
}

static void names_have_a_small_alphabet(void **state)
{
	struct place *p = *state;
	char path[SLOT_PATH_MAX];

	assert_true(slot_name_valid("key-1_A"));
	assert_false(slot_name_valid(""));
	assert_false(slot_name_valid("../key"));
	assert_false(slot_name_valid("a b"));
	assert_false(slot_name_valid("123456789012345678901234567890123"));
	assert_int_equal(slot_socket_path(p->path, "..", path, &p->err), -1);
}

static void only_sockets_that_answer_are_keys(void **state)
{
	struct place *p = *state;
	struct slot_list list;
	int b = listen_at(p, "b.sock"), a = listen_at(p, "a.sock"), stale = listen_at(p, "c.sock"), odd = listen_at(p, "x y.sock");

	(void)close(stale);
	assert_int_equal(slot_list_present(p->path, &list, &p->err), 0);
	assert_int_equal(list.count, 2);
	assert_string_equal(list.names[0], "a");
	assert_string_equal(list.names[1], "b");
	assert_false(slot_is_present(p->path, "c"));
	(void)close(a);
	(void)close(b);
	(void)close(odd);
}

/* Plugs in when the watch waits already. */
static void *plug_later(void *argument)
{
	(void)poll(NULL, 0, 300);
	return (void *)(intptr_t)listen_at(argument, "a.sock");
}

static void a_cancel_that_came_too_late_ends_no_other_wait(void **state)
{
	struct place *p = *state;
	struct slot_watch *watch;
	struct slot_event event;
	pthread_t thread;
	void *fd;

	assert_int_equal(slot_watch_new(&watch, p->path, &p->err), 0);
	slot_watch_cancel(watch);
	slot_watch_forget_cancel(watch);
	assert_int_equal(pthread_create(&thread, NULL, plug_later, p), 0);
	assert_int_equal(slot_watch_next(watch, &event, -1, &p->err), 0);
	assert_true(event.plugged);
	assert_int_equal(pthread_join(thread, &fd), 0);
	slot_watch_free(&watch);
	(void)close((int)(intptr_t)fd);
}

static void link_gives_up_on_a_card_that_is_held(void **state)
{
	struct place *p = *state;
	struct card_link *link = NULL;
	int fd = listen_at(p, "a.sock");

	assert_int_equal(card_link_open(&link, p->path, "a", 50, &p->err), -1);
	assert_int_equal(p->err.code, HF_KEY_BUSY);
	assert_int_equal(card_link_open(&link, p->path, "b", 50, &p->err), -1);
	assert_int_equal(p->err.code, HF_KEY_ABSENT);
	(void)close(fd);
}

static void link_refuses_another_atr(void **state)
{
	struct place *p = *state;
	struct card_link *link = NULL;
	int fd = listen_at(p, "a.sock");
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int first = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), taken;
	pid_t card = fork();

	if (card == 0) {
		taken = accept(fd, NULL, NULL);
		(void)!write(taken, "\x00\x02\x3B\x00", 4);
		_exit(0);
	}
	path_in(p, "a.sock", address.sun_path);
	assert_int_equal(card_link_open(&link, p->path, "a", 2000, &p->err), -1);
	assert_int_equal(p->err.code, HF_KEY_ANSWER);
	(void)close(first);
	(void)close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(directory_must_be_of_this_user_alone, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(default_directory_lies_in_the_runtime_directory, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(names_have_a_small_alphabet, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(only_sockets_that_answer_are_keys, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_cancel_that_came_too_late_ends_no_other_wait, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(link_gives_up_on_a_card_that_is_held, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(link_refuses_another_atr, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
