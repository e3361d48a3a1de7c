/* Orders that were completed and wait for their signature: a few, for a few minutes. doc/protocol/keydoor.md 3 */
#ifndef HUFU_KEYDOOR_ORDER_SHELF_H
#define HUFU_KEYDOOR_ORDER_SHELF_H

#include "bytes.h"

#define ORDER_SHELF_SIZE 5
#define ORDER_SHELF_LIFE_MS 600000

struct order_shelf; /* locked inside */

int order_shelf_new(struct order_shelf **shelf, struct err *err) MUST_CHECK;
void order_shelf_free(struct order_shelf **shelf);
/* Copies; the oldest gives way. hash: SM3 of the text. */
int order_shelf_put(struct order_shelf *shelf, const uint8_t hash[32], struct bytes text, const char *key, const char *container,
                    struct err *err) MUST_CHECK;
/* Takes it from the shelf, appended to text. HF_ORDER_MISMATCH when there is none with this hash for this key and container. */
int order_shelf_take(struct order_shelf *shelf, const uint8_t hash[32], const char *key, const char *container, struct buf *text,
                     struct err *err) MUST_CHECK;

#endif
