/* escrow: keeps encryption keys in safety and gives their envelopes out against warrants. doc/protocol/escrow.md */
#include "cert_file.h"
#include "chain.h"
#include "clock.h"
#include "crypto_load.h"
#include "escrow_dispatch.h"
#include "escrow_message.h"
#include "file.h"
#include "jail.h"
#include "keyring.h"
#include "log.h"
#include "settings.h"
#include "spawn.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#define TICK_MS 20
#define BATCH_MAX 256
#define SEALED_MAX 4096

/* The CA this escrow serves. */
struct ca_files {
	struct cert *root, *issuing, *journal;
};

static int open_ca(struct ca_files *ca, struct escrow *escrow, struct err *err)
{
	if (cert_file_read(&ca->root, AT_FDCWD, "../ca/root.crt", err) < 0)
		return -1;
	if (cert_file_read(&ca->issuing, AT_FDCWD, "../ca/issuing.crt", err) < 0)
		return -1;
	if (cert_file_read(&ca->journal, AT_FDCWD, "../ca/journal.crt", err) < 0)
		return -1;
	if (chain_check(ca->journal, ca->issuing, ca->root, clock_now(), err) < 0)
		return err_wrap(err, "journal certificate");
	if ((ca->journal->extended & CERT_USE_JOURNAL) == 0)
		return err_set(err, HF_CERT_CHAIN, "journal.crt does not sign warrants (certificate.md 1)");
	sm2_public_id(ca->issuing->key, escrow->ca);
	escrow->journal_key = ca->journal->key;
	return sm2_public_prepare(ca->journal->key, err);
}

static int open_safekeeping(struct escrow *escrow, struct err *err)
{
	struct secret passphrase = {NULL, 0}, master = {NULL, 0};
	struct buf sealed;
	int result = -1;

	buf_init(&sealed, SEALED_MAX);
	if (passphrase_read(&passphrase, err) < 0)
		goto out;
	if (file_read(&sealed, AT_FDCWD, "master.key.sealed", err) < 0)
		goto out;
	if (keyring_open(secret_get(&passphrase), "escrow-master", buf_get(&sealed), &master, err) < 0)
		goto out;
	result = safekeeping_open(&escrow->safekeeping, AT_FDCWD, "pairs", &master, escrow->ca, err);
out:
	secret_free(&passphrase);
	secret_free(&master);
	buf_free(&sealed);
	return result;
}

static int read_settings(struct settings **settings, struct err *err)
{
	int fd = spawn_fd_get("SETTINGS", err);

	if (fd < 0 || settings_read(settings, fd, err) < 0)
		return -1;
	return crypto_use(settings_text(*settings, "service", "sm2"), err);
}

static int serve_signer(struct escrow *escrow, struct err *err)
{
	int door = spawn_fd_get("SIGNER", err);

	if (door < 0)
		return -1;
	if (serve_new(&escrow->serve, dispatch_batch, dispatch_tick, TICK_MS, escrow, err) < 0)
		return -1;
	if (serve_add_listener(escrow->serve, door, escrow_signer_door, escrow_signer_door_rows, NULL, err) < 0)
		return -1;
	if (jail_enter(JAIL_ESCROW, NULL, 0, err) < 0)
		return -1;
	if (spawn_ready(err) < 0)
		return -1;
	log_info("escrow.ready", "%zu pairs in safekeeping", safekeeping_count(escrow->safekeeping));
	if (serve_run(escrow->serve, BATCH_MAX, err) < 0)
		return -1;
	return escrow->failed ? err_set(err, HF_ESCROW_BROKEN, "the file takes nothing more") : 0;
}

int main(void)
{
	struct ca_files ca = {NULL, NULL, NULL};
	struct settings *settings = NULL;
	struct escrow escrow;
	struct err err = {0};
	int status = EXIT_FAILURE;

	memset(&escrow, 0, sizeof(escrow));
	log_start("escrow", LOG_LEVEL_INFO);
	if (secret_harden_process(&err) < 0)
		goto out;
	if (read_settings(&settings, &err) < 0)
		goto out;
	if (open_ca(&ca, &escrow, &err) < 0)
		goto out;
	if (open_safekeeping(&escrow, &err) < 0)
		goto out;
	if (stock_new(&escrow.stock, (size_t)settings_integer(settings, "escrow", "stock"), &err) < 0)
		goto out;
	if (serve_signer(&escrow, &err) < 0)
		goto out;
	status = EXIT_SUCCESS;
out:
	if (status != EXIT_SUCCESS)
		log_fault("escrow.end", &err);
	settings_free(&settings);
	serve_free(&escrow.serve);
	stock_free(&escrow.stock);
	safekeeping_free(&escrow.safekeeping);
	cert_free(&ca.journal);
	cert_free(&ca.issuing);
	cert_free(&ca.root);
	return status;
}
