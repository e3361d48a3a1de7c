/* The last orders that a page had signed here, for the agent's own page. */
#include "shown_orders.h"

#include "clock.h"
#include "digest.h"
#include "text_code.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct place {
	struct shown_order order; /* its texts are owned here */
	char *origin, *text;
};

struct shown_orders {
	pthread_mutex_t lock;
	struct place places[SHOWN_ORDERS_MAX];
	uint64_t last; /* number of the newest; 0: none */
};

int shown_orders_new(struct shown_orders **s, struct err *err)
{
	*s = calloc(1, sizeof(**s));
	if (*s == NULL)
		return err_set(err, HF_MEMORY, "shown orders");
	(void)pthread_mutex_init(&(*s)->lock, NULL);
	return 0;
}

static void empty(struct place *p)
{
	free(p->origin);
	free(p->text);
	*p = (struct place){.origin = NULL};
}

void shown_orders_free(struct shown_orders **s)
{
	if (*s == NULL)
		return;
	for (size_t i = 0; i < SHOWN_ORDERS_MAX; i++)
		empty(&(*s)->places[i]);
	(void)pthread_mutex_destroy(&(*s)->lock);
	free(*s);
	*s = NULL;
}

static struct place *place_of(struct shown_orders *s, uint64_t number)
{
	return &s->places[number % SHOWN_ORDERS_MAX];
}

int shown_orders_add(struct shown_orders *s, const char *origin, struct bytes text, uint64_t *number, struct err *err)
{
	struct place new = {.order = {.time = clock_now()}};
	uint8_t hash[SM3_SIZE];

	new.origin = strdup(origin);
	new.text = strndup((const char *)text.data, text.size);
	if (new.origin == NULL || new.text == NULL) {
		empty(&new);
		return err_set(err, HF_MEMORY, "shown orders");
	}
	sm3(text, hash);
	hex_write(new.order.fingerprint, hash, 4);

	pthread_mutex_lock(&s->lock);
	new.order.number = *number = ++s->last;
	empty(place_of(s, *number));
	*place_of(s, *number) = new;
	pthread_mutex_unlock(&s->lock);
	return 0;
}

void shown_orders_tell(struct shown_orders *s, uint64_t number, enum shown_state state)
{
	pthread_mutex_lock(&s->lock);
	if (place_of(s, number)->order.number == number)
		place_of(s, number)->order.state = state;
	pthread_mutex_unlock(&s->lock);
}

static int copy_out(const struct place *p, struct pool *pool, struct shown_order *to, struct err *err)
{
	*to = p->order;
	to->origin = pool_text(pool, bytes_text(p->origin));
	to->text = pool_text(pool, bytes_text(p->text));
	return to->origin != NULL && to->text != NULL ? 0 : err_set(err, HF_MEMORY, "shown orders");
}

int shown_orders_list(struct shown_orders *s, struct pool *pool, struct shown_order list[SHOWN_ORDERS_MAX], size_t *count, struct err *err)
{
	int rc = 0;

	*count = 0;
	pthread_mutex_lock(&s->lock);
	for (uint64_t number = s->last; rc == 0 && number > 0 && *count < SHOWN_ORDERS_MAX; number--) {
		rc = copy_out(place_of(s, number), pool, &list[*count], err);
		*count += rc == 0;
	}
	pthread_mutex_unlock(&s->lock);
	return rc;
}
