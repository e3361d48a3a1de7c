/* Files are whole or absent, and bounded. */
#include "file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct place {
	char path[64];
	int dir;
};

static int set_up(void **state)
{
	static struct place place;

	snprintf(place.path, sizeof(place.path), "/tmp/hufu-file-test-XXXXXX");
	if (!mkdtemp(place.path))
		return -1;
	place.dir = open(place.path, O_RDONLY | O_DIRECTORY);
	*state = &place;
	return place.dir < 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;

	unlinkat(place->dir, "deep/inner", 0);
	unlinkat(place->dir, "deep", AT_REMOVEDIR);
	unlinkat(place->dir, "a", 0);
	unlinkat(place->dir, "lock", 0);
	close(place->dir);
	return rmdir(place->path); /* fails when a .new file was left behind */
}

static void test_replace_and_read(void **state)
{
	struct place *place = *state;
	struct buf b;
	struct err err;
	struct stat st;

	buf_init(&b, 8);
	assert_int_equal(file_replace(place->dir, "a", BYTES_LITERAL("one"), 0640, &err), 0);
	assert_int_equal(file_replace(place->dir, "a", BYTES_LITERAL("two"), 0640, &err), 0);
	assert_int_equal(file_read(&b, place->dir, "a", &err), 0);
	assert_true(bytes_is_text(buf_get(&b), "two"));
	assert_int_equal(fstatat(place->dir, "a", &st, 0), 0);
	assert_int_equal(st.st_mode & 0777, 0640);
	buf_free(&b);
}

static void test_read_is_bounded(void **state)
{
	struct place *place = *state;
	struct buf b;
	struct err err;

	assert_int_equal(file_replace(place->dir, "a", BYTES_LITERAL("12345678"), 0600, &err), 0);
	buf_init(&b, 8);
	assert_int_equal(file_read(&b, place->dir, "a", &err), 0);
	buf_free(&b);
	buf_init(&b, 7);
	assert_int_equal(file_read(&b, place->dir, "a", &err), -1);
	assert_int_equal(err.code, HF_LIMIT);
	buf_free(&b);
	assert_int_equal(file_read(&b, place->dir, "none", &err), -1);
	assert_int_equal(err.code, HF_NOT_FOUND);
}

static void test_create_never_overwrites(void **state)
{
	struct place *place = *state;
	struct buf b;
	struct err err;

	assert_int_equal(file_make_dir(place->dir, "deep", 0700, &err), 0);
	assert_int_equal(file_make_dir(place->dir, "deep", 0700, &err), 0);
	assert_int_equal(file_create(place->dir, "deep/inner", BYTES_LITERAL("first"), 0600, &err), 0);
	assert_int_equal(file_create(place->dir, "deep/inner", BYTES_LITERAL("second"), 0600, &err), -1);
	assert_int_equal(err.code, HF_EXISTS);
	buf_init(&b, 64);
	assert_int_equal(file_read(&b, place->dir, "deep/inner", &err), 0);
	assert_true(bytes_is_text(buf_get(&b), "first"));
	buf_free(&b);
	assert_int_equal(file_make_dir(place->dir, "deep/inner", 0700, &err), -1);
	assert_int_equal(err.code, HF_FILE);
	assert_int_equal(file_replace(place->dir, "nowhere/x", BYTES_NONE, 0600, &err), -1);
	assert_int_equal(file_open_dir(place->dir, "nowhere", &err), -1);
	assert_int_equal(err.code, HF_NOT_FOUND);
}

static void test_lock_is_exclusive(void **state)
{
	struct place *place = *state;
	struct err err;
	int fd = file_lock(place->dir, "lock", &err);

	assert_true(fd >= 0);
	assert_int_equal(file_lock(place->dir, "lock", &err), -1);
	assert_int_equal(err.code, HF_EXISTS);
	close(fd);
	fd = file_lock(place->dir, "lock", &err);
	assert_true(fd >= 0);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_replace_and_read, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_read_is_bounded, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_create_never_overwrites, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_lock_is_exclusive, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
