/* The loop over connections, and over the frames of one. */
#include "door.h"

#include "clock.h"
#include "log.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define IDLE_MS 120000
#define FRAME_MS 5000

struct door {
	int stop;
	struct application *application;
	struct buf command, answer; /* both reserved once, so that no growth leaves a PIN behind */
};

/* 1 ready; 0 time over or stop. */
static int wait_ready(int fd, short events, int stop, int64_t deadline)
{
	struct pollfd fds[2] = {{.fd = stop, .events = POLLIN}, {.fd = fd, .events = events}};

	for (;;) {
		int64_t left = deadline - clock_monotonic_ms();
		int n;

		if (left <= 0)
			return 0;
		n = poll(fds, 2, (int)left);
		if (n < 0 && errno == EINTR)
			continue;
		return n > 0 && fds[0].revents == 0 && fds[1].revents != 0;
	}
}

static int receive_all(const struct door *door, int fd, uint8_t *to, size_t size, int64_t deadline)
{
	while (size > 0) {
		ssize_t n;

		if (!wait_ready(fd, POLLIN, door->stop, deadline))
			return -1;
		n = recv(fd, to, size, MSG_DONTWAIT);
		if (n < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (n <= 0)
			return -1;
		to += n;
		size -= (size_t)n;
	}
	return 0;
}

static int send_all(const struct door *door, int fd, struct bytes data, int64_t deadline)
{
	while (data.size > 0) {
		ssize_t n;

		if (!wait_ready(fd, POLLOUT, door->stop, deadline))
			return -1;
		n = send(fd, data.data, data.size, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (n < 0)
			return -1;
		data = (struct bytes){data.data + n, data.size - (size_t)n};
	}
	return 0;
}

static int send_frame(const struct door *door, int fd, struct bytes data)
{
	int64_t deadline = clock_monotonic_ms() + FRAME_MS;
	const uint8_t head[2] = {(uint8_t)(data.size >> 8), (uint8_t)(data.size & 0xFF)};

	if (send_all(door, fd, BYTES_ARRAY(head), deadline) != 0)
		return -1;
	return send_all(door, fd, data, deadline);
}

static int receive_frame(struct door *door, int fd)
{
	uint8_t head[2];
	size_t size;
	int64_t deadline;

	if (receive_all(door, fd, head, 1, clock_monotonic_ms() + IDLE_MS) != 0)
		return -1;
	deadline = clock_monotonic_ms() + FRAME_MS;
	if (receive_all(door, fd, head + 1, 1, deadline) != 0)
		return -1;
	size = (size_t)(head[0] << 8 | head[1]);
	if (size == 0 || size > CARD_FRAME_MAX || receive_all(door, fd, door->command.data, size, deadline) != 0)
		return -1;
	door->command.size = size;
	return 0;
}

static void wipe(struct buf *b)
{
	secret_wipe(b->data, b->capacity);
	buf_clear(b);
}

/* One transaction: from the reset to the end of the connection. -1 only when the card cannot go on. */
static int serve(struct door *door, int fd, struct err *err)
{
	const struct bytes atr = {(const uint8_t *)CARD_ATR, CARD_ATR_SIZE};
	int result = 0;

	application_reset(door->application);
	if (send_frame(door, fd, atr) != 0)
		return 0;
	while (result == 0 && receive_frame(door, fd) == 0) {
		result = application_answer(door->application, buf_get(&door->command), &door->answer, err);
		wipe(&door->command);
		if (result == 0 && send_frame(door, fd, buf_get(&door->answer)) != 0)
			break;
		wipe(&door->answer);
	}
	wipe(&door->command);
	wipe(&door->answer);
	application_reset(door->application);
	return result;
}

static bool is_own_user(int fd)
{
	struct ucred peer;
	socklen_t size = sizeof(peer);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.uid == geteuid();
}

static int accept_and_serve(struct door *door, int listener, struct err *err)
{
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	int result = 0;

	if (fd < 0)
		return 0;
	if (is_own_user(fd))
		result = serve(door, fd, err);
	else
		log_warning("door.foreign_user", "a connection of another user was refused");
	(void)close(fd);
	return result;
}

static int run(struct door *door, int listener, struct err *err)
{
	struct pollfd fds[2] = {{.fd = door->stop, .events = POLLIN}, {.fd = listener, .events = POLLIN}};

	for (;;) {
		if (poll(fds, 2, -1) < 0) {
			if (errno == EINTR)
				continue;
			return err_set_errno(err, HF_SYSTEM, "waiting for a connection");
		}
		if (fds[0].revents != 0)
			return 0;
		if (fds[1].revents != 0 && accept_and_serve(door, listener, err) != 0)
			return -1;
	}
}

int door_run(int listener, int stop, struct application *application, struct err *err)
{
	struct door door = {.stop = stop, .application = application};
	int result = -1;

	buf_init(&door.command, CARD_FRAME_MAX);
	buf_init(&door.answer, CARD_FRAME_MAX);
	if (buf_reserve(&door.command, CARD_FRAME_MAX, err) == 0 && buf_reserve(&door.answer, CARD_FRAME_MAX, err) == 0)
		result = run(&door, listener, err);
	buf_wipe(&door.command);
	buf_wipe(&door.answer);
	return result;
}
