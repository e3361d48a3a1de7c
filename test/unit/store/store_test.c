/* The store: values and rows, group commit with its failures, a full database, a killed process, and the steps of the schema. */
#include "connection.h"
#include "migrate.h"
#include "query.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct place {
	char dir[64], path[96];
};

static int make_place(void **state)
{
	struct place *place = calloc(1, sizeof(*place));

	snprintf(place->dir, sizeof(place->dir), "/tmp/hufu-store-XXXXXX");
	if (mkdtemp(place->dir) == NULL)
		return -1;
	snprintf(place->path, sizeof(place->path), "%s/hufu.db", place->dir);
	*state = place;
	return 0;
}

static void drop_files(const struct place *place)
{
	static const char *const ends[] = {"", "-wal", "-shm"};
	char path[112];

	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s%s", place->path, ends[i]);
		unlink(path);
	}
}

static int drop_place(void **state)
{
	struct place *place = *state;

	drop_files(place);
	rmdir(place->dir);
	free(place);
	return 0;
}

static struct store *open_store(const struct place *place, enum store_role role, int64_t max_pages)
{
	struct store_settings settings = {.path = place->path, .role = role, .max_pages = max_pages};
	struct store *s;
	struct err err;

	if (store_open(&s, &settings, &err) != 0)
		fail_msg("%s", err.text);
	return s;
}

struct rate {
	const char *who;
	int result; /* what the change says after its statement */
	int runs;
	int64_t uses;
	size_t padding; /* bytes added to make the database grow */
};

static int count_use(void *ctx, struct connection *c, struct err *err)
{
	struct rate *rate = ctx;

	rate->runs++;
	if (query_integer(c, SQL_RATE_COUNT, VALUES(value_text("test"), value_text(rate->who), value_integer(1)), &rate->uses, err) != 0)
		return -1;
	return rate->result == 0 ? 0 : err_set(err, HF_RATE, "refused by the test");
}

