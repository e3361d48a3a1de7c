/* The journal keeps whole records in their chain, cuts off what a power cut left, and refuses everything else. */
#include "journal.h"

#include "log.h"

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
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

struct place {
	char path[64];
	int dir;
};

static int set_up(void **state)
{
	struct place *place = calloc(1, sizeof(*place));

	if (place == NULL)
		return -1;
	snprintf(place->path, sizeof(place->path), "/tmp/hufu-journal-test-XXXXXX");
	if (mkdtemp(place->path) == NULL)
		return -1;
	place->dir = open(place->path, O_RDONLY | O_DIRECTORY);
	*state = place;
	return place->dir < 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;

	unlinkat(place->dir, "j", 0);
	close(place->dir);
	rmdir(place->path);
	free(place);
	return 0;
}

struct seen {
	int64_t count, last_time;
	char bodies[64];
};

static int see(void *ctx, const struct journal_record *record, struct err *err)
{
	struct seen *seen = ctx;

	(void)err;
	seen->count++;
	seen->last_time = record->time;
	if (strlen(seen->bodies) + record->body.size < sizeof(seen->bodies))
		strncat(seen->bodies, (const char *)record->body.data, record->body.size);
	return 0;
}

static void add(struct journal *j, int64_t time, const char *body)
{
	struct journal_record record;
	struct err err;

	assert_int_equal(journal_add(j, time, bytes_text(body), &record, &err), 0);
}

/* Three records, the last two in one group. */
static void write_three(struct place *place)
{
	struct journal *j = NULL;
	struct err err;

	assert_int_equal(journal_create(&j, place->dir, "j", &err), 0);
	add(j, 10, "a");
	assert_int_equal(journal_commit(j, &err), 0);
	add(j, 10, "b");
	add(j, 12, "c");
	assert_int_equal(journal_commit(j, &err), 0);
	assert_int_equal(journal_syncs(j), 2);
	journal_free(&j);
}

static int open_it(struct place *place, struct seen *seen, struct journal **j, struct err *err)
{
	memset(seen, 0, sizeof(*seen));
	return journal_open(j, place->dir, "j", see, seen, err);
}

static off_t size_of(struct place *place)
{
	struct stat st;

	assert_int_equal(fstatat(place->dir, "j", &st, 0), 0);
	return st.st_size;
}

static void test_written_and_read(void **state)
{
	struct place *place = *state;
	struct journal *j = NULL, *second = NULL;
	struct journal_record record;
	struct seen seen;
	struct err err;
	struct buf body;
	uint64_t offset;

	write_three(place);
	assert_int_equal(open_it(place, &seen, &j, &err), 0);
	assert_string_equal(seen.bodies, "abc");
	assert_int_equal(journal_state_get(j).number, 3);
	assert_int_equal(journal_state_get(j).time, 12);
	buf_init(&body, JOURNAL_RECORD_MAX);
	for (int64_t n = 1; n <= 3; n++) {
		assert_int_equal(journal_find(j, n, &offset, &err), 0);
		assert_int_equal(journal_read(j, offset, &body, &record, &err), 0);
		assert_int_equal(record.number, n);
		assert_int_equal(record.body.data[0], "abc"[n - 1]);
	}
	assert_int_equal(journal_find(j, 4, &offset, &err), -1);
	assert_int_equal(journal_find(j, 0, &offset, &err), -1);
	assert_int_equal(journal_read(j, 3, &body, &record, &err), -1);
	assert_int_equal(open_it(place, &seen, &second, &err), -1); /* locked */
	assert_int_equal(err.code, HF_EXISTS);
	buf_free(&body);
	journal_free(&j);
	assert_int_equal(journal_create(&j, place->dir, "j", &err), -1);
	assert_int_equal(err.code, HF_EXISTS);
}

