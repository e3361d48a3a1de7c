/* Numeric addresses only: nothing is looked up. */
#include "listen.h"

#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BACKLOG 511
#define HOST_SIZE 64

/* "host:port" or "[host]:port" in two. */
static int split_address(const char *address, char host[HOST_SIZE], const char **port)
{
	const char *colon = strrchr(address, ':');
	size_t size;

	if (!colon)
		return -1;
	*port = colon + 1;
	/* The C library takes larger numbers modulo 65536. */
	if (!**port || strlen(*port) > 5 || strspn(*port, "0123456789") != strlen(*port) || strtol(*port, NULL, 10) > 65535)
		return -1;
	size = (size_t)(colon - address);
	if (*address == '[') {
		if (size < 2 || colon[-1] != ']')
			return -1;
		address++;
		size -= 2;
	}
	if (size == 0 || size >= HOST_SIZE)
		return -1;
	memcpy(host, address, size);
	host[size] = '\0';
	return 0;
}

static bool is_loopback(const struct addrinfo *a)
{
	if (a->ai_family == AF_INET)
		return ntohl(((const struct sockaddr_in *)(const void *)a->ai_addr)->sin_addr.s_addr) >> 24 == 127;
	return IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)(const void *)a->ai_addr)->sin6_addr);
}

static int listen_at(const struct addrinfo *a, const char *address, struct err *err)
{
	int yes = 1, fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return err_set_errno(err, HF_PROCESS, "socket");
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	if (bind(fd, a->ai_addr, a->ai_addrlen) || listen(fd, BACKLOG)) {
		err_set_errno(err, HF_PROCESS, "listening at %s", address);
		close(fd);
		return -1;
	}
	return fd;
}

int listen_tcp(const char *address, bool *loopback, struct err *err)
{
	const struct addrinfo hints = {
	    .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE, .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
	struct addrinfo *found = NULL;
	char host[HOST_SIZE];
	const char *port;
	int fd;

	if (split_address(address, host, &port) || getaddrinfo(host, port, &hints, &found))
		return err_set(err, HF_SETTING, "%s is no address of the form 127.0.0.1:8080 or [::1]:8080", address);
	*loopback = is_loopback(found);
	fd = listen_at(found, address, err);
	freeaddrinfo(found);
	return fd;
}
