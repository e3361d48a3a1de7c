/* Connections to SQLite, prepared statements, and SQLite's results as faults of the store. */
#include "connection.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BUSY_MS 5000

int connection_fault(struct connection *c, const char *what, struct err *err)
{
	int result = sqlite3_extended_errcode(c->db);
	const char *text = sqlite3_errmsg(c->db);

	switch (result & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return err_set(err, HF_STORE_BUSY, "store: %s: %s", what, text);
	case SQLITE_CONSTRAINT:
		if (result == SQLITE_CONSTRAINT_UNIQUE || result == SQLITE_CONSTRAINT_PRIMARYKEY)
			return err_set(err, HF_STORE_ROW, "store: %s: %s", what, text);
		return err_set(err, HF_STORE, "store: %s: %s", what, text);
	case SQLITE_NOMEM:
		return err_set(err, HF_MEMORY, "store: %s", what);
	default:
		return err_set(err, HF_STORE, "store: %s: %s (%d)", what, text, result);
	}
}

int connection_execute(struct connection *c, const char *sql, struct err *err)
{
	if (sqlite3_exec(c->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return connection_fault(c, "execute", err);
	return 0;
}

void connection_undo(struct connection *c, const char *sql)
{
	sqlite3_exec(c->db, sql, NULL, NULL, NULL);
}

/* SQLite answers with the mode that there is, and takes another one for no fault. Without WAL readers would stop the writer. */
static int write_ahead(struct connection *c, struct err *err)
{
	sqlite3_stmt *stmt;
	int rc = -1;

	if (sqlite3_prepare_v2(c->db, "PRAGMA journal_mode = WAL", -1, &stmt, NULL) != SQLITE_OK || sqlite3_step(stmt) != SQLITE_ROW)
		(void)connection_fault(c, "write-ahead log", err);
	else if (strcmp((const char *)sqlite3_column_text(stmt, 0), "wal") != 0)
		(void)err_set(err, HF_STORE, "store: no write-ahead log, but \"%s\"", (const char *)sqlite3_column_text(stmt, 0));
	else
		rc = 0;
	sqlite3_finalize(stmt);
	return rc;
}

/* Every commit is durable when it returns, checked references, no code from the schema, deleted content overwritten. */
static int set_up(struct connection *c, const struct store_settings *settings, bool writes, struct err *err)
{
	static const char always[] = "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA recursive_triggers = ON;"
	                             "PRAGMA trusted_schema = OFF; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY;";
	char *pages;
	int rc = 0;

	if (sqlite3_busy_timeout(c->db, BUSY_MS) != SQLITE_OK)
		return connection_fault(c, "busy time-out", err);
	if (writes && (write_ahead(c, err) != 0 || connection_execute(c, "PRAGMA wal_autocheckpoint = 4000;", err) != 0))
		return -1;
	if (connection_execute(c, always, err) != 0)
		return -1;
	if (!writes)
		return connection_execute(c, "PRAGMA query_only = ON;", err);
	if (settings->max_pages > 0) {
		pages = sqlite3_mprintf("PRAGMA max_page_count = %lld;", (long long)settings->max_pages);
		rc = pages != NULL ? connection_execute(c, pages, err) : err_set(err, HF_MEMORY, "store: page limit");
		sqlite3_free(pages);
	}
	return rc;
}

/* A new database is its owner's alone; the files beside it take its mode. */
static int create_file(const char *path, struct err *err)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0)
		return err_set_errno(err, HF_FILE, "store: %s", path);
	close(fd);
	return 0;
}

int connection_open(struct connection **out, const struct store_settings *settings, bool writes, struct err *err)
{
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_NOFOLLOW;
	struct connection *c = calloc(1, sizeof(*c));

	*out = NULL;
	if (c == NULL)
		return err_set(err, HF_MEMORY, "store: connection");
	c->role = settings->role;
	if (writes && create_file(settings->path, err) != 0)
		goto out;
	if (sqlite3_open_v2(settings->path, &c->db, flags, NULL) != SQLITE_OK) {
		err_set(err, HF_STORE, "store: open: %s", c->db != NULL ? sqlite3_errmsg(c->db) : "out of memory");
		goto out;
	}
	if (set_up(c, settings, writes, err) != 0)
		goto out;
	*out = c;
	return 0;
out:
	connection_close(&c);
	return -1;
}

void connection_close(struct connection **c)
{
	if (*c == NULL)
		return;
	for (size_t i = 0; i < STATEMENT_COUNT; i++)
		sqlite3_finalize((*c)->prepared[i].stmt);
	sqlite3_close((*c)->db);
	free(*c);
	*c = NULL;
}

/* By name: the order in which a statement mentions its parameters is not theirs. */
static int find_values(struct prepared *p, const struct statement_row *row, struct err *err)
{
	char name[8];

	if (row->parameters > STATEMENT_VALUES_MAX)
		return err_set(err, HF_STORE, "store: %s has %d parameters", row->name, row->parameters);
	for (int i = 0; i < row->parameters; i++) {
		sqlite3_snprintf(sizeof(name), name, "$%d", i + 1);
		p->values[i] = (uint8_t)sqlite3_bind_parameter_index(p->stmt, name);
		if (p->values[i] == 0)
			return err_set(err, HF_STORE, "store: %s has no parameter %s", row->name, name);
	}
	return 0;
}

int connection_statement(struct connection *c, enum statement statement, struct prepared **out, struct err *err)
{
	const struct statement_row *row = &statement_rows[statement];
	struct prepared *p = &c->prepared[statement];

	if ((row->roles & c->role) == 0)
		return err_set(err, HF_STORE, "store: %s is not for this process", row->name);
	if (p->stmt == NULL) {
		if (sqlite3_prepare_v3(c->db, row->sql, -1, SQLITE_PREPARE_PERSISTENT, &p->stmt, NULL) != SQLITE_OK)
			return connection_fault(c, row->name, err);
		if (find_values(p, row, err) != 0) {
			sqlite3_finalize(p->stmt);
			p->stmt = NULL;
			return -1;
		}
	}
	*out = p;
	return 0;
}
