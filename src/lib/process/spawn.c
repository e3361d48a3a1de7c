/* Starting children. Between fork and exec nothing is called that another thread's locks could stop. */
#include "spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define FIRST_FD 3
#define FDS_MAX 16
#define EXTRA_ENV_MAX 32
#define ENV_MAX (3 + FDS_MAX + EXTRA_ENV_MAX + 1)
#define PARKED_FD 64 /* above every descriptor that a child is given */

/* What the child needs, made before the fork. */
struct launch {
	const struct spawn *s;
	const char **argv;
	char *env[ENV_MAX];
	size_t env_count;
	char made[3 + FDS_MAX][320]; /* the environment's texts that are ours */
	pid_t parent;
	int report; /* the child writes its errno here when it cannot exec; closed by a successful exec */
};

static void launch_add_env(struct launch *l, const char *name, const char *value)
{
	char *text = l->made[l->env_count];

	if (snprintf(text, sizeof(l->made[0]), "%s=%s", name, value) < (int)sizeof(l->made[0]))
		l->env[l->env_count++] = text;
}

static int launch_prepare(struct launch *l, const struct spawn *s, struct err *err)
{
	static const char *const kept[] = {"PATH", "LANG", "TZ"};
	size_t args = 0;

	*l = (struct launch){.s = s, .parent = getpid()};
	if (s->fd_count > FDS_MAX)
		return err_set(err, HF_PROCESS, "%zu descriptors for %s, %d are possible", s->fd_count, s->program, FDS_MAX);
	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		if (getenv(kept[i]))
			launch_add_env(l, kept[i], getenv(kept[i]));
	for (size_t i = 0; i < s->fd_count; i++) {
		char name[64], number[16];

		snprintf(name, sizeof(name), "HUFU_FD_%s", s->fds[i].name);
		snprintf(number, sizeof(number), "%zu", FIRST_FD + i);
		launch_add_env(l, name, number);
	}
	for (size_t i = 0; s->env && s->env[i]; i++) {
		if (i == EXTRA_ENV_MAX)
			return err_set(err, HF_PROCESS, "more than %d variables for %s", EXTRA_ENV_MAX, s->program);
		l->env[l->env_count++] = (char *)s->env[i]; /* execve changes no text */
	}
	while (s->args && s->args[args])
		args++;
	l->argv = calloc(args + 2, sizeof(l->argv[0]));
	if (!l->argv)
		return err_set(err, HF_MEMORY, "no memory for the arguments of %s", s->program);
	l->argv[0] = s->program;
	for (size_t i = 0; i < args; i++)
		l->argv[i + 1] = s->args[i];
	return 0;
}

static int child_place_fds(const struct launch *l)
{
	const struct spawn *s = l->s;
	int parked[FDS_MAX];

	/* First out of each other's way, then each to its number. */
	for (size_t i = 0; i < s->fd_count; i++)
		if ((parked[i] = fcntl(s->fds[i].from, F_DUPFD_CLOEXEC, PARKED_FD)) < 0)
			return -1;
	if (s->input && dup2(s->input, STDIN_FILENO) < 0)
		return -1;
	if (s->output && dup2(s->output, STDOUT_FILENO) < 0)
		return -1;
	if (s->errors && dup2(s->errors, STDERR_FILENO) < 0)
		return -1;
	for (size_t i = 0; i < s->fd_count; i++)
		if (dup2(parked[i], FIRST_FD + (int)i) < 0)
			return -1;
	return close_range(FIRST_FD + (unsigned)s->fd_count, ~0U, CLOSE_RANGE_CLOEXEC);
}

static void child_reset_signals(void)
{
	struct sigaction usual = {.sa_handler = SIG_DFL};
	sigset_t none;

	for (int number = 1; number < NSIG; number++)
		(void)sigaction(number, &usual, NULL); /* SIGKILL and SIGSTOP refuse */
	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

static int child_become_user(const struct spawn *s)
{
	if (s->uid == (uid_t)-1)
		return 0;
	return setgroups(0, NULL) || setresgid(s->gid, s->gid, s->gid) || setresuid(s->uid, s->uid, s->uid) ? -1 : 0;
}

static void child_run(const struct launch *l)
{
	const struct spawn *s = l->s;
	int number;

	child_reset_signals();
	if ((s->own_group && setpgid(0, 0)) || (s->dir && chdir(s->dir)) || child_place_fds(l) || child_become_user(s) ||
	    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0))
		goto fail;
	if (getppid() != l->parent)
		_exit(1); /* the parent died before the signal of its death was asked for */
	execve(s->program, (char *const *)l->argv, l->env);
fail:
	number = errno;
	if (write(l->report, &number, sizeof(number)) < 0)
		_exit(126);
	_exit(127);
}

/* The errno that the child reports, or 0 once exec has closed the pipe. */
static int wait_for_exec(int report)
{
	int number = 0;
	ssize_t n;

	do
		n = read(report, &number, sizeof(number));
	while (n < 0 && errno == EINTR);
	return n == (ssize_t)sizeof(number) ? number : 0;
}

/* A pipe whose ends are above every number that the child places something at. */
static int make_report(int report[2])
{
	int low[2];

	if (pipe2(low, O_CLOEXEC))
		return -1;
	for (int i = 0; i < 2; i++) {
		report[i] = fcntl(low[i], F_DUPFD_CLOEXEC, PARKED_FD);
		close(low[i]);
	}
	if (report[0] >= 0 && report[1] >= 0)
		return 0;
	close(report[0]);
	close(report[1]);
	return -1;
}

int spawn(const struct spawn *s, pid_t *pid, struct err *err)
{
	struct launch launch;
	int report[2], result = -1;

	if (launch_prepare(&launch, s, err))
		goto out;
	if (make_report(report)) {
		err_set_errno(err, HF_PROCESS, "pipe");
		goto out;
	}
	launch.report = report[1];
	*pid = fork();
	if (*pid == 0)
		child_run(&launch);
	close(report[1]);
	if (*pid < 0) {
		err_set_errno(err, HF_PROCESS, "fork");
	} else if ((errno = wait_for_exec(report[0])) != 0) {
		err_set_errno(err, HF_PROCESS, "starting %s", s->program);
		(void)waitpid(*pid, NULL, 0);
	} else {
		result = 0;
	}
	close(report[0]);
out:
	free(launch.argv);
	return result;
}
