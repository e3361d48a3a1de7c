/* The bytes of papers as files: pieces while they come, one sealed whole afterwards. doc/protocol/paper.md */
#ifndef HUFU_SERVICE_PAPER_FILE_H
#define HUFU_SERVICE_PAPER_FILE_H

#include "secret.h"

/* ID.part: records of u32 size | sealed piece; the context of a piece is the id and its offset. ID: the sealed whole. */

int paper_part_create(int dir, const char *id, struct err *err) MUST_CHECK;
/* Opens and locks; *fd is closed by the caller, which unlocks. HF_PAPER_EXPIRED when there is none, HF_PAPER_OFFSET when another sender has
 * it. */
int paper_part_lock(int dir, const char *id, int *fd, struct err *err) MUST_CHECK;
/* Writes a piece behind the first `kept` bytes of content, dropping what may stand there of a piece that was never answered; durable. */
int paper_part_append(int fd, const char *id, const struct secret *key, int64_t kept, struct bytes piece, struct err *err) MUST_CHECK;
/* Appends the first `kept` bytes of content to out. */
int paper_part_read(int fd, const char *id, const struct secret *key, int64_t kept, struct buf *out, struct err *err) MUST_CHECK;

int paper_whole_create(int dir, const char *id, const struct secret *key, struct bytes content, struct err *err) MUST_CHECK; /* durable */
int paper_whole_read(int dir, const char *id, const struct secret *key, struct buf *out, struct err *err) MUST_CHECK;
void paper_part_remove(int dir, const char *id);
void paper_files_remove(int dir, const char *id); /* part and whole; what is not there is fine */

/* Calls fn with the id of each file that was not changed for an hour. */
typedef int paper_file_fn(void *ctx, const char *id, struct err *err);
int paper_files_old(int dir, paper_file_fn *fn, void *ctx, struct err *err) MUST_CHECK;
/* Bytes that are free for this process on the disk of dir. */
int paper_disk_free(int dir, int64_t *bytes, struct err *err) MUST_CHECK;

#endif
