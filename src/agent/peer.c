/* Who owns the other end of a TCP connection on the loopback: asked of the kernel's tables. */
#include "peer.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CHUNK_SIZE (32u << 10)
#define LOOKS 3 /* the tables are not read at one instant: a row may be missed while others come and go */
#define LOOK_AGAIN_MS 5
#define STATE_ESTABLISHED "01" /* TCP_ESTABLISHED */
#define COLUMNS_BEFORE_OWNER 3 /* queues, timer, retransmits */

struct peer_tables {
	pthread_mutex_t lock;
	int fds[2]; /* tcp, tcp6 (-1: the kernel has none) */
	uint8_t chunk[CHUNK_SIZE];
};

int peer_tables_open(struct peer_tables **out, struct err *err)
{
	struct peer_tables *t = calloc(1, sizeof(*t));

	*out = t;
	if (t == NULL)
		return err_set(err, HF_MEMORY, "peer tables");
	(void)pthread_mutex_init(&t->lock, NULL);
	t->fds[0] = open("/proc/net/tcp", O_RDONLY | O_CLOEXEC);
	t->fds[1] = open("/proc/net/tcp6", O_RDONLY | O_CLOEXEC);
	if (t->fds[0] >= 0)
		return 0;
	(void)err_set_errno(err, HF_SYSTEM, "/proc/net/tcp");
	peer_tables_close(out);
	return -1;
}

void peer_tables_close(struct peer_tables **t)
{
	if (*t == NULL)
		return;
	for (int i = 0; i < 2; i++)
		if ((*t)->fds[i] >= 0)
			close((*t)->fds[i]);
	(void)pthread_mutex_destroy(&(*t)->lock);
	free(*t);
	*t = NULL;
}

/* The kernel writes each 32 bits of an address as a number of its own byte order. */
static void write_words(const void *address, size_t words, uint16_t port, char out[PEER_ADDRESS_SIZE])
{
	int at = 0;

	for (size_t i = 0; i < words; i++) {
		uint32_t word;

		memcpy(&word, (const uint8_t *)address + 4 * i, sizeof(word));
		at += snprintf(out + at, PEER_ADDRESS_SIZE - (size_t)at, "%08X", word);
	}
	(void)snprintf(out + at, PEER_ADDRESS_SIZE - (size_t)at, ":%04X", ntohs(port));
}

int peer_write_address(const struct sockaddr *address, bool mapped, char out[PEER_ADDRESS_SIZE])
{
	const struct sockaddr_in *v4 = (const struct sockaddr_in *)(const void *)address;
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)(const void *)address;
	struct in6_addr as_v6 = {.s6_addr = {[10] = 0xFF, [11] = 0xFF}}; /* RFC 4291 2.5.5.2 */

	if (address->sa_family == AF_INET6 && mapped) {
		write_words(&v6->sin6_addr, 4, v6->sin6_port, out);
		return 0;
	}
	if (address->sa_family != AF_INET)
		return -1;
	memcpy(&as_v6.s6_addr[12], &v4->sin_addr, 4);
	if (mapped)
		write_words(&as_v6, 4, v4->sin_port, out);
	else
		write_words(&v4->sin_addr, 1, v4->sin_port, out);
	return 0;
}

static struct bytes next_column(struct bytes *line)
{
	size_t n = 0;
	struct bytes column;

	while (line->size > 0 && line->data[0] == ' ')
		*line = (struct bytes){line->data + 1, line->size - 1};
	while (n < line->size && line->data[n] != ' ')
		n++;
	column = (struct bytes){line->data, n};
	*line = (struct bytes){line->data + n, line->size - n};
	return column;
}

bool peer_line_owner(struct bytes line, const char *local, const char *remote, uid_t *owner)
{
	struct bytes column;
	uint64_t number = 0;

	(void)next_column(&line); /* "12:" */
	if (!bytes_is_text(next_column(&line), local) || !bytes_is_text(next_column(&line), remote))
		return false;
	/* A connection whose process has closed it shows user 0, whoever that was. */
	if (!bytes_is_text(next_column(&line), STATE_ESTABLISHED))
		return false;
	for (int i = 0; i < COLUMNS_BEFORE_OWNER; i++)
		(void)next_column(&line);
	column = next_column(&line);
	if (column.size == 0 || column.size > 10)
		return false;
	for (size_t i = 0; i < column.size; i++) {
		if (column.data[i] < '0' || column.data[i] > '9')
			return false;
		number = number * 10 + (uint64_t)(column.data[i] - '0');
	}
	*owner = (uid_t)number;
	return number < (uid_t)-1;
}

/* Looks through the whole lines of the chunk and moves what is left to its front. */
static bool look_in_chunk(uint8_t *chunk, size_t *have, const char *local, const char *remote, uid_t *owner)
{
	uint8_t *line = chunk, *end;

	while ((end = memchr(line, '\n', (size_t)(chunk + *have - line))) != NULL) {
		if (peer_line_owner((struct bytes){line, (size_t)(end - line)}, local, remote, owner))
			return true;
		line = end + 1;
	}
	*have -= (size_t)(line - chunk);
	memmove(chunk, line, *have);
	return false;
}

static bool look_in_table(struct peer_tables *t, int fd, const char *local, const char *remote, uid_t *owner)
{
	size_t have = 0;
	off_t at = 0;

	while (have < CHUNK_SIZE) {
		ssize_t n = pread(fd, t->chunk + have, CHUNK_SIZE - have, at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		at += n;
		have += (size_t)n;
		if (look_in_chunk(t->chunk, &have, local, remote, owner))
			return true;
	}
	return false;
}

/* In the other end's row, local is its address and remote is ours. */
static bool look(struct peer_tables *t, const struct sockaddr *theirs, const struct sockaddr *ours, uid_t *owner)
{
	char local[PEER_ADDRESS_SIZE], remote[PEER_ADDRESS_SIZE];

	for (int i = 0; i < 2; i++) {
		if (t->fds[i] < 0 || peer_write_address(theirs, i == 1, local) != 0 || peer_write_address(ours, i == 1, remote) != 0)
			continue;
		if (look_in_table(t, t->fds[i], local, remote, owner))
			return true;
	}
	return false;
}

int peer_check(struct peer_tables *t, int fd, uid_t user, struct err *err)
{
	struct sockaddr_storage theirs = {0}, ours = {0};
	socklen_t theirs_size = sizeof(theirs), ours_size = sizeof(ours);
	uid_t owner = (uid_t)-1;
	bool found = false;

	if (getpeername(fd, (struct sockaddr *)&theirs, &theirs_size) != 0 || getsockname(fd, (struct sockaddr *)&ours, &ours_size) != 0)
		return err_set_errno(err, HF_PEER_USER, "the connection's addresses");
	for (int i = 0; i < LOOKS && !found; i++) {
		if (i > 0)
			(void)poll(NULL, 0, LOOK_AGAIN_MS);
		pthread_mutex_lock(&t->lock);
		found = look(t, (struct sockaddr *)&theirs, (struct sockaddr *)&ours, &owner);
		pthread_mutex_unlock(&t->lock);
	}
	if (!found)
		return err_set(err, HF_PEER_USER, "the connection's other end is not in the kernel's tables");
	if (owner != user)
		return err_set(err, HF_PEER_USER, "the connection's other end belongs to user %u", owner);
	return 0;
}
