/* One turn of the outbox. */
#include "outbox.h"

#include "clock.h"
#include "log.h"
#include "mail_seal.h"
#include "query.h"

#define CLAIM_SECONDS 300 /* a courier that dies with a mail in hand leaves it for this long */
#define TRIES_MAX 27      /* the steps below, then hours: a day */

static const int64_t waits[] = {30, 120, 600, 1800, 3600};

struct turn {
	struct pool *pool;
	struct mail mail;
	struct secret detail; /* of the mail, opened */
	int64_t now, due;
	const char *fault;
};

static int is_due(struct store *store, int64_t now, bool *due, struct err *err)
{
	struct connection *c;
	int64_t count = 0;
	int rc;

	if (store_read(store, &c, err) != 0)
		return -1;
	rc = query_integer(c, SQL_MAIL_DUE, VALUES(value_integer(now)), &count, err);
	store_read_end(store, &c);
	*due = count > 0;
	return rc;
}

static int claim(void *ctx, struct connection *c, struct err *err)
{
	struct turn *t = ctx;

	return query_one(c, SQL_MAIL_CLAIM, VALUES(value_integer(t->now), value_integer(t->now + CLAIM_SECONDS)), &mail_shape, t->pool,
	                 &t->mail, err);
}

static int note_sent(void *ctx, struct connection *c, struct err *err)
{
	const struct turn *t = ctx;

	return query_run(c, SQL_MAIL_SENT, VALUES(value_integer(t->mail.id), value_integer(t->now)), NULL, err);
}

static int note_retry(void *ctx, struct connection *c, struct err *err)
{
	const struct turn *t = ctx;

	return query_run(c, SQL_MAIL_RETRY, VALUES(value_integer(t->mail.id), value_integer(t->due), value_text(t->fault)), NULL, err);
}

static int note_given_up(void *ctx, struct connection *c, struct err *err)
{
	const struct turn *t = ctx;

	return query_run(c, SQL_MAIL_GIVE_UP, VALUES(value_integer(t->mail.id), value_text(t->fault)), NULL, err);
}

/* What the mail says beside its usual words, in place of what the outbox has. */
static int open_detail(const struct outbox *o, struct turn *t, struct err *err)
{
	if (t->mail.detail[0] == '\0')
		return 0;
	if (mail_detail_open(o->key, &t->mail, &t->detail, err) != 0)
		return -1;
	t->mail.detail = (const char *)t->detail.data;
	return 0;
}

static int64_t wait_after(int64_t tries)
{
	const int64_t steps = sizeof(waits) / sizeof(waits[0]);

	return waits[tries <= steps ? tries - 1 : steps - 1];
}

static int note_failed(const struct outbox *o, struct turn *t, const struct err *fault, struct err *err)
{
	bool last = fault->code == HF_MAIL_REFUSED || fault->code == HF_SEAL_BROKEN || t->mail.tries >= TRIES_MAX;

	t->now = clock_now();
	t->due = t->now + wait_after(t->mail.tries);
	t->fault = fault->text;
	log_warning("mail.failed", "mail %lld, try %lld%s: %s", (long long)t->mail.id, (long long)t->mail.tries, last ? ", given up" : "",
	            fault->text);
	return store_change(o->store, last ? note_given_up : note_retry, t, err);
}

int outbox_next(const struct outbox *o, bool *found, struct err *err)
{
	struct turn t = {.pool = pool_new(64u << 10), .now = clock_now()};
	struct err fault;
	int rc = -1;

	*found = false;
	if (t.pool == NULL)
		return err_set(err, HF_MEMORY, "outbox");
	if (is_due(o->store, t.now, found, err) != 0)
		goto out;
	if (!*found) {
		rc = 0;
		goto out;
	}
	if (store_change(o->store, claim, &t, err) != 0) {
		*found = err->code != HF_NOT_FOUND;
		rc = *found ? -1 : 0; /* another courier was quicker */
		goto out;
	}
	if (open_detail(o, &t, &fault) != 0 || o->send(o->ctx, &t.mail, &fault) != 0) {
		rc = note_failed(o, &t, &fault, err);
	} else {
		t.now = clock_now();
		rc = store_change(o->store, note_sent, &t, err);
		log_info("mail.sent", "mail %lld, %s", (long long)t.mail.id, mail_kind_names[t.mail.kind]);
	}
out:
	secret_free(&t.detail);
	pool_free(&t.pool);
	return rc;
}
