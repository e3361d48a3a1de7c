/* mailbox: receives the mails of an evaluation instance and shows them, so that it needs no mail server. */
#include "crypto_load.h"
#include "file.h"
#include "jail.h"
#include "log.h"
#include "mail_folder.h"
#include "mail_view.h"
#include "mailbox_page.h"
#include "secret.h"
#include "server.h"
#include "smtp_door.h"
#include "spawn.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <unistd.h>

#define GRACE_MS 1000

/* Nobody else adds mails: the folder is looked through once. */
struct keeping {
	int folder;
	int64_t last; /* the number of the newest mail */
};

static int keep_mail(void *ctx, struct bytes mail, struct err *err)
{
	struct keeping *k = ctx;

	if (mail_folder_add(k->folder, mail, k->last + 1, err) != 0) {
		log_fault("mailbox.keep", err);
		return -1;
	}
	k->last++;
	log_info("mailbox.kept", "mail %lld, %zu bytes", (long long)k->last, mail.size);
	return 0;
}

static int serve(int *folder, int ending, struct err *err)
{
	static const struct jail_path paths[] = {{".", JAIL_WRITE}};
	int smtp = spawn_fd_get("SMTP", err), http = spawn_fd_get("HTTP", err), result;
	struct web_server_settings web = web_server_usual;
	struct keeping keeping = {.folder = *folder};
	struct router_program program = {.ctx = folder};
	struct web_server *server = NULL;
	struct router *router = NULL;

	if (smtp < 0 || http < 0 || mail_folder_last(keeping.folder, &keeping.last, err) != 0)
		return -1;
	web.threads = 1;
	web.workers = 0;
	mail_view_start();
	result = router_new(&router, mailbox_routes, mailbox_routes_count, &program, err);
	if (result == 0)
		result = jail_enter(JAIL_MAILBOX, paths, sizeof(paths) / sizeof(paths[0]), err);
	if (result == 0)
		result = web_server_start(&server, &web, &http, 1, router, err);
	if (result == 0)
		result = spawn_ready(err);
	if (result == 0)
		result = smtp_door_serve(smtp, ending, keep_mail, &keeping, err);
	web_server_stop(&server, GRACE_MS);
	router_free(&router);
	return result;
}

int main(void)
{
	struct err err = {ERR_NONE};
	int folder, ending, result = -1;
	sigset_t signals;

	log_start("mailbox", LOG_LEVEL_INFO);
	crypto_load();
	(void)sigemptyset(&signals);
	(void)sigaddset(&signals, SIGTERM);
	(void)sigaddset(&signals, SIGINT);
	(void)pthread_sigmask(SIG_BLOCK, &signals, NULL);
	ending = signalfd(-1, &signals, SFD_CLOEXEC);
	folder = file_open_dir(AT_FDCWD, ".", &err);
	if (ending >= 0 && folder >= 0 && secret_harden_process(&err) == 0)
		result = serve(&folder, ending, &err);
	if (folder >= 0)
		close(folder);
	if (result == 0)
		return EXIT_SUCCESS;
	log_fault("mailbox.failed", &err);
	return EXIT_FAILURE;
}
