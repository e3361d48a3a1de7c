/* hufu key: virtual keys, made, plugged in, pulled out, listed. A key is one file; plugged in it is one process. */
#include "command.h"

#include "program.h"
#include "slot.h"
#include "token.h"
#include "user_language.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PLUG_WAIT_MS 5000
#define STEP_MS 20
#define SUFFIX ".vkey"
#define LABEL_COLUMNS 24
#define WORDS_BYTES_MAX 256

static void pause_ms(long ms)
{
	const struct timespec t = {ms / 1000, (ms % 1000) * 1000000};

	(void)nanosleep(&t, NULL);
}

/* The slot of a key file: its name without folder and ending. */
static int slot_of(const char *file, char slot[SLOT_NAME_MAX + 1], struct err *err)
{
	const char *base = strrchr(file, '/') != NULL ? strrchr(file, '/') + 1 : file;
	size_t n = strlen(base), end = strlen(SUFFIX);

	if (n > end && strcmp(base + n - end, SUFFIX) == 0)
		n -= end;
	if (snprintf(slot, SLOT_NAME_MAX + 1, "%.*s", (int)n, base) > SLOT_NAME_MAX || !slot_name_valid(slot))
		return err_set(err, HF_USAGE, "%s: a key file's name has 1 to %d of A-Z a-z 0-9 - _ before " SUFFIX, base, SLOT_NAME_MAX);
	return 0;
}

/* words: of the catalogue, with {key} in it. */
static int say(const char *words, const char *key, struct err *err)
{
	const struct catalogue_value value = {"key", CATALOGUE_TEXT, key, 0};
	struct buf line;
	int rc;

	buf_init(&line, WORDS_BYTES_MAX);
	rc = catalogue_format(&line, user_language(), words, &value, 1, err);
	if (rc == 0) {
		(void)printf("%.*s\n", (int)line.size, (const char *)line.data);
		(void)fflush(stdout); /* before a program that is started writes */
	}
	buf_free(&line);
	return rc;
}

static int make(const char *file, const char *label, struct err *err)
{
	char program[PATH_MAX], slot[SLOT_NAME_MAX + 1];
	pid_t pid;
	int status;

	if (slot_of(file, slot, err) != 0 || program_path("vkey", program, err) != 0)
		return -1;
	if (say(N_("证书钥匙{key}的序列号和初始口令（只显示这一次，首次使用须修改）："), slot, err) != 0)
		return -1;
	pid = fork();
	if (pid == 0) {
		(void)execl(program, "vkey", "--make", "--file", file, "--label", label != NULL ? label : slot, (char *)NULL);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return err_set_errno(err, HF_PROCESS, "vkey");
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return err_set(err, HF_PROCESS, "%s was not made", file);
	return 0;
}

/* A process of its own session, that outlives this command and its terminal. Its words go to FILE.log. */
static int start_detached(const char *program, const char *file, const char *slot, struct err *err)
{
	char log[PATH_MAX];
	int status;
	pid_t pid;

	if (snprintf(log, sizeof(log), "%s.log", file) >= (int)sizeof(log))
		return err_set(err, HF_USAGE, "the file's name is too long");
	pid = fork();
	if (pid == 0) {
		int words = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600), nothing = open("/dev/null", O_RDWR | O_CLOEXEC);

		if (setsid() < 0 || words < 0 || nothing < 0 || dup2(nothing, 0) < 0 || dup2(nothing, 1) < 0 || dup2(words, 2) < 0)
			_exit(126);
		if (fork() != 0)
			_exit(0);
		(void)execl(program, "vkey", "--file", file, "--slot", slot, (char *)NULL);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0)
		return err_set_errno(err, HF_PROCESS, "vkey");
	return 0;
}

static int plug(const char *file, struct err *err)
{
	char program[PATH_MAX], slot[SLOT_NAME_MAX + 1], directory[SLOT_PATH_MAX];

	if (slot_of(file, slot, err) != 0 || program_path("vkey", program, err) != 0 || slot_directory(directory, err) != 0)
		return -1;
	if (access(file, R_OK | W_OK) != 0)
		return err_set_errno(err, HF_KEY_ABSENT, "%s", file);
	if (slot_is_present(directory, slot))
		return say(N_("{key}原已插入"), slot, err);
	if (start_detached(program, file, slot, err) != 0)
		return -1;
	for (int waited = 0; !slot_is_present(directory, slot); waited += STEP_MS) {
		if (waited > PLUG_WAIT_MS)
			return err_set(err, HF_KEY_ABSENT, "%s does not come up: see %s.log", slot, file);
		pause_ms(STEP_MS);
	}
	return say(N_("{key}已插入"), slot, err);
}

