/* Where the file lies, its lock, its replacement. */
#include "memory_file.h"

#include "file.h"

#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILE_MODE 0600

struct memory_file {
	int dir;
	int lock;
	char name[NAME_MAX + 1];
};

static int open_place(struct memory_file *f, const char *path, struct err *err)
{
	char lock[NAME_MAX + 8];
	char *of_dir = strdup(path);
	char *of_name = strdup(path);
	int n, result = -1;

	if (of_dir == NULL || of_name == NULL) {
		(void)err_set(err, HF_MEMORY, "path of a key file");
		goto out;
	}
	f->dir = file_open_dir(AT_FDCWD, dirname(of_dir), err);
	if (f->dir < 0)
		goto out;
	n = snprintf(f->name, sizeof(f->name), "%s", basename(of_name));
	if (n <= 0 || (size_t)n >= sizeof(f->name)) {
		(void)err_set(err, HF_FILE, "the name of the key file is too long");
		goto out;
	}
	(void)snprintf(lock, sizeof(lock), "%s.lock", f->name);
	f->lock = file_lock(f->dir, lock, err);
	if (f->lock >= 0)
		result = 0;
out:
	free(of_dir);
	free(of_name);
	return result;
}

int memory_file_open(struct memory_file **file, const char *path, struct err *err)
{
	struct memory_file *f = calloc(1, sizeof(*f));

	if (f == NULL)
		return err_set(err, HF_MEMORY, "key file");
	f->dir = f->lock = -1;
	if (open_place(f, path, err) != 0) {
		memory_file_close(&f);
		return -1;
	}
	*file = f;
	return 0;
}

void memory_file_close(struct memory_file **file)
{
	struct memory_file *f = *file;

	if (f == NULL)
		return;
	if (f->lock >= 0)
		(void)close(f->lock);
	if (f->dir >= 0)
		(void)close(f->dir);
	free(f);
	*file = NULL;
}

int memory_file_read(struct memory_file *file, struct memory *m, struct err *err)
{
	struct buf content;
	int result = -1;

	buf_init(&content, MEMORY_FILE_MAX);
	if (file_read(&content, file->dir, file->name, err) == 0)
		result = memory_decode(m, buf_get(&content), err);
	buf_free(&content);
	return result;
}

static int write_by(int (*put)(int, const char *, struct bytes, mode_t, struct err *), struct memory_file *file, const struct memory *m,
                    struct err *err)
{
	struct buf content;
	int result = -1;

	buf_init(&content, MEMORY_FILE_MAX);
	if (memory_encode(m, &content, err) == 0)
		result = put(file->dir, file->name, buf_get(&content), FILE_MODE, err);
	buf_free(&content);
	return result;
}

int memory_file_write(struct memory_file *file, const struct memory *m, struct err *err)
{
	return write_by(file_replace, file, m, err);
}

int memory_file_create(struct memory_file *file, const struct memory *m, struct err *err)
{
	return write_by(file_create, file, m, err);
}
