/* Frames over the socket of a slot, each with a deadline. */
#include "card_link.h"

#include "card_profile.h"
#include "clock.h"
#include "secret.h"
#include "slot.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define QUEUE_RETRY_MS 20

struct card_link {
	int fd;
	struct buf frame; /* the command going out or the answer coming in; wiped after each */
};

static int left_ms(int64_t deadline)
{
	int64_t left = deadline - clock_monotonic_ms();

	return left < 0 ? 0 : (int)left;
}

/* 1 ready, 0 time over. */
static int wait_ready(int fd, short events, int64_t deadline)
{
	struct pollfd p = {.fd = fd, .events = events};
	int n;

	do
		n = poll(&p, 1, left_ms(deadline));
	while (n < 0 && errno == EINTR);
	return n == 1;
}

static int gone(struct err *err)
{
	return err_set(err, HF_KEY_ABSENT, "the key went away");
}

static int send_all(int fd, struct bytes data, int64_t deadline, struct err *err)
{
	while (data.size > 0) {
		ssize_t n;

		if (!wait_ready(fd, POLLOUT, deadline))
			return err_set(err, HF_KEY_TIME_OUT, "the key takes no command");
		n = send(fd, data.data, data.size, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (n < 0)
			return gone(err);
		data.data += n;
		data.size -= (size_t)n;
	}
	return 0;
}

static int receive_all(int fd, uint8_t *to, size_t size, int64_t deadline, struct err *err)
{
	while (size > 0) {
		ssize_t n;

		if (!wait_ready(fd, POLLIN, deadline))
			return err_set(err, HF_KEY_TIME_OUT, "the key does not answer");
		n = recv(fd, to, size, MSG_DONTWAIT);
		if (n < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (n <= 0)
			return gone(err);
		to += n;
		size -= (size_t)n;
	}
	return 0;
}

static int receive_frame(struct card_link *link, int64_t deadline, struct err *err)
{
	uint8_t head[2];
	size_t size;

	buf_clear(&link->frame);
	if (receive_all(link->fd, head, sizeof(head), deadline, err) != 0)
		return -1;
	size = (size_t)(head[0] << 8 | head[1]);
	if (size == 0 || size > CARD_FRAME_MAX)
		return err_set(err, HF_KEY_ANSWER, "frame of %zu bytes from the key", size);
	if (buf_reserve(&link->frame, size, err) != 0 || receive_all(link->fd, link->frame.data, size, deadline, err) != 0)
		return -1;
	link->frame.size = size;
	return 0;
}

static int connect_in_time(int fd, const struct sockaddr_un *address, int64_t deadline, struct err *err)
{
	while (connect(fd, (const struct sockaddr *)address, sizeof(*address)) != 0) {
		if (errno == ENOENT || errno == ECONNREFUSED)
			return err_set(err, HF_KEY_ABSENT, "no key at %s", address->sun_path);
		if (errno != EAGAIN && errno != EINTR)
			return err_set_errno(err, HF_KEY_READER, "connection to %s", address->sun_path);
		if (left_ms(deadline) == 0)
			return err_set(err, HF_KEY_BUSY, "the queue of %s is full", address->sun_path);
		(void)poll(NULL, 0, QUEUE_RETRY_MS);
	}
	return 0;
}

static int receive_atr(struct card_link *link, int64_t deadline, struct err *err)
{
	const struct bytes atr = {(const uint8_t *)CARD_ATR, CARD_ATR_SIZE};
	struct err why = {0};

	if (receive_frame(link, deadline, &why) != 0) {
		if (why.code == HF_KEY_TIME_OUT)
			return err_set(err, HF_KEY_BUSY, "another program holds the key");
		return err_set(err, why.code, "%s", why.text);
	}
	if (!bytes_equal(buf_get(&link->frame), atr))
		return err_set(err, HF_KEY_ANSWER, "the ATR is not that of a virtual key");
	return 0;
}

int card_link_open(struct card_link **link, const char *directory, const char *slot, int wait_ms, struct err *err)
{
	int64_t deadline = clock_monotonic_ms() + wait_ms;
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct card_link *l = NULL;

	if (slot_socket_path(directory, slot, address.sun_path, err) != 0)
		return -1;
	l = calloc(1, sizeof(*l));
	if (l == NULL)
		return err_set(err, HF_MEMORY, "link to a key");
	buf_init(&l->frame, CARD_FRAME_MAX + 2);
	l->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (l->fd < 0) {
		(void)err_set_errno(err, HF_KEY_READER, "socket");
		goto fail;
	}
	/* Once for all, so that no growth leaves a copy behind. */
	if (buf_reserve(&l->frame, CARD_FRAME_MAX + 2, err) != 0 || connect_in_time(l->fd, &address, deadline, err) != 0 ||
	    receive_atr(l, deadline, err) != 0)
		goto fail;
	*link = l;
	return 0;
fail:
	card_link_close(&l);
	return -1;
}

/* The card never speaks unasked: whatever can be read is the end. */
bool card_link_is_alive(const struct card_link *link)
{
	struct pollfd p = {.fd = link->fd, .events = POLLIN};

	return poll(&p, 1, 0) == 0;
}

void card_link_close(struct card_link **link)
{
	struct card_link *l = *link;

	if (l == NULL)
		return;
	if (l->fd >= 0)
		(void)close(l->fd);
	buf_wipe(&l->frame);
	free(l);
	*link = NULL;
}

static int send_command(struct card_link *link, const struct apdu *command, int64_t deadline, struct err *err)
{
	size_t size;

	buf_clear(&link->frame);
	if (buf_append_u8(&link->frame, 0, err) != 0 || buf_append_u8(&link->frame, 0, err) != 0 ||
	    apdu_build(command, &link->frame, err) != 0)
		return -1;
	size = link->frame.size - 2;
	link->frame.data[0] = (uint8_t)(size >> 8);
	link->frame.data[1] = (uint8_t)(size & 0xFF);
	return send_all(link->fd, buf_get(&link->frame), deadline, err);
}

int card_link_ask(struct card_link *link, const struct apdu *command, struct buf *answer, uint16_t *word, int timeout_ms, struct err *err)
{
	int64_t deadline = clock_monotonic_ms() + timeout_ms;
	struct bytes data;
	int result = -1;

	if (send_command(link, command, deadline, err) != 0)
		goto out;
	secret_wipe(link->frame.data, link->frame.size);
	if (receive_frame(link, deadline, err) != 0 || apdu_split_answer(buf_get(&link->frame), &data, word, err) != 0)
		goto out;
	result = buf_append(answer, data, err);
out:
	secret_wipe(link->frame.data, link->frame.capacity);
	return result;
}