/* The process that listens at the slot, or 0. */
static pid_t holder_of(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct ucred peer = {0};
	socklen_t size = sizeof(peer);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	if (fd >= 0 &&
	    (connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0 || getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0))
		peer.pid = 0;
	if (fd >= 0)
		(void)close(fd);
	return peer.pid;
}

static int pull(const char *file, struct err *err)
{
	char slot[SLOT_NAME_MAX + 1], directory[SLOT_PATH_MAX], path[SLOT_PATH_MAX];
	pid_t pid;

	if (slot_of(file, slot, err) != 0 || slot_directory(directory, err) != 0 || slot_socket_path(directory, slot, path, err) != 0)
		return -1;
	pid = holder_of(path);
	if (pid <= 0)
		return err_set(err, HF_KEY_ABSENT, "%s is not plugged in", slot);
	if (kill(pid, SIGTERM) != 0)
		return err_set_errno(err, HF_PROCESS, "%s", slot);
	for (int waited = 0; slot_is_present(directory, slot); waited += STEP_MS) {
		if (waited > PLUG_WAIT_MS)
			return err_set(err, HF_PROCESS, "%s does not end", slot);
		pause_ms(STEP_MS);
	}
	return say(N_("{key}已拔出"), slot, err);
}

/* How far a terminal's cursor moves: by two for a character of East Asia. */
static int columns(const char *text)
{
	int n = 0;

	for (const unsigned char *c = (const unsigned char *)text; *c != '\0'; c++)
		n += *c < 0x80 || (*c >= 0xc0 && *c < 0xe2) ? 1 : *c >= 0xe2 ? 2 : 0;
	return n;
}

/* What is told of a key behind its name, by its PIN. */
static int describe_pin(const struct token_info *key, struct buf *out, struct err *err)
{
	static const char *const words[] = {
	    [TOKEN_PIN_SET] = N_("口令已设置，还可试{n}次（最多{max}次）"),
	    [TOKEN_PIN_CHANGE_FIRST] = N_("首次使用须修改口令，还可试{n}次（最多{max}次）"),
	    [TOKEN_PIN_LOCKED] = N_("口令已锁定"),
	    [TOKEN_PIN_UNKNOWN] = N_("正被其他程序使用"),
	};
	const struct catalogue_value values[] = {
	    {"n", CATALOGUE_NUMBER, NULL, key->tries_left},
	    {"max", CATALOGUE_NUMBER, NULL, key->tries_max},
	};

	return catalogue_format(out, user_language(), words[key->pin], values, 2, err);
}

/* ctx: how many were shown. */
static int show_key(void *ctx, const struct token_info *key, struct token *token, struct err *err)
{
	const char *name = token != NULL ? key->label : key->device;
	int rest = LABEL_COLUMNS - columns(name), rc;
	size_t *count = ctx;
	struct buf words;

	++*count;
	buf_init(&words, WORDS_BYTES_MAX);
	rc = describe_pin(key, &words, err);
	if (rc == 0)
		(void)printf("%-20s %s%*s %.*s\n", key->serial, name, rest > 0 ? rest : 0, "", (int)words.size, (const char *)words.data);
	buf_free(&words);
	return rc;
}

static int list(struct err *err)
{
	struct token_library *library = NULL;
	char path[PATH_MAX];
	size_t count = 0;
	int rc;

	if (program_library_path("skf", "libhufuskf.so", path, err) != 0 || token_library_open(&library, path, err) != 0)
		return -1;
	rc = token_look(library, show_key, &count, err);
	if (rc == 0 && count == 0)
		(void)printf("%s\n", catalogue_text(user_language(), N_("没有插入证书钥匙；hufu key plug FILE 可插入一把")));
	token_library_free(&library);
	return rc;
}

int key_command(int argc, char **argv, struct err *err)
{
	const char *verb = argc > 1 ? argv[1] : "";

	if (strcmp(verb, "new") == 0 && (argc == 3 || argc == 4))
		return make(argv[2], argc == 4 ? argv[3] : NULL, err);
	if (strcmp(verb, "plug") == 0 && argc == 3)
		return plug(argv[2], err);
	if (strcmp(verb, "pull") == 0 && argc == 3)
		return pull(argv[2], err);
	if (strcmp(verb, "list") == 0 && argc == 2)
		return list(err);
	return err_set(err, HF_USAGE, "new, plug, pull or list");
}
