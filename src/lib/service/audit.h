/* The audit chain: one entry for each deed, in the deed's transaction, chained by SM3. doc/protocol/audit.md */
#ifndef HUFU_SERVICE_AUDIT_H
#define HUFU_SERVICE_AUDIT_H

#include "service.h"

struct audit_entry {
	int64_t number; /* from 1 without gaps */
	int64_t time;
	const char *actor;  /* certificate serial, "visitor", or "service" */
	const char *person; /* person id of staff; "" */
	const char *address;
	const char *deed;    /* "application.submit", … */
	const char *subject; /* application number, serial, … */
	const char *detail;  /* names and hashes; never a code, an ID number or a secret */
	struct bytes chain;  /* 32 */
};
extern const struct shape audit_shape;

struct audit_filter {
	const char *actor, *deed, *subject; /* exact; NULL: any */
	int64_t before;                     /* numbers below it; 0: from the newest */
};
struct audit_page {
	struct audit_entry *items; /* newest first, at most 100 */
	size_t count;
	bool more;
};
int audit_list(struct service *s, const struct actor *actor, const struct audit_filter *filter, struct pool *pool, struct audit_page *page,
               struct err *err) MUST_CHECK;

/* Lines of the export (audit.md 2) without their ends, in order, from number `from`; the caller's fn gets each until it gives 1. */
typedef int audit_line_fn(void *ctx, struct bytes line, struct err *err);
int audit_export(struct service *s, const struct actor *actor, int64_t from, audit_line_fn *fn, void *ctx, struct err *err) MUST_CHECK;

struct audit_state {
	int64_t count;
	uint8_t head[32];
	int64_t first_broken; /* 0: whole */
	int64_t told;         /* number of the newest entry that the signer has */
};
/* Recomputes the whole chain in the store. A broken chain is told in the state, not as an error. */
int audit_verify(struct service *s, const struct actor *actor, struct audit_state *state, struct err *err) MUST_CHECK;

#endif
