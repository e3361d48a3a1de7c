/* Papers: resumable, bounded, recognised, encrypted, durable. */
#include "connection.h"
#include "digest.h"
#include "paper_keep.h"
#include "service_fixture.h"
#include "service_state.h"
#include "set_clock.h"
#include "text_code.h"
#include "upload.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SIZE 70000

static void make_content(uint8_t content[SIZE])
{
	for (size_t i = 0; i < SIZE; i++)
		content[i] = (uint8_t)(i * 7 + i / 256);
	memcpy(content, "%PDF-1.4\n", 9);
}

static struct bytes part(const uint8_t *content, size_t from, size_t to)
{
	return (struct bytes){content + from, to - from};
}

static size_t files_in(const char *path)
{
	DIR *d = opendir(path);
	struct dirent *entry;
	size_t n = 0;

	while ((entry = readdir(d)) != NULL)
		n += strspn(entry->d_name, "0123456789abcdef") == 32;
	closedir(d);
	return n;
}

static bool file_holds(const struct fixture *fx, const char *name, const char *text)
{
	int dir = open(fx->dir, O_RDONLY | O_DIRECTORY), fd = openat(dir, name, O_RDONLY);
	static char content[200000];
	ssize_t n = read(fd, content, sizeof(content));

	close(fd);
	close(dir);
	return n > 0 && memmem(content, (size_t)n, text, strlen(text)) != NULL;
}

static void test_pieces_resume(void **state)
{
	struct fixture *fx = *state;
	uint8_t content[SIZE], hash[SM3_SIZE];
	char hex[65];
	struct paper paper;
	struct browser b;
	struct buf read;
	struct err err;

	make_content(content);
	fixture_visit(fx, &b);
	struct application a = fixture_draft(fx, &b);
	assert_int_equal(
	    upload_create(fx->service, &b.actor, a.number, BYTES_LITERAL("C:\\fakepath\\营业执照.pdf"), SIZE, fx->pool, &paper, &err), 0);
	assert_string_equal(paper.name, "营业执照.pdf");
	assert_int_equal(upload_append(fx->service, &b.actor, paper.id, 0, part(content, 0, 30000), fx->pool, &paper, &err), 0);
	assert_int_equal(paper.kept, 30000);
	assert_int_equal(upload_append(fx->service, &b.actor, paper.id, 0, part(content, 0, 30000), fx->pool, &paper, &err), -1);
	assert_int_equal(err.code, HF_PAPER_OFFSET);
	assert_int_equal(upload_append(fx->service, &b.actor, paper.id, 30001, part(content, 30001, 40000), fx->pool, &paper, &err), -1);
	assert_int_equal(err.code, HF_PAPER_OFFSET);

	service_free(&fx->service); /* as after a restart */
	fx->service = fixture_service(fx);
	assert_int_equal(upload_find(fx->service, &b.actor, paper.id, fx->pool, &paper, &err), 0);
	assert_int_equal(paper.kept, 30000);
	assert_int_equal(upload_append(fx->service, &b.actor, paper.id, 30000, part(content, 30000, 60000), fx->pool, &paper, &err), 0);
	assert_false(paper_whole(&paper));
	assert_int_equal(upload_append(fx->service, &b.actor, paper.id, 60000, part(content, 60000, SIZE), fx->pool, &paper, &err), 0);
	assert_true(paper_whole(&paper));
	assert_int_equal(paper.type, PAPER_PDF);
	sm3(BYTES_ARRAY(content), hash);
	hex_write(hex, hash, sizeof(hash));
	assert_string_equal(paper.hash, hex);
	assert_int_equal(files_in(fx->dir), 1);
	assert_false(file_holds(fx, paper.id, "%PDF"));
	buf_init(&read, SIZE);
	assert_int_equal(upload_read(fx->service, &b.actor, paper.id, fx->pool, &paper, &read, &err), 0);
	assert_true(bytes_equal(buf_get(&read), BYTES_ARRAY(content)));
	buf_free(&read);
	assert_int_equal(upload_append(fx->service, &b.actor, paper.id, SIZE, BYTES_LITERAL("x"), fx->pool, &paper, &err), -1);
	assert_int_equal(err.code, HF_PAPER_OFFSET);
}

