/* Starting and stopping libmicrohttpd's daemons, and the watch over connections that take too long. */
#include "server.h"

#include "clock.h"
#include "log.h"
#include "server_link.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define WATCH_MS 250
#define LISTENERS_MAX 4
#define DESCRIPTORS_ELSEWHERE 96 /* of the program, for its files and other sockets */

const struct web_server_settings web_server_usual = {
    .threads = 2,
    .workers = 8,
    .connections = 512,
    .connections_per_address = 16,
    .bodies_max = 64u << 20,
    .head_ms = 10000,
    .idle_ms = 60000,
    .body_ms = 30000,
    .send_ms = 60000,
    .head_max = 32768,
};

static void stream_sleep(void *connection)
{
	MHD_suspend_connection(connection);
}

static void stream_wake(void *connection)
{
	MHD_resume_connection(connection);
}

/* A connection past its deadline loses its socket; libmicrohttpd then sees its end. */
static void cut_late(struct web_server *server)
{
	int64_t now = clock_monotonic_ms();

	for (struct link *link = server->links; link != NULL; link = link->next) {
		int64_t deadline = atomic_load_explicit(&link->deadline, memory_order_relaxed);

		if (deadline == 0 || deadline > now)
			continue;
		atomic_store(&link->deadline, 0);
		atomic_fetch_add(&server->cut, 1);
		shutdown(link->request.socket, SHUT_RDWR);
	}
}

/* Sleeps for ms with the lock given up, or until the server stops. */
static void lock_wait(struct web_server *server, int ms)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += (long)ms * 1000000;
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	pthread_cond_timedwait(&server->stop, &server->lock, &until);
}

static void *watch(void *ctx)
{
	struct web_server *server = ctx;

	pthread_mutex_lock(&server->lock);
	while (!server->stopping) {
		cut_late(server);
		lock_wait(server, WATCH_MS);
	}
	pthread_mutex_unlock(&server->lock);
	return NULL;
}

/* Addresses are decoded by the router, part by part. */
static size_t unescape_nothing(void *ctx, struct MHD_Connection *connection, char *text)
{
	return strlen(text);
}

/* A loop that cannot accept for want of descriptors waits busily (libmicrohttpd 0.9.75, MHD_accept_connection): it must not come to that.
 */
static unsigned connections_that_fit(const struct web_server_settings *s, size_t listeners)
{
	struct rlimit files;
	rlim_t fit = 0;

	if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur == RLIM_INFINITY)
		return s->connections;
	if (files.rlim_cur > DESCRIPTORS_ELSEWHERE)
		fit = (files.rlim_cur - DESCRIPTORS_ELSEWHERE) / listeners;
	if (fit >= s->connections)
		return s->connections;
	fit = fit > (rlim_t)s->threads ? fit : (rlim_t)s->threads;
	log_warning("web.descriptors", "room for %u connections at once, not %u", (unsigned)fit, s->connections);
	return (unsigned)fit;
}

static int daemon_start(struct web_server *server, int listener, int threads, struct err *err)
{
	const struct web_server_settings *s = &server->settings;
	unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC;
	struct MHD_Daemon *daemon;

	if (s->workers > 0 || s->streams)
		flags |= MHD_ALLOW_SUSPEND_RESUME;
	daemon =
	    MHD_start_daemon(flags, 0, NULL, NULL, link_on_access, server, MHD_OPTION_LISTEN_SOCKET, listener, MHD_OPTION_NOTIFY_CONNECTION,
	                     link_on_connection, server, MHD_OPTION_URI_LOG_CALLBACK, link_on_target, server, MHD_OPTION_NOTIFY_COMPLETED,
	                     link_on_completed, server, MHD_OPTION_UNESCAPE_CALLBACK, unescape_nothing, NULL, MHD_OPTION_STRICT_FOR_CLIENT,
	                     1, MHD_OPTION_CONNECTION_LIMIT, s->connections, MHD_OPTION_PER_IP_CONNECTION_LIMIT, s->connections_per_address,
	                     MHD_OPTION_CONNECTION_MEMORY_LIMIT, s->head_max, MHD_OPTION_CONNECTION_TIMEOUT, 0u,
	                     threads > 1 ? MHD_OPTION_THREAD_POOL_SIZE : MHD_OPTION_END, (unsigned)threads, MHD_OPTION_END);
	if (daemon == NULL)
		return err_set_errno(err, HF_SYSTEM, "cannot serve on a listening socket");
	server->daemons[server->daemon_count++] = daemon;
	return 0;
}

