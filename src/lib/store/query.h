/* Running named statements: values by name $1…, rows to structs by their shape. */
#ifndef HUFU_STORE_QUERY_H
#define HUFU_STORE_QUERY_H

#include "column.h"
#include "pool.h"
#include "statement_list.h"
#include "store.h"

enum value_kind { VALUE_NULL, VALUE_INTEGER, VALUE_TEXT, VALUE_BYTES };
/* Borrowed for the time of the call. */
struct value {
	enum value_kind kind;
	int64_t integer;
	struct bytes bytes;
};
struct value value_integer(int64_t v);
struct value value_text(const char *text); /* NULL gives the empty text */
struct value value_text_bytes(struct bytes text);
struct value value_bytes(struct bytes bytes);

/* The values for $1, $2, … as two arguments; every parameter of the statement gets one. */
#define VALUES(...) (const struct value[]){__VA_ARGS__}, sizeof((const struct value[]){__VA_ARGS__}) / sizeof(struct value)
#define NO_VALUES NULL, 0

/* Shapes are constants of the program: which column is which member is found once.
 * The first row; HF_NOT_FOUND when there is none. Texts and bytes are taken from pool. Every column of the result is one of the
 * shape's; those of the shape that are not in the result are zero, texts "". */
int query_one(struct connection *c, enum statement statement, const struct value *values, size_t n, const struct shape *shape,
              struct pool *pool, void *row, struct err *err) MUST_CHECK;
/* All rows as an array from pool; NULL and 0 when there is none. */
int query_list(struct connection *c, enum statement statement, const struct value *values, size_t n, const struct shape *shape,
               struct pool *pool, void **rows, size_t *count, struct err *err) MUST_CHECK;
/* Each row in turn; the pool is reset after each. fn gives 1 when it wants no more: then that is the result. */
typedef int query_row_fn(void *ctx, const void *row, struct err *err);
int query_each(struct connection *c, enum statement statement, const struct value *values, size_t n, const struct shape *shape,
               query_row_fn *fn, void *ctx, struct err *err) MUST_CHECK;
/* The first column of the first row. HF_NOT_FOUND. */
int query_integer(struct connection *c, enum statement statement, const struct value *values, size_t n, int64_t *out,
                  struct err *err) MUST_CHECK;
int query_text(struct connection *c, enum statement statement, const struct value *values, size_t n, struct pool *pool, const char **out,
               struct err *err) MUST_CHECK;
int query_bytes(struct connection *c, enum statement statement, const struct value *values, size_t n, struct pool *pool, struct bytes *out,
                struct err *err) MUST_CHECK;
/* A statement without rows. changed (may be NULL): rows it changed. A broken unique rule is HF_STORE_ROW. */
int query_run(struct connection *c, enum statement statement, const struct value *values, size_t n, int64_t *changed,
              struct err *err) MUST_CHECK;
/* Exactly one row is changed, else HF_STORE_ROW. */
int query_run_one(struct connection *c, enum statement statement, const struct value *values, size_t n, struct err *err) MUST_CHECK;
/* Adds one row to a table whose rows are numbered, and gives its number. For a RETURNING, SQLite would fill a table of its own. */
int query_add(struct connection *c, enum statement statement, const struct value *values, size_t n, int64_t *id,
              struct err *err) MUST_CHECK;

#endif