/* As a plain form brings it: there with its row, or not at all. */
static void test_whole_paper_at_once(void **state)
{
	static const uint8_t zip[SIZE] = {'P', 'K', 3, 4};
	struct fixture *fx = *state;
	uint8_t content[SIZE];
	struct paper paper;
	struct browser b, other;
	struct buf read;
	struct err err;

	make_content(content);
	fixture_visit(fx, &b);
	fixture_visit(fx, &other);
	struct application a = fixture_draft(fx, &b);
	assert_int_equal(
	    upload_take(fx->service, &other.actor, a.number, BYTES_LITERAL("a.pdf"), BYTES_ARRAY(content), fx->pool, &paper, &err), -1);
	assert_int_equal(err.code, HF_APPLICATION_UNKNOWN);
	assert_int_equal(upload_take(fx->service, &b.actor, a.number, BYTES_LITERAL("a.pdf"), BYTES_ARRAY(zip), fx->pool, &paper, &err),
	                 -1);
	assert_int_equal(err.code, HF_PAPER_TYPE);
	assert_int_equal(files_in(fx->dir), 0);
	assert_int_equal(
	    upload_take(fx->service, &b.actor, a.number, BYTES_LITERAL("C:\\a.pdf"), BYTES_ARRAY(content), fx->pool, &paper, &err), 0);
	assert_true(paper_whole(&paper));
	assert_string_equal(paper.name, "a.pdf");
	assert_int_equal(files_in(fx->dir), 1);
	buf_init(&read, SIZE);
	assert_int_equal(upload_read(fx->service, &b.actor, paper.id, fx->pool, &paper, &read, &err), 0);
	assert_true(bytes_equal(buf_get(&read), BYTES_ARRAY(content)));
	buf_free(&read);
}

/* A piece that was written and never answered is written again. */
static void test_unanswered_piece_is_dropped(void **state)
{
	struct fixture *fx = *state;
	uint8_t content[SIZE];
	struct paper paper;
	struct browser b;
	struct buf read;
	struct err err;
	char name[48];

	make_content(content);
	fixture_visit(fx, &b);
	struct application a = fixture_draft(fx, &b);
	assert_int_equal(upload_create(fx->service, &b.actor, a.number, BYTES_LITERAL("a.pdf"), SIZE, fx->pool, &paper, &err), 0);
	assert_int_equal(upload_append(fx->service, &b.actor, paper.id, 0, part(content, 0, 1000), fx->pool, &paper, &err), 0);
	snprintf(name, sizeof(name), "%s.part", paper.id);
	int dir = open(fx->dir, O_RDONLY | O_DIRECTORY), fd = openat(dir, name, O_WRONLY | O_APPEND);
	assert_int_equal(write(fd, "half a record", 13), 13);
	assert_int_equal(close(fd), 0);
	assert_false(file_holds(fx, name, "%PDF")); /* pieces are sealed as well */
	assert_int_equal(upload_append(fx->service, &b.actor, paper.id, 1000, part(content, 1000, 2000), fx->pool, &paper, &err), 0);
	assert_int_equal(upload_append(fx->service, &b.actor, paper.id, 2000, part(content, 2000, SIZE), fx->pool, &paper, &err), 0);
	buf_init(&read, SIZE);
	assert_int_equal(upload_read(fx->service, &b.actor, paper.id, fx->pool, &paper, &read, &err), 0);
	assert_true(bytes_equal(buf_get(&read), BYTES_ARRAY(content)));

	fd = openat(dir, paper.id, O_WRONLY); /* a byte changes on the disk */
	assert_int_equal(pwrite(fd, "x", 1, 100), 1);
	assert_int_equal(close(fd), 0);
	close(dir);
	buf_clear(&read);
	assert_int_equal(upload_read(fx->service, &b.actor, paper.id, fx->pool, &paper, &read, &err), -1);
	buf_free(&read);
}

