/* Reading, exporting and verifying the chain in the store. */
#include "audit.h"

#include "audit_chain.h"
#include "audit_put.h"
#include "permission.h"
#include "service_state.h"

#include <string.h>

#define AUDIT_PAGE 100

static const struct column audit_columns[] = {
    COLUMN(audit_entry, number, COLUMN_INTEGER), COLUMN(audit_entry, time, COLUMN_INTEGER), COLUMN(audit_entry, actor, COLUMN_TEXT),
    COLUMN(audit_entry, person, COLUMN_TEXT),    COLUMN(audit_entry, address, COLUMN_TEXT), COLUMN(audit_entry, deed, COLUMN_TEXT),
    COLUMN(audit_entry, subject, COLUMN_TEXT),   COLUMN(audit_entry, detail, COLUMN_TEXT),  COLUMN(audit_entry, chain, COLUMN_BYTES),
};
const struct shape audit_shape = SHAPE(audit_entry, audit_columns);

int audit_list(struct service *s, const struct actor *actor, const struct audit_filter *filter, struct pool *pool, struct audit_page *page,
               struct err *err)
{
	struct connection *c;
	int rc;

	if (permission_check(actor, VERB_AUDIT_READ, err) != 0 || store_read(s->store, &c, err) != 0)
		return -1;
	rc = query_list(c, SQL_AUDIT_PAGE,
	                VALUES(value_integer(filter->before > 0 ? filter->before : INT64_MAX), value_text(filter->actor),
	                       value_text(filter->deed), value_text(filter->subject), value_integer(AUDIT_PAGE + 1)),
	                &audit_shape, pool, (void **)&page->items, &page->count, err);
	store_read_end(s->store, &c);
	page->more = rc == 0 && page->count > AUDIT_PAGE;
	if (page->more)
		page->count = AUDIT_PAGE;
	return rc;
}

struct export
{
	audit_line_fn *fn;
	void *ctx;
	struct buf line;
};

static int export_row(void *ctx, const void *row, struct err *err)
{
	struct export *e = ctx;

	buf_clear(&e->line);
	if (audit_line_write(row, &e->line, err) != 0)
		return -1;
	return e->fn(e->ctx, buf_get(&e->line), err);
}

int audit_export_store(struct store *store, int64_t from, audit_line_fn *fn, void *ctx, struct err *err)
{
	struct export e = {.fn = fn, .ctx = ctx};
	struct connection *c;
	int rc;

	if (store_read(store, &c, err) != 0)
		return -1;
	buf_init(&e.line, AUDIT_LINE_MAX);
	rc = query_each(c, SQL_AUDIT_FROM, VALUES(value_integer(from)), &audit_shape, export_row, &e, err);
	buf_free(&e.line);
	store_read_end(store, &c);
	return rc < 0 ? -1 : 0;
}

static int note_export(void *ctx, struct connection *c, struct err *err)
{
	return audit_put(c, ctx, &(struct audit_deed){"audit.export", "", NULL}, err);
}

int audit_export(struct service *s, const struct actor *actor, int64_t from, audit_line_fn *fn, void *ctx, struct err *err)
{
	struct actor who = *actor;

	if (permission_check(actor, VERB_AUDIT_READ, err) != 0 || store_change(s->store, note_export, &who, err) != 0)
		return -1;
	return audit_export_store(s->store, from, fn, ctx, err);
}

static int walk_row(void *ctx, const void *row, struct err *err)
{
	return audit_walk_add(ctx, row, err);
}

int audit_verify_store(struct store *store, struct audit_walk *walk, int64_t *told, struct err *err)
{
	struct connection *c;
	int rc;

	memset(walk, 0, sizeof(*walk));
	if (store_read(store, &c, err) != 0)
		return -1;
	rc = query_each(c, SQL_AUDIT_FROM, VALUES(value_integer(1)), &audit_shape, walk_row, walk, err);
	if (rc == 0)
		rc = query_integer(c, SQL_AUDIT_TOLD, NO_VALUES, told, err);
	store_read_end(store, &c);
	return rc;
}

int audit_verify(struct service *s, const struct actor *actor, struct audit_state *state, struct err *err)
{
	struct audit_walk walk;

	if (permission_check(actor, VERB_AUDIT_READ, err) != 0 || audit_verify_store(s->store, &walk, &state->told, err) != 0)
		return -1;
	state->count = walk.count;
	state->first_broken = walk.broken;
	memcpy(state->head, walk.head, sizeof(state->head));
	return 0;
}
