/* The signer's answer to a deed. */
#include "receipt.h"

#include <string.h>

static const struct member receipt_members[] = {
    ROW_HEX(receipt, "application", application, 0),
    ROW_HEX(receipt, "ca", ca, 0),
    ROW_CHOICE(receipt, "deed", deed, order_deed_names),
    ROW_HEX(receipt, "head", head, 0),
    ROW_INTEGER(receipt, "made", made),
    ROW_INTEGER(receipt, "number", number),
    ROW_HEX(receipt, "order", order, 0),
    ROW_HEX_LIST(receipt, "serials", serials, ORDER_SERIAL_SIZE, ORDER_SERIALS_MAX, MEMBER_MAY_BE_EMPTY | MEMBER_SORTED),
    ROW_INTEGER(receipt, "v", v),
};
static const struct member_table receipt_table = MEMBER_TABLE(receipt_members);

int receipt_parse(struct receipt *receipt, struct bytes text, struct pool *pool, struct err *err)
{
	memset(receipt, 0, sizeof(*receipt));
	if (members_read_text(&receipt_table, MEMBER_ALL, text, ORDER_TEXT_MAX, pool, receipt, err) < 0)
		return -1;
	return receipt->v == 1 ? 0 : err_set(err, HF_ORDER_MEMBER, "member v: not 1");
}

int receipt_write(const struct receipt *receipt, struct buf *out, struct err *err)
{
	return members_write_text(&receipt_table, MEMBER_ALL, receipt, out, err);
}

int receipt_check(struct receipt *receipt, struct bytes text, struct bytes signature, const struct sm2_public *journal_key,
                  const struct order *order, struct pool *pool, struct err *err)
{
	if (signed_text_verify(SIGNED_RECEIPT, journal_key, text, signature, err) < 0)
		return -1;
	if (receipt_parse(receipt, text, pool, err) < 0)
		return -1;
	if (memcmp(receipt->order, order->hash, sizeof(order->hash)) != 0 || memcmp(receipt->ca, order->ca, sizeof(order->ca)) != 0 ||
	    memcmp(receipt->application, order->application, sizeof(order->application)) != 0 || receipt->deed != (int)order->deed)
		return err_set(err, HF_ORDER_MISMATCH, "the receipt answers another order (order.md 4)");
	return 0;
}
