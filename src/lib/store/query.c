/* Statements with values in, and rows as structs out. */
#include "query.h"

#include "connection.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define EACH_POOL_MAX (4u << 20)

struct value value_integer(int64_t v)
{
	return (struct value){.kind = VALUE_INTEGER, .integer = v};
}

struct value value_text(const char *text)
{
	return (struct value){.kind = VALUE_TEXT, .bytes = bytes_text(text)};
}

struct value value_text_bytes(struct bytes text)
{
	return (struct value){.kind = VALUE_TEXT, .bytes = text};
}

struct value value_bytes(struct bytes bytes)
{
	return (struct value){.kind = VALUE_BYTES, .bytes = bytes};
}

/* SQLite takes a NULL pointer for SQL's NULL; nothing has a place of its own. */
static const void *place(struct bytes b)
{
	return b.size > 0 ? (const void *)b.data : "";
}

static int bind_one(sqlite3_stmt *stmt, int at, const struct value *v)
{
	if (v->bytes.size > INT_MAX)
		return SQLITE_TOOBIG;
	switch (v->kind) {
	case VALUE_INTEGER:
		return sqlite3_bind_int64(stmt, at, v->integer);
	case VALUE_TEXT:
		return sqlite3_bind_text(stmt, at, place(v->bytes), (int)v->bytes.size, SQLITE_STATIC);
	case VALUE_BYTES:
		return sqlite3_bind_blob(stmt, at, place(v->bytes), (int)v->bytes.size, SQLITE_STATIC);
	case VALUE_NULL:
		break;
	}
	return sqlite3_bind_null(stmt, at);
}

static int bind(enum statement statement, const struct prepared *p, const struct value *values, size_t n, struct err *err)
{
	const struct statement_row *row = &statement_rows[statement];

	if (n != (size_t)row->parameters)
		return err_set(err, HF_STORE, "store: %s takes %d values, got %zu", row->name, row->parameters, n);
	for (size_t i = 0; i < n; i++) {
		if (bind_one(p->stmt, p->values[i], &values[i]) != SQLITE_OK)
			return err_set(err, HF_STORE, "store: %s: value $%zu does not bind", row->name, i + 1);
	}
	return 0;
}

static int start(struct connection *c, enum statement statement, const struct value *values, size_t n, struct prepared **p, struct err *err)
{
	*p = NULL;
	if (connection_statement(c, statement, p, err) != 0)
		return -1;
	return bind(statement, *p, values, n, err);
}

static void end(const struct prepared *p)
{
	if (p == NULL)
		return;
	sqlite3_reset(p->stmt);
	sqlite3_clear_bindings(p->stmt);
}

/* 1: a row, 0: no more, -1. */
static int step(struct connection *c, enum statement statement, const struct prepared *p, struct err *err)
{
	int result = sqlite3_step(p->stmt);

	if (result == SQLITE_ROW)
		return 1;
	if (result == SQLITE_DONE)
		return 0;
	return connection_fault(c, statement_rows[statement].name, err);
}

static int take_bytes(sqlite3_stmt *stmt, int i, struct pool *pool, struct bytes *out, struct err *err)
{
	const void *data = sqlite3_column_blob(stmt, i);
	struct bytes lent = {data, (size_t)sqlite3_column_bytes(stmt, i)};

	*out = BYTES_NONE;
	return lent.size == 0 ? 0 : pool_bytes(pool, lent, out, err);
}

static int take_text(sqlite3_stmt *stmt, int i, struct pool *pool, const char **out, struct err *err)
{
	const unsigned char *data = sqlite3_column_text(stmt, i);
	struct bytes lent = {data, (size_t)sqlite3_column_bytes(stmt, i)};

	*out = lent.size == 0 ? "" : pool_text(pool, lent);
	return *out != NULL ? 0 : err_set(err, HF_MEMORY, "store: text of %zu bytes", lent.size);
}

static int member_by_name(const struct shape *shape, const char *name)
{
	for (size_t i = 0; i < shape->count; i++) {
		if (strcmp(shape->columns[i].name, name) == 0)
			return (int)i;
	}
	return -1;
}

