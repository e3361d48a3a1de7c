/* What a spawned program finds: its descriptors, its passphrase, and where it says that it serves. */
#include "passphrase.h"
#include "spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int spawn_fd_get(const char *name, struct err *err)
{
	char variable[64], *end;
	const char *text;
	long number;

	snprintf(variable, sizeof(variable), "HUFU_FD_%s", name);
	text = getenv(variable);
	if (!text)
		return err_set(err, HF_PROCESS, "no descriptor %s was given", name);
	number = strtol(text, &end, 10);
	if (end == text || *end || number < 0 || number > 1 << 20 || fcntl((int)number, F_SETFD, FD_CLOEXEC))
		return err_set(err, HF_PROCESS, "descriptor %s is not open", name);
	return (int)number;
}

int spawn_ready(struct err *err)
{
	int fd = spawn_fd_get("READY", NULL);
	int result = 0;

	if (fd < 0)
		return 0;
	if (write(fd, "r", 1) != 1)
		result = err_set_errno(err, HF_PROCESS, "saying that the program serves");
	close(fd);
	return result;
}

/* The descriptor's file position is shared with its other holders, so it is not used. */
static int read_from_start(int fd, struct secret *room, size_t *size, struct err *err)
{
	*size = 0;
	while (*size < room->size) {
		ssize_t n = pread(fd, room->data + *size, room->size - *size, (off_t)*size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set_errno(err, HF_PASSPHRASE, "reading the passphrase");
		if (n == 0)
			return 0;
		*size += (size_t)n;
	}
	return 0;
}

int passphrase_read(struct secret *out, struct err *err)
{
	struct secret room = {0};
	int fd = spawn_fd_get("PASSPHRASE", err);
	int result = -1;
	size_t size;

	*out = (struct secret){0};
	if (fd < 0)
		return err_set(err, HF_PASSPHRASE, "no descriptor PASSPHRASE was given");
	if (secret_new(&room, PASSPHRASE_MAX + 2, err) || read_from_start(fd, &room, &size, err))
		goto out;
	if (size && room.data[size - 1] == '\n')
		size--;
	if (size == 0 || size > PASSPHRASE_MAX)
		err_set(err, HF_PASSPHRASE, "the passphrase is empty or longer than %d bytes", PASSPHRASE_MAX);
	else
		result = secret_copy(out, (struct bytes){room.data, size}, err);
out:
	secret_free(&room);
	close(fd);
	return result;
}
