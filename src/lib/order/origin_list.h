/* The list of origins whose pages may speak to the agent, signed by the release key. doc/protocol/agent.md 4 */
#ifndef HUFU_ORDER_ORIGIN_LIST_H
#define HUFU_ORDER_ORIGIN_LIST_H

#include "member_table.h"
#include "signed_text.h"

#define ORIGIN_LIST_TEXT_MAX (64u << 10)
#define ORIGIN_LIST_MAX 64
#define ORIGIN_MAX 255

/* What a page of an origin may ask. */
enum origin_class { ORIGIN_ENROL = 1, ORIGIN_LOGIN = 2, ORIGIN_ORDER = 4 };

struct origin_row {
	uint32_t classes; /* enum origin_class, or-ed; at least one */
	struct bytes origin;
};
/* Rows live in the pool that origin_list_parse was given, sorted by origin, none twice. */
struct origin_list {
	uint8_t ca[20];
	struct object_list origins; /* of struct origin_row */
	int64_t until, v, version;
};

/* Form only; the signature is checked with signed_text_verify(SIGNED_ORIGINS). An origin is a scheme, a host in lower case and
 * a port that is not the scheme's own (RFC 6454 6.2), with https, or with http on the loopback. HF_ORDER_MEMBER and what signed_text_read
 * refuses. */
int origin_list_parse(struct origin_list *list, struct bytes text, struct pool *pool, struct err *err) MUST_CHECK;
/* Appends the canonical text; rows must be sorted. */
int origin_list_write(const struct origin_list *list, struct buf *out, struct err *err) MUST_CHECK;
bool origin_is_valid(struct bytes origin);

#endif
