/* The list of origins that the agents of users obey, signed with the release key. doc/protocol/agent.md 4 */
#ifndef HUFU_HUFU_ORIGINS_H
#define HUFU_HUFU_ORIGINS_H

#include "sm2.h"

#define ORIGINS_LIFE (90 * 86400)

/* Writes release/origins and release/origins.sig below dir: the origins (separated by spaces) may do everything, for 90 days from now.
 * version: above every earlier one; the time of signing is. HF_SETTING when one is no origin. */
int origins_write(int dir, const char *origins, const uint8_t ca[20], int64_t version, int64_t now, const struct sm2_private *release,
                  struct err *err) MUST_CHECK;

#endif
