/* A group of deeds, and what it needs of escrow: one question for all. */
#ifndef HUFU_SIGNER_GROUP_ESCROW_H
#define HUFU_SIGNER_GROUP_ESCROW_H

#include "order_deed.h"

struct group {
	struct signer *signer;
	struct deed **deeds;
	size_t count;
	int64_t now;
};

/* The next open deed that issues, from *at on; NULL: no more. */
struct deed *group_next_issue(const struct group *g, size_t *at);
size_t group_count_issues(const struct group *g);

/* Step 4: the encryption key pairs, and with them both certificates as they will be signed. Issues that get none are refused, and all of
 * them, without being asked for, for some seconds after escrow let the time run out. */
int group_provide(const struct group *g, struct err *err) MUST_CHECK;

#endif