/* Which member each column of the result is. */
static int find_members(struct prepared *p, const struct shape *shape, struct err *err)
{
	int columns = sqlite3_column_count(p->stmt);

	if (p->shape == shape)
		return 0;
	if (columns > STATEMENT_COLUMNS_MAX || shape->count > UINT8_MAX)
		return err_set(err, HF_STORE, "store: %d columns for %s", columns, shape->name);
	for (int i = 0; i < columns; i++) {
		int member = member_by_name(shape, sqlite3_column_name(p->stmt, i));

		if (member < 0)
			return err_set(err, HF_STORE, "store: %s has no member %s", shape->name, sqlite3_column_name(p->stmt, i));
		p->members[i] = (uint8_t)member;
	}
	p->shape = shape;
	return 0;
}

static int take_column(sqlite3_stmt *stmt, int i, const struct column *column, struct pool *pool, char *row, struct err *err)
{
	void *at = row + column->offset;
	int64_t integer;
	struct bytes lent;
	int choice;

	switch (column->type) {
	case COLUMN_INTEGER:
		integer = sqlite3_column_int64(stmt, i);
		memcpy(at, &integer, sizeof(integer));
		return 0;
	case COLUMN_TEXT:
		return take_text(stmt, i, pool, (const char **)at, err);
	case COLUMN_BYTES:
		return take_bytes(stmt, i, pool, (struct bytes *)at, err);
	case COLUMN_CHOICE:
		break;
	}
	lent.data = sqlite3_column_text(stmt, i);
	lent.size = (size_t)sqlite3_column_bytes(stmt, i);
	choice = choice_index(column->choices, lent);
	if (choice < 0)
		return err_set(err, HF_STORE, "store: column %s holds no known choice", column->name);
	memcpy(at, &choice, sizeof(choice));
	return 0;
}

static void empty_row(const struct shape *shape, char *row)
{
	static const char *const nothing = "";

	memset(row, 0, shape->size);
	for (size_t i = 0; i < shape->count; i++) {
		if (shape->columns[i].type == COLUMN_TEXT)
			memcpy(row + shape->columns[i].offset, &nothing, sizeof(nothing));
	}
}

static int take_row(struct prepared *p, const struct shape *shape, struct pool *pool, void *row, struct err *err)
{
	int columns = sqlite3_column_count(p->stmt);

	if (find_members(p, shape, err) != 0)
		return -1;
	empty_row(shape, row);
	for (int i = 0; i < columns; i++) {
		if (take_column(p->stmt, i, &shape->columns[p->members[i]], pool, row, err) != 0)
			return -1;
	}
	return 0;
}

/* Runs the statement up to its first row; HF_NOT_FOUND when it has none. */
static int first_row(struct connection *c, enum statement statement, const struct value *values, size_t n, struct prepared **p,
                     struct err *err)
{
	int more;

	if (start(c, statement, values, n, p, err) != 0)
		return -1;
	more = step(c, statement, *p, err);
	if (more == 0)
		return err_set(err, HF_NOT_FOUND, "store: %s: no row", statement_rows[statement].name);
	return more == 1 ? 0 : -1;
}

int query_one(struct connection *c, enum statement statement, const struct value *values, size_t n, const struct shape *shape,
              struct pool *pool, void *row, struct err *err)
{
	struct prepared *p;
	int rc = first_row(c, statement, values, n, &p, err);

	if (rc == 0)
		rc = take_row(p, shape, pool, row, err);
	end(p);
	return rc;
}

struct row_array {
	char *rows;
	size_t count, room;
};

static int array_grow(struct row_array *a, size_t size, struct err *err)
{
	size_t room = a->room == 0 ? 16 : a->room * 2;
	char *rows = a->count < a->room ? a->rows : reallocarray(a->rows, room, size);

	if (rows == NULL)
		return err_set(err, HF_MEMORY, "store: %zu rows", room);
	if (a->count == a->room)
		a->room = room;
	a->rows = rows;
	return 0;
}

