/* How a journal's record lies in its file; shared by reading and writing. doc/protocol/journal.md 1 */
#ifndef HUFU_ORDER_JOURNAL_RECORD_H
#define HUFU_ORDER_JOURNAL_RECORD_H

#include "journal.h"

/* Of a record, without its size and body. */
#define JOURNAL_FIXED_SIZE (8 + 8 + JOURNAL_CHAIN_SIZE + 4 + JOURNAL_CHAIN_SIZE)

/* Fills buffer with size bytes from offset; *got is less at the end of the file. */
int journal_read_at(int fd, uint64_t offset, uint8_t *buffer, size_t size, size_t *got, struct err *err) MUST_CHECK;
/* A record's parts from its bytes after the size: number, time, body, chain, the chain value before, and what the chain covers. */
int journal_record_split(struct bytes rest, struct journal_record *record, struct bytes *before, struct bytes *covered) MUST_CHECK;

#endif
