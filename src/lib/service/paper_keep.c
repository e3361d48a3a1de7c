/* The end of papers, and the nightly look at those that are kept. */
#include "paper_keep.h"

#include "access.h"
#include "audit_put.h"
#include "clock.h"
#include "digest.h"
#include "life.h"
#include "log.h"
#include "order.h"
#include "paper.h"
#include "paper_file.h"
#include "paper_key.h"
#include "service_state.h"
#include "text_code.h"

#include <string.h>

#define UNDONE_SECONDS (90 * (int64_t)86400)
#define DECIDED_SECONDS (5 * (int64_t)366 * 86400)
#define PAGE_POOL_MAX (8u << 20) /* 20 papers with their orders at their longest */
#define CHECK_SECONDS 86400
#define CHECK "papers" /* its name among the rounds */

struct ended {
	const char *id, *number;
};
static const struct column ended_columns[] = {
    COLUMN(ended, id, COLUMN_TEXT),
    COLUMN(ended, number, COLUMN_TEXT),
};
static const struct shape ended_shape = SHAPE(ended, ended_columns);

struct round {
	struct pool *pool;
	int64_t now;
};

static int service_audit(struct connection *c, const char *deed, const char *number, const char *detail, struct err *err)
{
	return audit_put_as(c, "service", "", "", &(struct audit_deed){deed, number, detail}, err);
}

static int withdraw_drafts(struct connection *c, const struct round *r, struct err *err)
{
	static const struct life_person nobody = {"", ""};
	struct application application;
	struct ended *items;
	size_t count;

	if (query_list(c, SQL_APPLICATION_ABANDONED, VALUES(value_integer(r->now - UNDONE_SECONDS)), &ended_shape, r->pool, (void **)&items,
	               &count, err) != 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		if (access_any(c, items[i].number, r->pool, &application, err) != 0 ||
		    life_move(c, &application, STATE_WITHDRAWN, &nobody, "", r->now, err) != 0 ||
		    service_audit(c, "application.withdraw", items[i].number, NULL, err) != 0)
			return -1;
	}
	return 0;
}

static int destroy_keys(struct connection *c, const struct round *r, struct err *err)
{
	struct ended *items;
	size_t count;

	if (query_list(c, SQL_APPLICATION_ENDED, VALUES(value_integer(r->now - UNDONE_SECONDS), value_integer(r->now - DECIDED_SECONDS)),
	               &ended_shape, r->pool, (void **)&items, &count, err) != 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		if (query_run_one(c, SQL_APPLICATION_FORGET, VALUES(value_text(items[i].id)), err) != 0 ||
		    service_audit(c, "paper.forget", items[i].number, NULL, err) != 0)
			return -1;
	}
	return 0;
}

static int forget(void *ctx, struct connection *c, struct err *err)
{
	return destroy_keys(c, ctx, err) == 0 ? withdraw_drafts(c, ctx, err) : -1;
}

int paper_keep_forget(struct service *s, struct err *err)
{
	struct round r = {.pool = pool_new(PAGE_POOL_MAX), .now = clock_now()};
	int rc;

	if (r.pool == NULL)
		return err_set(err, HF_MEMORY, "papers");
	rc = store_change(s->store, forget, &r, err);
	pool_free(&r.pool);
	return rc;
}

/* A whole paper whose key is there. */
struct kept {
	const char *id, *application, *number, *hash;
	struct bytes accepted; /* the order that took it, if there is one */
};
static const struct column kept_columns[] = {
    COLUMN(kept, id, COLUMN_TEXT),   COLUMN(kept, application, COLUMN_TEXT), COLUMN(kept, number, COLUMN_TEXT),
    COLUMN(kept, hash, COLUMN_TEXT), COLUMN(kept, accepted, COLUMN_BYTES),
};
static const struct shape kept_shape = SHAPE(kept, kept_columns);

