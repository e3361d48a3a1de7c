/* responder: answers for the status of certificates, over OCSP and by the CRL. doc/protocol/certificate.md 5, 6 */
#include "crypto_load.h"
#include "follow.h"
#include "jail.h"
#include "log.h"
#include "pages.h"
#include "secret.h"
#include "settings.h"
#include "spawn.h"

#include <signal.h>
#include <stdlib.h>

#define STOP_MS 2000

struct start {
	struct settings *settings;
	int http, signer;
};

static int start_read(struct start *s, struct err *err)
{
	int fd = spawn_fd_get("SETTINGS", err);

	if (fd < 0 || settings_read(&s->settings, fd, err) != 0 || crypto_use(settings_text(s->settings, "service", "sm2"), err) != 0)
		return -1;
	s->http = spawn_fd_get("HTTP", err);
	s->signer = s->http < 0 ? -1 : spawn_fd_get("SIGNER", err);
	return s->signer < 0 ? -1 : 0;
}

/* Blocked in every thread; main waits for them. */
static void signals_block(sigset_t *ending)
{
	(void)sigemptyset(ending);
	(void)sigaddset(ending, SIGTERM);
	(void)sigaddset(ending, SIGINT);
	(void)pthread_sigmask(SIG_BLOCK, ending, NULL);
}

static int serve(struct responder *r, const struct start *s, const struct web_server_settings *web, const sigset_t *ending, struct err *err)
{
	const struct router_program program = {.ctx = r};
	struct router *router = NULL;
	struct follow *follow = NULL;
	int ignored, result = -1;

	if (call_line(&r->signer, s->signer, err) != 0 ||
	    router_new(&router, responder_routes, responder_route_count, &program, err) != 0 || follow_start(&follow, r, err) != 0 ||
	    web_server_start(&r->server, web, &s->http, 1, router, err) != 0 || spawn_ready(err) != 0)
		goto out;
	log_info("responder.serves", "answers on the socket it was given");
	(void)sigwait(ending, &ignored);
	result = 0;
out:
	atomic_store(&r->stopping, true);
	web_server_stop(&r->server, STOP_MS);
	follow_stop(&follow);
	call_free(&r->signer);
	router_free(&router);
	return result;
}

static int run(struct responder *r, struct start *s, struct err *err)
{
	struct web_server_settings web = web_server_usual;
	sigset_t ending;
	int result = -1;

	signals_block(&ending);
	if (start_read(s, err) == 0 && responder_open(r, settings_integer(s->settings, "responder", "feed-age"), err) == 0 &&
	    jail_enter(JAIL_RESPONDER, NULL, 0, err) == 0) {
		web.threads = (int)settings_integer(s->settings, "responder", "threads");
		web.workers = 0;
		web.connections = 1024;
		web.connections_per_address = 256;
		web.head_max = 16384;
		result = serve(r, s, &web, &ending, err);
	}
	responder_close(r);
	settings_free(&s->settings);
	return result;
}

int main(void)
{
	static struct responder responder;
	struct start start = {.http = -1, .signer = -1};
	struct err err = {0};

	log_start("responder", LOG_LEVEL_INFO);
	crypto_load();
	if (secret_harden_process(&err) == 0 && run(&responder, &start, &err) == 0)
		return EXIT_SUCCESS;
	log_fault("responder.failed", &err);
	return EXIT_FAILURE;
}
