/* A program for hufud to watch over: as stand_in_server it answers at its door, as stand_in_asker it asks over its line. Each does what a
 * server program does: settings, passphrase, jail, ready. What happened stands in files of its folder. */
#include "call.h"
#include "file.h"
#include "jail.h"
#include "log.h"
#include "serve.h"
#include "settings.h"
#include "spawn.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct message table[] = {{1, "echo", 64, 64}};

static void echo(void *ctx, struct request **batch, size_t n)
{
	for (size_t i = 0; i < n; i++)
		batch[i]->result = buf_append(&batch[i]->reply, batch[i]->body, &batch[i]->err);
}

static int note(const char *name, const char *text, struct err *err)
{
	return file_replace(AT_FDCWD, name, bytes_text(text), 0600, err);
}

static int enter(enum jail_kind kind, struct err *err)
{
	const struct jail_path own = {".", JAIL_WRITE};

	return jail_enter(kind, &own, 1, err);
}

static int serve_door(struct err *err)
{
	struct secret passphrase;
	struct serve *serve = NULL;
	int door = spawn_fd_get("DOOR", err);
	char text[64];

	if (door < 0 || passphrase_read(&passphrase, err))
		return -1;
	snprintf(text, sizeof(text), "%d %zu", (int)getpid(), passphrase.size);
	secret_free(&passphrase);
	if (serve_new(&serve, echo, NULL, 0, NULL, err) || serve_add_listener(serve, door, table, 1, NULL, err))
		return -1;
	if (enter(JAIL_SIGNER, err) || note("started", text, err) || spawn_ready(err) || serve_run(serve, 8, err))
		return -1;
	serve_free(&serve);
	return note("ended", "cleanly", err);
}

static int ask_once(struct call *call)
{
	struct buf answer;
	int result;

	buf_init(&answer, 64);
	result = call_ask(call, 1, BYTES_LITERAL("hello"), &answer, 2000, NULL);
	buf_free(&answer);
	return result;
}

static int ask_line(struct err *err)
{
	struct call *call = NULL;
	int line = spawn_fd_get("SERVER", err);
	char text[32];

	if (line < 0 || enter(JAIL_PORTAL, err) || call_line(&call, line, err) || note("answers", "0", err))
		return -1;
	while (access("hold", F_OK) == 0) /* a start that takes as long as the test wants */
		usleep(10000);
	if (spawn_ready(err))
		return -1;
	for (unsigned answers = 0;;) {
		if (ask_once(call) == 0) {
			snprintf(text, sizeof(text), "%u", ++answers);
			if (note("answers", text, err))
				return -1;
		}
		usleep(10000);
	}
}

int main(int argc, char **argv)
{
	struct settings *settings = NULL;
	int fd = spawn_fd_get("SETTINGS", NULL);
	struct err err;
	int result;

	log_start("stand_in", LOG_LEVEL_WARNING);
	if (fd < 0 || settings_read(&settings, fd, &err) || strcmp(settings_text(settings, "service", "name"), "虎符") != 0)
		return 1;
	settings_free(&settings);
	result = strstr(argv[0], "server") ? serve_door(&err) : ask_line(&err);
	if (result)
		log_fault("stand_in.failed", &err);
	return result != 0;
}
