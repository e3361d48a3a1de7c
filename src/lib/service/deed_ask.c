/* Signed orders: checked here before they cost the signer anything, and checked there again by the one that decides. */
#include "deed_ask.h"

#include "clock.h"
#include "csr.h"
#include "order_check.h"
#include "service_state.h"
#include "text_code.h"

#include <stdlib.h>
#include <string.h>

#define ANSWER_MS 30000

const char *deed_hex(struct pool *pool, const uint8_t *data, size_t n)
{
	char *text = pool_alloc(pool, 2 * n + 1);

	if (text != NULL)
		hex_write(text, data, n);
	return text;
}

static int certificate_usable(const struct certificate *by, int64_t now, struct err *err)
{
	if (by->use != CERTIFICATE_SIGN)
		return err_set(err, HF_ORDER_SIGNATURE, "%s is not a signature certificate", by->serial);
	if (by->status == CERTIFICATE_REVOKED)
		return err_set(err, HF_LOGIN_REVOKED, "%s is revoked", by->serial);
	if (by->status == CERTIFICATE_SUSPENDED)
		return err_set(err, HF_LOGIN_SUSPENDED, "%s is suspended", by->serial);
	if (now < by->notbefore)
		return err_set(err, HF_LOGIN_NOT_YET, "%s is not valid yet", by->serial);
	if (now > by->notafter)
		return err_set(err, HF_LOGIN_EXPIRED, "%s has expired", by->serial);
	return 0;
}

static int signer_find(struct connection *c, const struct order *order, struct pool *pool, struct certificate *by, struct err *err)
{
	const char *serial = deed_hex(pool, order->by, sizeof(order->by));

	if (serial == NULL)
		return err_set(err, HF_MEMORY, "order");
	if (query_one(c, SQL_CERTIFICATE_BY_SERIAL, VALUES(value_text(serial)), &certificate_shape, pool, by, err) == 0)
		return 0;
	if (err->code == HF_NOT_FOUND)
		return err_set(err, HF_ORDER_SIGNATURE, "signed with the certificate %s, which is not known", serial);
	return -1;
}

int deed_read(struct service *s, struct connection *c, const struct signed_order *given, struct pool *pool, struct order *order,
              struct certificate *by, struct err *err)
{
	struct cert *cert = NULL;
	int rc = -1;

	if (order_parse(order, given->text, pool, err) != 0 || order_check_ca(order, s->ca, err) != 0 ||
	    order_check_time(order, clock_now(), err) != 0)
		return -1;
	if (signer_find(c, order, pool, by, err) != 0 || certificate_usable(by, clock_now(), err) != 0)
		return -1;
	if (cert_parse(&cert, by->der, err) == 0)
		rc = order_check_signature(order, cert->key, given->signature, err);
	cert_free(&cert);
	return rc;
}

int deed_by_actor(const struct order *order, const struct actor *actor, struct err *err)
{
	char serial[2 * ORDER_SERIAL_SIZE + 1];

	hex_write(serial, order->by, sizeof(order->by));
	if (actor->session == NULL || strcmp(serial, actor->session->serial) != 0)
		return err_set(err, HF_ORDER_MISMATCH, "signed by %s, which is not who is logged in", serial);
	return 0;
}

/* The answer lives in the pool, as the decoded bodies lend from it. */
static int answer_read(struct service *s, struct deed_order *o, struct bytes body, struct err *err)
{
	struct deed_answer *answer = &o->answer;
	struct bytes kept;

	if (pool_bytes(o->pool, body, &kept, err) != 0 || body_decode(&deed_reply_body, kept, o->pool, &answer->reply, err) != 0)
		return -1;
	return receipt_check(&answer->receipt, answer->reply.receipt, answer->reply.receipt_signature, s->journal->key, o->order, o->pool,
	                     err);
}

/* One order as a question, and its answer. */
struct question {
	struct deed_order *order;
	struct buf body;
};

static int question_write(struct question *q, struct deed_order *o, struct call_item *item)
{
	struct deed_request request = {.text = o->order->text, .signature = o->signature, .csr = o->csr};

	q->order = o;
	buf_init(&q->body, ORDER_TEXT_MAX + CSR_DER_MAX + 256u);
	buf_init(&item->answer, ORDER_TEXT_MAX + 3 * CERT_DER_MAX);
	if (body_encode(&deed_request_body, &request, &q->body, &o->err) != 0) {
		buf_free(&q->body);
		return -1;
	}
	item->type = SIGNER_DEED;
	item->body = buf_get(&q->body);
	return 0;
}

static int question_end(struct service *s, struct question *q, struct call_item *item)
{
	struct deed_order *o = q->order;
	int result = item->result;

	if (result == 0)
		result = answer_read(s, o, buf_get(&item->answer), &o->err);
	else
		o->err = item->err;
	buf_free(&item->answer);
	buf_free(&q->body);
	return result;
}

static void ask(struct service *s, struct deed_order *chain, struct question *questions, struct call_item *items)
{
	size_t n = 0;

	for (struct deed_order *o = chain; o != NULL; o = o->next) {
		o->result = question_write(&questions[n], o, &items[n]);
		n += o->result == 0;
	}
	s->signer.ask(s->signer.ctx, items, n, ANSWER_MS);
	for (size_t i = 0; i < n; i++)
		questions[i].order->result = question_end(s, &questions[i], &items[i]);
}

void deed_ask(struct service *s, struct deed_order *chain)
{
	struct question *questions;
	struct call_item *items;
	size_t n = 0;

	for (const struct deed_order *o = chain; o != NULL; o = o->next)
		n++;
	questions = calloc(n, sizeof(*questions));
	items = calloc(n, sizeof(*items));
	if (questions != NULL && items != NULL) {
		ask(s, chain, questions, items);
	} else {
		for (struct deed_order *o = chain; o != NULL; o = o->next)
			o->result = err_set(&o->err, HF_MEMORY, "%zu orders", n);
	}
	free(items);
	free(questions);
}
