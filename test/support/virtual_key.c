/* Starts and ends vkey. */
#include "virtual_key.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define PLUG_TRIES 500

void slots_begin(char directory[64])
{
	memcpy(directory, "/tmp/hufu-slots-XXXXXX", sizeof("/tmp/hufu-slots-XXXXXX"));
	assert_non_null(mkdtemp(directory));
	assert_int_equal(setenv("HUFU_KEY_SLOTS", directory, 1), 0);
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	return remove(path);
}

void slots_end(const char *directory)
{
	assert_int_equal(nftw(directory, remove_entry, 8, FTW_DEPTH | FTW_PHYS), 0);
}

static const char *program(void)
{
	const char *path = getenv("HUFU_TEST_VKEY");

	assert_non_null(path);
	return path;
}

static pid_t start(const char *const arguments[], int out)
{
	pid_t child = fork();

	assert_true(child >= 0);
	if (child > 0)
		return child;
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (out >= 0)
		(void)dup2(out, STDOUT_FILENO);
	(void)execv(program(), (char *const *)(uintptr_t)arguments);
	_exit(127);
}

static void end(pid_t child, int expected_exit)
{
	int status;

	assert_int_equal(waitpid(child, &status, 0), child);
	if (expected_exit >= 0)
		assert_true(WIFEXITED(status) && WEXITSTATUS(status) == expected_exit);
}

void virtual_key_make(struct virtual_key *key, const char *directory, const char *slot)
{
	const char *arguments[] = {"vkey", "--make", "--file", key->file, "--label", "测试", NULL};
	int out[2];
	FILE *lines;

	memset(key, 0, sizeof(*key));
	(void)snprintf(key->directory, sizeof(key->directory), "%s", directory);
	(void)snprintf(key->file, sizeof(key->file), "%s/%s.key", directory, slot);
	(void)snprintf(key->slot, sizeof(key->slot), "%s", slot);
	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	pid_t child = start(arguments, out[1]);
	(void)close(out[1]);
	lines = fdopen(out[0], "r");
	assert_non_null(lines);
	assert_int_equal(fscanf(lines, "%32s %16s", key->serial, key->pin), 2);
	(void)fclose(lines);
	end(child, 0);
}

void virtual_key_copy(struct virtual_key *key, const struct virtual_key *from, const char *directory)
{
	uint8_t content[256 << 10];
	ssize_t size;
	int in = open(from->file, O_RDONLY | O_CLOEXEC), out;

	*key = *from;
	key->process = 0;
	(void)snprintf(key->directory, sizeof(key->directory), "%s", directory);
	(void)snprintf(key->file, sizeof(key->file), "%s/%s.key", directory, key->slot);
	out = open(key->file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	size = read(in, content, sizeof(content));
	assert_true(size > 0 && write(out, content, (size_t)size) == size);
	(void)close(in);
	(void)close(out);
}

static int answers(const struct virtual_key *key)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int connected;

	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%s/%s.sock", key->directory, key->slot);
	connected = connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0;
	(void)close(fd);
	return connected;
}

void virtual_key_plug(struct virtual_key *key)
{
	const char *arguments[] = {"vkey", "--file", key->file, "--slot", key->slot, NULL};

	assert_int_equal(key->process, 0);
	key->process = start(arguments, -1);
	for (int i = 0; i < PLUG_TRIES; i++) {
		if (answers(key))
			return;
		(void)poll(NULL, 0, 10);
	}
	fail_msg("the key does not answer");
}

void virtual_key_pull(struct virtual_key *key)
{
	assert_int_equal(kill(key->process, SIGTERM), 0);
	end(key->process, 0);
	key->process = 0;
}

void virtual_key_kill(struct virtual_key *key)
{
	assert_int_equal(kill(key->process, SIGKILL), 0);
	end(key->process, -1);
	key->process = 0;
}

int virtual_key_hold(const struct virtual_key *key)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char greeting;

	assert_true(fd >= 0);
	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%s/%s.sock", key->directory, key->slot);
	assert_int_equal(connect(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(read(fd, &greeting, 1), 1); /* its turn has come */
	return fd;
}
