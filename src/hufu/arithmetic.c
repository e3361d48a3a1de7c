/* Asks escrow by its door, and the programs with pages by their numbers. */
#include "arithmetic.h"

#include "call.h"
#include "escrow_message.h"
#include "instance.h"
#include "pool.h"
#include "spawn.h"

#include <limits.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define NAME_MAX_SIZE 16
#define WAIT_S 2
#define METRICS_MAX (1u << 16)
#define MARK "sm2_arithmetic{by=\""

/* What others say is shown only when it looks like a name. */
static void show(const char *program, struct bytes name)
{
	bool good = name.size > 0 && name.size <= NAME_MAX_SIZE;

	for (size_t i = 0; good && i < name.size; i++)
		good = (name.data[i] >= 'a' && name.data[i] <= 'z') || (name.data[i] >= '0' && name.data[i] <= '9');
	if (good)
		(void)printf("  %-20s %.*s\n", program, (int)name.size, (const char *)name.data);
	else
		(void)printf("  %-20s does not say\n", program);
}

static void show_escrow(const char *instance)
{
	struct pool *pool = pool_new(1u << 16);
	struct escrow_state_reply reply = {.sm2 = BYTES_NONE};
	struct call *line = NULL;
	struct buf answer;
	char path[PATH_MAX];
	int fd = -1;

	buf_init(&answer, FRAME_BODY_MAX);
	if (pool != NULL && snprintf(path, sizeof(path), "%s/run/escrow-signer.sock", instance) < (int)sizeof(path))
		fd = socket_connect_unix(path, NULL);
	if (fd >= 0 && call_new(&line, fd, NULL) != 0)
		(void)close(fd);
	if (line == NULL || call_ask(line, ESCROW_STATE, BYTES_NONE, &answer, WAIT_S * 1000, NULL) != 0 ||
	    body_decode(&escrow_state_reply_body, buf_get(&answer), pool, &reply, NULL) != 0)
		reply.sm2 = BYTES_NONE;
	show("escrow", reply.sm2);
	call_free(&line);
	buf_free(&answer);
	pool_free(&pool);
}

/* listen: "127.0.0.1:8081", "[::1]:8081". */
static int connect_tcp(const char *listen)
{
	const struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM};
	const struct timeval limit = {.tv_sec = WAIT_S};
	const char *port = strrchr(listen, ':');
	struct addrinfo *address = NULL;
	char host[64];
	int fd = -1;

	if (port == NULL)
		return -1;
	bool bracketed = *listen == '[' && port > listen + 1 && port[-1] == ']';
	if (snprintf(host, sizeof(host), "%.*s", (int)(port - listen) - 2 * bracketed, listen + bracketed) >= (int)sizeof(host) ||
	    getaddrinfo(host, port + 1, &hints, &address) != 0)
		return -1;
	fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) != 0 ||
	                setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) != 0 ||
	                connect(fd, address->ai_addr, address->ai_addrlen) != 0)) {
		(void)close(fd);
		fd = -1;
	}
	freeaddrinfo(address);
	return fd;
}

static void show_by_pages(const char *program, const char *listen)
{
	char text[METRICS_MAX], request[160];
	struct bytes name = BYTES_NONE;
	size_t size = 0;
	ssize_t some = 1;
	int fd = connect_tcp(listen);
	int asked = snprintf(request, sizeof(request), "GET /metrics HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", listen);

	if (fd >= 0 && asked < (int)sizeof(request) && send(fd, request, (size_t)asked, MSG_NOSIGNAL) == asked) {
		while (some > 0 && size < sizeof(text) - 1) {
			some = recv(fd, text + size, sizeof(text) - 1 - size, 0);
			size += some > 0 ? (size_t)some : 0;
		}
		text[size] = '\0';
		const char *at = strstr(text, MARK);
		if (at != NULL) {
			at += strlen(MARK);
			name = (struct bytes){(const uint8_t *)at, strcspn(at, "\"")};
		}
	}
	show(program, name);
	if (fd >= 0)
		(void)close(fd);
}

void arithmetic_show(const char *path, const struct state_reply *signer)
{
	struct instance instance = {0};

	(void)printf("SM2 arithmetic\n");
	show("signer", signer->sm2);
	show_escrow(path);
	if (instance_open(&instance, path, NULL) == 0) {
		show_by_pages("responder", settings_text(instance.settings, "responder", "listen"));
		show_by_pages("portal", settings_text(instance.settings, "portal", "listen"));
	}
	instance_close(&instance);
}
