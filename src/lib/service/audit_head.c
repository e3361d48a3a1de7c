/* Telling the signer the head of the audit chain. */
#include "audit_head.h"

#include "audit_chain.h"
#include "service_state.h"
#include "signer_message.h"

#define ANSWER_MS 10000

struct head {
	int64_t number, time, told;
	struct bytes chain;
};
static const struct column head_columns[] = {
    COLUMN(head, number, COLUMN_INTEGER),
    COLUMN(head, time, COLUMN_INTEGER),
    COLUMN(head, chain, COLUMN_BYTES),
};
static const struct shape head_shape = SHAPE(head, head_columns);

static int head_read(struct service *s, struct pool *pool, struct head *head, struct err *err)
{
	struct connection *c;
	int64_t told = 0;
	int rc;

	if (store_read(s->store, &c, err) != 0)
		return -1;
	rc = query_one(c, SQL_AUDIT_LAST, NO_VALUES, &head_shape, pool, head, err);
	if (rc == 0)
		rc = query_integer(c, SQL_AUDIT_TOLD, NO_VALUES, &told, err);
	store_read_end(s->store, &c);
	head->told = told;
	return rc;
}

static int note_told(void *ctx, struct connection *c, struct err *err)
{
	const struct head *head = ctx;

	return query_run(c, SQL_AUDIT_TOLD_SET, VALUES(value_integer(head->number)), NULL, err);
}

static int ask(struct service *s, const struct head *head, struct err *err)
{
	struct audit_head_request request = {head->number, head->chain};
	struct buf body, answer;
	int rc = -1;

	buf_init(&body, 256);
	buf_init(&answer, 256);
	if (body_encode(&audit_head_request_body, &request, &body, err) == 0 &&
	    signer_ask(s->signer, SIGNER_AUDIT_HEAD, buf_get(&body), &answer, ANSWER_MS, err) == 0)
		rc = 0;
	buf_free(&answer);
	buf_free(&body);
	return rc;
}

int audit_head_tell(struct service *s, struct err *err)
{
	struct pool *pool = pool_new(4096);
	struct head head;
	int rc = -1;

	if (pool == NULL)
		return err_set(err, HF_MEMORY, "audit head");
	if (head_read(s, pool, &head, err) != 0) {
		rc = err->code == HF_NOT_FOUND ? 0 : -1; /* nothing was written yet */
		goto out;
	}
	if (head.number == head.told)
		rc = 0;
	else if (ask(s, &head, err) == 0)
		rc = store_change(s->store, note_told, &head, err);
out:
	pool_free(&pool);
	return rc;
}
