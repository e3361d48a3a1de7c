/* The child works, the parent waits: a child that was killed is cleaned up after like one that failed. */
#include "guard.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static void set_of(sigset_t *set)
{
	static const int ending[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGCHLD};

	(void)sigemptyset(set);
	for (size_t i = 0; i < sizeof(ending) / sizeof(ending[0]); i++)
		(void)sigaddset(set, ending[i]);
}

static void work(int (*fn)(void *ctx, struct err *err), void *ctx, struct err *told, const sigset_t *mask, pid_t parent)
{
	int result;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	if (getppid() != parent)
		_exit(1);
	(void)sigprocmask(SIG_SETMASK, mask, NULL);
	result = fn(ctx, told);
	(void)fflush(NULL);
	_exit(result == 0 ? 0 : 1);
}

/* What ends this process ends the child; then also what the child started, which is this one's since the child is gone. */
static int wait_for(pid_t child, const sigset_t *set)
{
	int status = -1, number;

	while (waitpid(child, &status, WNOHANG) == 0)
		if ((number = sigwaitinfo(set, NULL)) > 0 && number != SIGCHLD)
			(void)kill(child, number);
	while (waitpid(-1, NULL, 0) > 0)
		;
	return status;
}

int guard_run(int (*fn)(void *ctx, struct err *err), void *ctx, struct err *err)
{
	struct err *told = mmap(NULL, sizeof(*told), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	sigset_t set, mask;
	pid_t parent = getpid(), child;
	int status, result = -1;

	if (told == MAP_FAILED)
		return err_set_errno(err, HF_MEMORY, "the word of a child");
	set_of(&set);
	(void)fflush(NULL);
	if (sigprocmask(SIG_BLOCK, &set, &mask) != 0 || prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0 || (child = fork()) < 0) {
		(void)err_set_errno(err, HF_PROCESS, "fork");
		goto out;
	}
	if (child == 0)
		work(fn, ctx, told, &mask, parent);
	status = wait_for(child, &set);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		result = 0;
	else if (WIFSIGNALED(status))
		(void)err_set(err, HF_PROCESS, "ended by signal %d (%s)", WTERMSIG(status), strsignal(WTERMSIG(status)));
	else
		*err = *told;
out:
	(void)munmap(told, sizeof(*told));
	return result;
}
