/* An order in words for the person who is about to sign it: made from the parsed order, never from the page. */
#ifndef HUFU_ORDER_WORDS_H
#define HUFU_ORDER_WORDS_H

#include "catalogue.h"
#include "order.h"

/* A pinentry line ends at 1000 bytes; the words leave room for the command and for "%0A" in place of each line's end. */
#define WORDS_MAX 940

/* Lines ended by \n: what is done, to whom, all that a certificate will say of him, with which key, how many papers, until when, and the
 * fingerprint. At most WORDS_MAX bytes: HF_LIMIT for an order with longer names than the application form takes,
 * or with 4 bytes for each character of the longest name, department, province and city at once. */
int order_words(const struct order *order, enum language language, struct buf *out, struct err *err) MUST_CHECK;
/* The first 4 bytes of the order's hash: 8 digits and a NUL. */
void order_fingerprint(const struct order *order, char out[9]);
/* What the person is asked to copy from the paper: the last six characters of the credit code; empty when nothing is asked. */
struct bytes order_code_from_paper(const struct order *order);

#endif
