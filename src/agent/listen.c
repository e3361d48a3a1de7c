/* The agent's two listening sockets on the loopback. */
#include "listen.h"

#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#define BACKLOG 64

static int listen_at(const struct sockaddr *address, socklen_t size)
{
	const int on = 1;
	int fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0), number;

	if (fd < 0)
		return -1;
	/* SO_REUSEADDR takes a port over from connections that linger, never from a socket that listens. */
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&
	    (address->sa_family != AF_INET6 || setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) == 0) &&
	    bind(fd, address, size) == 0 && listen(fd, BACKLOG) == 0)
		return fd;
	number = errno;
	close(fd);
	errno = number;
	return -1;
}

/* 0: both, or 127.0.0.1 alone where there is no IPv6; -1 with errno otherwise. */
static int listen_both(uint16_t port, int fds[2], size_t *count)
{
	const struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	const struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_addr = IN6ADDR_LOOPBACK_INIT};

	*count = 0;
	fds[0] = listen_at((const struct sockaddr *)&v4, sizeof(v4));
	if (fds[0] < 0)
		return -1;
	*count = 1;
	fds[1] = listen_at((const struct sockaddr *)&v6, sizeof(v6));
	if (fds[1] >= 0)
		*count = 2;
	else if (errno != EAFNOSUPPORT && errno != EADDRNOTAVAIL) {
		close(fds[0]);
		return -1;
	}
	return 0;
}

int listen_loopback(uint16_t *port, int fds[2], size_t *count, struct err *err)
{
	for (int i = 0; i < LISTEN_PORTS; i++) {
		uint16_t now = (uint16_t)(*port + i);

		if (listen_both(now, fds, count) == 0) {
			*port = now;
			return 0;
		}
		if (errno != EADDRINUSE)
			break;
	}
	return err_set_errno(err, HF_SYSTEM, "ports %u to %u of the loopback", *port, *port + LISTEN_PORTS - 1);
}
