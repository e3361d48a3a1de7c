/* The schema: numbered steps forward, each with the checksum it had when it was made. */
#ifndef HUFU_STORE_MIGRATE_H
#define HUFU_STORE_MIGRATE_H

#include "connection.h"

/* Brings the database to the newest step, all in one transaction. HF_STORE when a step that was made differs from this build's,
 * or when the database is newer than this build. */
int migrate(struct connection *c, const struct migration *steps, size_t count, struct err *err) MUST_CHECK;
/* Only whether it is at the newest step. */
int migrate_check(struct connection *c, const struct migration *steps, size_t count, struct err *err) MUST_CHECK;

#endif