static int64_t stored_uses(struct connection *c, const char *what, const char *who)
{
	sqlite3_stmt *stmt;
	int64_t uses;

	assert_int_equal(sqlite3_prepare_v2(c->db, "SELECT coalesce(sum(uses), 0) FROM rate WHERE what = ?1 AND who = ?2", -1, &stmt, NULL),
	                 SQLITE_OK);
	assert_int_equal(sqlite3_bind_text(stmt, 1, what, -1, SQLITE_STATIC), SQLITE_OK);
	assert_int_equal(sqlite3_bind_text(stmt, 2, who, -1, SQLITE_STATIC), SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	uses = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	return uses;
}

static int64_t uses_of(struct store *s, const char *who)
{
	struct connection *c;
	struct err err;
	int64_t uses;

	assert_int_equal(store_read(s, &c, &err), 0);
	uses = stored_uses(c, "test", who);
	store_read_end(s, &c);
	return uses;
}

static void test_change_is_kept_or_leaves_nothing(void **state)
{
	struct store *s = open_store(*state, STORE_PORTAL, 0);
	struct rate good = {.who = "a"}, bad = {.who = "b", .result = -1};
	struct err err;

	assert_int_equal(store_change(s, count_use, &good, &err), 0);
	assert_int_equal(good.uses, 1);
	assert_int_equal(store_change(s, count_use, &bad, &err), -1);
	assert_int_equal(err.code, HF_RATE);
	assert_int_equal(uses_of(s, "a"), 1);
	assert_int_equal(uses_of(s, "b"), 0);
	store_free(&s);
	s = open_store(*state, STORE_PORTAL, 0); /* and it is there after opening again */
	assert_int_equal(uses_of(s, "a"), 1);
	store_free(&s);
}

/* One that fails takes nothing of the others with it. */
static void test_changes_given_together(void **state)
{
	enum { CHANGES = 300 };
	struct store *s = open_store(*state, STORE_PORTAL, 0);
	struct rate rates[CHANGES];
	struct change_item items[CHANGES];

	for (int i = 0; i < CHANGES; i++) {
		rates[i] = (struct rate){.who = i % 3 == 0 ? "third" : "other", .result = i % 5 == 4 ? -1 : 0};
		items[i] = (struct change_item){.fn = count_use, .ctx = &rates[i]};
	}
	store_change_all(s, items, CHANGES);
	for (int i = 0; i < CHANGES; i++) {
		assert_int_equal(items[i].result, rates[i].result);
		assert_int_equal(items[i].err.code, i % 5 == 4 ? HF_RATE : HF_NONE);
	}
	assert_int_equal(uses_of(s, "third") + uses_of(s, "other"), CHANGES / 5 * 4);
	assert_int_equal(store_counts_get(s).groups, 2);
	store_change_all(s, NULL, 0);
	assert_int_equal(rates[0].runs, 2); /* as one of its call failed */
	for (int i = 0; i < CHANGES; i++)
		rates[i] = (struct rate){.who = "fine"};
	store_change_all(s, items, CHANGES);
	for (int i = 0; i < CHANGES; i++) {
		assert_int_equal(items[i].result, 0);
		assert_int_equal(rates[i].runs, 1);
	}
	assert_int_equal(uses_of(s, "fine"), CHANGES);
	store_free(&s);
}

struct caller {
	struct store *store;
	char who[16];
	int result;
	int failures;
};

static void *call_many(void *arg)
{
	struct caller *caller = arg;

	for (int i = 0; i < 20; i++) {
		struct rate rate = {.who = caller->who, .result = i % 5 == 4 ? -1 : 0};
		struct err err;
		if (store_change(caller->store, count_use, &rate, &err) != 0)
			caller->failures++;
	}
	return NULL;
}

static void test_many_callers_share_commits(void **state)
{
	enum { CALLERS = 16 };
	struct store *s = open_store(*state, STORE_PORTAL, 0);
	struct caller callers[CALLERS];
	pthread_t threads[CALLERS];

	for (int i = 0; i < CALLERS; i++) {
		callers[i] = (struct caller){.store = s};
		snprintf(callers[i].who, sizeof(callers[i].who), "caller %d", i);
		assert_int_equal(pthread_create(&threads[i], NULL, call_many, &callers[i]), 0);
	}
	for (int i = 0; i < CALLERS; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(callers[i].failures, 4);
		assert_int_equal(uses_of(s, callers[i].who), 16);
	}
	struct store_counts counts = store_counts_get(s);
	assert_int_equal(counts.changes, CALLERS * 20);
	assert_true(counts.groups < counts.changes);
	store_free(&s);
}

/* SQLite ends the transaction at a full disk: nobody is told yes for what is not there. */
static int fill(void *ctx, struct connection *c, struct err *err)
{
	struct rate *rate = ctx;
	char *padding = malloc(rate->padding + 1);
	int rc;

	memset(padding, 'x', rate->padding);
	padding[rate->padding] = '\0';
	rc = query_integer(c, SQL_RATE_COUNT, VALUES(value_text(padding), value_text(rate->who), value_integer(1)), &rate->uses, err);
	free(padding);
	return rc;
}

static void *fill_in_thread(void *arg)
{
	struct caller *caller = arg;
	struct rate rate = {.who = caller->who, .padding = 30000};
	struct err err;

	caller->result = store_change(caller->store, fill, &rate, &err);
	return NULL;
}

static void test_full_database_tells_everyone(void **state)
{
	enum { CALLERS = 32 };
	struct store *s = open_store(*state, STORE_PORTAL, 140);
	struct caller callers[CALLERS];
	pthread_t threads[CALLERS];
	struct rate small = {.who = "after"};
	struct connection *c;
	struct err err;
	int told_yes = 0;
	int64_t rows = 0;

	for (int i = 0; i < CALLERS; i++) {
		callers[i] = (struct caller){.store = s};
		snprintf(callers[i].who, sizeof(callers[i].who), "caller %d", i);
		assert_int_equal(pthread_create(&threads[i], NULL, fill_in_thread, &callers[i]), 0);
	}
	for (int i = 0; i < CALLERS; i++) {
		pthread_join(threads[i], NULL);
		told_yes += callers[i].result == 0;
	}
	assert_true(told_yes > 0);
	assert_true(told_yes < CALLERS);
	assert_int_equal(store_read(s, &c, &err), 0);
	for (int i = 0; i < CALLERS; i++) {
		char padding[30001];
		int64_t uses;
		memset(padding, 'x', 30000);
		padding[30000] = '\0';
		uses = stored_uses(c, padding, callers[i].who);
		assert_int_equal(uses == 1, callers[i].result == 0);
		rows += uses;
	}
	store_read_end(s, &c);
	assert_int_equal(rows, told_yes);
	assert_int_equal(store_change(s, count_use, &small, &err), 0); /* what still fits is still taken */
	store_free(&s);
}

static void test_full_database_tells_those_given_together(void **state)
{
	enum { CHANGES = 32 };
	struct store *s = open_store(*state, STORE_PORTAL, 140);
	struct rate rates[CHANGES];
	struct change_item items[CHANGES];
	char who[CHANGES][16], padding[30001];
	struct connection *c;
	struct err err;
	int told_yes = 0;

	for (int i = 0; i < CHANGES; i++) {
		(void)snprintf(who[i], sizeof(who[i]), "change %d", i);
		rates[i] = (struct rate){.who = who[i], .padding = sizeof(padding) - 1};
		items[i] = (struct change_item){.fn = fill, .ctx = &rates[i]};
	}
	store_change_all(s, items, CHANGES);
	memset(padding, 'x', sizeof(padding) - 1);
	padding[sizeof(padding) - 1] = '\0';
	assert_int_equal(store_read(s, &c, &err), 0);
	for (int i = 0; i < CHANGES; i++) {
		told_yes += items[i].result == 0;
		assert_int_equal(stored_uses(c, padding, who[i]) == 1, items[i].result == 0);
		assert_int_equal(items[i].err.code == HF_NONE, items[i].result == 0);
	}
	assert_int_not_equal(told_yes, CHANGES);
	store_read_end(s, &c);
	store_free(&s);
}

/* A commit that fails: a deferred reference is only checked at the end. */
static int break_at_commit(void *ctx, struct connection *c, struct err *err)
{
	if (connection_execute(c, "PRAGMA defer_foreign_keys = ON", err) != 0)
		return -1;
	return query_run(c, SQL_CHALLENGE_SET,
	                 VALUES(value_text("no such session"),
	                        value_bytes((struct bytes){(const uint8_t *)"01234567890123456789012345678901", 32}), value_integer(1)),
	                 NULL, err);
}

static void test_failed_commit_is_told(void **state)
{
	struct store *s = open_store(*state, STORE_PORTAL, 0);
	struct rate after = {.who = "after"};
	struct err err;

	assert_int_equal(store_change(s, break_at_commit, NULL, &err), -1);
	assert_int_equal(err.code, HF_STORE);
	assert_int_equal(store_change(s, count_use, &after, &err), 0);
	assert_int_equal(after.uses, 1);
	store_free(&s);
}

/* A child writes and says each number that it was told is durable; it is killed in the middle of that. */
static void write_until_killed(const struct place *place, int out)
{
	struct store *s = open_store(place, STORE_PORTAL, 0);

	for (;;) {
		struct rate rate = {.who = "child"};
		struct err err;
		if (store_change(s, count_use, &rate, &err) != 0 || write(out, &rate.uses, sizeof(rate.uses)) != sizeof(rate.uses))
			_exit(1);
	}
}

static void test_killed_process_loses_nothing_told(void **state)
{
	int64_t told = 0, last;
	int fds[2], status;

	assert_int_equal(pipe(fds), 0);
	pid_t pid = fork();
	if (pid == 0) {
		close(fds[0]);
		write_until_killed(*state, fds[1]);
	}
	close(fds[1]);
	while (told < 25 && read(fds[0], &last, sizeof(last)) == sizeof(last))
		told = last;
	kill(pid, SIGKILL);
	while (read(fds[0], &last, sizeof(last)) == sizeof(last))
		told = last;
	close(fds[0]);
	waitpid(pid, &status, 0);
	assert_true(WIFSIGNALED(status));
	struct store *s = open_store(*state, STORE_PORTAL, 0);
	int64_t kept = uses_of(s, "child");
	assert_true(kept == told || kept == told + 1); /* the last may be durable and not yet told */
	store_free(&s);
}

static void test_roles_and_values_are_checked(void **state)
{
	struct store *s = open_store(*state, STORE_PORTAL, 0), *courier = open_store(*state, STORE_COURIER, 0);
	struct pool *pool = pool_new(1 << 16);
	struct connection *c;
	struct err err;
	int64_t number;
	const char *text;

	assert_int_equal(store_read(courier, &c, &err), 0);
	assert_int_equal(query_integer(c, SQL_APPLICATION_COUNT_BY_STATE, VALUES(value_text("draft")), &number, &err), -1);
	assert_non_null(strstr(err.text, "not for this process"));
	store_read_end(courier, &c);
	assert_int_equal(store_read(s, &c, &err), 0);
	assert_int_equal(query_integer(c, SQL_APPLICATION_COUNT_BY_STATE, NO_VALUES, &number, &err), -1);
	assert_int_equal(err.code, HF_STORE);
	assert_int_equal(query_text(c, SQL_APPLICATION_ACCEPTANCE, VALUES(value_text("none")), pool, &text, &err), -1);
	assert_int_equal(err.code, HF_NOT_FOUND);
	assert_int_equal(query_run(c, SQL_RATE_FORGET, VALUES(value_integer(1)), NULL, &err), -1); /* a reader does not write */
	store_read_end(s, &c);
	pool_free(&pool);
	store_free(&courier);
	store_free(&s);
}

static void test_every_statement_prepares(void **state)
{
	struct store *s = open_store(*state, STORE_PORTAL, 0);
	struct store_settings settings = {.path = ((struct place *)*state)->path, .role = STORE_PORTAL | STORE_COURIER | STORE_AUDIT};
	struct connection *c;
	struct err err;

	assert_int_equal(connection_open(&c, &settings, true, &err), 0);
	for (int i = 0; i < STATEMENT_COUNT; i++) {
		struct prepared *p;
		if (connection_statement(c, (enum statement)i, &p, &err) != 0)
			fail_msg("%s: %s", statement_rows[i].name, err.text);
		assert_int_equal(sqlite3_bind_parameter_count(p->stmt), statement_rows[i].parameters);
	}
	connection_close(&c);
	store_free(&s);
}

static int add_entry(void *ctx, struct connection *c, struct err *err)
{
	static const uint8_t chain[32] = {1};
	int64_t number = *(int64_t *)ctx;

	return query_run(c, SQL_AUDIT_ADD,
	                 VALUES(value_integer(number), value_integer(1), value_text("a"), value_text(""), value_text("b"), value_text("c"),
	                        value_text("d"), value_text("e"), value_bytes(BYTES_ARRAY(chain))),
	                 NULL, err);
}

static int execute_text(void *ctx, struct connection *c, struct err *err)
{
	return connection_execute(c, ctx, err);
}

static void test_audit_is_only_added_to(void **state)
{
	static char change[] = "UPDATE audit SET detail = ''", drop[] = "DELETE FROM audit",
	            replace[] =
	                "INSERT OR REPLACE INTO audit SELECT number, 2, actor, person, address, deed, subject, detail, chain FROM audit";
	struct store *s = open_store(*state, STORE_PORTAL, 0);
	struct err err;

	assert_int_equal(store_change(s, add_entry, &(int64_t){1}, &err), 0);
	assert_int_equal(store_change(s, add_entry, &(int64_t){3}, &err), -1); /* a gap */
	assert_int_equal(store_change(s, execute_text, change, &err), -1);
	assert_non_null(strstr(err.text, "only added to"));
	assert_int_equal(store_change(s, execute_text, drop, &err), -1);
	assert_int_equal(store_change(s, execute_text, replace, &err), -1);
	assert_int_equal(store_change(s, add_entry, &(int64_t){2}, &err), 0);
	store_free(&s);
}

static struct connection *open_alone(const struct place *place)
{
	struct store_settings settings = {.path = place->path, .role = STORE_PORTAL};
	struct connection *c;
	struct err err;

	assert_int_equal(connection_open(&c, &settings, true, &err), 0);
	return c;
}

static void test_migration_from_each_version(void **state)
{
	static const struct migration steps[] = {
	    {1, "one", "CREATE TABLE a (x INTEGER) STRICT; INSERT INTO a VALUES (7);"},
	    {2, "two", "ALTER TABLE a ADD COLUMN y TEXT NOT NULL DEFAULT 'seven';"},
	    {3, "three", "CREATE INDEX a_y ON a (y);"},
	};
	struct err err;

	for (size_t old = 0; old <= 3; old++) {
		struct connection *c = open_alone(*state);
		assert_int_equal(migrate(c, steps, old, &err), 0);
		if (old < 3)
			assert_int_equal(migrate_check(c, steps, 3, &err), -1);
		assert_int_equal(migrate(c, steps, 3, &err), 0);
		assert_int_equal(migrate_check(c, steps, 3, &err), 0);
		assert_int_equal(
		    connection_execute(c, "INSERT INTO a (x, y) VALUES (8, 'eight'); DROP TABLE a; DROP TABLE schema_version;", &err), 0);
		connection_close(&c);
	}
}

/* Whoever was at work when the program was replaced goes on. */
static void test_sessions_keep_their_application(void **state)
{
	static const char visit[] = "INSERT INTO web_session (id, csrf, application, address, created, seen) VALUES"
	                            " (printf('%064d', 1), '', '2026112200001', '', 1, 1), (printf('%064d', 2), '', '', '', 1, 1)";
	struct connection *c = open_alone(*state);
	sqlite3_stmt *stmt;
	struct err err;

	assert_int_equal(migrate(c, migrations, 2, &err), 0);
	assert_int_equal(connection_execute(c, visit, &err), 0);
	assert_int_equal(migrate(c, migrations, 3, &err), 0);
	assert_int_equal(sqlite3_prepare_v2(c->db, "SELECT count(*), max(number) FROM session_application", -1, &stmt, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	assert_int_equal(sqlite3_column_int(stmt, 0), 1);
	assert_string_equal((const char *)sqlite3_column_text(stmt, 1), "2026112200001");
	sqlite3_finalize(stmt);
	connection_close(&c);
}

/* What a query of one column gives first; "" for no row. */
static const char *ask_one(struct connection *c, const char *sql, char out[64])
{
	sqlite3_stmt *stmt;

	assert_int_equal(sqlite3_prepare_v2(c->db, sql, -1, &stmt, NULL), SQLITE_OK);
	out[0] = '\0';
	if (sqlite3_step(stmt) == SQLITE_ROW)
		snprintf(out, 64, "%s", (const char *)sqlite3_column_text(stmt, 0));
	sqlite3_finalize(stmt);
	return out;
}

#define RENEWAL_STEP 6

/* A store of any age takes renewals and loses nothing; a connection that was open meanwhile takes them, too. */
static void test_renewals_come_to_each_version(void **state)
{
	static const char rows[] = "INSERT INTO application (id, number, kind, state, version, paper_key, created, changed) VALUES"
	                           " (printf('%032d', 1), '2026112200001', 'new', 'draft', 1, x'01', 1, 1);"
	                           "INSERT INTO application_history VALUES ('2026112200001', 1, 'draft', '', '', '', '');"
	                           "INSERT INTO paper (id, application, name, size, created, expires) VALUES (printf('%032d', 2), "
	                           "printf('%032d', 1), 'a', 1, 1, 1);";
	static const char renewal[] =
	    "INSERT INTO application (id, number, kind, state, version, code, serials, paper_key, created, changed)"
	    " VALUES (printf('%%032d', %d), '202611220000%d', '%s', 'draft', 1, 'c', 's', x'01', 1, 1)";
	struct place *place = *state;
	char told[64], sql[512];
	struct err err;

	for (size_t old = 1; old < RENEWAL_STEP; old++) {
		struct connection *c = open_alone(place), *other;

		assert_int_equal(migrate(c, migrations, old, &err), 0);
		assert_int_equal(connection_execute(c, rows, &err), 0);
		snprintf(sql, sizeof(sql), renewal, 3, 3, "renew");
		other = open_alone(place);
		assert_int_equal(connection_execute(other, sql, &err), -1);
		assert_int_equal(migrate(c, migrations, migrations_count, &err), 0);
		assert_string_equal(ask_one(c, "PRAGMA integrity_check", told), "ok");
		assert_string_equal(ask_one(c, "PRAGMA foreign_key_check", told), "");
		assert_string_equal(ask_one(c,
		                            "SELECT count(*) FROM application_history JOIN application USING (number) JOIN paper ON "
		                            "paper.application = application.id",
		                            told),
		                    "1");
		assert_int_equal(connection_execute(other, sql, &err), 0);
		snprintf(sql, sizeof(sql), renewal, 4, 4, "renew"); /* a second draft for the same pair */
		assert_int_equal(connection_execute(c, sql, &err), -1);
		assert_int_equal(err.code, HF_STORE_ROW);
		snprintf(sql, sizeof(sql), renewal, 4, 4, "renews");
		assert_int_equal(connection_execute(c, sql, &err), -1);
		assert_int_equal(err.code, HF_STORE);
		assert_int_equal(connection_execute(c, "DELETE FROM application WHERE number = '2026112200001'", &err), -1);
		connection_close(&other);
		connection_close(&c);
		drop_files(place);
	}
}

static void test_migration_refusals(void **state)
{
	static const struct migration steps[] = {{1, "one", "CREATE TABLE a (x INTEGER) STRICT;"},
	                                         {2, "two", "CREATE TABLE a (x INTEGER) STRICT;"}};
	static const struct migration other[] = {{1, "another one", "CREATE TABLE a (y INTEGER) STRICT;"}};
	static const struct migration longer[] = {{1, "one", "CREATE TABLE a (x INTEGER) STRICT;"},
	                                          {2, "2", "CREATE TABLE b (x INTEGER) STRICT;"}};
	struct connection *c = open_alone(*state);
	struct err err;

	assert_int_equal(migrate(c, steps, 1, &err), 0);
	assert_int_equal(migrate(c, steps, 2, &err), -1);      /* the step fails: */
	assert_int_equal(migrate_check(c, steps, 1, &err), 0); /* and leaves nothing */
	assert_int_equal(migrate(c, other, 1, &err), -1);
	assert_non_null(strstr(err.text, "another text"));
	assert_int_equal(migrate(c, longer, 2, &err), 0);
	assert_int_equal(migrate(c, longer, 1, &err), -1);
	assert_non_null(strstr(err.text, "newer than this program"));
	connection_close(&c);
}

#define PLACED(test) cmocka_unit_test_setup_teardown(test, make_place, drop_place)

/* What has no write-ahead log is no store: readers would stop the writer. */
static void test_write_ahead_or_nothing(void **state)
{
	struct store_settings settings = {.path = ":memory:", .role = STORE_PORTAL};
	struct place *place = *state;
	struct store *s;
	struct err err;

	assert_int_equal(chdir(place->dir), 0); /* where a file of the name is made */
	assert_int_equal(store_open(&s, &settings, &err), -1);
	assert_int_equal(err.code, HF_STORE);
	assert_non_null(strstr(err.text, "memory"));
	assert_int_equal(unlink(":memory:"), 0);
	assert_int_equal(chdir("/"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    PLACED(test_write_ahead_or_nothing),
	    PLACED(test_changes_given_together),
	    PLACED(test_many_callers_share_commits),
	    PLACED(test_change_is_kept_or_leaves_nothing),
	    PLACED(test_many_callers_share_commits),
	    PLACED(test_full_database_tells_everyone),
	    PLACED(test_full_database_tells_those_given_together),
	    PLACED(test_failed_commit_is_told),
	    PLACED(test_killed_process_loses_nothing_told),
	    PLACED(test_roles_and_values_are_checked),
	    PLACED(test_every_statement_prepares),
	    PLACED(test_audit_is_only_added_to),
	    PLACED(test_migration_from_each_version),
	    PLACED(test_sessions_keep_their_application),
	    PLACED(test_renewals_come_to_each_version),
	    PLACED(test_migration_refusals),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
