/* portal: the pages. Opens its store, its papers and its doors, enters its jail, and serves. */
#include "call.h"
#include "cert_file.h"
#include "crypto_load.h"
#include "file.h"
#include "gate.h"
#include "jail.h"
#include "log.h"
#include "portal_routes.h"
#include "problem_page.h"
#include "server.h"
#include "settings.h"
#include "signer_message.h"
#include "spawn.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ORIGINS_MAX 8
#define STORAGE_KEY_SIZE 32
#define STORE_FOLDER "store" /* the courier reaches only this */
#define PAPERS_FOLDER "papers"
#define STATE_MS 10000
#define GRACE_MS 5000

/* Everything the process holds, so that one function lets go of it. */
struct program {
	struct settings *settings;
	struct call *signer, *feed;
	struct cert *root, *issuing, *journal;
	struct secret storage_key;
	char *origins_text;
	const char *origins[ORIGINS_MAX + 1];
	bool evaluation;
	struct portal portal;
	struct router_program pages;
	struct router *router;
};

static void ask_call(void *ctx, struct call_item *items, size_t n, int timeout_ms)
{
	struct err first; /* each item has its own */

	(void)!call_ask_many(ctx, items, n, timeout_ms, &first);
}

static void end_call(void *ctx)
{
	call_end(ctx);
}

/* "http://a http://b" into a list. */
static int read_origins(struct program *p, struct err *err)
{
	char *rest, *origin;
	size_t n = 0;

	p->origins_text = strdup(settings_text(p->settings, "portal", "origins"));
	if (p->origins_text == NULL)
		return err_set(err, HF_MEMORY, "origins");
	for (rest = p->origins_text; (origin = strsep(&rest, " ")) != NULL;) {
		if (*origin == '\0')
			continue;
		if (n == ORIGINS_MAX)
			return err_set(err, HF_SETTING, "portal.origins: more than %d", ORIGINS_MAX);
		p->origins[n++] = origin;
	}
	return n > 0 ? 0 : err_set(err, HF_SETTING, "portal.origins: none");
}

static int open_doors(struct program *p, struct err *err)
{
	int line = spawn_fd_get("SIGNER", err);

	if (line < 0 || call_line(&p->signer, line, err) != 0)
		return -1;
	return call_line(&p->feed, line, err);
}

/* Whether the CA was made for evaluation is the signer's to say. */
static int ask_state(struct program *p, struct err *err)
{
	struct pool *pool = pool_new(64 << 10);
	struct state_reply state;
	struct buf answer;
	int result = -1;

	buf_init(&answer, FRAME_BODY_MAX);
	if (pool == NULL) {
		(void)err_set(err, HF_MEMORY, "state");
		goto out;
	}
	if (call_ask(p->signer, SIGNER_STATE, BYTES_NONE, &answer, STATE_MS, err) != 0 ||
	    body_decode(&state_reply_body, buf_get(&answer), pool, &state, err) != 0)
		goto out;
	p->evaluation = state.evaluation != 0;
	result = 0;
out:
	buf_free(&answer);
	pool_free(&pool);
	return result;
}

/* Made by the ceremony, never here: with another one the papers, codes and identity numbers that are kept could not be read. */
static int open_storage_key(struct program *p, struct err *err)
{
	struct buf key;
	int result = -1;

	buf_init(&key, STORAGE_KEY_SIZE);
	if (file_read(&key, AT_FDCWD, "storage.key", err) != 0)
		goto out;
	if (key.size != STORAGE_KEY_SIZE)
		(void)err_set(err, HF_FILE, "storage.key: %zu bytes instead of %d", key.size, STORAGE_KEY_SIZE);
	else
		result = secret_copy(&p->storage_key, buf_get(&key), err);
out:
	buf_wipe(&key);
	return result;
}

static int read_certificates(struct program *p, struct err *err)
{
	if (cert_file_read(&p->root, AT_FDCWD, "../ca/root.crt", err) != 0 ||
	    cert_file_read(&p->issuing, AT_FDCWD, "../ca/issuing.crt", err) != 0)
		return -1;
	return cert_file_read(&p->journal, AT_FDCWD, "../ca/journal.crt", err);
}

static int64_t setting(const struct program *p, const char *name)
{
	return settings_integer(p->settings, "portal", name);
}

static int open_service(struct program *p, int crl, struct err *err)
{
	struct service_settings s = {
	    .store = STORE_FOLDER "/store.db",
	    .crl = crl,
	    .storage_key = secret_get(&p->storage_key),
	    .root = p->root->der,
	    .issuing = p->issuing->der,
	    .journal = p->journal->der,
	    .origins = p->origins,
	    .session_idle = (int32_t)setting(p, "session-idle"),
	    .session_absolute = (int32_t)setting(p, "session-absolute"),
	    .paper_max = setting(p, "paper-max"),
	    .papers_max = (int32_t)setting(p, "papers-max"),
	    .disk_reserve = setting(p, "disk-reserve"),
	    .uploads_per_hour = (int32_t)setting(p, "uploads-per-hour"),
	    .drafts_per_hour = (int32_t)setting(p, "drafts-per-hour"),
	    .sessions_per_hour = (int32_t)setting(p, "sessions-per-hour"),
	    .logins_per_hour = (int32_t)setting(p, "logins-per-hour"),
	    .evaluation = p->evaluation,
	};

	s.papers = file_open_dir(AT_FDCWD, PAPERS_FOLDER, err);
	if (s.papers < 0)
		return -1;
	return service_new(&p->portal.service, &s, (struct signer_door){ask_call, p->signer, NULL}, err);
}

