/* The text of an audit entry and the chain over them; used by the store's side and by `hufu audit verify`. doc/protocol/audit.md */
#ifndef HUFU_SERVICE_AUDIT_CHAIN_H
#define HUFU_SERVICE_AUDIT_CHAIN_H

#include "audit.h"

#define AUDIT_CHAIN_SIZE 32
#define AUDIT_LINE_MAX (16u << 10)

/* chain = SM3(before || canonical text of the entry without its chain value); before the first entry 32 zeros. */
int audit_chain_next(const uint8_t before[AUDIT_CHAIN_SIZE], const struct audit_entry *entry, uint8_t chain[AUDIT_CHAIN_SIZE],
                     struct err *err) MUST_CHECK;
/* A line of the export, without its end. */
int audit_line_write(const struct audit_entry *entry, struct buf *out, struct err *err) MUST_CHECK;
int audit_line_read(struct audit_entry *entry, struct bytes line, struct pool *pool, struct err *err) MUST_CHECK;

/* Walks a chain entry by entry. */
struct audit_walk {
	int64_t count; /* entries seen and found right */
	uint8_t head[AUDIT_CHAIN_SIZE];
	int64_t time;
	int64_t broken; /* number of the first entry that does not follow; 0: none */
};
/* Once broken it stays broken and no further entry is looked at. */
int audit_walk_add(struct audit_walk *walk, const struct audit_entry *entry, struct err *err) MUST_CHECK;

/* The store's side without a service, for `hufu audit`. told: how many entries the signer knows of. */
struct store;
int audit_export_store(struct store *store, int64_t from, audit_line_fn *fn, void *ctx, struct err *err) MUST_CHECK;
int audit_verify_store(struct store *store, struct audit_walk *walk, int64_t *told, struct err *err) MUST_CHECK;

#endif
