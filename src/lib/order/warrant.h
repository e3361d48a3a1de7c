/* The signer's permission to escrow: one envelope, one key, ten minutes. doc/protocol/order.md 5 */
#ifndef HUFU_ORDER_WARRANT_H
#define HUFU_ORDER_WARRANT_H

#include "member_table.h"
#include "signed_text.h"

#define WARRANT_TEXT_MAX 4096u
#define WARRANT_LIFE 600

struct warrant {
	uint8_t application[16], ca[20];
	int deed; /* position in {"envelope"} */
	uint8_t key[32];
	int64_t made;
	uint8_t nonce[16];
	int64_t until, v;
};

int warrant_parse(struct warrant *warrant, struct bytes text, struct pool *pool, struct err *err) MUST_CHECK;
int warrant_write(const struct warrant *warrant, struct buf *out, struct err *err) MUST_CHECK;
/* Life and CA: HF_WARRANT_EXPIRED (also when made lies ahead, or until is further than WARRANT_LIFE), HF_ORDER_OTHER_CA. */
int warrant_check(const struct warrant *warrant, const uint8_t ca[20], int64_t now, struct err *err) MUST_CHECK;

#endif