static void test_limits(void **state)
{
	struct fixture *fx = *state;
	struct browser b, other;
	struct paper paper;
	struct err err;

	fixture_visit(fx, &b);
	fixture_visit(fx, &other);
	struct application a = fixture_draft(fx, &b);
	assert_int_equal(upload_create(fx->service, &b.actor, a.number, BYTES_LITERAL("a"), 0, fx->pool, &paper, &err), -1);
	assert_int_equal(err.code, HF_PAPER_EMPTY);
	assert_int_equal(upload_create(fx->service, &b.actor, a.number, BYTES_LITERAL("a"), 100001, fx->pool, &paper, &err), -1);
	assert_int_equal(err.code, HF_PAPER_SIZE);
	assert_int_equal(upload_create(fx->service, &b.actor, a.number, BYTES_LITERAL("a\nb"), 10, fx->pool, &paper, &err), -1);
	assert_int_equal(err.code, HF_FIELD_CHARACTER);
	assert_int_equal(upload_create(fx->service, &b.actor, a.number, BYTES_LITERAL("x/"), 10, fx->pool, &paper, &err), -1);
	assert_int_equal(err.code, HF_FIELD_MISSING);
	assert_int_equal(upload_create(fx->service, &other.actor, a.number, BYTES_LITERAL("a"), 10, fx->pool, &paper, &err), -1);
	assert_int_equal(err.code, HF_APPLICATION_UNKNOWN);
	for (int i = 0; i < 10; i++)
		assert_int_equal(upload_create(fx->service, &b.actor, a.number, BYTES_LITERAL("a"), 10, fx->pool, &paper, &err), 0);
	assert_int_equal(upload_create(fx->service, &b.actor, a.number, BYTES_LITERAL("a"), 10, fx->pool, &paper, &err), -1);
	assert_int_equal(err.code, HF_PAPER_COUNT);
	assert_int_equal(files_in(fx->dir), 10);
	assert_int_equal(upload_append(fx->service, &b.actor, paper.id, 0, BYTES_LITERAL("0123456789x"), fx->pool, &paper, &err), -1);
	assert_int_equal(err.code, HF_PAPER_SIZE);
	assert_int_equal(upload_append(fx->service, &other.actor, paper.id, 0, BYTES_LITERAL("0123"), fx->pool, &paper, &err), -1);
	assert_int_equal(err.code, HF_APPLICATION_UNKNOWN);
	assert_int_equal(upload_append(fx->service, &b.actor, "../store.db", 0, BYTES_LITERAL("0123"), fx->pool, &paper, &err), -1);
	assert_int_equal(err.code, HF_PAPER_EXPIRED);
}

static void test_other_types_are_removed(void **state)
{
	struct fixture *fx = *state;
	struct browser b;
	struct paper paper, gone;
	struct err err;

	fixture_visit(fx, &b);
	struct application a = fixture_draft(fx, &b);
	assert_int_equal(upload_create(fx->service, &b.actor, a.number, BYTES_LITERAL("a.pdf"), 14, fx->pool, &paper, &err), 0);
	assert_int_equal(upload_append(fx->service, &b.actor, paper.id, 0, BYTES_LITERAL("<script></scri"), fx->pool, &gone, &err), -1);
	assert_int_equal(err.code, HF_PAPER_TYPE);
	assert_int_equal(files_in(fx->dir), 0);
	assert_int_equal(upload_find(fx->service, &b.actor, paper.id, fx->pool, &gone, &err), -1);
	assert_int_equal(err.code, HF_PAPER_EXPIRED);
}

