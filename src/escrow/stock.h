/* Encryption key pairs made in advance, in idle moments. */
#ifndef HUFU_ESCROW_STOCK_H
#define HUFU_ESCROW_STOCK_H

#include "sm2.h"

struct stock;

/* Holds at most max pairs, in memory only. */
int stock_new(struct stock **stock, size_t max, struct err *err) MUST_CHECK;
void stock_free(struct stock **stock); /* wipes the pairs left */
/* Hands over a pair; makes some when none is left. */
int stock_take(struct stock *stock, struct sm2_private **key, struct err *err) MUST_CHECK;
/* Makes pairs for at most the given time. */
int stock_fill(struct stock *stock, int64_t milliseconds, struct err *err) MUST_CHECK;
size_t stock_count(const struct stock *stock);

#endif
