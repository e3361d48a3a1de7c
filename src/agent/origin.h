/* Which origins may ask what: the signed allow-list, believed once. doc/protocol/agent.md 4 */
#ifndef HUFU_AGENT_ORIGIN_H
#define HUFU_AGENT_ORIGIN_H

#include "origin_list.h"
#include "trust.h"

struct origins;

/* Believes a list that the release key signed, that is for this CA, not past its time, and of at least the version `least`.
 * HF_LIST_SIGNATURE; HF_ORDER_OTHER_CA, and what origin_list_parse refuses. */
int origins_new(struct origins **origins, struct bytes text, struct bytes signature, const struct trust *trust, int64_t least, int64_t now,
                struct err *err) MUST_CHECK;
/* The same from the settings' files, with the version remembered in the state folder, which it raises. */
int origins_read(struct origins **origins, const struct agent_settings *settings, const struct trust *trust, int64_t now,
                 struct err *err) MUST_CHECK;
void origins_free(struct origins **origins);

bool origins_over(const struct origins *origins, int64_t now); /* past its time */
int64_t origins_version(const struct origins *origins);
/* The row of an origin, by exact comparison; HF_ORIGIN when there is none or the list is past its time. The row's number is below
 * ORIGIN_LIST_MAX. */
int origins_find(const struct origins *origins, const char *origin, int64_t now, const struct origin_row **row, size_t *number,
                 struct err *err) MUST_CHECK;

#endif