static void test_sweep_removes_what_expired(void **state)
{
	struct fixture *fx = *state;
	struct browser b;
	struct paper paper;
	struct err err;

	fixture_visit(fx, &b);
	struct application a = fixture_draft(fx, &b);
	fixture_paper(fx, &b, a.number);
	assert_int_equal(upload_create(fx->service, &b.actor, a.number, BYTES_LITERAL("a.pdf"), 14, fx->pool, &paper, &err), 0);
	int dir = open(fx->dir, O_RDONLY | O_DIRECTORY);
	assert_int_equal(close(openat(dir, "00000000000000000000000000000000", O_CREAT | O_WRONLY, 0600)), 0);
	const struct timespec old[2] = {{FIXTURE_NOW - 7200, 0}, {FIXTURE_NOW - 7200, 0}};
	assert_int_equal(utimensat(dir, "00000000000000000000000000000000", old, 0), 0);
	close(dir);
	clock_add(86401);
	assert_int_equal(upload_find(fx->service, &b.actor, paper.id, fx->pool, &paper, &err), -1);
	assert_int_equal(err.code, HF_PAPER_EXPIRED);
	assert_int_equal(files_in(fx->dir), 3);
	assert_int_equal(upload_sweep(fx->service, &err), 0);
	assert_int_equal(files_in(fx->dir), 1);
}

static void test_papers_are_compared_and_forgotten(void **state)
{
	struct fixture *fx = *state;
	struct browser b;
	struct paper_list papers;
	struct application a;
	struct paper paper;
	struct buf content;
	int64_t changed;
	struct err err;

	fixture_visit(fx, &b);
	a = fixture_draft(fx, &b);
	fixture_paper(fx, &b, a.number);
	fixture_paper(fx, &b, a.number);
	assert_int_equal(paper_keep_check(fx->service, &changed, &err), 0);
	assert_int_equal(changed, 0);
	assert_int_equal(apply_load(fx->service, &b.actor, a.number, fx->pool, &a, &papers, &err), 0);
	int dir = open(fx->dir, O_RDONLY | O_DIRECTORY);
	assert_int_equal(unlinkat(dir, papers.items[0].id, 0), 0);
	close(dir);
	int64_t audited = fixture_audit_count(fx);
	assert_int_equal(paper_keep_check(fx->service, &changed, &err), 0);
	assert_int_equal(changed, 1);
	assert_int_equal(fixture_audit_count(fx), audited + 1);
	clock_add(89 * 86400);
	assert_int_equal(paper_keep_forget(fx->service, &err), 0);
	assert_int_equal(fixture_load(fx, &b, a.number).state, STATE_DRAFT);
	clock_add(2 * 86400);
	assert_int_equal(paper_keep_forget(fx->service, &err), 0);
	assert_int_equal(fixture_load(fx, &b, a.number).state, STATE_WITHDRAWN);
	buf_init(&content, 100000);
	assert_int_equal(upload_read(fx->service, &b.actor, papers.items[1].id, fx->pool, &paper, &content, &err), 0);
	clock_add(91 * 86400);
	assert_int_equal(paper_keep_forget(fx->service, &err), 0);
	assert_int_equal(upload_read(fx->service, &b.actor, papers.items[1].id, fx->pool, &paper, &content, &err), -1);
	assert_int_equal(err.code, HF_PAPER_EXPIRED);
	assert_int_equal(paper_keep_check(fx->service, &changed, &err), 0);
	assert_int_equal(changed, 0);
	buf_free(&content);
}

static int execute(void *ctx, struct connection *c, struct err *err)
{
	return connection_execute(c, ctx, err);
}

/* Whoever exchanges a paper and its hash in folder and database has no order for it. */
static void test_papers_are_compared_with_the_order(void **state)
{
	struct fixture *fx = *state;
	struct application a;
	struct sm2_private *key;
	struct browser b;
	int64_t changed;
	struct err err;
	bool due;

	assert_int_equal(paper_keep_due(fx->service, &due, &err), 0);
	assert_true(due);
	a = fixture_submitted(fx, &b, &key);
	fixture_accept(fx, a.number);
	assert_int_equal(paper_keep_check(fx->service, &changed, &err), 0);
	assert_int_equal(changed, 0);
	assert_int_equal(store_change(fx->service->store, execute,
	                              "UPDATE order_signed SET text = CAST(replace(CAST(text AS TEXT), (SELECT hash FROM paper), "
	                              "'ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff') AS BLOB)",
	                              &err),
	                 0);
	assert_int_equal(paper_keep_check(fx->service, &changed, &err), 0);
	assert_int_equal(changed, 1);
	sm2_private_free(&key);
}

