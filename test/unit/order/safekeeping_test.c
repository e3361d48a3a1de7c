/* Escrow's file gives back what it was given, to its own master key and CA only. */
#include "safekeeping.h"

#include "log.h"
#include "random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const uint8_t ca[20] = {1}, other_ca[20] = {2};

struct desk {
	char path[64];
	int dir;
	struct secret master;
	struct safekeeping *s;
	struct buf space;
	struct err err;
};

static int set_up(void **state)
{
	static struct desk d;

	memset(&d, 0, sizeof(d));
	snprintf(d.path, sizeof(d.path), "/tmp/hufu-safekeeping-test-XXXXXX");
	assert_non_null(mkdtemp(d.path));
	d.dir = open(d.path, O_RDONLY | O_DIRECTORY);
	buf_init(&d.space, 8192);
	assert_int_equal(secret_new(&d.master, SAFEKEEPING_MASTER_SIZE, &d.err), 0);
	random_bytes(d.master.data, d.master.size);
	assert_int_equal(safekeeping_create(d.dir, "pairs", &d.master, ca, 100, &d.err), 0);
	*state = &d;
	return 0;
}

static int tear_down(void **state)
{
	struct desk *d = *state;

	safekeeping_free(&d->s);
	unlinkat(d->dir, "pairs", 0);
	close(d->dir);
	rmdir(d->path);
	secret_free(&d->master);
	buf_free(&d->space);
	return 0;
}

static int open_it(struct desk *d, const uint8_t id[20])
{
	return safekeeping_open(&d->s, d->dir, "pairs", &d->master, id, &d->err);
}

/* A pair for an application, to the group. */
static void add(struct desk *d, uint8_t application, const char *envelope)
{
	struct safekeeping_pair pair = {.application = {application}, .key_hash = {3}, .envelope = bytes_text(envelope)};
	struct sm2_private *key = NULL;

	assert_int_equal(sm2_private_generate(&key, &d->err), 0);
	sm2_public_point(sm2_private_public(key), pair.point);
	assert_int_equal(safekeeping_add(d->s, 101, &pair, key, &d->err), 0);
	sm2_private_free(&key);
}

static bool has(struct desk *d, uint8_t application, const char *envelope)
{
	const uint8_t id[16] = {application}, hash[32] = {3};
	struct safekeeping_pair pair;
	bool found;

	assert_int_equal(safekeeping_find(d->s, id, hash, &d->space, &pair, &found, &d->err), 0);
	if (found)
		assert_true(bytes_is_text(pair.envelope, envelope));
	return found;
}

static void test_kept_and_found(void **state)
{
	struct desk *d = *state;
	const uint8_t id[16] = {1}, other[32] = {4};
	struct safekeeping_pair pair;
	bool found;

	assert_int_equal(open_it(d, ca), 0);
	add(d, 1, "one");
	add(d, 2, "two");
	assert_false(has(d, 1, "one")); /* not before it is durable */
	assert_int_equal(safekeeping_commit(d->s, &d->err), 0);
	assert_int_equal(safekeeping_syncs(d->s), 1);
	assert_true(has(d, 1, "one"));
	assert_true(has(d, 2, "two"));
	assert_false(has(d, 3, ""));
	safekeeping_free(&d->s);
	assert_int_equal(open_it(d, ca), 0);
	assert_int_equal(safekeeping_count(d->s), 2);
	assert_true(has(d, 2, "two"));
	assert_int_equal(safekeeping_find(d->s, id, other, &d->space, &pair, &found, &d->err), 0);
	assert_false(found); /* the same application under another key is another pair */
}

static void test_only_for_its_own(void **state)
{
	struct desk *d = *state;

	assert_int_equal(open_it(d, other_ca), -1);
	assert_int_equal(d->err.code, HF_ESCROW_BROKEN);
	d->master.data[5] ^= 1;
	assert_int_equal(open_it(d, ca), -1);
	assert_int_equal(d->err.code, HF_ESCROW_BROKEN);
	d->master.data[5] ^= 1;
	assert_int_equal(safekeeping_create(d->dir, "pairs", &d->master, ca, 100, &d->err), -1);
	assert_int_equal(d->err.code, HF_EXISTS);
	unlinkat(d->dir, "pairs", 0);
	assert_int_equal(open_it(d, ca), -1);
	assert_int_equal(d->err.code, HF_NOT_FOUND);
}

/* No private half stands in the file in clear, and none of its bytes can change. */
static void test_sealed_and_chained(void **state)
{
	struct desk *d = *state;
	struct safekeeping_pair pair = {.application = {1}, .key_hash = {3}, .envelope = BYTES_LITERAL("e")};
	struct sm2_private *key = NULL;
	struct secret scalar = {NULL, 0};
	static uint8_t all[4096];
	ssize_t size;
	int fd;

	assert_int_equal(open_it(d, ca), 0);
	assert_int_equal(sm2_private_generate(&key, &d->err), 0);
	sm2_public_point(sm2_private_public(key), pair.point);
	assert_int_equal(safekeeping_add(d->s, 101, &pair, key, &d->err), 0);
	assert_int_equal(safekeeping_commit(d->s, &d->err), 0);
	safekeeping_free(&d->s);
	assert_int_equal(sm2_private_scalar(key, &scalar, &d->err), 0);
	fd = openat(d->dir, "pairs", O_RDWR);
	size = pread(fd, all, sizeof(all), 0);
	assert_null(memmem(all, (size_t)size, scalar.data, scalar.size));
	assert_non_null(memmem(all, (size_t)size, pair.point, sizeof(pair.point)));
	for (ssize_t at = 4; at < size; at += 7) {
		uint8_t changed = all[at] ^ 0x10;

		assert_int_equal(pwrite(fd, &changed, 1, at), 1);
		assert_int_equal(open_it(d, ca), -1);
		assert_int_equal(pwrite(fd, &all[at], 1, at), 1);
	}
	assert_int_equal(open_it(d, ca), 0);
	close(fd);
	secret_free(&scalar);
	sm2_private_free(&key);
}

static void test_an_incomplete_pair_is_cut_off(void **state)
{
	struct desk *d = *state;
	struct stat before, after;

	assert_int_equal(open_it(d, ca), 0);
	add(d, 1, "one");
	assert_int_equal(safekeeping_commit(d->s, &d->err), 0);
	fstatat(d->dir, "pairs", &before, 0);
	add(d, 2, "two");
	assert_int_equal(safekeeping_commit(d->s, &d->err), 0);
	safekeeping_free(&d->s);
	fstatat(d->dir, "pairs", &after, 0);
	int fd = openat(d->dir, "pairs", O_RDWR);
	assert_int_equal(ftruncate(fd, after.st_size - 1), 0);
	close(fd);
	assert_int_equal(open_it(d, ca), 0);
	assert_true(has(d, 1, "one"));
	assert_false(has(d, 2, "two"));
	fstatat(d->dir, "pairs", &after, 0);
	assert_int_equal(after.st_size, before.st_size);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_kept_and_found, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_only_for_its_own, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_sealed_and_chained, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_an_incomplete_pair_is_cut_off, set_up, tear_down),
	};
	log_start("test", LOG_LEVEL_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
