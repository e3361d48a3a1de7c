/* The database of one process: one writing thread that commits in groups, and a pool of reading connections. */
#ifndef HUFU_STORE_STORE_H
#define HUFU_STORE_STORE_H

#include "err.h"

#include <stddef.h>
#include <stdint.h>

struct store;
struct connection; /* what statements run on; query.h */

/* Which process asks; a statement's row names the roles that may run it. */
enum store_role { STORE_PORTAL = 1, STORE_COURIER = 2, STORE_AUDIT = 4 };

struct store_settings {
	const char *path; /* of the database file; it is made when there is none (not for STORE_AUDIT) */
	enum store_role role;
	int readers;       /* connections for reading; 0: 8 */
	int64_t max_pages; /* the database may not grow beyond; 0: no limit but the disk's */
};

/* Opens, and migrates to the schema of this build (STORE_AUDIT only checks it). Starts no thread yet. HF_STORE. */
int store_open(struct store **s, const struct store_settings *settings, struct err *err) MUST_CHECK;
void store_free(struct store **s); /* after the last caller returned */

/* A change: runs on the writing thread under a savepoint; with an error it leaves nothing. It does no wire call and does not
 * wait. It may be told no (an error of the group's commit) after it returned 0: what it wrote to its context counts only when
 * store_change returned 0. */
typedef int change_fn(void *ctx, struct connection *c, struct err *err);
/* Waits until the group that holds this change is committed and durable. */
int store_change(struct store *s, change_fn *fn, void *ctx, struct err *err) MUST_CHECK;
/* Several at once: waits for all, and each has its result. One that fails takes nothing of the others with it; but those of the same call
 * are run once more then, each by itself, and must bear that. */
struct change_item {
	change_fn *fn;
	void *ctx;
	int result;
	struct err err;
	/* the writer's */
	struct change_item *next;
	struct change_waiting *waiting;
};
void store_change_all(struct store *s, struct change_item *items, size_t n);

/* A connection with a snapshot: what is read until store_read_end belongs together. Waits when all are out. */
int store_read(struct store *s, struct connection **c, struct err *err) MUST_CHECK;
void store_read_end(struct store *s, struct connection **c);

struct store_counts {
	int64_t changes, groups; /* since the start: changes / groups is what group commit saves */
};
struct store_counts store_counts_get(struct store *s);

#endif
