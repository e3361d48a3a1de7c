/* One loop: signals, words of readiness, and lines; between them what is due. */
#include "watch.h"

#include "child.h"
#include "clock.h"
#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

enum phase { PHASE_STARTING, PHASE_RUNNING, PHASE_STOPPING };

struct watch {
	const struct settings *settings;
	int passphrase, signals, null;
	struct child children[PLAN_ROWS_MAX];
	size_t count;
	enum phase phase;
	bool failed;
	struct err fault; /* why it failed */
};

static bool is_wanted(const struct plan_row *row, const struct settings *settings)
{
	return !row->only_if || *settings_text(settings, row->name, row->only_if);
}

static int open_signals(struct err *err)
{
	const int wanted[] = {SIGTERM, SIGINT, SIGHUP, SIGCHLD};
	sigset_t set;
	int fd;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		sigaddset(&set, wanted[i]);
	if (sigprocmask(SIG_BLOCK, &set, NULL) || (fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK)) < 0)
		return err_set_errno(err, HF_PROCESS, "signals");
	return fd;
}

int watch_new(struct watch **out, const struct settings *settings, int passphrase, struct err *err)
{
	struct watch *w = calloc(1, sizeof(*w));

	*out = NULL;
	if (!w)
		return err_set(err, HF_MEMORY, "no memory for the process table");
	*w = (struct watch){.settings = settings, .passphrase = passphrase, .null = -1};
	w->signals = open_signals(err);
	if (w->signals < 0)
		goto fail;
	w->null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (w->null < 0) {
		err_set_errno(err, HF_PROCESS, "/dev/null");
		goto fail;
	}
	for (size_t i = 0; i < plan_rows; i++)
		if (is_wanted(&plan[i], settings) && child_open(&w->children[w->count++], &plan[i], settings, err))
			goto fail;
	*out = w;
	return 0;
fail:
	watch_free(&w);
	return -1;
}

void watch_free(struct watch **w)
{
	if (!*w)
		return;
	for (size_t i = 0; i < (*w)->count; i++)
		child_close(&(*w)->children[i]);
	if ((*w)->signals >= 0)
		close((*w)->signals);
	if ((*w)->null >= 0)
		close((*w)->null);
	free(*w);
	*w = NULL;
}

static int start_child(struct watch *w, struct child *c, struct err *err)
{
	return child_start(c, w->settings, w->passphrase, w->null, err);
}

/* The start has failed: everything ends. */
static void give_up(struct watch *w, const struct err *why)
{
	w->failed = true;
	w->fault = *why;
	w->phase = PHASE_STOPPING;
}

/* One after the other, each when the one before it serves. */
static void go_on_starting(struct watch *w)
{
	struct err err;

	for (size_t i = 0; i < w->count; i++) {
		struct child *c = &w->children[i];

		if (c->state == CHILD_SERVES)
			continue;
		if (c->state == CHILD_DOWN && clock_monotonic_ms() < c->due)
			return; /* it had served, and ended meanwhile */
		if (c->state == CHILD_DOWN && start_child(w, c, &err)) {
			give_up(w, &err);
		} else if (clock_monotonic_ms() >= c->due) {
			err_set(&err, HF_PROCESS, "%s does not say that it serves", c->row->name);
			give_up(w, &err);
		}
		return;
	}
	w->phase = PHASE_RUNNING;
	printf("hufu runs\n");
	fflush(stdout);
}

static void start_what_is_due(struct watch *w)
{
	int64_t now = clock_monotonic_ms();

	for (size_t i = 0; i < w->count; i++) {
		struct child *c = &w->children[i];
		struct err err;

		if (c->state == CHILD_SERVES || now < c->due)
			continue;
		if (c->state != CHILD_DOWN) {
			child_end(c); /* silent for too long, or does not end */
		} else if (start_child(w, c, &err)) {
			log_fault("hufud.not_started", &err);
			child_gone(c);
		}
	}
}

/* The last started first; true when none is left. */
static bool go_on_stopping(struct watch *w)
{
	for (size_t i = w->count; i-- > 0;) {
		struct child *c = &w->children[i];

		if (c->state == CHILD_DOWN)
			continue;
		if (c->state != CHILD_ENDING || clock_monotonic_ms() >= c->due)
			child_end(c);
		return false;
	}
	return true;
}

static struct child *child_of(struct watch *w, pid_t pid)
{
	for (size_t i = 0; i < w->count; i++)
		if (w->children[i].pid == pid)
			return &w->children[i];
	return NULL;
}

static void note_end(struct watch *w, struct child *c, int status)
{
	struct err err;

	if (WIFSIGNALED(status))
		err_set(&err, HF_PROCESS, "%s ended by signal %d", c->row->name, WTERMSIG(status));
	else
		err_set(&err, HF_PROCESS, "%s ended with status %d", c->row->name, WEXITSTATUS(status));
	if (c->state != CHILD_ENDING || status)
		log_fault("hufud.ended", &err);
	if (w->phase == PHASE_STARTING && c->state != CHILD_SERVES)
		give_up(w, &err);
	child_gone(c);
}

static void reap(struct watch *w)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		struct child *c = child_of(w, pid);

		if (c)
			note_end(w, c, status);
	}
}

static void take_signals(struct watch *w)
{
	struct signalfd_siginfo info;

	while (read(w->signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		switch (info.ssi_signo) {
		case SIGCHLD:
			reap(w);
			break;
		case SIGHUP:
			log_info("hufud.hangup", "settings are read at the start alone");
			break;
		default:
			w->phase = PHASE_STOPPING;
			break;
		}
	}
}

static int wait_ms(const struct watch *w)
{
	int64_t now = clock_monotonic_ms(), next = INT64_MAX;

	for (size_t i = 0; i < w->count; i++)
		if (w->children[i].state != CHILD_SERVES && w->children[i].due < next)
			next = w->children[i].due;
	if (w->phase == PHASE_STARTING || next <= now)
		return 100;
	return next == INT64_MAX ? -1 : next - now < INT32_MAX ? (int)(next - now) : INT32_MAX;
}

/* Waits for something to happen, and takes it. */
static int take_events(struct watch *w, struct err *err)
{
	struct pollfd polled[1 + 2 * PLAN_ROWS_MAX] = {{.fd = w->signals, .events = POLLIN}};
	nfds_t n = 1;

	for (size_t i = 0; i < w->count; i++) {
		polled[n++] = (struct pollfd){.fd = w->children[i].ready, .events = POLLIN};
		polled[n++] = (struct pollfd){.fd = w->children[i].line[1], .events = POLLIN};
	}
	if (poll(polled, n, wait_ms(w)) < 0 && errno != EINTR)
		return err_set_errno(err, HF_PROCESS, "poll");
	for (size_t i = 0; i < w->count; i++) {
		if (polled[1 + 2 * i].revents)
			child_heard(&w->children[i]);
		if (polled[2 + 2 * i].revents)
			child_connect(&w->children[i]);
	}
	if (polled[0].revents)
		take_signals(w);
	return 0;
}

int watch_run(struct watch *w, struct err *err)
{
	for (;;) {
		if (w->phase == PHASE_STARTING)
			go_on_starting(w);
		else if (w->phase == PHASE_RUNNING)
			start_what_is_due(w);
		if (w->phase == PHASE_STOPPING && go_on_stopping(w))
			break;
		if (take_events(w, err))
			return -1;
	}
	if (w->failed && err)
		*err = w->fault;
	return w->failed ? -1 : 0;
}