static int settings_judge(const struct web_server_settings *s, size_t listeners, const struct router *router, struct err *err)
{
	if (s->threads < 1 || s->threads > 64 || s->workers < 0 || s->workers > 64 || listeners < 1 || listeners > LISTENERS_MAX ||
	    s->connections < (unsigned)s->threads || s->head_max < 4096 || router == NULL)
		return err_set(err, HF_SETTING, "a web server of %d threads, %d workers, %u connections", s->threads, s->workers,
		               s->connections);
	return 0;
}

static int start(struct web_server *server, const int *listeners, size_t n, struct err *err)
{
	if (server->settings.workers > 0 && work_queue_new(&server->queue, server->settings.workers, err) != 0)
		return -1;
	if (pthread_create(&server->watch, NULL, watch, server) != 0)
		return err_set(err, HF_SYSTEM, "cannot start a thread");
	server->watching = true;
	for (size_t i = 0; i < n; i++)
		if (daemon_start(server, listeners[i], i == 0 ? server->settings.threads : 1, err) != 0)
			return -1;
	return 0;
}

int web_server_start(struct web_server **s, const struct web_server_settings *settings, const int *listeners, size_t n,
                     struct router *router, struct err *err)
{
	struct web_server *server;
	pthread_condattr_t monotonic;
	sigset_t all, before;
	int result;

	if (settings_judge(settings, n, router, err) != 0)
		return -1;
	server = calloc(1, sizeof(*server));
	if (server == NULL)
		return err_set(err, HF_MEMORY, "no memory for a web server");
	server->settings = *settings;
	server->settings.connections = connections_that_fit(settings, n);
	server->policy = settings->policy != NULL ? settings->policy : WEB_POLICY;
	server->router = router;
	server->room.max = settings->bodies_max;
	server->streams.sleep = stream_sleep;
	server->streams.wake = stream_wake;
	pthread_mutex_init(&server->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&server->stop, &monotonic);
	pthread_condattr_destroy(&monotonic);
	/* signals are the main thread's */
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	result = start(server, listeners, n, err);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	*s = server;
	if (result != 0)
		web_server_stop(s, 0);
	return result;
}

static bool is_busy(struct web_server *server)
{
	for (const struct link *link = server->links; link != NULL; link = link->next)
		if (atomic_load(&link->phase) != LINK_IDLE)
			return true;
	return false;
}

/* A stream that is read after this ends; one that sleeps is woken to be read. */
static void streams_end(struct web_server *server)
{
	atomic_store(&server->streams.stopping, true);
	for (struct link *link = server->links; link != NULL; link = link->next)
		if (atomic_load(&link->streams))
			reply_stream_end(link->request.reply.stream);
}

void web_server_stop(struct web_server **s, int grace_ms)
{
	struct web_server *server = *s;
	int64_t until = clock_monotonic_ms() + grace_ms;

	if (server == NULL)
		return;
	for (size_t i = 0; i < server->daemon_count; i++) {
		int listener = MHD_quiesce_daemon(server->daemons[i]);

		if (listener >= 0)
			close(listener);
	}
	pthread_mutex_lock(&server->lock);
	streams_end(server);
	while (clock_monotonic_ms() < until && is_busy(server))
		lock_wait(server, 10);
	server->stopping = true;
	pthread_cond_broadcast(&server->stop);
	pthread_mutex_unlock(&server->lock);
	if (server->watching)
		pthread_join(server->watch, NULL);
	work_queue_free(&server->queue);
	for (size_t i = 0; i < server->daemon_count; i++)
		MHD_stop_daemon(server->daemons[i]);
	pthread_cond_destroy(&server->stop);
	pthread_mutex_destroy(&server->lock);
	free(server);
	*s = NULL;
}

struct web_server_counts web_server_counts_get(const struct web_server *s)
{
	struct web_server_counts counts = {.requests = atomic_load(&s->requests),
	                                   .refused = atomic_load(&s->refused),
	                                   .cut = atomic_load(&s->cut),
	                                   .connections = atomic_load(&s->connections),
	                                   .bodies = atomic_load(&s->room.held)};

	for (size_t i = 0; i < 6; i++)
		counts.by_class[i] = atomic_load(&s->by_class[i]);
	return counts;
}
