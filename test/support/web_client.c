#include "web_client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define RECEIVE_MS 10000

int web_listen(int *port)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(fd, 128), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
	*port = ntohs(address.sin_port);
	return fd;
}

int web_connect(int port)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons((uint16_t)port)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

void web_send_bytes(int fd, struct bytes data)
{
	while (data.size > 0) {
		ssize_t n = send(fd, data.data, data.size, MSG_NOSIGNAL);

		if (n <= 0)
			return; /* the server may have closed: the reply tells */
		data = (struct bytes){data.data + n, data.size - (size_t)n};
	}
}

void web_send(int fd, const char *text)
{
	web_send_bytes(fd, bytes_text(text));
}

static ssize_t receive_some(int fd, char *out, size_t max, int ms)
{
	struct pollfd wait = {.fd = fd, .events = POLLIN};

	if (poll(&wait, 1, ms) != 1)
		return -1;
	return recv(fd, out, max, 0);
}

/* Whether the text holds a whole reply. */
static bool is_whole(const char *text, size_t size)
{
	const char *head_end = strstr(text, "\r\n\r\n"), *length = strcasestr(text, "content-length:");
	size_t head;

	if (head_end == NULL)
		return false;
	head = (size_t)(head_end - text) + 4;
	if (length != NULL && length < head_end)
		return size >= head + strtoul(length + 15, NULL, 10) || strstr(text, "304 Not") != NULL;
	if (strcasestr(text, "transfer-encoding: chunked") != NULL)
		return strstr(head_end, "\r\n0\r\n\r\n") != NULL;
	return true;
}

int web_receive(int fd, char *out, size_t max)
{
	size_t size = 0;

	out[0] = '\0';
	while (size < max - 1 && !is_whole(out, size)) {
		ssize_t n = receive_some(fd, out + size, max - 1 - size, RECEIVE_MS);

		if (n <= 0)
			break;
		size += (size_t)n;
		out[size] = '\0';
	}
	return size > 12 ? (int)strtol(out + 9, NULL, 10) : 0;
}

int web_ask(int port, const char *text, char *out, size_t max)
{
	int fd = web_connect(port), status;

	web_send(fd, text);
	status = web_receive(fd, out, max);
	close(fd);
	return status;
}

int web_closed_within(int fd, int ms)
{
	char ignored[4096];

	for (;;) {
		ssize_t n = receive_some(fd, ignored, sizeof(ignored), ms);

		if (n <= 0)
			return n == 0 || ms == 0;
	}
}
