/* Unix sockets. */
#include "spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKLOG 128

int socket_pair(int fds[2], struct err *err)
{
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds))
		return err_set_errno(err, HF_PROCESS, "socketpair");
	return 0;
}

static int make_address(struct sockaddr_un *address, const char *path, struct err *err)
{
	size_t size = strlen(path);

	*address = (struct sockaddr_un){.sun_family = AF_UNIX};
	if (size == 0 || size >= sizeof(address->sun_path))
		return err_set(err, HF_PROCESS, "socket path of %zu bytes; 1 to %zu are possible", size, sizeof(address->sun_path) - 1);
	memcpy(address->sun_path, path, size);
	return 0;
}

int socket_listen_unix(const char *path, unsigned mode, struct err *err)
{
	struct sockaddr_un address;
	int fd;

	if (make_address(&address, path, err))
		return -1;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return err_set_errno(err, HF_PROCESS, "socket");
	if (unlink(path) && errno != ENOENT)
		goto fail;
	/* The mode of the unbound socket becomes the file's: nobody can connect before it is right. */
	if (fchmod(fd, (mode_t)mode) || bind(fd, (struct sockaddr *)&address, sizeof(address)) || listen(fd, BACKLOG))
		goto fail;
	return fd;
fail:
	err_set_errno(err, HF_PROCESS, "listening on %s", path);
	close(fd);
	return -1;
}

int socket_connect_unix(const char *path, struct err *err)
{
	struct sockaddr_un address;
	int fd;

	if (make_address(&address, path, err))
		return -1;
	/* Without waiting: a peer whose queue is full is as good as gone. */
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return err_set_errno(err, HF_PROCESS, "socket");
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) || fcntl(fd, F_SETFL, 0)) {
		err_set_errno(err, HF_PEER_GONE, "connecting to %s", path);
		close(fd);
		return -1;
	}
	return fd;
}