static bool on_loopback(const char *origin)
{
	static const char *const hosts[] = {"http://127.0.0.1", "http://localhost", "http://[::1]"};

	for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
		const char *rest = origin + strlen(hosts[i]);

		if (strncmp(origin, hosts[i], strlen(hosts[i])) == 0 && (*rest == '\0' || *rest == ':'))
			return true;
	}
	return false;
}

static void fill_portal(struct program *p)
{
	bool secure = strncmp(p->origins[0], "https://", 8) == 0;

	p->portal.origins = p->origins;
	p->portal.asks = !on_loopback(p->origins[0]);
	p->portal.secure = secure;
	p->portal.cookie = secure ? "__Host-hufu" : "hufu";
	p->portal.name = settings_text(p->settings, "service", "name");
	p->portal.form = settings_text(p->settings, "service", "form");
	p->portal.point = settings_text(p->settings, "service", "point");
	p->portal.telephone = settings_text(p->settings, "service", "telephone");
	p->portal.hours = settings_text(p->settings, "service", "hours");
}

static int serve(struct program *p, int listener, struct err *err)
{
	struct web_server_settings web = web_server_usual;

	if (p->portal.secure) { /* TLS is its proxy's: that is the only peer, and says whom it asks for */
		web.front = true;
		web.connections_per_address = 0;
	}
	web.workers = (int)setting(p, "threads");
	p->pages = (struct router_program){&p->portal, gate_judge, gate_csrf, problem_page, NULL};
	if (router_new(&p->router, portal_routes, portal_route_count, &p->pages, err) != 0)
		return -1;
	if (service_start(p->portal.service, (struct signer_door){ask_call, p->feed, end_call}, err) != 0)
		return -1;
	return web_server_start(&p->portal.server, &web, &listener, 1, p->router, err);
}

/* Until SIGTERM or SIGINT. */
static void wait_for_end(const sigset_t *ending)
{
	while (sigwaitinfo(ending, NULL) < 0)
		;
}

/* The storage key stays outside; where the CRLs are, only the descriptor leads. */
static int enter_jail(int crl, struct err *err)
{
	char crl_folder[32];
	const struct jail_path paths[] = {{STORE_FOLDER, JAIL_WRITE}, {PAPERS_FOLDER, JAIL_WRITE}, {crl_folder, JAIL_READ}};

	(void)snprintf(crl_folder, sizeof(crl_folder), "/proc/self/fd/%d", crl);
	if (file_make_dir(AT_FDCWD, STORE_FOLDER, 0700, err) != 0 || file_make_dir(AT_FDCWD, PAPERS_FOLDER, 0700, err) != 0)
		return -1;
	return jail_enter(JAIL_PORTAL, paths, sizeof(paths) / sizeof(paths[0]), err);
}

/* The jail is entered before the first thread starts: the doors and the store have threads of their own. */
static int run(struct program *p, const sigset_t *ending, struct err *err)
{
	int settings = spawn_fd_get("SETTINGS", err);
	int listener = spawn_fd_get("HTTP", err);
	int crl = spawn_fd_get("CRL", err);

	if (settings < 0 || listener < 0 || crl < 0 || settings_read(&p->settings, settings, err) != 0 ||
	    crypto_use(settings_text(p->settings, "service", "sm2"), err) != 0 || read_origins(p, err) != 0 ||
	    open_storage_key(p, err) != 0 || read_certificates(p, err) != 0 || enter_jail(crl, err) != 0)
		return -1;
	if (open_doors(p, err) != 0 || ask_state(p, err) != 0 || open_service(p, crl, err) != 0)
		return -1;
	fill_portal(p);
	if (serve(p, listener, err) != 0 || spawn_ready(err) != 0)
		return -1;
	log_info("portal.serves", "%zu routes, %s", portal_route_count, p->origins[0]);
	wait_for_end(ending);
	return 0;
}

static void let_go(struct program *p)
{
	web_server_stop(&p->portal.server, GRACE_MS);
	router_free(&p->router);
	service_free(&p->portal.service);
	call_free(&p->feed);
	call_free(&p->signer);
	cert_free(&p->journal);
	cert_free(&p->issuing);
	cert_free(&p->root);
	secret_free(&p->storage_key);
	free(p->origins_text);
	settings_free(&p->settings);
}

int main(void)
{
	struct program p = {0};
	struct err err = {0};
	sigset_t ending;
	int result;

	log_start("portal", LOG_LEVEL_INFO);
	crypto_load();
	(void)sigemptyset(&ending);
	(void)sigaddset(&ending, SIGTERM);
	(void)sigaddset(&ending, SIGINT);
	(void)pthread_sigmask(SIG_BLOCK, &ending, NULL);
	result = secret_harden_process(&err) == 0 ? run(&p, &ending, &err) : -1;
	let_go(&p);
	if (result == 0)
		return EXIT_SUCCESS;
	log_fault("portal.failed", &err);
	return EXIT_FAILURE;
}
