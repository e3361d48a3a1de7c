/* Papers read again, and what is left of uploads that were given up. */
#include "upload.h"

#include "access.h"
#include "audit_put.h"
#include "clock.h"
#include "digest.h"
#include "paper_file.h"
#include "paper_key.h"
#include "permission.h"
#include "service_state.h"
#include "text_code.h"

#include <string.h>

struct reading {
	struct service *s;
	const struct actor *actor;
	const char *id;
	struct pool *pool;
	struct paper *paper;
};

/* The applicant's own, or any that was submitted for staff who may. */
static int may_read(const struct reading *r, struct connection *c, struct application *application, struct err *err)
{
	if (access_any(c, r->paper->number, r->pool, application, err) != 0)
		return -1;
	if (r->actor->session == NULL || !session_is_staff(r->actor->session))
		return access_own(c, r->actor, r->paper->number, r->pool, application, err);
	if (permission_check(r->actor, VERB_PAPER_READ, err) != 0)
		return -1;
	return application->submitted > 0 ? 0 : err_set(err, HF_PAPER_EXPIRED, "application %s is a draft", application->number);
}

static int find(const struct reading *r, struct secret *key, struct err *err)
{
	struct application application;
	struct connection *c;
	int rc = -1;

	if (store_read(r->s->store, &c, err) != 0)
		return -1;
	if (query_one(c, SQL_PAPER_BY_ID, VALUES(value_text(r->id)), &paper_shape, r->pool, r->paper, err) != 0) {
		if (err->code == HF_NOT_FOUND)
			err_set(err, HF_PAPER_EXPIRED, "no such paper");
	} else if (may_read(r, c, &application, err) == 0) {
		rc = paper_whole(r->paper) ? paper_key_open(r->s, c, application.id, r->pool, key, err)
		                           : err_set(err, HF_PAPER_EXPIRED, "paper %s is not whole", r->id);
	}
	store_read_end(r->s->store, &c);
	return rc;
}

static int note_view(void *ctx, struct connection *c, struct err *err)
{
	const struct reading *r = ctx;

	return audit_put(c, r->actor, &(struct audit_deed){"paper.view", r->paper->number, r->paper->hash}, err);
}

static int check_hash(const struct paper *paper, struct bytes content, struct err *err)
{
	uint8_t hash[SM3_SIZE];
	char text[2 * SM3_SIZE + 1];

	sm3(content, hash);
	hex_write(text, hash, sizeof(hash));
	return strcmp(text, paper->hash) == 0 ? 0 : err_set(err, HF_PAPER_CHANGED, "paper %s is not what was kept", paper->id);
}

int upload_read(struct service *s, const struct actor *actor, const char *id, struct pool *pool, struct paper *paper, struct buf *content,
                struct err *err)
{
	struct reading r = {s, actor, id, pool, paper};
	struct secret key = {NULL, 0};
	int rc = find(&r, &key, err);

	if (rc == 0 && !session_is_visitor(actor->session)) /* a visitor reads his own, and how he came to it is audited */
		rc = store_change(s->store, note_view, &r, err);
	if (rc == 0)
		rc = paper_whole_read(s->settings.papers, id, &key, content, err);
	if (rc == 0)
		rc = check_hash(paper, buf_get(content), err);
	secret_free(&key);
	return rc;
}

struct expired {
	const char *id;
};
static const struct column expired_columns[] = {COLUMN(expired, id, COLUMN_TEXT)};
static const struct shape expired_shape = SHAPE(expired, expired_columns);

struct sweep {
	struct service *s;
	struct pool *pool;
	struct expired *items;
	size_t count;
};

static int forget_expired(void *ctx, struct connection *c, struct err *err)
{
	struct sweep *w = ctx;

	if (query_list(c, SQL_PAPER_EXPIRED, VALUES(value_integer(clock_now())), &expired_shape, w->pool, (void **)&w->items, &w->count,
	               err) != 0)
		return -1;
	for (size_t i = 0; i < w->count; i++) {
		if (query_run(c, SQL_PAPER_REMOVE, VALUES(value_text(w->items[i].id)), NULL, err) != 0)
			return -1;
	}
	return 0;
}

static int remove_unknown(void *ctx, const char *id, struct err *err)
{
	struct service *s = ctx;
	struct connection *c;
	int64_t known = 1;
	int rc;

	if (store_read(s->store, &c, err) != 0)
		return -1;
	rc = query_integer(c, SQL_PAPER_KNOWN, VALUES(value_text(id)), &known, err);
	store_read_end(s->store, &c);
	if (rc == 0 && known == 0)
		paper_files_remove(s->settings.papers, id);
	return rc;
}

int upload_sweep(struct service *s, struct err *err)
{
	struct sweep w = {.s = s, .pool = pool_new(64u << 10)};
	int rc = -1;

	if (w.pool == NULL)
		return err_set(err, HF_MEMORY, "sweep");
	if (store_change(s->store, forget_expired, &w, err) == 0) {
		for (size_t i = 0; i < w.count; i++)
			paper_files_remove(s->settings.papers, w.items[i].id);
		rc = paper_files_old(s->settings.papers, remove_unknown, s, err);
	}
	pool_free(&w.pool);
	return rc;
}
