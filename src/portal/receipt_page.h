/* The page after a signed order: done only once the agent has checked the signer's receipt. */
#ifndef HUFU_PORTAL_RECEIPT_PAGE_H
#define HUFU_PORTAL_RECEIPT_PAGE_H

#include "deed.h"
#include "input.h"
#include "page.h"

struct receipt_words {
	const char *done, *what; /* ids: the heading once checked, and what it means */
	const char *next, *next_words;
};

/* The order of the form as the service takes it; signature from base64. */
int receipt_order(struct web_request *r, const struct order_input *input, struct signed_order *order, struct err *err) MUST_CHECK;
int receipt_draw(struct web_request *r, struct reply *reply, const struct signed_order *order, const struct deed *deed,
                 const struct receipt_words *words, struct err *err) MUST_CHECK;

#endif
