/* Canonical JSON texts and the signatures over them: what orders, receipts, warrants, feeds and the allow-list have in common.
 * doc/protocol/order.md, head and 1 */
#ifndef HUFU_ORDER_SIGNED_TEXT_H
#define HUFU_ORDER_SIGNED_TEXT_H

#include "json.h"
#include "sm2.h"

enum signed_kind { SIGNED_ORDER, SIGNED_RECEIPT, SIGNED_WARRANT, SIGNED_FEED, SIGNED_ORIGINS };

/* Reads a text that must be canonical and at most max bytes long. HF_ORDER_CHARACTER (control, bidirectional or not composed
 * characters), HF_ORDER_NOT_CANONICAL (everything else that is not order.md 1). */
int signed_text_read(struct json **root, struct bytes text, size_t max, struct err *err) MUST_CHECK;

/* The bytes a signature covers: the prefix of the kind, then the text. Appended to out; for sm2_sign_many and sm2_verify_many. */
int signed_text_message(enum signed_kind kind, struct bytes text, struct buf *out, struct err *err) MUST_CHECK;
/* signature gets DER. */
int signed_text_sign(enum signed_kind kind, const struct sm2_private *key, struct bytes text, struct buf *signature,
                     struct err *err) MUST_CHECK;
/* HF_ORDER_SIGNATURE, HF_WARRANT_SIGNATURE, HF_FEED_SIGNATURE or HF_LIST_SIGNATURE by kind (a receipt: HF_ORDER_SIGNATURE). */
int signed_text_verify(enum signed_kind kind, const struct sm2_public *key, struct bytes text, struct bytes signature,
                       struct err *err) MUST_CHECK;

/* The hash by which one text names another: SM3 of the text without the prefix. */
#define TEXT_HASH_SIZE 32

#endif
