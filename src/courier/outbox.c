/* One turn of the outbox. */
#include "outbox.h"

#include "clock.h"
#include "log.h"
#include "mail_seal.h"
#include "query.h"

#define CLAIM_SECONDS 300        /* a courier that dies with mails in hand leaves them for this long */
#define TRIES_MAX 27             /* the steps below, then hours: a day */
#define TURN_POOL_MAX (2u << 20) /* more than OUTBOX_BATCH mails at their longest */

static const int64_t waits[] = {30, 120, 600, 1800, 3600};

struct turn {
	const struct outbox *outbox;
	struct pool *pool;
	struct mail *claimed;
	struct outgoing *mails;
	size_t count;
	int64_t now;
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

	return query_list(c, SQL_MAIL_CLAIM,
	                  VALUES(value_integer(t->now), value_integer(t->now + CLAIM_SECONDS), value_integer(OUTBOX_BATCH)), &mail_shape,
	                  t->pool, (void **)&t->claimed, &t->count, err);
}

/* What the mail says beside its usual words, in place of what the outbox has. */
static void take_in_hand(const struct turn *t, struct outgoing *m, const struct mail *mail)
{
	m->mail = *mail;
	if (mail->detail[0] == '\0' || mail_detail_open(t->outbox->key, mail, &m->detail, &m->fault) != 0)
		return;
	m->mail.detail = (const char *)m->detail.data;
}

static int64_t wait_after(int64_t tries)
{
	const int64_t steps = sizeof(waits) / sizeof(waits[0]);

	return waits[tries <= steps ? tries - 1 : steps - 1];
}

static int note_failed(const struct turn *t, const struct outgoing *m, struct connection *c, struct err *err)
{
	bool last = m->fault.code == HF_MAIL_REFUSED || m->fault.code == HF_SEAL_BROKEN || m->mail.tries >= TRIES_MAX;

	log_warning("mail.failed", "mail %lld, try %lld%s: %s", (long long)m->mail.id, (long long)m->mail.tries, last ? ", given up" : "",
	            m->fault.text);
	if (last)
		return query_run(c, SQL_MAIL_GIVE_UP, VALUES(value_integer(m->mail.id), value_text(m->fault.text)), NULL, err);
	return query_run(c, SQL_MAIL_RETRY,
	                 VALUES(value_integer(m->mail.id), value_integer(t->now + wait_after(m->mail.tries)), value_text(m->fault.text)),
	                 NULL, err);
}

static int note_all(void *ctx, struct connection *c, struct err *err)
{
	const struct turn *t = ctx;

	for (size_t i = 0; i < t->count; i++) {
		const struct outgoing *m = &t->mails[i];
		int rc = m->sent ? query_run(c, SQL_MAIL_SENT, VALUES(value_integer(m->mail.id), value_integer(t->now)), NULL, err)
		                 : note_failed(t, m, c, err);

		if (rc != 0)
			return -1;
	}
	return 0;
}

static int deliver(struct turn *t, struct err *err)
{
	size_t sent = 0;

	t->mails = pool_alloc(t->pool, t->count * sizeof(*t->mails));
	if (t->mails == NULL)
		return err_set(err, HF_MEMORY, "outbox");
	for (size_t i = 0; i < t->count; i++)
		take_in_hand(t, &t->mails[i], &t->claimed[i]);
	t->outbox->send(t->outbox->ctx, t->mails, t->count);
	for (size_t i = 0; i < t->count; i++) {
		secret_free(&t->mails[i].detail);
		sent += t->mails[i].sent;
	}
	t->now = clock_now();
	if (sent > 0)
		log_info("mail.sent", "%zu mails, the first is mail %lld", sent, (long long)t->mails[0].mail.id);
	return store_change(t->outbox->store, note_all, t, err);
}

int outbox_turn(const struct outbox *o, size_t *count, struct err *err)
{
	struct turn t = {.outbox = o, .pool = pool_new(TURN_POOL_MAX), .now = clock_now()};
	bool due;
	int rc = -1;

	*count = 0;
	if (t.pool == NULL)
		return err_set(err, HF_MEMORY, "outbox");
	if (is_due(o->store, t.now, &due, err) != 0 || (due && store_change(o->store, claim, &t, err) != 0))
		goto out;
	*count = t.count;
	rc = t.count > 0 ? deliver(&t, err) : 0;
out:
	pool_free(&t.pool);
	return rc;
}
