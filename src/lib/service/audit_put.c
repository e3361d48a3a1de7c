/* The next entry of the chain. */
#include "audit_put.h"

#include "audit_chain.h"
#include "clock.h"

#include <string.h>

struct last {
	int64_t number, time;
	struct bytes chain;
};
static const struct column last_columns[] = {
    COLUMN(last, number, COLUMN_INTEGER),
    COLUMN(last, time, COLUMN_INTEGER),
    COLUMN(last, chain, COLUMN_BYTES),
};
static const struct shape last_shape = SHAPE(last, last_columns);

/* Before the first entry stand zeros. */
static int last_entry(struct connection *c, struct pool *pool, struct last *last, struct err *err)
{
	static const uint8_t zeros[AUDIT_CHAIN_SIZE];

	if (query_one(c, SQL_AUDIT_LAST, NO_VALUES, &last_shape, pool, last, err) == 0)
		return last->chain.size == AUDIT_CHAIN_SIZE
		           ? 0
		           : err_set(err, HF_AUDIT_BROKEN, "audit: chain value of entry %lld", (long long)last->number);
	if (err->code != HF_NOT_FOUND)
		return -1;
	*last = (struct last){0, 0, BYTES_ARRAY(zeros)};
	return 0;
}

int audit_put_as(struct connection *c, const char *serial, const char *person, const char *address, const struct audit_deed *deed,
                 struct err *err)
{
	struct pool *pool = pool_new(4096);
	uint8_t chain[AUDIT_CHAIN_SIZE];
	struct audit_entry e = {
	    .actor = serial, .person = person, .address = address, .deed = deed->deed, .subject = deed->subject, .detail = deed->detail};
	struct err local;
	struct last last;
	int rc = -1;

	if (err == NULL)
		err = &local;
	if (pool == NULL)
		return err_set(err, HF_MEMORY, "audit");
	if (e.detail == NULL)
		e.detail = "";
	if (last_entry(c, pool, &last, err) != 0)
		goto out;
	e.number = last.number + 1;
	e.time = clock_now() > last.time ? clock_now() : last.time; /* the chain's time never falls */
	if (audit_chain_next(last.chain.data, &e, chain, err) != 0)
		goto out;
	rc = query_run(c, SQL_AUDIT_ADD,
	               VALUES(value_integer(e.number), value_integer(e.time), value_text(e.actor), value_text(e.person),
	                      value_text(e.address), value_text(e.deed), value_text(e.subject), value_text(e.detail),
	                      value_bytes(BYTES_ARRAY(chain))),
	               NULL, err);
out:
	pool_free(&pool);
	return rc;
}

int audit_put(struct connection *c, const struct actor *actor, const struct audit_deed *deed, struct err *err)
{
	const struct session *session = actor->session;
	bool known = session != NULL && session->serial[0] != '\0';

	return audit_put_as(c, known ? session->serial : "visitor", known ? session->person : "", actor->address, deed, err);
}
