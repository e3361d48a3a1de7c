/* The signer's order door, as the commands reach it. */
#include "signer_line.h"

#include "spawn.h"

#include <limits.h>
#include <stdio.h>
#include <unistd.h>

int signer_line_open(struct call **line, const char *instance, struct err *err)
{
	char path[PATH_MAX];
	int fd;

	if (snprintf(path, sizeof(path), "%s/run/signer-order.sock", instance) >= (int)sizeof(path))
		return err_set(err, HF_FILE, "%s: the path is too long", instance);
	fd = socket_connect_unix(path, err);
	if (fd < 0)
		return err_set(err, HF_PEER_GONE, "%s: the service does not run", path);
	if (call_new(line, fd, err) == 0)
		return 0;
	close(fd);
	return -1;
}

int signer_line_state(struct call *line, struct buf *answer, struct pool *pool, struct state_reply *state, struct err *err)
{
	if (call_ask(line, SIGNER_STATE, BYTES_NONE, answer, SIGNER_LINE_TIMEOUT_MS, err) < 0)
		return -1;
	return body_decode(&state_reply_body, buf_get(answer), pool, state, err);
}
