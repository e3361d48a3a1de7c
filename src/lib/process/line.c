/* Handing connections over with SCM_RIGHTS. */
#include "line.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int line_pair(int ends[2], struct err *err)
{
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
		return err_set_errno(err, HF_PROCESS, "socketpair");
	return 0;
}

static int received_fd(struct msghdr *message)
{
	struct cmsghdr *control = CMSG_FIRSTHDR(message);
	int fd;

	if (!control || control->cmsg_level != SOL_SOCKET || control->cmsg_type != SCM_RIGHTS || control->cmsg_len != CMSG_LEN(sizeof(fd)))
		return -1;
	memcpy(&fd, CMSG_DATA(control), sizeof(fd));
	return fd;
}

int line_ask(int line, struct err *err)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))];
	char byte = 'c';
	struct iovec iov = {&byte, 1};
	struct msghdr message = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control)};
	ssize_t n;
	int fd;

	if (send(line, &byte, 1, MSG_NOSIGNAL) != 1)
		return err_set_errno(err, HF_PEER_GONE, "asking the line");
	do
		n = recvmsg(line, &message, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	fd = n == 1 ? received_fd(&message) : -1;
	return fd >= 0 ? fd : err_set(err, HF_PEER_GONE, "the line gave no connection");
}

int line_asked(int line)
{
	char byte;
	ssize_t n = recv(line, &byte, 1, MSG_DONTWAIT);

	if (n == 1)
		return 1;
	return n < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
}

int line_answer(int line, int connection, struct err *err)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {0};
	char byte = 'c';
	struct iovec iov = {&byte, 1};
	struct msghdr message = {.msg_iov = &iov, .msg_iovlen = 1};
	int result = 0;

	if (connection >= 0) {
		message.msg_control = control;
		message.msg_controllen = sizeof(control);
		*CMSG_FIRSTHDR(&message) =
		    (struct cmsghdr){.cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
		memcpy(CMSG_DATA(CMSG_FIRSTHDR(&message)), &connection, sizeof(connection));
	}
	if (sendmsg(line, &message, MSG_NOSIGNAL | MSG_DONTWAIT) != 1)
		result = err_set_errno(err, HF_PEER_GONE, "answering the line");
	if (connection >= 0)
		close(connection);
	return result;
}
