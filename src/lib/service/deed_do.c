/* Deeds under way. */
#include "deed_do.h"

#include "digest.h"
#include "log.h"
#include "project.h"
#include "service_state.h"
#include "text_code.h"

#include <stdlib.h>
#include <string.h>

/* Under way are chains, one for each thread that waits for the signer. */
struct deed_under_way {
	const struct deed_order *chain;
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

int deed_origin_of(struct service *s, const uint8_t order[32], struct pool *pool, struct deed_origin *origin, struct err *err)
{
	*origin = (struct deed_origin){"feed", ""};
	pthread_mutex_lock(&s->lock);
	for (const struct deed_under_way *d = s->under_way; d != NULL; d = d->next) {
		for (const struct deed_order *o = d->chain; o != NULL; o = o->next) {
			if (memcmp(o->order->hash, order, 32) != 0)
				continue;
			origin->address = pool_text(pool, bytes_text(o->actor->address));
			origin->note = pool_text(pool, bytes_text(o->note != NULL ? o->note : ""));
		}
	}
	pthread_mutex_unlock(&s->lock);
	return origin->address != NULL && origin->note != NULL ? 0 : err_set(err, HF_MEMORY, "deed");
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

/* What the store keeps of one deed. */
struct keeping {
	struct service *s;
	const struct deed_order *order;
	struct feed_entry entry;
};

static int keep(void *ctx, struct connection *c, struct err *err)
{
	const struct keeping *k = ctx;

	return project_event(c, k->s, &k->entry, k->order->order, k->order->pool, err);
}

static void keep_all(struct service *s, const struct deed_order *chain, size_t n)
{
	struct change_item *items = calloc(n, sizeof(*items));
	struct keeping *keeping = calloc(n, sizeof(*keeping));
	struct err err;
	size_t kept = 0;

	if (items == NULL || keeping == NULL) {
		log_error("deed.not_kept_yet", "no memory for %zu deeds", n);
		goto out;
	}
	for (const struct deed_order *o = chain; o != NULL; o = o->next) {
		if (o->result != 0)
			continue;
		if (project_entry_of(o->order, o->signature, &o->answer, o->pool, &keeping[kept].entry, &err) != 0) {
			log_fault("deed.not_kept_yet", &err);
			continue;
		}
		keeping[kept].s = s;
		keeping[kept].order = o;
		items[kept] = (struct change_item){.fn = keep, .ctx = &keeping[kept]};
		kept++;
	}
	store_change_all(s->store, items, kept);
	for (size_t i = 0; i < kept; i++) {
		if (items[i].result != 0)
			log_fault("deed.not_kept_yet", &items[i].err);
	}
out:
	free(keeping);
	free(items);
}

void deed_do_all(struct service *s, struct deed_order *chain)
{
	struct deed_under_way under_way = {.chain = chain};
	size_t done = 0;

	if (chain == NULL)
		return;
	begin(s, &under_way);
	deed_ask(s, chain);
	for (const struct deed_order *o = chain; o != NULL; o = o->next)
		done += o->result == 0;
	if (done > 0)
		keep_all(s, chain, done);
	end(s, &under_way);
}

int deed_do(struct service *s, struct deed_order *order, struct deed *deed, struct err *err)
{
	deed_do_all(s, order);
	if (order->result != 0) {
		*err = order->err;
		return -1;
	}
	*deed = deed_of(order);
	return 0;
}

struct deed deed_of(const struct deed_order *order)
{
	const struct deed_answer *answer = &order->answer;

	return (struct deed){answer->reply.receipt, answer->reply.receipt_signature, answer->receipt.number};
}
