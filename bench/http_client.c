/* One connection: question out, answer in. */
#include "http_client.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define ANSWER_MAX (4u << 20)
#define HEAD_MAX 4096
#define WAIT_SECONDS 60

void http_client_init(struct http_client *h, uint16_t port, uint32_t source)
{
	*h = (struct http_client){.port = port, .source = source, .fd = -1};
	buf_init(&h->in, ANSWER_MAX);
}

static void hang_up(struct http_client *h)
{
	if (h->fd >= 0)
		close(h->fd);
	h->fd = -1;
}

void http_client_free(struct http_client *h)
{
	hang_up(h);
	buf_free(&h->in);
}

static struct sockaddr_in loopback(uint32_t address, uint16_t port)
{
	return (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(address), .sin_port = htons(port)};
}

static int dial(struct http_client *h, struct err *err)
{
	struct sockaddr_in own = loopback(h->source, 0), peer = loopback(INADDR_LOOPBACK, h->port);
	const struct timeval wait = {.tv_sec = WAIT_SECONDS};
	const int on = 1;

	h->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (h->fd < 0 || setsockopt(h->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) != 0 ||
	    setsockopt(h->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on)) != 0 ||
	    setsockopt(h->fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait)) != 0 ||
	    bind(h->fd, (const struct sockaddr *)&own, sizeof(own)) != 0 ||
	    connect(h->fd, (const struct sockaddr *)&peer, sizeof(peer)) != 0) {
		err_set_errno(err, HF_PEER_GONE, "port %u", h->port);
		hang_up(h);
		return -1;
	}
	return 0;
}

static int send_all(struct http_client *h, struct bytes out, struct err *err)
{
	while (out.size > 0) {
		ssize_t n = send(h->fd, out.data, out.size, MSG_NOSIGNAL);

		if (n <= 0)
			return err_set_errno(err, HF_PEER_GONE, "send");
		out = (struct bytes){out.data + n, out.size - (size_t)n};
	}
	return 0;
}

static int send_question(struct http_client *h, const struct http_question *q, struct err *err)
{
	struct buf out;
	int result = -1;

	buf_init(&out, HEAD_MAX + q->body.size);
	if (buf_append_format(&out, err, "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nAccept: text/html\r\n", q->method, q->path, h->port) != 0)
		goto out;
	if (h->cookie[0] != '\0' && buf_append_format(&out, err, "Cookie: %s\r\n", h->cookie) != 0)
		goto out;
	if (q->type != NULL && buf_append_format(&out, err, "Origin: http://127.0.0.1:%u\r\nContent-Type: %s\r\nContent-Length: %zu\r\n",
	                                         h->port, q->type, q->body.size) != 0)
		goto out;
	if ((q->headers != NULL && buf_append_text(&out, q->headers, err) != 0) || buf_append_text(&out, "\r\n", err) != 0 ||
	    buf_append(&out, q->body, err) != 0)
		goto out;
	result = send_all(h, buf_get(&out), err);
out:
	buf_free(&out);
	return result;
}

static int receive_more(struct http_client *h, struct err *err)
{
	ssize_t n;

	if (buf_reserve(&h->in, 16384, err) != 0)
		return -1;
	n = recv(h->fd, h->in.data + h->in.size, h->in.capacity - h->in.size, 0);
	if (n <= 0)
		return n < 0 ? err_set_errno(err, HF_PEER_GONE, "receive") : err_set(err, HF_PEER_GONE, "the connection was closed");
	h->in.size += (size_t)n;
	return 0;
}

/* "Name: value" of the head's lines; the value's size, or -1. */
static int header_find(const char *head, size_t size, const char *name, const char **value)
{
	const char *line = head, *end = head + size;
	size_t name_size = strlen(name);

	while (line < end) {
		const char *stop = memmem(line, (size_t)(end - line), "\r\n", 2);

		if (stop == NULL)
			stop = end;
		if ((size_t)(stop - line) > name_size && line[name_size] == ':' && strncasecmp(line, name, name_size) == 0) {
			*value = line + name_size + 1;
			while (*value < stop && **value == ' ')
				(*value)++;
			return (int)(stop - *value);
		}
		line = stop + 2;
	}
	return -1;
}

static int read_head(struct http_client *h, size_t size, size_t *content, struct err *err)
{
	const char *head = (const char *)h->in.data, *value;
	int n;

	if (size < 13 || strncmp(head, "HTTP/1.1 ", 9) != 0)
		return err_set(err, HF_HTTP_FORM, "no HTTP/1.1 answer");
	h->status = atoi(head + 9);
	n = header_find(head, size, "Content-Length", &value);
	if (n <= 0)
		return err_set(err, HF_HTTP_FORM, "an answer without Content-Length");
	*content = strtoul(value, NULL, 10);
	n = header_find(head, size, "Location", &value);
	h->location[0] = '\0';
	if (n > 0 && n <= LOCATION_MAX) {
		memcpy(h->location, value, (size_t)n);
		h->location[n] = '\0';
	}
	n = header_find(head, size, "Set-Cookie", &value);
	if (n > 0) {
		size_t pair = strcspn(value, ";\r");

		if (pair > COOKIE_MAX)
			return err_set(err, HF_LIMIT, "a cookie of %zu bytes", pair);
		memcpy(h->cookie, value, pair);
		h->cookie[pair] = '\0';
	}
	return 0;
}

static int receive_answer(struct http_client *h, struct err *err)
{
	const uint8_t *end = NULL;
	size_t head, content = 0;

	buf_clear(&h->in);
	do {
		if (receive_more(h, err) != 0)
			return -1;
		end = memmem(h->in.data, h->in.size, "\r\n\r\n", 4);
	} while (end == NULL);
	head = (size_t)(end - h->in.data);
	if (read_head(h, head, &content, err) != 0)
		return -1;
	head += 4;
	while (h->in.size < head + content) {
		if (receive_more(h, err) != 0)
			return -1;
	}
	h->body = (struct bytes){h->in.data + head, content};
	return 0;
}

int http_client_ask(struct http_client *h, const struct http_question *q, struct err *err)
{
	if (h->fd < 0 && dial(h, err) != 0)
		return -1;
	if (send_question(h, q, err) != 0 || receive_answer(h, err) != 0) {
		hang_up(h);
		return err_wrap(err, "%s %s", q->method, q->path);
	}
	return 0;
}