/* The day after, not before; also for a service that began meanwhile. */
static void test_papers_are_compared_every_day(void **state)
{
	struct fixture *fx = *state;
	int64_t changed;
	struct err err;
	bool due;

	assert_int_equal(paper_keep_check(fx->service, &changed, &err), 0);
	clock_add(86399);
	service_free(&fx->service);
	fx->service = fixture_service(fx);
	assert_int_equal(paper_keep_due(fx->service, &due, &err), 0);
	assert_false(due);
	clock_add(1);
	assert_int_equal(paper_keep_due(fx->service, &due, &err), 0);
	assert_true(due);
}

/* The fixture sets none: then the whole disk is there for papers. */
static void test_what_uploads_leave_free(void **state)
{
	struct fixture *fx = *state;
	struct paper paper;
	struct browser b;
	struct err err;

	fixture_visit(fx, &b);
	struct application a = fixture_draft(fx, &b);
	assert_int_equal(fx->service->settings.disk_reserve, 0);
	assert_int_equal(upload_create(fx->service, &b.actor, a.number, BYTES_LITERAL("a.pdf"), SIZE, fx->pool, &paper, &err), 0);
	fx->service->settings.disk_reserve = INT64_MAX;
	assert_int_equal(upload_create(fx->service, &b.actor, a.number, BYTES_LITERAL("a.pdf"), SIZE, fx->pool, &paper, &err), -1);
	assert_int_equal(err.code, HF_PAPER_SPACE);
}

/* What is read with a certificate is audited; a visitor, who opened it by a code or put it there, cannot make the audit grow. */
static void test_views_with_a_certificate_are_audited(void **state)
{
	static const char number[] = "2026112200001";
	struct fixture *fx = *state;
	struct fake_holder enterprise;
	struct browser holder, visitor;
	struct paper_list papers;
	struct application a;
	struct paper paper;
	struct buf content;
	struct err err;
	int64_t audited;

	fixture_enterprise(fx, &enterprise);
	fixture_login(fx, &enterprise, LOGIN_ENTERPRISE, &holder);
	assert_int_equal(apply_load(fx->service, &holder.actor, number, fx->pool, &a, &papers, &err), 0);
	audited = fixture_audit_count(fx);
	buf_init(&content, 100000);
	assert_int_equal(upload_read(fx->service, &holder.actor, papers.items[0].id, fx->pool, &paper, &content, &err), 0);
	assert_int_equal(fixture_audit_count(fx), audited + 1);
	fixture_visit(fx, &visitor);
	a = fixture_draft(fx, &visitor);
	fixture_paper(fx, &visitor, a.number);
	assert_int_equal(apply_load(fx->service, &visitor.actor, a.number, fx->pool, &a, &papers, &err), 0);
	audited = fixture_audit_count(fx);
	buf_clear(&content);
	assert_int_equal(upload_read(fx->service, &visitor.actor, papers.items[0].id, fx->pool, &paper, &content, &err), 0);
	assert_int_equal(fixture_audit_count(fx), audited);
	buf_free(&content);
	fake_holder_free(&enterprise);
}

#define FIXED(test) cmocka_unit_test_setup_teardown(test, fixture_make, fixture_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    FIXED(test_pieces_resume),
	    FIXED(test_whole_paper_at_once),
	    FIXED(test_unanswered_piece_is_dropped),
	    FIXED(test_limits),
	    FIXED(test_what_uploads_leave_free),
	    FIXED(test_other_types_are_removed),
	    FIXED(test_sweep_removes_what_expired),
	    FIXED(test_papers_are_compared_and_forgotten),
	    FIXED(test_papers_are_compared_with_the_order),
	    FIXED(test_papers_are_compared_every_day),
	    FIXED(test_views_with_a_certificate_are_audited),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
