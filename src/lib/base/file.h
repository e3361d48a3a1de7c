/* Whole files: read with a maximum, replaced atomically, made durable. All paths relative to a directory descriptor
 * (AT_FDCWD allowed), so that jailed programs work inside what they were given. */
#ifndef HUFU_BASE_FILE_H
#define HUFU_BASE_FILE_H

#include "bytes.h"

#include <sys/types.h>

int file_read(struct buf *out, int dir, const char *name, struct err *err) MUST_CHECK; /* limit: out->max; missing: HF_NOT_FOUND */
int file_read_fd(struct buf *out, int fd, struct err *err) MUST_CHECK; /* from where it stands to its end; limit: out->max */
/* Writes name.new, fsyncs it, renames it over name, fsyncs the directory: old or new content, never a mix. */
int file_replace(int dir, const char *name, struct bytes content, mode_t mode, struct err *err) MUST_CHECK;
/* As file_replace, but fails with HF_EXISTS when name is there. */
int file_create(int dir, const char *name, struct bytes content, mode_t mode, struct err *err) MUST_CHECK;
int file_make_dir(int dir, const char *name, mode_t mode, struct err *err) MUST_CHECK; /* fine if it is there */
int file_open_dir(int dir, const char *name, struct err *err) MUST_CHECK;              /* descriptor (O_PATH is not used), or -1 */
/* Exclusive advisory lock held as long as the descriptor is open; HF_EXISTS when another process has it. Returns the descriptor. */
int file_lock(int dir, const char *name, struct err *err) MUST_CHECK;
/* Writes all of it, through short writes and EINTR. */
int file_write_all(int fd, struct bytes content, struct err *err) MUST_CHECK;

#endif
