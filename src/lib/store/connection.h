/* One SQLite connection: opening, its prepared statements, and its faults. Used within the store only. */
#ifndef HUFU_STORE_CONNECTION_H
#define HUFU_STORE_CONNECTION_H

#include "column.h"
#include "statement_list.h"
#include "store.h"

#include <sqlite3.h>
#include <stdbool.h>

#define STATEMENT_VALUES_MAX 32
#define STATEMENT_COLUMNS_MAX 32

/* A statement as SQLite holds it, with what is looked up by name once. */
struct prepared {
	sqlite3_stmt *stmt;                     /* NULL: not used yet */
	uint8_t values[STATEMENT_VALUES_MAX];   /* SQLite's number of $1, $2, … */
	const struct shape *shape;              /* of the struct that rows were read to last; NULL: none */
	uint8_t members[STATEMENT_COLUMNS_MAX]; /* which of the shape's each column is */
};

struct connection {
	sqlite3 *db;
	enum store_role role;
	struct prepared prepared[STATEMENT_COUNT];
	struct connection *next; /* in the pool of readers */
};

int connection_open(struct connection **c, const struct store_settings *settings, bool writes, struct err *err) MUST_CHECK;
void connection_close(struct connection **c);
/* Runs SQL without values or rows, one or more statements. */
int connection_execute(struct connection *c, const char *sql, struct err *err) MUST_CHECK;
/* The same for the way back after a fault: there is nobody to tell. */
void connection_undo(struct connection *c, const char *sql);
/* Prepared once, reset and without values. Refuses a statement that the role may not run. */
int connection_statement(struct connection *c, enum statement statement, struct prepared **out, struct err *err) MUST_CHECK;
/* Turns SQLite's last result into err; always -1. */
int connection_fault(struct connection *c, const char *what, struct err *err);

#endif
