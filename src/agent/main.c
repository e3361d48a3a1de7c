/* agent: speaks with the service's pages on the user's machine. doc/protocol/agent.md */
#include "agent_settings.h"
#include "clock.h"
#include "desktop.h"
#include "front.h"
#include "keeper.h"
#include "line.h"
#include "listen.h"
#include "log.h"
#include "program.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sysexits.h>
#include <unistd.h>

static const char *read_arguments(int argc, char **argv)
{
	static const struct option options[] = {{"settings", required_argument, NULL, 's'}, {NULL, 0, NULL, 0}};
	const char *settings = NULL;
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c != 's')
			return NULL;
		settings = optarg;
	}
	return optind == argc ? settings : NULL;
}

/* Who waits for these takes them by sigwait or signalfd. */
static void block_signals(void)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGCHLD);
	(void)sigaddset(&set, SIGUSR1);
	(void)sigprocmask(SIG_BLOCK, &set, NULL);
}

static int open_agent(struct agent *agent, const struct agent_settings *s, struct err *err)
{
	int64_t now = clock_now();

	agent->user = getuid();
	agent->port = s->port;
	silence_init(&agent->silence);
	if (trust_read(&agent->trust, s, now, err) != 0 || origins_read(&agent->origins, s, &agent->trust, now, err) != 0)
		return -1;
	return peer_tables_open(&agent->peers, err);
}

/* The child's whole life. */
static _Noreturn void be_front(struct agent *agent, const int *listeners, size_t n, int line, pid_t parent)
{
	struct err err = {0};

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(EX_OSERR);
	if (front_run(agent, listeners, n, line, &err) != 0) {
		log_fault("agent.ended", &err);
		_exit(EX_UNAVAILABLE);
	}
	_exit(EX_OK);
}

static bool may_renew(const void *ctx)
{
	struct agent_settings settings;
	struct trust trust;
	struct origins *origins = NULL;
	int64_t now = clock_now();
	struct err err = {0};
	bool may = false;

	if (agent_settings_read(&settings, ctx, &err) == 0) {
		if (trust_read(&trust, &settings, now, &err) == 0) {
			may = origins_read(&origins, &settings, &trust, now, &err) == 0;
			trust_free(&trust);
		}
		agent_settings_free(&settings);
	}
	if (!may)
		log_fault("agent.not_renewed", &err);
	origins_free(&origins);
	return may;
}

static int keep(const struct agent_settings *s, const char *settings_file, pid_t front, int line, bool *renew, struct err *err)
{
	static char program[PATH_MAX], found[PATH_MAX];
	static struct desktop desktop;
	const char *library = s->values[AGENT_LIBRARY];
	const char *args[] = {"--library",  NULL,
	                      "--pinentry", s->values[AGENT_PINENTRY],
	                      "--root",     s->values[AGENT_ROOT],
	                      "--issuing",  s->values[AGENT_ISSUING],
	                      NULL};

	if (*library == '\0') {
		if (program_library_path("skf", "libhufuskf.so", found, err) != 0)
			return -1;
		library = found;
	}
	args[1] = library;
	if (program_path("keydoor", program, err) != 0)
		return -1;
	desktop_read(&desktop);
	struct keeper keeper = {.program = program,
	                        .args = args,
	                        .env = desktop.variables,
	                        .front = front,
	                        .line = line,
	                        .may_renew = may_renew,
	                        .ctx = settings_file};
	return keeper_run(&keeper, renew, err);
}

static int run(const char *settings_file, bool *renew, struct err *err)
{
	static struct agent agent;
	struct agent_settings settings;
	char token[TICKET_SIZE + 1];
	int listeners[2], line[2];
	size_t n;
	pid_t front, self = getpid();

	if (agent_settings_read(&settings, settings_file, err) != 0 || open_agent(&agent, &settings, err) != 0 ||
	    listen_loopback(&agent.port, listeners, &n, err) != 0 || line_pair(line, err) != 0)
		return -1;
	ticket_init(&agent.ticket, token);
	(void)printf("http://127.0.0.1:%u/assistant?token=%s\n", agent.port, token);
	(void)fflush(stdout);
	front = fork();
	if (front < 0)
		return err_set_errno(err, HF_SYSTEM, "fork");
	if (front == 0) {
		close(line[1]);
		be_front(&agent, listeners, n, line[0], self);
	}
	close(line[0]);
	for (size_t i = 0; i < n; i++)
		close(listeners[i]);
	return keep(&settings, settings_file, front, line[1], renew, err);
}

static int start_anew(char **argv, struct err *err)
{
	(void)execv("/proc/self/exe", argv);
	return err_set_errno(err, HF_PROCESS, "starting anew");
}

int main(int argc, char **argv)
{
	const char *settings = read_arguments(argc, argv);
	struct err err = {0};
	bool renew = false;

	log_start("agent", LOG_LEVEL_INFO);
	if (settings == NULL) {
		(void)fprintf(stderr, "usage: agent --settings FILE\n");
		return EX_USAGE;
	}
	block_signals();
	if (run(settings, &renew, &err) != 0 || (renew && start_anew(argv, &err) != 0)) {
		log_fault("agent.ended", &err);
		return EX_UNAVAILABLE;
	}
	return EX_OK;
}
