/* Whole files, replaced so that a crash leaves the old or the new content. */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define READ_CHUNK 65536

static int read_all(struct buf *out, int fd, const char *name, struct err *err)
{
	for (;;) {
		size_t room = out->max - out->size;
		uint8_t beyond;
		ssize_t n;

		if (room > READ_CHUNK)
			room = READ_CHUNK;
		if (room && buf_reserve(out, room, err))
			return -1;
		n = room ? read(fd, out->data + out->size, room) : read(fd, &beyond, 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set_errno(err, HF_FILE, "reading %s", name);
		if (n == 0)
			return 0;
		if (room == 0)
			return err_set(err, HF_LIMIT, "%s is larger than %zu bytes", name, out->max);
		out->size += (size_t)n;
	}
}

int file_read_fd(struct buf *out, int fd, struct err *err)
{
	char name[32];

	snprintf(name, sizeof(name), "descriptor %d", fd);
	return read_all(out, fd, name, err);
}

int file_read(struct buf *out, int dir, const char *name, struct err *err)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	int result;

	if (fd < 0)
		return err_set_errno(err, errno == ENOENT ? HF_NOT_FOUND : HF_FILE, "opening %s", name);
	result = read_all(out, fd, name, err);
	close(fd);
	return result;
}

int file_write_all(int fd, struct bytes content, struct err *err)
{
	while (content.size) {
		ssize_t n = write(fd, content.data, content.size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set_errno(err, HF_FILE, "writing %zu bytes", content.size);
		content = (struct bytes){content.data + n, content.size - (size_t)n};
	}
	return 0;
}

static int write_durable(int dir, const char *name, struct bytes content, mode_t mode, struct err *err)
{
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	int result = -1;

	if (fd < 0)
		return err_set_errno(err, HF_FILE, "creating %s", name);
	if (fchmod(fd, mode)) {
		err_set_errno(err, HF_FILE, "setting the mode of %s", name);
		goto out;
	}
	if (file_write_all(fd, content, err)) {
		err_wrap(err, "%s", name);
		goto out;
	}
	if (fsync(fd)) {
		err_set_errno(err, HF_FILE, "making %s durable", name);
		goto out;
	}
	result = 0;
out:
	close(fd);
	return result;
}

/* A renamed entry is durable only once its directory is. */
static int sync_parent(int dir, const char *name, struct err *err)
{
	char parent[PATH_MAX] = ".";
	const char *slash = strrchr(name, '/');
	int fd, result = 0;

	if (slash)
		snprintf(parent, sizeof(parent), "%.*s", slash == name ? 1 : (int)(slash - name), name);
	fd = openat(dir, parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return err_set_errno(err, HF_FILE, "opening the directory of %s", name);
	if (fsync(fd))
		result = err_set_errno(err, HF_FILE, "making the directory of %s durable", name);
	close(fd);
	return result;
}

static int put_in_place(int dir, const char *name, struct bytes content, mode_t mode, unsigned rename_flags, struct err *err)
{
	char fresh[PATH_MAX];
	int size = snprintf(fresh, sizeof(fresh), "%s.new", name);

	if (size < 0 || (size_t)size >= sizeof(fresh))
		return err_set(err, HF_FILE, "file name of %zu bytes is too long", strlen(name));
	if (write_durable(dir, fresh, content, mode, err)) {
		unlinkat(dir, fresh, 0);
		return -1;
	}
	if (renameat2(dir, fresh, dir, name, rename_flags)) {
		err_set_errno(err, errno == EEXIST ? HF_EXISTS : HF_FILE, "putting %s in its place", name);
		unlinkat(dir, fresh, 0);
		return -1;
	}
	return sync_parent(dir, name, err);
}

int file_replace(int dir, const char *name, struct bytes content, mode_t mode, struct err *err)
{
	return put_in_place(dir, name, content, mode, 0, err);
}

int file_create(int dir, const char *name, struct bytes content, mode_t mode, struct err *err)
{
	return put_in_place(dir, name, content, mode, RENAME_NOREPLACE, err);
}

int file_make_dir(int dir, const char *name, mode_t mode, struct err *err)
{
	struct stat st;

	if (mkdirat(dir, name, mode) == 0)
		return sync_parent(dir, name, err);
	if (errno != EEXIST || fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW))
		return err_set_errno(err, HF_FILE, "making directory %s", name);
	if (!S_ISDIR(st.st_mode))
		return err_set(err, HF_FILE, "%s is there and is no directory", name);
	return 0;
}

int file_open_dir(int dir, const char *name, struct err *err)
{
	int fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return err_set_errno(err, errno == ENOENT ? HF_NOT_FOUND : HF_FILE, "opening directory %s", name);
	return fd;
}

int file_lock(int dir, const char *name, struct err *err)
{
	int fd = openat(dir, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd < 0)
		return err_set_errno(err, HF_FILE, "opening %s", name);
	if (flock(fd, LOCK_EX | LOCK_NB)) {
		err_set_errno(err, errno == EWOULDBLOCK ? HF_EXISTS : HF_FILE, "locking %s", name);
		close(fd);
		return -1;
	}
	return fd;
}
