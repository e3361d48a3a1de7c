/* The signer's permission to escrow. */
#include "warrant.h"

#include "order.h"

#include <string.h>

static const char *const deed_names[] = {"envelope", NULL};

static const struct member warrant_members[] = {
    ROW_HEX(warrant, "application", application, 0),
    ROW_HEX(warrant, "ca", ca, 0),
    ROW_CHOICE(warrant, "deed", deed, deed_names),
    ROW_HEX(warrant, "key", key, 0),
    ROW_INTEGER(warrant, "made", made),
    ROW_HEX(warrant, "nonce", nonce, 0),
    ROW_INTEGER(warrant, "until", until),
    ROW_INTEGER(warrant, "v", v),
};
static const struct member_table warrant_table = MEMBER_TABLE(warrant_members);

int warrant_parse(struct warrant *warrant, struct bytes text, struct pool *pool, struct err *err)
{
	memset(warrant, 0, sizeof(*warrant));
	if (members_read_text(&warrant_table, MEMBER_ALL, text, WARRANT_TEXT_MAX, pool, warrant, err) < 0)
		return -1;
	return warrant->v == 1 ? 0 : err_set(err, HF_ORDER_MEMBER, "member v: not 1");
}

int warrant_write(const struct warrant *warrant, struct buf *out, struct err *err)
{
	return members_write_text(&warrant_table, MEMBER_ALL, warrant, out, err);
}

int warrant_check(const struct warrant *warrant, const uint8_t ca[20], int64_t now, struct err *err)
{
	if (memcmp(warrant->ca, ca, sizeof(warrant->ca)) != 0)
		return err_set(err, HF_ORDER_OTHER_CA, "the warrant is of another CA (order.md 5)");
	if (warrant->until - warrant->made > WARRANT_LIFE || warrant->made > warrant->until)
		return err_set(err, HF_WARRANT_EXPIRED, "a warrant lives at most %d s (order.md 5)", WARRANT_LIFE);
	if (now < warrant->made || now > warrant->until)
		return err_set(err, HF_WARRANT_EXPIRED, "the warrant's time is over, or not yet come (order.md 5)");
	return 0;
}
