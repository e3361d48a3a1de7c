/* A file of records that is only appended to, each bound to the one before by a chain of SM3. doc/protocol/journal.md 1
 * The signer's journal and escrow's safekeeping are such files. */
#ifndef HUFU_ORDER_JOURNAL_H
#define HUFU_ORDER_JOURNAL_H

#include "bytes.h"

#define JOURNAL_RECORD_MAX (1u << 20)
#define JOURNAL_CHAIN_SIZE 32

struct journal; /* holds the file locked against other processes */

struct journal_record {
	int64_t number, time;
	uint64_t offset;   /* where it stands in the file; names it for journal_read */
	uint64_t next;     /* where the one after it stands */
	struct bytes body; /* lent for the call */
	uint8_t chain[JOURNAL_CHAIN_SIZE];
};

/* Called for each record in order; an error ends the reading. */
typedef int journal_each_fn(void *ctx, const struct journal_record *record, struct err *err);

/* A new file; HF_EXISTS when there is one. Durable once the first commit and the folder are. */
int journal_create(struct journal **journal, int dir, const char *name, struct err *err) MUST_CHECK;
/* Checks the whole chain, shows each record to each, cuts off an incomplete last record (logged). HF_JOURNAL_BROKEN with the number of
 * the record that is irregular; HF_EXISTS when another process has it open; HF_NOT_FOUND. */
int journal_open(struct journal **journal, int dir, const char *name, journal_each_fn *each, void *ctx, struct err *err) MUST_CHECK;
void journal_free(struct journal **journal);

struct journal_state {
	int64_t number, time; /* newest record; 0: none */
	uint8_t head[JOURNAL_CHAIN_SIZE];
	uint64_t size; /* of the file, without what is incomplete */
	bool torn;     /* an incomplete record follows */
};
/* The same checks on a descriptor that is only read. */
int journal_scan(int fd, journal_each_fn *each, void *ctx, struct journal_state *state, struct err *err) MUST_CHECK;
struct journal_state journal_state_get(const struct journal *journal); /* durable records only */

/* A group of records that become durable together. record gets number, offset and chain. time: not below that of the newest record
 * (HF_CLOCK_BACK). */
int journal_add(struct journal *journal, int64_t time, struct bytes body, struct journal_record *record, struct err *err) MUST_CHECK;
/* One write, one fdatasync. On failure nothing of the group is in the file (HF_FILE), or, when even that could not be had, the journal
 * takes nothing more (HF_JOURNAL_BROKEN) and the process must end. */
int journal_commit(struct journal *journal, struct err *err) MUST_CHECK;
void journal_abandon(struct journal *journal); /* forgets the group */

/* Reads a durable record back; its body stands in out. */
int journal_read(const struct journal *journal, uint64_t offset, struct buf *out, struct journal_record *record,
                 struct err *err) MUST_CHECK;
/* The offset of a record by its number: 1..newest. */
int journal_find(const struct journal *journal, int64_t number, uint64_t *offset, struct err *err) MUST_CHECK;
/* How many times fdatasync was called for groups since opening. */
int64_t journal_syncs(const struct journal *journal);

#endif
