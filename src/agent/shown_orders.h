/* The last orders that a page had signed here, for the agent's own page. */
#ifndef HUFU_AGENT_SHOWN_ORDERS_H
#define HUFU_AGENT_SHOWN_ORDERS_H

#include "pool.h"

#define SHOWN_ORDERS_MAX 20

enum shown_state { SHOWN_ASKED, SHOWN_SIGNED, SHOWN_REFUSED };

struct shown_order {
	uint64_t number; /* rising; names the order for shown_orders_tell */
	int64_t time;    /* seconds, UTC */
	const char *origin;
	const char *text; /* canonical */
	char fingerprint[9];
	enum shown_state state;
};

struct shown_orders; /* locked inside */

int shown_orders_new(struct shown_orders **s, struct err *err) MUST_CHECK;
void shown_orders_free(struct shown_orders **s);
/* Copies; the oldest gives way. */
int shown_orders_add(struct shown_orders *s, const char *origin, struct bytes text, uint64_t *number, struct err *err) MUST_CHECK;
void shown_orders_tell(struct shown_orders *s, uint64_t number, enum shown_state state);
/* Copies into the pool, the newest first. */
int shown_orders_list(struct shown_orders *s, struct pool *pool, struct shown_order list[SHOWN_ORDERS_MAX], size_t *count,
                      struct err *err) MUST_CHECK;

#endif
