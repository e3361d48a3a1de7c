/* Making a folder under another name beside its place, and removing what a killed process left of one. */
#include "new_folder.h"

#include "file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define MARK ".hufu-init-"
#define DRAWN 6 /* letters of mkdtemp */

/* The folder around the target, and its name there. */
static const char *split(const struct new_folder *f, char around[PATH_MAX])
{
	const char *slash = strrchr(f->target, '/');

	(void)snprintf(around, PATH_MAX, "%.*s", slash == f->target ? 1 : (int)(slash - f->target), f->target);
	return slash + 1;
}

int new_folder_plan(struct new_folder *f, const char *target, struct err *err)
{
	char given[PATH_MAX], base[PATH_MAX], *slash;
	const char *name = given;
	size_t n = (size_t)snprintf(given, sizeof(given), "%s", target);
	struct stat there;

	while (n < sizeof(given) && n > 1 && given[n - 1] == '/')
		given[--n] = '\0';
	if (n == 0 || n >= sizeof(given))
		return err_set(err, HF_USAGE, "which folder?");
	if (lstat(given, &there) == 0)
		return err_set(err, HF_EXISTS, "%s is there already; nothing was changed", given);
	slash = strrchr(given, '/');
	if (slash != NULL) {
		name = slash + 1;
		*slash = '\0';
	}
	if (realpath(slash == NULL ? "." : slash == given ? "/" : given, base) == NULL)
		return err_set_errno(err, HF_FILE, "%s", target);
	if (snprintf(f->target, sizeof(f->target), "%s/%s", strcmp(base, "/") == 0 ? "" : base, name) >= (int)sizeof(f->target) ||
	    snprintf(f->path, sizeof(f->path), "%s" MARK "XXXXXX", f->target) >= (int)sizeof(f->path))
		return err_set(err, HF_FILE, "%s: the path is too long", target);
	f->dir = -1;
	return 0;
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	return remove(path);
}

/* Of this user, and locked by nobody. */
static bool is_left(int around, const char *name)
{
	int fd = openat(around, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;
	bool left;

	if (fd < 0)
		return false;
	left = fstat(fd, &st) == 0 && st.st_uid == geteuid() && flock(fd, LOCK_EX | LOCK_NB) == 0;
	(void)close(fd);
	return left;
}

static void sweep(DIR *dir, const char *around, const char *name)
{
	const size_t n = strlen(name), whole = n + strlen(MARK) + DRAWN;
	struct dirent *entry;
	char path[PATH_MAX];

	while ((entry = readdir(dir)) != NULL) {
		const char *found = entry->d_name;

		if (strlen(found) != whole || strncmp(found, name, n) != 0 || strncmp(found + n, MARK, strlen(MARK)) != 0 ||
		    !is_left(dirfd(dir), found))
			continue;
		if (snprintf(path, sizeof(path), "%s/%s", around, found) >= (int)sizeof(path) ||
		    nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS) != 0)
			(void)fprintf(stderr, "hufu: %s/%s is left of a ceremony and cannot be removed: %s\n", around, found,
			              strerror(errno));
	}
}

/* The folder around, locked: between a folder's making and its lock nobody takes it for one that was left. */
static DIR *open_around(const char *around)
{
	DIR *dir = opendir(around);

	if (dir != NULL && flock(dirfd(dir), LOCK_EX) == 0)
		return dir;
	if (dir != NULL)
		(void)closedir(dir);
	return NULL;
}

void new_folder_sweep(const struct new_folder *f)
{
	char around[PATH_MAX];
	const char *name = split(f, around);
	DIR *dir = open_around(around);

	if (dir == NULL)
		return;
	sweep(dir, around, name);
	(void)closedir(dir);
}

/* The programs' users walk through it to their own folders; none can list it. */
static int make_locked(struct new_folder *f, struct err *err)
{
	if (mkdtemp(f->path) == NULL)
		return err_set_errno(err, HF_FILE, "%s", f->path);
	f->dir = file_open_dir(AT_FDCWD, f->path, err);
	if (f->dir < 0)
		return -1;
	return flock(f->dir, LOCK_EX | LOCK_NB) == 0 && fchmod(f->dir, 0711) == 0 ? 0 : err_set_errno(err, HF_FILE, "%s", f->path);
}

int new_folder_make(struct new_folder *f, struct err *err)
{
	char around[PATH_MAX];
	const char *name = split(f, around);
	DIR *dir = open_around(around);
	int result;

	if (dir == NULL)
		return err_set_errno(err, HF_FILE, "%s", around);
	sweep(dir, around, name);
	result = make_locked(f, err);
	(void)closedir(dir);
	return result;
}

int new_folder_finish(struct new_folder *f, struct err *err)
{
	if (syncfs(f->dir) != 0)
		return err_set_errno(err, HF_FILE, "%s", f->path);
	if (renameat2(AT_FDCWD, f->path, AT_FDCWD, f->target, RENAME_NOREPLACE) != 0)
		return errno == EEXIST ? err_set(err, HF_EXISTS, "%s is there already", f->target)
		                       : err_set_errno(err, HF_FILE, "%s", f->target);
	return syncfs(f->dir) == 0 ? 0 : err_set_errno(err, HF_FILE, "%s", f->target);
}