static void test_many_records_are_found(void **state)
{
	struct place *place = *state;
	struct journal *j = NULL;
	struct journal_record record;
	struct seen seen;
	struct err err;
	struct buf body;
	uint64_t offset;
	char text[16];
	static char large[300000];

	memset(large, 'x', sizeof(large) - 1);
	assert_int_equal(journal_create(&j, place->dir, "j", &err), 0);
	for (int i = 1; i <= 300; i++) {
		snprintf(text, sizeof(text), "%d", i);
		add(j, i, i % 50 == 0 ? large : text);
	}
	assert_int_equal(journal_commit(j, &err), 0);
	journal_free(&j);
	assert_int_equal(open_it(place, &seen, &j, &err), 0);
	assert_int_equal(seen.count, 300);
	buf_init(&body, JOURNAL_RECORD_MAX);
	for (int i = 1; i <= 300; i++) {
		assert_int_equal(journal_find(j, i, &offset, &err), 0);
		assert_int_equal(journal_read(j, offset, &body, &record, &err), 0);
		assert_int_equal(record.number, i);
		assert_int_equal(record.time, i);
	}
	buf_free(&body);
	journal_free(&j);
}

/* Whatever the length a power cut leaves, only whole records stay, and writing goes on from there. */
static void test_torn_anywhere(void **state)
{
	struct place *place = *state;
	struct journal *j = NULL;
	struct seen seen;
	struct err err;
	off_t whole;

	write_three(place);
	whole = size_of(place);
	for (off_t size = whole - 1; size > 0; size--) {
		unlinkat(place->dir, "j", 0);
		write_three(place);
		int fd = openat(place->dir, "j", O_RDWR);
		assert_int_equal(ftruncate(fd, size), 0);
		close(fd);
		assert_int_equal(open_it(place, &seen, &j, &err), 0);
		assert_int_equal(seen.count, size / (whole / 3));
		add(j, 20, "d");
		assert_int_equal(journal_commit(j, &err), 0);
		journal_free(&j);
		assert_int_equal(open_it(place, &seen, &j, &err), 0);
		assert_int_equal(seen.count, size / (whole / 3) + 1);
		assert_int_equal(seen.bodies[strlen(seen.bodies) - 1], 'd');
		journal_free(&j);
	}
}

static int cut_the_file(void *ctx, const struct journal_record *record, struct err *err)
{
	const int *fd = ctx;

	return record->number > 1 ? 0 : ftruncate(*fd, (off_t)(record->next * 5 / 2));
}

/* As a signer does that undoes a failed write while `hufu journal` reads. */
static void test_cut_while_it_is_read(void **state)
{
	static uint8_t large[900u << 10];
	struct place *place = *state;
	struct journal *j = NULL;
	struct journal_record record;
	struct journal_state found;
	struct err err;
	int fd;

	assert_int_equal(journal_create(&j, place->dir, "j", &err), 0);
	for (int i = 0; i < 4; i++)
		assert_int_equal(journal_add(j, 10, BYTES_ARRAY(large), &record, &err), 0);
	assert_int_equal(journal_commit(j, &err), 0);
	journal_free(&j);
	fd = openat(place->dir, "j", O_RDWR);
	assert_int_equal(journal_scan(fd, cut_the_file, &fd, &found, &err), -1);
	assert_int_equal(err.code, HF_FILE);
	close(fd);
}

static void test_zeros_at_the_end_are_torn(void **state)
{
	struct place *place = *state;
	struct journal *j = NULL;
	struct seen seen;
	struct err err;
	int fd;

	write_three(place);
	fd = openat(place->dir, "j", O_RDWR);
	assert_int_equal(ftruncate(fd, size_of(place) + 4096), 0);
	close(fd);
	assert_int_equal(open_it(place, &seen, &j, &err), 0);
	assert_int_equal(seen.count, 3);
	journal_free(&j);
	assert_true(size_of(place) < 4096);
}

