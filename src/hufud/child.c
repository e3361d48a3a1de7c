/* Starting a program with what its row of the plan says, and answering its line. */
#include "child.h"

#include "clock.h"
#include "file.h"
#include "line.h"
#include "listen.h"
#include "log.h"
#include "spawn.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#define START_PATIENCE_MS 600000 /* the signer reads its whole journal first */
#define END_PATIENCE_MS 10000
#define BACK_OFF_FIRST_MS 200
#define BACK_OFF_MOST_MS 30000
#define STEADY_MS 60000 /* after this time without fault the back-off begins anew */
#define SOCKET_MODE 0600
#define FDS_MAX (5 + PLAN_DOORS_MAX + PLAN_PORTS_MAX)

static void socket_path(char path[64], const char *file)
{
	snprintf(path, 64, "run/%s", file);
}

static int open_ports(struct child *c, const struct settings *settings, struct err *err)
{
	for (size_t i = 0; i < PLAN_PORTS_MAX && c->row->ports[i].fd; i++) {
		const char *address = settings_text(settings, c->row->name, c->row->ports[i].setting);
		bool loopback;

		c->ports[i] = listen_tcp(address, &loopback, err);
		if (c->ports[i] < 0)
			return err_wrap(err, "[%s] %s", c->row->name, c->row->ports[i].setting);
		if (!loopback)
			log_warning("hufud.listens", "%s can be reached from other machines at %s", c->row->name, address);
	}
	return 0;
}

int child_open(struct child *c, const struct plan_row *row, const struct settings *settings, struct err *err)
{
	*c = (struct child){.row = row, .doors = {-1, -1, -1}, .ports = {-1, -1}, .folder = -1, .line = {-1, -1}, .ready = -1};
	c->back_off_ms = BACK_OFF_FIRST_MS;
	if (program_path(row->name, c->program, err))
		return -1;
	user_choose(&c->user, row->user, c->program);
	if (user_give_folder(&c->user, row->name, err))
		return -1;
	for (size_t i = 0; i < PLAN_DOORS_MAX && row->doors[i].fd; i++) {
		char path[64];

		socket_path(path, row->doors[i].file);
		c->doors[i] = socket_listen_unix(path, SOCKET_MODE, err);
		if (c->doors[i] < 0)
			return -1;
	}
	if (open_ports(c, settings, err))
		return -1;
	if (row->folder.fd) {
		c->folder = file_open_dir(AT_FDCWD, row->folder.file, err);
		if (c->folder < 0)
			return -1;
	}
	return row->line.fd ? line_pair(c->line, err) : 0;
}

