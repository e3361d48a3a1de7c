/* signer: holds the issuing key and does what persons ordered. doc/protocol/signer.md */
#include "clock.h"
#include "crypto_load.h"
#include "jail.h"
#include "log.h"
#include "published.h"
#include "replay.h"
#include "settings.h"
#include "signer_dispatch.h"
#include "signer_message.h"
#include "spawn.h"

#include <stdlib.h>

#define TICK_MS 20

/* A door that hufud opened: the descriptor's name, its table, and what it is to the dispatcher. */
struct door {
	const char *name;
	const struct message *table;
	size_t rows;
	const struct signer_door *door;
};

static int open_doors(struct signer *s, struct err *err)
{
	const struct door doors[] = {
	    {"PORTAL", signer_portal_door, signer_portal_door_rows, &signer_door_portal},
	    {"RESPONDER", signer_responder_door, signer_responder_door_rows, &signer_door_responder},
	    {"ORDER", signer_order_door, signer_order_door_rows, &signer_door_order},
	};

	for (size_t i = 0; i < sizeof(doors) / sizeof(doors[0]); i++) {
		int fd = spawn_fd_get(doors[i].name, err);

		if (fd < 0 || serve_add_listener(s->serve, fd, doors[i].table, doors[i].rows, doors[i].door, err) < 0)
			return -1;
	}
	return 0;
}

static int open_ca(struct signer *s, const struct settings *settings, struct err *err)
{
	struct secret passphrase = {NULL, 0};
	int result = -1;

	if (passphrase_read(&passphrase, err) < 0)
		goto out;
	result = ca_open(&s->ca, secret_get(&passphrase), settings_text(settings, "service", "status-url"), clock_now(), err);
out:
	secret_free(&passphrase);
	return result;
}

static int open_journal(struct signer *s, const struct settings *settings, struct err *err)
{
	int64_t now;

	if (replay_open(s, settings_integer(settings, "signer", "issue-per-reviewer-hour"), err) < 0)
		return -1;
	s->crl.every = settings_integer(settings, "signer", "crl-every");
	s->crl.life = settings_integer(settings, "signer", "crl-life");
	crl_maker_open(s);
	if (published_check(s, err) < 0)
		return -1;
	return signer_now(s, &now, err);
}

static int open_escrow(struct signer *s, struct err *err)
{
	int line = spawn_fd_get("ESCROW", err);

	return line < 0 ? -1 : call_line(&s->escrow, line, err);
}

static int serve_peers(struct signer *s, size_t batch, struct err *err)
{
	const struct jail_path paths[] = {{"crl", JAIL_WRITE}};

	if (serve_new(&s->serve, signer_dispatch_batch, signer_dispatch_tick, TICK_MS, s, err) < 0)
		return -1;
	if (open_doors(s, err) < 0)
		return -1;
	if (jail_enter(JAIL_SIGNER, paths, sizeof(paths) / sizeof(paths[0]), err) < 0)
		return -1;
	/* Starts a thread, which is to be in the jail too. */
	if (open_escrow(s, err) < 0)
		return -1;
	crl_maker_tick(s);
	if (s->failed)
		return err_set(err, HF_JOURNAL_BROKEN, "the journal takes nothing more");
	if (spawn_ready(err) < 0)
		return -1;
	log_info("signer.ready", "%lld records", (long long)journal_state_get(s->journal).number);
	if (serve_run(s->serve, batch, err) < 0)
		return -1;
	return s->failed ? err_set(err, HF_JOURNAL_BROKEN, "ended itself") : 0;
}

static void close_all(struct signer *s)
{
	serve_free(&s->serve);
	call_free(&s->escrow);
	hold_free(&s->holds);
	crl_maker_close(&s->crl);
	status_tail_close(&s->tail);
	registry_free(&s->registry);
	journal_free(&s->journal);
	ca_close(&s->ca);
}

int main(void)
{
	static struct signer signer = {.responder_ms = -RESPONDER_PRESENT_MS};
	struct settings *settings = NULL;
	struct err err = {0};
	int status = EXIT_FAILURE, fd;

	log_start("signer", LOG_LEVEL_INFO);
	if (secret_harden_process(&err) < 0)
		goto out;
	fd = spawn_fd_get("SETTINGS", &err);
	if (fd < 0 || settings_read(&settings, fd, &err) < 0)
		goto out;
	if (crypto_use(settings_text(settings, "service", "sm2"), &err) < 0)
		goto out;
	if (open_ca(&signer, settings, &err) < 0)
		goto out;
	if (open_journal(&signer, settings, &err) < 0)
		goto out;
	if (serve_peers(&signer, (size_t)settings_integer(settings, "signer", "batch"), &err) < 0)
		goto out;
	status = EXIT_SUCCESS;
out:
	if (status != EXIT_SUCCESS)
		log_fault("signer.end", &err);
	settings_free(&settings);
	close_all(&signer);
	return status;
}
