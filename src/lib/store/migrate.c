/* Steps of the schema, made once and remembered with their checksum. */
#include "migrate.h"

#include "clock.h"
#include "query.h"

#include <string.h>

struct step_row {
	int64_t number;
	const char *checksum;
};
static const struct column step_columns[] = {
    COLUMN(step_row, number, COLUMN_INTEGER),
    COLUMN(step_row, checksum, COLUMN_TEXT),
};
static const struct shape step_shape = SHAPE(step_row, step_columns);

struct progress {
	const struct migration *steps;
	size_t count, made;
};

static int step_compare(void *ctx, const void *row, struct err *err)
{
	struct progress *p = ctx;
	const struct step_row *made = row;
	long long number = made->number;

	if (p->made >= p->count)
		return err_set(err, HF_STORE, "schema: step %lld is newer than this program", number);
	if (number != p->steps[p->made].number)
		return err_set(err, HF_STORE, "schema: step %lld stands where %d should", number, p->steps[p->made].number);
	if (strcmp(made->checksum, p->steps[p->made].checksum) != 0)
		return err_set(err, HF_STORE, "schema: step %lld was made by another text", number);
	p->made++;
	return 0;
}

/* How many steps were made; they must be the first ones of this build. */
static int steps_made(struct connection *c, const struct migration *steps, size_t count, size_t *made, struct err *err)
{
	struct progress p = {steps, count, 0};
	int rc = query_each(c, SQL_SCHEMA_VERSION_LIST, NO_VALUES, &step_shape, step_compare, &p, err);

	*made = p.made;
	return rc;
}

static int step_make(struct connection *c, const struct migration *step, struct err *err)
{
	if (connection_execute(c, step->sql, err) != 0)
		return err_wrap(err, "schema step %d", step->number);
	return query_run(c, SQL_SCHEMA_VERSION_ADD,
	                 VALUES(value_integer(step->number), value_text(step->checksum), value_integer(clock_now())), NULL, err);
}

int migrate(struct connection *c, const struct migration *steps, size_t count, struct err *err)
{
	size_t made;

	if (connection_execute(c, "BEGIN IMMEDIATE", err) != 0)
		return -1;
	if (query_run(c, SQL_SCHEMA_VERSION_MAKE, NO_VALUES, NULL, err) != 0 || steps_made(c, steps, count, &made, err) != 0)
		goto out;
	for (; made < count; made++) {
		if (step_make(c, &steps[made], err) != 0)
			goto out;
	}
	if (connection_execute(c, "COMMIT", err) == 0)
		return 0;
out:
	connection_undo(c, "ROLLBACK");
	return -1;
}

int migrate_check(struct connection *c, const struct migration *steps, size_t count, struct err *err)
{
	size_t made;

	if (steps_made(c, steps, count, &made, err) != 0)
		return -1;
	if (made != count)
		return err_set(err, HF_STORE, "schema: %zu of %zu steps; start the portal once to bring it up", made, count);
	return 0;
}