static void close_all(int *fds, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

void child_close(struct child *c)
{
	close_all(c->doors, PLAN_DOORS_MAX);
	close_all(c->ports, PLAN_PORTS_MAX);
	close_all(&c->folder, 1);
	close_all(c->line, 2);
	close_all(&c->ready, 1);
}

void child_set_state(struct child *c, enum child_state state, int64_t patience_ms)
{
	c->state = state;
	c->since = clock_monotonic_ms();
	c->due = c->since + patience_ms;
}

/* The program's part of the settings, in a memory file that stands at its beginning. */
static int settings_file(const struct child *c, const struct settings *settings, struct err *err)
{
	struct buf lines;
	int fd = memfd_create("hufu-settings", MFD_CLOEXEC), result = -1;

	buf_init(&lines, 2 * SETTINGS_FILE_MAX);
	if (fd < 0)
		err_set_errno(err, HF_PROCESS, "memory file");
	else if (settings_section(settings, c->row->name, &lines, err) == 0 && file_write_all(fd, buf_get(&lines), err) == 0 &&
	         lseek(fd, 0, SEEK_SET) == 0)
		result = fd;
	if (result < 0 && fd >= 0)
		close(fd);
	buf_free(&lines);
	return result;
}

/* What the row says, but SETTINGS and READY, which are new for each start. */
static size_t lasting_fds(const struct child *c, int passphrase, struct spawn_fd fds[])
{
	const struct plan_row *row = c->row;
	size_t n = 0;

	for (size_t i = 0; i < PLAN_DOORS_MAX && row->doors[i].fd; i++)
		fds[n++] = (struct spawn_fd){c->doors[i], row->doors[i].fd};
	for (size_t i = 0; i < PLAN_PORTS_MAX && row->ports[i].fd; i++)
		fds[n++] = (struct spawn_fd){c->ports[i], row->ports[i].fd};
	if (row->folder.fd)
		fds[n++] = (struct spawn_fd){c->folder, row->folder.fd};
	if (row->line.fd)
		fds[n++] = (struct spawn_fd){c->line[0], row->line.fd};
	if (row->passphrase)
		fds[n++] = (struct spawn_fd){passphrase, "PASSPHRASE"};
	return n;
}

int child_start(struct child *c, const struct settings *settings, int passphrase, int input, struct err *err)
{
	int ready[2] = {-1, -1}, lines = -1, result = -1;
	struct spawn_fd fds[FDS_MAX];
	struct spawn s = {.program = c->program,
	                  .fds = fds,
	                  .dir = c->row->name,
	                  .uid = c->user.uid,
	                  .gid = c->user.gid,
	                  .input = input,
	                  .own_group = true};

	lines = settings_file(c, settings, err);
	if (lines < 0)
		goto out;
	if (pipe2(ready, O_CLOEXEC)) {
		err_set_errno(err, HF_PROCESS, "pipe");
		goto out;
	}
	s.fd_count = lasting_fds(c, passphrase, fds);
	fds[s.fd_count++] = (struct spawn_fd){lines, "SETTINGS"};
	fds[s.fd_count++] = (struct spawn_fd){ready[1], "READY"};
	if (spawn(&s, &c->pid, err))
		goto out;
	c->ready = ready[0];
	ready[0] = -1;
	child_set_state(c, CHILD_STARTING, START_PATIENCE_MS);
	result = 0;
out:
	close_all(ready, 2);
	close_all(&lines, 1);
	return result;
}

void child_end(struct child *c)
{
	if (c->state == CHILD_DOWN)
		return;
	if (c->state == CHILD_ENDING) {
		log_warning("hufud.killed", "%s did not end by itself", c->row->name);
		(void)kill(c->pid, SIGKILL);
	} else {
		(void)kill(c->pid, SIGTERM);
	}
	child_set_state(c, CHILD_ENDING, END_PATIENCE_MS);
}

void child_gone(struct child *c)
{
	if (c->state == CHILD_SERVES && clock_monotonic_ms() - c->since >= STEADY_MS)
		c->back_off_ms = BACK_OFF_FIRST_MS;
	close_all(&c->ready, 1);
	c->ready = -1;
	c->pid = 0;
	child_set_state(c, CHILD_DOWN, c->back_off_ms);
	c->back_off_ms = c->back_off_ms * 2 < BACK_OFF_MOST_MS ? c->back_off_ms * 2 : BACK_OFF_MOST_MS;
}

void child_heard(struct child *c)
{
	char byte;
	bool serves = read(c->ready, &byte, 1) == 1;

	/* Closed without a word: the program ends, and the signal of its end follows. */
	close(c->ready);
	c->ready = -1;
	if (!serves || c->state != CHILD_STARTING)
		return;
	child_set_state(c, CHILD_SERVES, 0);
	printf("%-10s runs as %s, process %d\n", c->row->name, c->user.name, (int)c->pid);
	fflush(stdout);
}

void child_connect(struct child *c)
{
	char path[64];
	struct err err;
	int fd;

	if (line_asked(c->line[1]) != 1)
		return;
	socket_path(path, c->row->line.file);
	fd = socket_connect_unix(path, &err);
	if (fd < 0)
		log_fault("hufud.no_connection", &err);
	if (line_answer(c->line[1], fd, &err))
		log_fault("hufud.line", &err);
}
