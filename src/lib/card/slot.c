/* Finds the slot directory and the keys in it. */
#include "slot.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define SOCKET_SUFFIX ".sock"

static bool is_own_directory(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == geteuid() && (st.st_mode & 022) == 0;
}

static int make_own_directory(const char *path, struct err *err)
{
	if (mkdir(path, 0700) != 0 && errno != EEXIST)
		return err_set_errno(err, HF_KEY_READER, "slot directory %s", path);
	if (!is_own_directory(path))
		return err_set(err, HF_KEY_READER, "%s is no directory of this user alone", path);
	return 0;
}

static int set_path(char path[SLOT_PATH_MAX], const char *first, const char *second, struct err *err)
{
	int n = snprintf(path, SLOT_PATH_MAX, "%s%s", first, second);

	if (n < 0 || n >= SLOT_PATH_MAX)
		return err_set(err, HF_KEY_READER, "path of the slot is too long for a socket: %s%s", first, second);
	return 0;
}

/* The user's own runtime directory with "/hufu", or a directory of his own in /tmp. */
static int find_parent(char parent[SLOT_PATH_MAX], struct err *err)
{
	const char *runtime = secure_getenv("XDG_RUNTIME_DIR");
	char of_user[64];

	if (runtime != NULL && runtime[0] == '/')
		return set_path(parent, runtime, "/hufu", err);
	(void)snprintf(of_user, sizeof(of_user), "/run/user/%u", (unsigned)geteuid());
	if (is_own_directory(of_user))
		return set_path(parent, of_user, "/hufu", err);
	(void)snprintf(of_user, sizeof(of_user), "/tmp/hufu-%u", (unsigned)geteuid());
	return set_path(parent, of_user, "", err);
}

int slot_directory(char path[SLOT_PATH_MAX], struct err *err)
{
	const char *set = secure_getenv("HUFU_KEY_SLOTS");
	char parent[SLOT_PATH_MAX];

	if (set != NULL && set[0] != '\0') {
		if (set_path(path, set, "", err) != 0)
			return -1;
		return make_own_directory(path, err);
	}
	if (find_parent(parent, err) != 0 || make_own_directory(parent, err) != 0 || set_path(path, parent, "/keys", err) != 0)
		return -1;
	return make_own_directory(path, err);
}

bool slot_name_valid(const char *name)
{
	size_t n = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

	return n >= 1 && n <= SLOT_NAME_MAX && name[n] == '\0';
}

int slot_socket_path(const char *directory, const char *name, char path[SLOT_PATH_MAX], struct err *err)
{
	int n;

	if (!slot_name_valid(name))
		return err_set(err, HF_KEY_READER, "no name of a slot: 1 to %d of A-Z a-z 0-9 - _", SLOT_NAME_MAX);
	n = snprintf(path, SLOT_PATH_MAX, "%s/%s" SOCKET_SUFFIX, directory, name);
	if (n < 0 || n >= SLOT_PATH_MAX)
		return err_set(err, HF_KEY_READER, "path of slot %s is too long for a socket", name);
	return 0;
}

/* A key that is plugged in takes connections; a full queue (EAGAIN) means that it is there, and busy. */
bool slot_is_present(const char *directory, const char *name)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	bool present;
	int fd;

	if (slot_socket_path(directory, name, address.sun_path, NULL) != 0)
		return false;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return false;
	present = connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0 || errno == EAGAIN;
	(void)close(fd);
	return present;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* The slot's name when the directory entry is a socket's, else false. */
static bool name_from_entry(const char *entry, char name[SLOT_NAME_MAX + 1])
{
	const size_t suffix = strlen(SOCKET_SUFFIX);
	size_t n = strlen(entry);

	if (n <= suffix || n - suffix > SLOT_NAME_MAX || strcmp(entry + n - suffix, SOCKET_SUFFIX) != 0)
		return false;
	memcpy(name, entry, n - suffix);
	name[n - suffix] = '\0';
	return slot_name_valid(name);
}

int slot_list_present(const char *directory, struct slot_list *list, struct err *err)
{
	char name[SLOT_NAME_MAX + 1];
	struct dirent *entry;
	DIR *dir = opendir(directory);

	list->count = 0;
	if (dir == NULL)
		return err_set_errno(err, HF_KEY_READER, "slot directory %s", directory);
	while (list->count < SLOT_MAX && (entry = readdir(dir)) != NULL)
		if (name_from_entry(entry->d_name, name) && slot_is_present(directory, name))
			memcpy(list->names[list->count++], name, sizeof(name));
	(void)closedir(dir);
	qsort(list->names, list->count, sizeof(list->names[0]), compare_names);
	return 0;
}
