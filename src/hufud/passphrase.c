/* Taking the passphrase, and keeping it only in a memory file that nobody can change. */
#include "passphrase.h"

#include "file.h"
#include "secret.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>

#define ROOM 1026 /* the longest passphrase, its line end, and one byte that shows it is too long */

/* The first line, without its end. */
static int read_line(int fd, struct secret *room, size_t *size, struct err *err)
{
	*size = 0;
	while (*size < room->size) {
		const uint8_t *line_end;
		ssize_t n = read(fd, room->data + *size, room->size - *size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set_errno(err, HF_PASSPHRASE, "reading the passphrase");
		line_end = memchr(room->data + *size, '\n', (size_t)n);
		*size = line_end ? (size_t)(line_end - room->data) : *size + (size_t)n;
		if (line_end || n == 0)
			return *size <= ROOM - 2 ? 0 : err_set(err, HF_PASSPHRASE, "the passphrase is longer than %d bytes", ROOM - 2);
	}
	return err_set(err, HF_PASSPHRASE, "the passphrase is longer than %d bytes", ROOM - 2);
}

static int ask_terminal(struct secret *room, size_t *size, struct err *err)
{
	int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY), result = -1;
	struct termios shown, hidden;

	if (tty < 0)
		return err_set(err, HF_PASSPHRASE, "no terminal to ask for the passphrase, and neither --passphrase-fd nor a credential");
	if (tcgetattr(tty, &shown)) {
		err_set_errno(err, HF_PASSPHRASE, "terminal");
		goto out;
	}
	hidden = shown;
	hidden.c_lflag &= ~(tcflag_t)ECHO;
	if (dprintf(tty, "Passphrase of the sealed keys: ") < 0 || tcsetattr(tty, TCSAFLUSH, &hidden)) {
		err_set_errno(err, HF_PASSPHRASE, "terminal");
		goto out;
	}
	result = read_line(tty, room, size, err);
	(void)tcsetattr(tty, TCSAFLUSH, &shown);
	(void)dprintf(tty, "\n");
out:
	close(tty);
	return result;
}

/* The credential that the service manager hands over (systemd.exec(5), LoadCredential). -1 when there is none. */
static int open_credential(void)
{
	const char *folder = getenv("CREDENTIALS_DIRECTORY");
	char path[4096];

	if (!folder || snprintf(path, sizeof(path), "%s/hufu-passphrase", folder) >= (int)sizeof(path))
		return -1;
	return open(path, O_RDONLY | O_CLOEXEC);
}

static int keep(struct bytes passphrase, struct err *err)
{
	int fd = memfd_create("hufu-passphrase", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0)
		return err_set_errno(err, HF_PASSPHRASE, "memory file");
	if (file_write_all(fd, passphrase, err) == 0 &&
	    fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) == 0)
		return fd;
	close(fd);
	return err_set(err, HF_PASSPHRASE, "the memory file cannot be sealed");
}

int passphrase_take(int from, struct err *err)
{
	struct secret room;
	size_t size = 0;
	int result = -1;

	if (secret_new(&room, ROOM, err))
		return -1;
	if (from < 0)
		from = open_credential();
	if (from < 0 ? ask_terminal(&room, &size, err) : read_line(from, &room, &size, err))
		goto out;
	if (size == 0)
		err_set(err, HF_PASSPHRASE, "the passphrase is empty");
	else
		result = keep((struct bytes){room.data, size}, err);
out:
	if (from >= 0)
		close(from);
	secret_free(&room);
	return result;
}
