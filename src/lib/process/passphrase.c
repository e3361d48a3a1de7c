/* Taking the passphrase: from a descriptor, a credential or the terminal. */
#include "passphrase.h"

#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

/* The first line, without its end. The room has one byte more than a passphrase and its line end, which shows that it is too long. */
static int read_line(int fd, struct secret *out, struct err *err)
{
	struct secret room;
	const uint8_t *end = NULL;
	size_t size = 0;
	ssize_t n = 1;
	int result = -1;

	if (secret_new(&room, PASSPHRASE_MAX + 2, err) != 0)
		return -1;
	while (end == NULL && n != 0 && size < room.size) {
		n = read(fd, room.data + size, room.size - size);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			(void)err_set_errno(err, HF_PASSPHRASE, "reading the passphrase");
			goto out;
		}
		end = memchr(room.data + size, '\n', (size_t)n);
		size = end != NULL ? (size_t)(end - room.data) : size + (size_t)n;
	}
	if (size == 0 || size > PASSPHRASE_MAX)
		(void)err_set(err, HF_PASSPHRASE, "a passphrase has 1 to %d bytes", PASSPHRASE_MAX);
	else
		result = secret_copy(out, (struct bytes){room.data, size}, err);
out:
	secret_free(&room);
	return result;
}

/* The terminal while it asks. What would end or stop the program waits on a descriptor until the terminal is as it was. */
struct asking {
	int terminal, signals;
	struct termios shown;
	sigset_t mask;
};

static int hide(struct asking *a, const char *prompt, struct err *err)
{
	static const int held[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};
	struct termios hidden;
	sigset_t set;

	(void)sigemptyset(&set);
	for (size_t i = 0; i < sizeof(held) / sizeof(held[0]); i++)
		(void)sigaddset(&set, held[i]);
	if (tcgetattr(a->terminal, &a->shown) != 0 || file_write_all(a->terminal, bytes_text(prompt), err) != 0)
		return err_set_errno(err, HF_PASSPHRASE, "terminal");
	a->signals = signalfd(-1, &set, SFD_CLOEXEC);
	if (a->signals < 0 || sigprocmask(SIG_BLOCK, &set, &a->mask) != 0)
		return err_set_errno(err, HF_PASSPHRASE, "signals");
	hidden = a->shown;
	hidden.c_lflag &= ~(tcflag_t)ECHO;
	if (tcsetattr(a->terminal, TCSAFLUSH, &hidden) == 0)
		return 0;
	(void)sigprocmask(SIG_SETMASK, &a->mask, NULL);
	return err_set_errno(err, HF_PASSPHRASE, "terminal");
}

/* A signal that waited takes its effect at the end of this. */
static void show(struct asking *a)
{
	(void)tcsetattr(a->terminal, TCSAFLUSH, &a->shown);
	(void)!write(a->terminal, "\n", 1);
	(void)sigprocmask(SIG_SETMASK, &a->mask, NULL);
}

/* *typed: a line is there to be read, and no signal. */
static int wait_for_line(const struct asking *a, bool *typed, struct err *err)
{
	struct pollfd polled[] = {{.fd = a->terminal, .events = POLLIN}, {.fd = a->signals, .events = POLLIN}};

	if (poll(polled, 2, -1) < 0)
		return err_set_errno(err, HF_PASSPHRASE, "terminal");
	*typed = polled[1].revents == 0;
	return 0;
}

/* Again, when the program was stopped at the prompt and goes on. */
static int ask_once(int terminal, const char *prompt, struct secret *out, struct err *err)
{
	bool typed = false;
	int result = 0;

	while (result == 0 && !typed) {
		struct asking a = {.terminal = terminal, .signals = -1};

		result = hide(&a, prompt, err);
		if (result == 0) {
			result = wait_for_line(&a, &typed, err);
			if (result == 0 && typed)
				result = read_line(terminal, out, err);
			show(&a);
		}
		if (a.signals >= 0)
			(void)close(a.signals);
	}
	return result;
}

static int ask(bool is_new, struct secret *out, struct err *err)
{
	int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY), result;
	struct secret again = {0};

	if (terminal < 0)
		return err_set(err, HF_PASSPHRASE, "no terminal to ask for the passphrase, and neither --passphrase-fd nor a credential");
	result = ask_once(terminal, "Passphrase of the sealed keys: ", out, err);
	if (result == 0 && is_new)
		result = ask_once(terminal, "Once more: ", &again, err);
	if (result == 0 && is_new && !bytes_equal_secret(secret_get(out), secret_get(&again)))
		result = err_set(err, HF_PASSPHRASE, "the two differ");
	if (result != 0)
		secret_free(out);
	secret_free(&again);
	(void)close(terminal);
	return result;
}

/* What the service manager hands over (systemd.exec(5), LoadCredential). -1 when there is none. */
static int open_credential(void)
{
	const char *folder = getenv("CREDENTIALS_DIRECTORY");
	char path[PATH_MAX];

	if (folder == NULL || snprintf(path, sizeof(path), "%s/hufu-passphrase", folder) >= (int)sizeof(path))
		return -1;
	return open(path, O_RDONLY | O_CLOEXEC);
}

int passphrase_take(int from, bool is_new, struct secret *out, struct err *err)
{
	int credential, result;

	*out = (struct secret){0};
	if (from >= 0)
		return read_line(from, out, err);
	credential = open_credential();
	if (credential < 0)
		return ask(is_new, out, err);
	result = read_line(credential, out, err);
	(void)close(credential);
	return result;
}
