/* Encryption key pairs made in advance. */
#include "stock.h"

#include "clock.h"

#include <stdlib.h>

#define AT_ONCE 16 /* pairs, about a millisecond */

struct stock {
	struct sm2_private **keys;
	size_t count, max;
};

int stock_new(struct stock **stock, size_t max, struct err *err)
{
	struct stock *made = calloc(1, sizeof(*made));

	if (made != NULL)
		made->keys = calloc(max + 1, sizeof(struct sm2_private *));
	if (made == NULL || made->keys == NULL) {
		free(made);
		return err_set(err, HF_MEMORY, "stock");
	}
	made->max = max;
	*stock = made;
	return 0;
}

void stock_free(struct stock **stock)
{
	struct stock *s = *stock;

	if (s == NULL)
		return;
	while (s->count > 0)
		sm2_private_free(&s->keys[--s->count]);
	free(s->keys);
	free(s);
	*stock = NULL;
}

/* Some together: each costs less than by itself. At least one, also where no stock is wanted. */
static int make_some(struct stock *stock, struct err *err)
{
	size_t room = stock->max > stock->count ? stock->max - stock->count : 1, n = room < AT_ONCE ? room : AT_ONCE;

	if (sm2_private_generate_many(stock->keys + stock->count, n, err) < 0)
		return -1;
	stock->count += n;
	return 0;
}

int stock_take(struct stock *stock, struct sm2_private **key, struct err *err)
{
	if (stock->count == 0 && make_some(stock, err) < 0)
		return -1;
	*key = stock->keys[--stock->count];
	stock->keys[stock->count] = NULL;
	return 0;
}

int stock_fill(struct stock *stock, int64_t milliseconds, struct err *err)
{
	int64_t end = clock_monotonic_ms() + milliseconds;

	while (stock->count < stock->max && clock_monotonic_ms() < end) {
		if (make_some(stock, err) < 0)
			return -1;
	}
	return 0;
}

size_t stock_count(const struct stock *stock)
{
	return stock->count;
}
