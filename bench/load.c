/* Sends HTTP requests over connections that are kept, as fast as they are answered, and tells how many were.
 *
 * usage: load [-c CONNECTIONS] [-s SECONDS] ADDRESS:PORT FILE...
 * A file holds one whole request, head and body; each connection sends them in turn. Replies have Content-Length, or are 304 or 204.
 * Prints one line: requests per second, replies that were not 2xx or 304, connections broken, and milliseconds at 50, 99 and 100 %. */
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define CONNECTIONS_MAX 4096
#define FILES_MAX 4096
#define REPLY_HEAD_MAX 16384
#define TIMES_MAX (1u << 22)

struct message {
	char *data;
	size_t size;
};

struct connection {
	int fd;
	size_t message;            /* the request that goes next */
	char head[REPLY_HEAD_MAX]; /* of the reply, until its end was seen */
	size_t head_size;
	uint64_t body_left;
	bool in_body;
	int64_t begun;
};

struct load {
	struct sockaddr_in address;
	struct message messages[FILES_MAX];
	size_t message_count;
	struct connection *connections;
	size_t connection_count;
	int epoll;
	uint64_t answered, refused, broken;
	uint32_t *times; /* microseconds */
	size_t time_count;
};

static int64_t now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static _Noreturn void stop(const char *what)
{
	perror(what);
	exit(1);
}

static void message_read(struct load *l, const char *path)
{
	struct message *m = &l->messages[l->message_count++];
	FILE *file = fopen(path, "rb");
	long size = 0;

	if (file == NULL || fseek(file, 0, SEEK_END) != 0 || (size = ftell(file)) <= 0)
		stop(path);
	rewind(file);
	m->size = (size_t)size;
	m->data = malloc(m->size);
	if (m->data == NULL || fread(m->data, 1, m->size, file) != m->size)
		stop(path);
	fclose(file);
}

static void connection_open(struct load *l, struct connection *c)
{
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
	int one = 1;

	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&l->address, sizeof(l->address)) != 0)
		stop("connect");
	setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (epoll_ctl(l->epoll, EPOLL_CTL_ADD, c->fd, &event) != 0)
		stop("epoll");
}

/* Requests are small: they go at once, and the socket may block for a moment. */
static bool request_send(struct load *l, struct connection *c)
{
	const struct message *m = &l->messages[c->message];

	c->message = (c->message + 1) % l->message_count;
	c->head_size = 0;
	c->in_body = false;
	c->begun = now_us();
	for (size_t sent = 0; sent < m->size;) {
		ssize_t n = send(c->fd, m->data + sent, m->size - sent, MSG_NOSIGNAL);

		if (n <= 0)
			return false;
		sent += (size_t)n;
	}
	return true;
}

static void connection_again(struct load *l, struct connection *c)
{
	l->broken++;
	close(c->fd);
	connection_open(l, c);
	if (!request_send(l, c))
		stop("send");
}

/* Whether the head is whole; then what of the body came with it is taken off. */
static bool head_take(struct load *l, struct connection *c)
{
	char *end, *length;
	size_t size;
	int status;

	c->head[c->head_size] = '\0';
	end = strstr(c->head, "\r\n\r\n");
	if (end == NULL)
		return false;
	status = c->head_size > 12 ? atoi(c->head + 9) : 0;
	if ((status < 200 || status > 299) && status != 304)
		l->refused++;
	length = strcasestr(c->head, "\r\ncontent-length:");
	size = (size_t)(end + 4 - c->head);
	c->body_left = length != NULL && length < end && status != 304 && status != 204 ? strtoull(length + 17, NULL, 10) : 0;
	c->body_left -= c->head_size - size < c->body_left ? c->head_size - size : c->body_left;
	c->in_body = true;
	return true;
}

