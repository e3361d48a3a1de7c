/* Reading and writing the files of papers. */
#include "paper_file.h"

#include "cipher.h"
#include "clock.h"
#include "file.h"
#include "paper.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define PART_NAME_SIZE (PAPER_ID_SIZE + 6)
#define OLD_SECONDS 3600

static void part_name(char name[PART_NAME_SIZE], const char *id)
{
	snprintf(name, PART_NAME_SIZE, "%.32s.part", id);
}

int paper_part_create(int dir, const char *id, struct err *err)
{
	char name[PART_NAME_SIZE];

	part_name(name, id);
	return file_create(dir, name, BYTES_NONE, 0600, err);
}

int paper_part_lock(int dir, const char *id, int *fd, struct err *err)
{
	char name[PART_NAME_SIZE];

	part_name(name, id);
	*fd = openat(dir, name, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (*fd < 0)
		return errno == ENOENT ? err_set(err, HF_PAPER_EXPIRED, "paper %s: no such upload", id)
		                       : err_set_errno(err, HF_FILE, "paper %s", id);
	if (flock(*fd, LOCK_EX | LOCK_NB) == 0)
		return 0;
	if (errno == EWOULDBLOCK)
		err_set(err, HF_PAPER_OFFSET, "paper %s: another piece is being written", id);
	else
		err_set_errno(err, HF_FILE, "paper %s", id);
	close(*fd);
	*fd = -1;
	return -1;
}

/* The context of a piece: the id and its offset, 8 bytes big endian. */
struct piece_context {
	uint8_t bytes[PAPER_ID_SIZE + 8];
};

static struct piece_context piece_context(const char *id, int64_t offset)
{
	struct piece_context c;

	memcpy(c.bytes, id, PAPER_ID_SIZE);
	for (int i = 0; i < 8; i++)
		c.bytes[PAPER_ID_SIZE + i] = (uint8_t)((uint64_t)offset >> (56 - 8 * i));
	return c;
}

static int read_exactly(int fd, void *to, size_t n, off_t at, struct err *err)
{
	size_t have = 0;

	while (have < n) {
		ssize_t got = pread(fd, (char *)to + have, n - have, at + (off_t)have);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_set_errno(err, HF_FILE, "paper: read");
		if (got == 0)
			return err_set(err, HF_PAPER_CHANGED, "paper: a piece is missing");
		have += (size_t)got;
	}
	return 0;
}

/* Size of the sealed piece whose record begins at `at`. */
static int record_size(int fd, off_t at, size_t *size, struct err *err)
{
	uint8_t head[4];
	struct reader r = {BYTES_ARRAY(head)};
	uint32_t n;

	if (read_exactly(fd, head, sizeof(head), at, err) != 0)
		return -1;
	if (reader_u32(&r, &n) != 0 || n <= SEAL_OVERHEAD)
		return err_set(err, HF_PAPER_CHANGED, "paper: a record of %u bytes", n);
	*size = n;
	return 0;
}

/* Where the records of the first `kept` bytes end. */
static int records_end(int fd, int64_t kept, off_t *end, struct err *err)
{
	int64_t content = 0;
	size_t size = 0;

	for (*end = 0; content < kept; *end += 4 + (off_t)size) {
		if (record_size(fd, *end, &size, err) != 0)
			return -1;
		content += (int64_t)(size - SEAL_OVERHEAD);
	}
	return content == kept ? 0 : err_set(err, HF_PAPER_CHANGED, "paper: pieces do not add up");
}

int paper_part_append(int fd, const char *id, const struct secret *key, int64_t kept, struct bytes piece, struct err *err)
{
	struct piece_context context = piece_context(id, kept);
	struct buf record;
	off_t end;
	int rc = -1;

	buf_init(&record, piece.size + SEAL_OVERHEAD + 4);
	if (records_end(fd, kept, &end, err) != 0)
		goto out;
	if (buf_append_u32(&record, (uint32_t)(piece.size + SEAL_OVERHEAD), err) != 0 ||
	    seal(key, BYTES_ARRAY(context.bytes), piece, &record, err) != 0)
		goto out;
	if (ftruncate(fd, end) != 0 || lseek(fd, end, SEEK_SET) != end) {
		err_set_errno(err, HF_FILE, "paper %s", id);
		goto out;
	}
	if (file_write_all(fd, buf_get(&record), err) != 0)
		goto out;
	rc = fdatasync(fd) == 0 ? 0 : err_set_errno(err, HF_FILE, "paper %s", id);
out:
	buf_free(&record);
	return rc;
}

int paper_part_read(int fd, const char *id, const struct secret *key, int64_t kept, struct buf *out, struct err *err)
{
	struct buf record;
	int64_t content = 0;
	off_t at = 0;
	size_t size = 0;
	int rc = 0;

	buf_init(&record, (size_t)kept + SEAL_OVERHEAD);
	while (rc == 0 && content < kept) {
		struct piece_context context = piece_context(id, content);
		buf_clear(&record);
		rc = record_size(fd, at, &size, err);
		if (rc == 0)
			rc = buf_reserve(&record, size, err);
		if (rc == 0)
			rc = read_exactly(fd, record.data, size, at + 4, err);
		if (rc == 0) {
			record.size = size;
			rc = unseal_data(key, BYTES_ARRAY(context.bytes), buf_get(&record), out, err);
			content += (int64_t)(size - SEAL_OVERHEAD);
			at += 4 + (off_t)size;
		}
	}
	buf_free(&record);
	return rc;
}

int paper_whole_create(int dir, const char *id, const struct secret *key, struct bytes content, struct err *err)
{
	struct buf sealed;
	int rc;

	buf_init(&sealed, content.size + SEAL_OVERHEAD);
	rc = seal(key, bytes_text(id), content, &sealed, err);
	if (rc == 0)
		rc = file_replace(dir, id, buf_get(&sealed), 0600, err); /* one of a piece that was never answered may be there */
	buf_free(&sealed);
	return rc;
}

int paper_whole_read(int dir, const char *id, const struct secret *key, struct buf *out, struct err *err)
{
	struct buf sealed;
	int rc;

	buf_init(&sealed, out->max + SEAL_OVERHEAD);
	rc = file_read(&sealed, dir, id, err);
	if (rc == 0)
		rc = unseal_data(key, bytes_text(id), buf_get(&sealed), out, err);
	buf_free(&sealed);
	return rc;
}

void paper_part_remove(int dir, const char *id)
{
	char name[PART_NAME_SIZE];

	part_name(name, id);
	unlinkat(dir, name, 0);
}

void paper_files_remove(int dir, const char *id)
{
	paper_part_remove(dir, id);
	unlinkat(dir, id, 0);
}

/* A name that this file makes: the id, or the id and .part. */
static bool paper_name(const char *name, char id[PAPER_ID_SIZE + 1])
{
	size_t n = strspn(name, "0123456789abcdef");

	if (n != PAPER_ID_SIZE || (name[n] != '\0' && strcmp(name + n, ".part") != 0))
		return false;
	memcpy(id, name, PAPER_ID_SIZE);
	id[PAPER_ID_SIZE] = '\0';
	return true;
}

int paper_files_old(int dir, paper_file_fn *fn, void *ctx, struct err *err)
{
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd >= 0 ? fdopendir(fd) : NULL;
	struct dirent *entry;
	int rc = 0;

	if (d == NULL) {
		if (fd >= 0)
			close(fd);
		return err_set_errno(err, HF_FILE, "papers");
	}
	while (rc == 0 && (entry = readdir(d)) != NULL) {
		char id[PAPER_ID_SIZE + 1];
		struct stat st;
		if (paper_name(entry->d_name, id) && fstatat(dir, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		    st.st_mtime < clock_now() - OLD_SECONDS)
			rc = fn(ctx, id, err);
	}
	closedir(d);
	return rc;
}

int paper_disk_free(int dir, int64_t *bytes, struct err *err)
{
	struct statvfs st;

	if (fstatvfs(dir, &st) != 0)
		return err_set_errno(err, HF_FILE, "papers");
	*bytes = (int64_t)(st.f_bavail * st.f_frsize);
	return 0;
}
