/* Deeds under way. */
#include "deed_do.h"

#include "digest.h"
#include "log.h"
#include "project.h"
#include "service_state.h"
#include "text_code.h"

#include <string.h>

/* One for each request that waits for the signer, on its stack. */
struct deed_under_way {
	const uint8_t *order; /* hash, 32 */
	const char *address;
	struct deed_under_way *next;
};

static void begin(struct service *s, struct deed_under_way *d)
{
	pthread_mutex_lock(&s->lock);
	d->next = s->under_way;
	s->under_way = d;
	pthread_mutex_unlock(&s->lock);
}

static void end(struct service *s, struct deed_under_way *d)
{
	pthread_mutex_lock(&s->lock);
	for (struct deed_under_way **at = &s->under_way; *at != NULL; at = &(*at)->next) {
		if (*at == d) {
			*at = d->next;
			break;
		}
	}
	pthread_mutex_unlock(&s->lock);
}

const char *deed_address(struct service *s, const uint8_t order[32], struct pool *pool)
{
	const char *address = NULL;

	pthread_mutex_lock(&s->lock);
	for (const struct deed_under_way *d = s->under_way; d != NULL; d = d->next) {
		if (memcmp(d->order, order, 32) == 0)
			address = pool_text(pool, bytes_text(d->address));
	}
	pthread_mutex_unlock(&s->lock);
	return address != NULL ? address : "feed";
}

static const struct column deed_columns[] = {
    COLUMN(deed, receipt, COLUMN_BYTES),
    {"receipt_signature", COLUMN_BYTES, offsetof(struct deed, signature), NULL},
    COLUMN(deed, number, COLUMN_INTEGER),
};
static const struct shape deed_shape = SHAPE(deed, deed_columns);

int deed_find(struct connection *c, const struct actor *actor, const struct signed_order *given, struct pool *pool, bool *found,
              struct deed *deed, struct err *err)
{
	const char *serial = actor->session != NULL ? actor->session->serial : "";
	uint8_t hash[SM3_SIZE];
	char text[2 * SM3_SIZE + 1];

	sm3(given->text, hash);
	hex_write(text, hash, sizeof(hash));
	*found = query_one(c, SQL_ORDER_RECEIPT, VALUES(value_text(text), value_text(serial)), &deed_shape, pool, deed, err) == 0;
	return *found || err->code == HF_NOT_FOUND ? 0 : -1;
}

struct answer_change {
	struct service *s;
	const struct feed_entry *entry;
	const struct order *order;
	struct pool *pool;
};

static int put_answer(void *ctx, struct connection *c, struct err *err)
{
	const struct answer_change *a = ctx;

	return project_event(c, a->s, a->entry, a->order, a->pool, err);
}

static int ask_and_keep(struct service *s, const struct order *order, struct bytes signature, struct bytes csr, struct pool *pool,
                        struct deed *deed, struct err *err)
{
	struct deed_answer answer;
	struct feed_entry entry;
	struct answer_change change = {s, &entry, order, pool};

	if (deed_ask(s, order, signature, csr, pool, &answer, err) != 0)
		return -1;
	*deed = (struct deed){answer.reply.receipt, answer.reply.receipt_signature, answer.receipt.number};
	project_entry_of(order, signature, &answer, &entry);
	if (store_change(s->store, put_answer, &change, err) != 0)
		log_fault("deed.not_kept_yet", err);
	return 0;
}

int deed_do(struct service *s, const struct actor *actor, const struct order *order, struct bytes signature, struct bytes csr,
            struct pool *pool, struct deed *deed, struct err *err)
{
	struct deed_under_way under_way = {.order = order->hash, .address = actor->address};
	int rc;

	begin(s, &under_way);
	rc = ask_and_keep(s, order, signature, csr, pool, deed, err);
	end(s, &under_way);
	return rc;
}
