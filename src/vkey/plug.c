/* The socket and the lock file of one slot. */
#include "plug.h"

#include "file.h"

#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define QUEUE_LENGTH 16
#define SUFFIX ".sock"

/* Splits where into a directory and the name of a slot in it. */
static int find_slot(const char *where, char directory[PATH_MAX], char name[SLOT_NAME_MAX + 1], struct err *err)
{
	const char *slash = strrchr(where, '/');
	size_t n;

	if (slash == NULL) {
		if (!slot_name_valid(where))
			return err_set(err, HF_USAGE, "no name of a slot: 1 to %d of A-Z a-z 0-9 - _", SLOT_NAME_MAX);
		memcpy(name, where, strlen(where) + 1);
		return slot_directory(directory, err);
	}
	n = strlen(slash + 1);
	if (n <= strlen(SUFFIX) || n - strlen(SUFFIX) > SLOT_NAME_MAX || strcmp(slash + 1 + n - strlen(SUFFIX), SUFFIX) != 0)
		return err_set(err, HF_USAGE, "the path of a slot ends in the slot's name and " SUFFIX);
	memcpy(name, slash + 1, n - strlen(SUFFIX));
	name[n - strlen(SUFFIX)] = '\0';
	n = slash == where ? 1 : (size_t)(slash - where);
	if (n >= PATH_MAX)
		return err_set(err, HF_USAGE, "the path of the slot is too long");
	memcpy(directory, where, n);
	directory[n] = '\0';
	return 0;
}

static int lock_slot(struct plug *plug, const char *directory, const char *name, struct err *err)
{
	char lock[SLOT_NAME_MAX + 8];
	int dir = file_open_dir(AT_FDCWD, directory, err);

	if (dir < 0)
		return -1;
	(void)snprintf(lock, sizeof(lock), "%s.lock", name);
	plug->lock = file_lock(dir, lock, err);
	(void)close(dir);
	return plug->lock >= 0 ? 0 : -1;
}

/* Under the lock, so that a socket which is there was left by a key that was killed. */
static int listen_in_slot(struct plug *plug, struct err *err)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	mode_t mask;
	int bound;

	memcpy(address.sun_path, plug->path, sizeof(plug->path));
	plug->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (plug->listener < 0)
		return err_set_errno(err, HF_SYSTEM, "socket");
	(void)unlink(plug->path);
	mask = umask(0177);
	bound = bind(plug->listener, (struct sockaddr *)&address, sizeof(address));
	(void)umask(mask);
	if (bound != 0 || listen(plug->listener, QUEUE_LENGTH) != 0)
		return err_set_errno(err, HF_SYSTEM, "listening at %s", plug->path);
	return 0;
}

int plug_in(struct plug *plug, const char *where, struct err *err)
{
	char directory[PATH_MAX], name[SLOT_NAME_MAX + 1];

	*plug = (struct plug){.lock = -1, .listener = -1};
	if (find_slot(where, directory, name, err) != 0 || slot_socket_path(directory, name, plug->path, err) != 0 ||
	    lock_slot(plug, directory, name, err) != 0)
		return -1;
	if (listen_in_slot(plug, err) == 0)
		return 0;
	plug_out(plug);
	return -1;
}

void plug_out(struct plug *plug)
{
	if (plug->listener >= 0) {
		(void)unlink(plug->path);
		(void)close(plug->listener);
	}
	if (plug->lock >= 0)
		(void)close(plug->lock);
	plug->lock = plug->listener = -1;
}