int query_list(struct connection *c, enum statement statement, const struct value *values, size_t n, const struct shape *shape,
               struct pool *pool, void **rows, size_t *count, struct err *err)
{
	struct row_array array = {NULL, 0, 0};
	struct prepared *p;
	int more = 0, rc = start(c, statement, values, n, &p, err);

	*rows = NULL;
	*count = 0;
	while (rc == 0 && (more = step(c, statement, p, err)) == 1) {
		rc = array_grow(&array, shape->size, err);
		if (rc == 0)
			rc = take_row(p, shape, pool, array.rows + array.count++ * shape->size, err);
	}
	if (more < 0)
		rc = -1;
	if (rc == 0 && array.count > 0) {
		*rows = pool_alloc(pool, array.count * shape->size);
		if (*rows == NULL)
			rc = err_set(err, HF_MEMORY, "store: %zu rows", array.count);
	}
	if (*rows != NULL) {
		memcpy(*rows, array.rows, array.count * shape->size);
		*count = array.count;
	}
	free(array.rows);
	end(p);
	return rc;
}

int query_each(struct connection *c, enum statement statement, const struct value *values, size_t n, const struct shape *shape,
               query_row_fn *fn, void *ctx, struct err *err)
{
	struct pool *pool = pool_new(EACH_POOL_MAX);
	void *row = calloc(1, shape->size);
	struct prepared *p = NULL;
	int more = 0, rc = -1;

	if (pool == NULL || row == NULL) {
		err_set(err, HF_MEMORY, "store: row of %s", shape->name);
		goto out;
	}
	rc = start(c, statement, values, n, &p, err);
	while (rc == 0 && (more = step(c, statement, p, err)) == 1) {
		rc = take_row(p, shape, pool, row, err);
		if (rc == 0)
			rc = fn(ctx, row, err);
		pool_reset(pool);
	}
	if (more < 0)
		rc = -1;
out:
	end(p);
	free(row);
	pool_free(&pool);
	return rc;
}

int query_integer(struct connection *c, enum statement statement, const struct value *values, size_t n, int64_t *out, struct err *err)
{
	struct prepared *p;
	int rc = first_row(c, statement, values, n, &p, err);

	if (rc == 0)
		*out = sqlite3_column_int64(p->stmt, 0);
	end(p);
	return rc;
}

int query_text(struct connection *c, enum statement statement, const struct value *values, size_t n, struct pool *pool, const char **out,
               struct err *err)
{
	struct prepared *p;
	int rc = first_row(c, statement, values, n, &p, err);

	if (rc == 0)
		rc = take_text(p->stmt, 0, pool, out, err);
	end(p);
	return rc;
}

int query_bytes(struct connection *c, enum statement statement, const struct value *values, size_t n, struct pool *pool, struct bytes *out,
                struct err *err)
{
	struct prepared *p;
	int rc = first_row(c, statement, values, n, &p, err);

	if (rc == 0)
		rc = take_bytes(p->stmt, 0, pool, out, err);
	end(p);
	return rc;
}

int query_run(struct connection *c, enum statement statement, const struct value *values, size_t n, int64_t *changed, struct err *err)
{
	struct prepared *p;
	int rc = start(c, statement, values, n, &p, err);

	if (rc == 0)
		rc = step(c, statement, p, err);
	if (rc == 1)
		rc = err_set(err, HF_STORE, "store: %s gives rows", statement_rows[statement].name);
	if (rc == 0 && changed != NULL)
		*changed = sqlite3_changes64(c->db);
	end(p);
	return rc;
}

int query_add(struct connection *c, enum statement statement, const struct value *values, size_t n, int64_t *id, struct err *err)
{
	if (query_run_one(c, statement, values, n, err) != 0)
		return -1;
	*id = sqlite3_last_insert_rowid(c->db);
	return 0;
}

int query_run_one(struct connection *c, enum statement statement, const struct value *values, size_t n, struct err *err)
{
	int64_t changed;

	if (query_run(c, statement, values, n, &changed, err) != 0)
		return -1;
	if (changed != 1)
		return err_set(err, HF_STORE_ROW, "store: %s changed %lld rows", statement_rows[statement].name, (long long)changed);
	return 0;
}
