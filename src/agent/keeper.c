/* The agent's parent process: starts keydoor whenever the front asks for a connection to it, and ends when the front ends. */
#include "keeper.h"

#include "clock.h"
#include "line.h"
#include "log.h"
#include "spawn.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#define REST_MS 300 /* at least, between two starts of keydoor */

struct keeping {
	const struct keeper *k;
	pid_t keydoor;   /* 0: none runs */
	int64_t started; /* clock_monotonic_ms */
	bool renew;
};

static void end_child(pid_t *child)
{
	if (*child <= 0)
		return;
	(void)kill(*child, SIGKILL);
	while (waitpid(*child, NULL, 0) < 0 && errno == EINTR)
		;
	*child = 0;
}

/* A descriptor connected to a new keydoor, or -1. */
static int start_keydoor(struct keeping *now, struct err *err)
{
	struct spawn_fd agent = {.name = "AGENT"};
	struct spawn child = {.program = now->k->program,
	                      .args = now->k->args,
	                      .fds = &agent,
	                      .fd_count = 1,
	                      .env = now->k->env,
	                      .uid = (uid_t)-1,
	                      .gid = (gid_t)-1,
	                      .own_group = true};
	int pair[2];

	if (socket_pair(pair, err) != 0)
		return -1;
	agent.from = pair[1];
	now->started = clock_monotonic_ms();
	if (spawn(&child, &now->keydoor, err) != 0) {
		now->keydoor = 0;
		close(pair[0]);
		pair[0] = -1;
	}
	close(pair[1]);
	return pair[0];
}

/* The front asks only when its connection is gone: what runs then is of no more use. */
static int answer_front(struct keeping *now, struct err *err)
{
	struct err why = {0};
	int fd = -1;

	end_child(&now->keydoor);
	if (now->started == 0 || clock_monotonic_ms() - now->started >= REST_MS)
		fd = start_keydoor(now, &why);
	if (why.code != HF_NONE)
		log_fault("keydoor.start", &why);
	return line_answer(now->k->line, fd, err);
}

/* 1 when the front ended. */
static int reap(struct keeping *now)
{
	pid_t child;
	int status, over = 0;

	while ((child = waitpid(-1, &status, WNOHANG)) > 0) {
		if (child == now->k->front)
			over = 1;
		if (child != now->keydoor)
			continue;
		log_warning("keydoor.ended", "status %d", WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
		now->keydoor = 0;
	}
	return over;
}

/* 1: told to end; 0: go on; -1: the front ended. */
static int take_signal(struct keeping *now, int signals)
{
	struct signalfd_siginfo info;

	if (read(signals, &info, sizeof(info)) != (ssize_t)sizeof(info))
		return 0;
	if (info.ssi_signo == SIGCHLD)
		return reap(now) ? -1 : 0;
	now->renew = info.ssi_signo == SIGUSR1;
	return !now->renew || now->k->may_renew(now->k->ctx);
}

static int keep(struct keeping *now, int signals, struct err *err)
{
	struct pollfd wait[2] = {{.fd = signals, .events = POLLIN}, {.fd = now->k->line, .events = POLLIN}};

	for (;;) {
		int told;

		if (poll(wait, 2, -1) < 0 && errno != EINTR)
			return err_set_errno(err, HF_SYSTEM, "poll");
		told = wait[0].revents != 0 ? take_signal(now, signals) : 0;
		if (told != 0)
			return told > 0 ? 0 : err_set(err, HF_PROCESS, "the front ended");
		if (wait[1].revents == 0)
			continue;
		switch (line_asked(now->k->line)) {
		case 1:
			if (answer_front(now, err) != 0)
				return -1;
			break;
		case -1:
			wait[1].fd = -1; /* the front is ending; its signal will tell */
			break;
		default:
			break;
		}
	}
}

int keeper_run(const struct keeper *k, bool *renew, struct err *err)
{
	struct keeping now = {.k = k};
	pid_t front = k->front;
	sigset_t set;
	int signals, rc;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGCHLD);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGUSR1);
	signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (signals < 0)
		return err_set_errno(err, HF_SYSTEM, "signalfd");
	rc = keep(&now, signals, err);
	close(signals);
	end_child(&now.keydoor);
	if (rc == 0)
		end_child(&front);
	*renew = rc == 0 && now.renew;
	return rc;
}