/* Reads what is there; true when the reply is whole. */
static int reply_read(struct load *l, struct connection *c)
{
	char body[65536];
	ssize_t n;

	if (c->in_body) {
		n = recv(c->fd, body, sizeof(body), MSG_DONTWAIT);
		if (n > 0)
			c->body_left -= (uint64_t)n < c->body_left ? (uint64_t)n : c->body_left;
	} else {
		n = recv(c->fd, c->head + c->head_size, sizeof(c->head) - 1 - c->head_size, MSG_DONTWAIT);
		if (n > 0) {
			c->head_size += (size_t)n;
			if (!head_take(l, c))
				return 0;
		}
	}
	if (n < 0 && errno == EAGAIN)
		return 0;
	if (n <= 0)
		return -1;
	return c->in_body && c->body_left == 0;
}

static void reply_count(struct load *l, const struct connection *c)
{
	l->answered++;
	if (l->time_count < TIMES_MAX)
		l->times[l->time_count++] = (uint32_t)(now_us() - c->begun);
}

static void run(struct load *l, int64_t until)
{
	struct epoll_event events[256];

	while (now_us() < until) {
		int n = epoll_wait(l->epoll, events, 256, 100);

		for (int i = 0; i < n; i++) {
			struct connection *c = events[i].data.ptr;
			int whole = reply_read(l, c);

			if (whole > 0)
				reply_count(l, c);
			if (whole < 0 || (whole > 0 && !request_send(l, c)))
				connection_again(l, c);
		}
	}
}

static int time_compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static double time_at(const struct load *l, double part)
{
	return l->time_count == 0 ? 0 : (double)l->times[(size_t)((double)(l->time_count - 1) * part)] / 1000;
}

static bool address_read(struct load *l, char *text)
{
	char *colon = strrchr(text, ':');

	if (colon == NULL)
		return false;
	*colon = '\0';
	l->address = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)strtoul(colon + 1, NULL, 10))};
	return inet_pton(AF_INET, text, &l->address.sin_addr) == 1;
}

int main(int argc, char **argv)
{
	static struct load l;
	int seconds = 3, option;
	int64_t begun;

	l.connection_count = 32;
	while ((option = getopt(argc, argv, "c:s:")) != -1) {
		if (option == 'c')
			l.connection_count = strtoul(optarg, NULL, 10);
		else if (option == 's')
			seconds = atoi(optarg);
		else
			return 64;
	}
	if (argc - optind < 2 || argc - optind > FILES_MAX || l.connection_count < 1 || l.connection_count > CONNECTIONS_MAX ||
	    seconds < 1 || !address_read(&l, argv[optind])) {
		fprintf(stderr, "usage: load [-c CONNECTIONS] [-s SECONDS] ADDRESS:PORT FILE...\n");
		return 64;
	}
	for (int i = optind + 1; i < argc; i++)
		message_read(&l, argv[i]);
	l.epoll = epoll_create1(EPOLL_CLOEXEC);
	l.connections = calloc(l.connection_count, sizeof(l.connections[0]));
	l.times = malloc(TIMES_MAX * sizeof(l.times[0]));
	if (l.epoll < 0 || l.connections == NULL || l.times == NULL)
		stop("load");
	for (size_t i = 0; i < l.connection_count; i++) {
		l.connections[i].message = i % l.message_count;
		connection_open(&l, &l.connections[i]);
		if (!request_send(&l, &l.connections[i]))
			stop("send");
	}
	begun = now_us();
	run(&l, begun + (int64_t)seconds * 1000000);
	qsort(l.times, l.time_count, sizeof(l.times[0]), time_compare);
	printf("per_second=%.0f refused=%" PRIu64 " broken=%" PRIu64 " ms50=%.3f ms99=%.3f ms100=%.3f\n",
	       (double)l.answered * 1e6 / (double)(now_us() - begun), l.refused, l.broken, time_at(&l, 0.5), time_at(&l, 0.99),
	       time_at(&l, 1));
	return 0;
}