/* A person signed for what he saw: that counts, not what the database says of it. */
static bool is_accepted(const struct kept *paper, const uint8_t hash[SM3_SIZE], struct pool *pool)
{
	struct order order;

	if (paper->accepted.size == 0)
		return true;
	if (order_parse(&order, paper->accepted, pool, NULL) != 0)
		return false;
	for (size_t i = 0; i < order.papers.count; i++) {
		if (memcmp(order.papers.data + i * SM3_SIZE, hash, SM3_SIZE) == 0)
			return true;
	}
	return false;
}

static bool is_whole(struct service *s, struct connection *c, const struct kept *paper, struct pool *pool, struct buf *content)
{
	struct secret key = {NULL, 0};
	uint8_t hash[SM3_SIZE];
	char text[2 * SM3_SIZE + 1] = "";
	bool accepted = false;

	buf_clear(content);
	if (paper_key_open(s, c, paper->application, pool, &key, NULL) == 0 &&
	    paper_whole_read(s->settings.papers, paper->id, &key, content, NULL) == 0) {
		sm3(buf_get(content), hash);
		hex_write(text, hash, sizeof(hash));
		accepted = is_accepted(paper, hash, pool);
	}
	secret_free(&key);
	return accepted && strcmp(text, paper->hash) == 0;
}

static int note_changed(void *ctx, struct connection *c, struct err *err)
{
	const struct kept *paper = ctx;

	return service_audit(c, "paper.changed", paper->number, paper->hash, err);
}

/* One page of papers, after the id `after`; *last gets the page's last id, "" at the end. */
static int check_page(struct service *s, const char *after, char last[PAPER_ID_SIZE + 1], struct buf *content, int64_t *changed,
                      struct err *err)
{
	struct pool *pool = pool_new(PAGE_POOL_MAX);
	struct connection *c = NULL;
	struct kept *items = NULL;
	size_t count = 0, bad = 0;
	int rc = -1;

	last[0] = '\0';
	if (pool == NULL)
		err_set(err, HF_MEMORY, "papers");
	else if (store_read(s->store, &c, err) == 0)
		rc = query_list(c, SQL_PAPER_KEPT_PAGE, VALUES(value_text(after)), &kept_shape, pool, (void **)&items, &count, err);
	if (rc == 0 && count > 0)
		memcpy(last, items[count - 1].id, PAPER_ID_SIZE + 1);
	for (size_t i = 0; rc == 0 && i < count; i++) {
		if (!is_whole(s, c, &items[i], pool, content))
			items[bad++] = items[i];
	}
	store_read_end(s->store, &c);
	for (size_t i = 0; rc == 0 && i < bad; i++) {
		log_error("paper.changed", "paper %s of application %s is not what was kept", items[i].id, items[i].number);
		rc = store_change(s->store, note_changed, &items[i], err);
	}
	*changed += (int64_t)bad;
	pool_free(&pool);
	return rc;
}

static int note_done(void *ctx, struct connection *c, struct err *err)
{
	const int64_t *begun = ctx;

	return query_run(c, SQL_ROUND_SET_DONE, VALUES(value_text(CHECK), value_integer(*begun)), NULL, err);
}

int paper_keep_check(struct service *s, int64_t *changed, struct err *err)
{
	char after[PAPER_ID_SIZE + 1] = "", last[PAPER_ID_SIZE + 1];
	int64_t begun = clock_now();
	struct buf content;
	int rc;

	*changed = 0;
	buf_init(&content, (size_t)s->settings.paper_max);
	do {
		rc = check_page(s, after, last, &content, changed, err);
		memcpy(after, last, sizeof(after));
	} while (rc == 0 && last[0] != '\0');
	buf_wipe(&content);
	return rc == 0 ? store_change(s->store, note_done, &begun, err) : -1;
}

int paper_keep_due(struct service *s, bool *due, struct err *err)
{
	struct connection *c;
	int64_t done = 0;
	int rc;

	if (store_read(s->store, &c, err) != 0)
		return -1;
	rc = query_integer(c, SQL_ROUND_DONE, VALUES(value_text(CHECK)), &done, err);
	store_read_end(s->store, &c);
	*due = rc == 0 && clock_now() - done >= CHECK_SECONDS;
	return rc;
}