/* Every changed bit of a whole file is noticed. */
static void test_any_change_is_refused(void **state)
{
	struct place *place = *state;
	struct journal *j = NULL;
	struct seen seen;
	struct err err;
	off_t whole;
	uint8_t byte;
	int fd;

	write_three(place);
	whole = size_of(place);
	fd = openat(place->dir, "j", O_RDWR);
	for (off_t at = 0; at < whole; at++) {
		assert_int_equal(pread(fd, &byte, 1, at), 1);
		byte ^= 1;
		assert_int_equal(pwrite(fd, &byte, 1, at), 1);
		if (open_it(place, &seen, &j, &err) == 0)
			fail_msg("a change at %ld was not noticed", (long)at);
		assert_int_equal(err.code, HF_JOURNAL_BROKEN);
		byte ^= 1;
		assert_int_equal(pwrite(fd, &byte, 1, at), 1);
	}
	close(fd);
}

static void test_records_may_not_move(void **state)
{
	struct place *place = *state;
	struct journal *j = NULL;
	struct seen seen;
	struct err err;
	uint8_t all[1024];
	off_t whole, third;
	int fd;

	write_three(place);
	whole = size_of(place);
	third = whole / 3;
	fd = openat(place->dir, "j", O_RDWR);
	assert_int_equal(pread(fd, all, sizeof(all), 0), whole);
	assert_int_equal(pwrite(fd, all + 2 * third, (size_t)third, third), third); /* the third in place of the second */
	assert_int_equal(open_it(place, &seen, &j, &err), -1);
	assert_int_equal(err.code, HF_JOURNAL_BROKEN);
	assert_int_equal(pwrite(fd, all, (size_t)third, third), third); /* the first again */
	assert_int_equal(open_it(place, &seen, &j, &err), -1);
	assert_int_equal(err.code, HF_JOURNAL_BROKEN);
	close(fd);
}

static void test_time_and_size_are_bounded(void **state)
{
	struct place *place = *state;
	struct journal *j = NULL;
	struct journal_record record;
	struct err err;
	static uint8_t large[JOURNAL_RECORD_MAX];

	assert_int_equal(journal_create(&j, place->dir, "j", &err), 0);
	add(j, 10, "a");
	assert_int_equal(journal_add(j, 9, BYTES_LITERAL("b"), &record, &err), -1);
	assert_int_equal(err.code, HF_CLOCK_BACK);
	assert_int_equal(journal_add(j, 10, BYTES_ARRAY(large), &record, &err), -1);
	assert_int_equal(err.code, HF_LIMIT);
	journal_abandon(j);
	assert_int_equal(journal_commit(j, &err), 0);
	assert_int_equal(journal_state_get(j).number, 0);
	journal_free(&j);
}

/* A full disk: the group is not there afterwards, and the journal goes on once there is room. */
static void test_failed_write_leaves_nothing(void **state)
{
	struct place *place = *state;
	struct journal *j = NULL;
	struct journal_record record;
	struct rlimit limit, tight;
	struct seen seen;
	struct err err;
	static uint8_t large[100000];
	off_t before;

	signal(SIGXFSZ, SIG_IGN);
	write_three(place);
	before = size_of(place);
	assert_int_equal(open_it(place, &seen, &j, &err), 0);
	getrlimit(RLIMIT_FSIZE, &limit);
	tight = limit;
	tight.rlim_cur = (rlim_t)before + 50000;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
	assert_int_equal(journal_add(j, 13, BYTES_ARRAY(large), &record, &err), 0);
	assert_int_equal(journal_commit(j, &err), -1);
	assert_int_equal(err.code, HF_FILE);
	setrlimit(RLIMIT_FSIZE, &limit);
	assert_int_equal(size_of(place), before);
	assert_int_equal(journal_state_get(j).number, 3);
	add(j, 13, "d");
	assert_int_equal(journal_commit(j, &err), 0);
	journal_free(&j);
	assert_int_equal(open_it(place, &seen, &j, &err), 0);
	assert_string_equal(seen.bodies, "abcd");
	journal_free(&j);
}

int main(void)
{
	log_start("test", LOG_LEVEL_ERROR);
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_written_and_read, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_many_records_are_found, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_torn_anywhere, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_cut_while_it_is_read, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_zeros_at_the_end_are_torn, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_any_change_is_refused, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_records_may_not_move, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_time_and_size_are_bounded, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_failed_write_leaves_nothing, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
