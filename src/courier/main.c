/* courier: takes mails from the outbox to the mail server. */
#include "clock.h"
#include "compose.h"
#include "crypto_load.h"
#include "file.h"
#include "jail.h"
#include "log.h"
#include "mail_seal.h"
#include "outbox.h"
#include "secret.h"
#include "settings.h"
#include "smtp.h"
#include "spawn.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define STORE_FOLDER "../portal/store"
#define STORE_PATH STORE_FOLDER "/store.db"
#define STORAGE_KEY_PATH "../portal/storage.key"
#define STORAGE_KEY_MAX 32
#define IDLE_SECONDS 2
#define FAULT_SECONDS 30
#define LOGIN_MAX 1024

struct program {
	struct settings *settings;
	struct letter_sender sender;
	struct smtp_settings smtp;
	struct secret login;    /* "user\0password\0" */
	struct secret mail_key; /* opens the details of mails */
	struct outbox outbox;
};

static const char *text_setting(const struct program *p, const char *section, const char *name)
{
	return settings_text(p->settings, section, name);
}

/* Two lines: user, password. */
static int read_login(struct program *p, struct err *err)
{
	const char *path = text_setting(p, "courier", "login");
	struct buf text;
	int rc = -1;

	if (path[0] == '\0')
		return 0;
	buf_init(&text, LOGIN_MAX);
	if (file_read(&text, AT_FDCWD, path, err) == 0 && buf_append_u8(&text, '\n', err) == 0)
		rc = secret_copy(&p->login, buf_get(&text), err);
	buf_wipe(&text);
	if (rc != 0)
		return err_wrap(err, "courier.login");
	char *user = (char *)p->login.data, *end = memchr(user, '\n', p->login.size);
	char *password = end + 1, *last = memchr(password, '\n', p->login.size - (size_t)(password - user));
	if (last == NULL)
		return err_set(err, HF_SETTING, "courier.login: not two lines");
	*end = *last = '\0';
	p->smtp.user = user;
	p->smtp.password = password;
	return 0;
}

static int read_settings(struct program *p, struct err *err)
{
	int fd = spawn_fd_get("SETTINGS", err);

	if (fd < 0 || settings_read(&p->settings, fd, err) != 0)
		return -1;
	p->sender = (struct letter_sender){
	    .name = text_setting(p, "service", "name"),
	    .organisation = text_setting(p, "service", "organisation"),
	    .point = text_setting(p, "service", "point"),
	    .telephone = text_setting(p, "service", "telephone"),
	};
	p->smtp.url = text_setting(p, "courier", "smtp");
	p->smtp.from = text_setting(p, "courier", "from");
	return read_login(p, err);
}

/* Before the jail, which closes the storage key: only what mails need of it is kept. */
static int derive_mail_key(struct program *p, struct err *err)
{
	struct secret master = {NULL, 0};
	struct buf key;
	int rc = -1;

	buf_init(&key, STORAGE_KEY_MAX);
	if (file_read(&key, AT_FDCWD, STORAGE_KEY_PATH, err) == 0 && secret_copy(&master, buf_get(&key), err) == 0)
		rc = mail_key_derive(&master, &p->mail_key, err);
	buf_wipe(&key);
	secret_free(&master);
	return rc;
}

/* outbox_send_fn: all over one connection. */
static void send_all(void *ctx, struct outgoing *mails, size_t n)
{
	const struct program *p = ctx;
	struct smtp_item items[OUTBOX_BATCH];
	struct buf messages[OUTBOX_BATCH];
	size_t of[OUTBOX_BATCH], count = 0; /* of: which mail an item is */

	for (size_t i = 0; i < n; i++) {
		buf_init(&messages[i], COMPOSE_MAX);
		if (mails[i].fault.code != HF_NONE ||
		    compose(&messages[i], &mails[i].mail, &p->sender, p->smtp.from, clock_now(), &mails[i].fault) != 0)
			continue;
		items[count] = (struct smtp_item){.to = mails[i].mail.address, .message = buf_get(&messages[i])};
		of[count++] = i;
	}
	if (count > 0)
		smtp_send(&p->smtp, items, count);
	for (size_t i = 0; i < count; i++) {
		mails[of[i]].sent = items[i].taken;
		mails[of[i]].fault = items[i].fault;
	}
	for (size_t i = 0; i < n; i++)
		buf_wipe(&messages[i]);
}

/* The name service and the roots of TLS stay readable. */
static int enter_jail(struct err *err)
{
	static const struct jail_path paths[] = {
	    {STORE_FOLDER, JAIL_WRITE},    {"/etc/resolv.conf", JAIL_READ},   {"/etc/hosts", JAIL_READ},
	    {"/etc/host.conf", JAIL_READ}, {"/etc/nsswitch.conf", JAIL_READ}, {"/etc/gai.conf", JAIL_READ},
	    {"/etc/services", JAIL_READ},  {"/etc/ssl", JAIL_READ},           {"/usr/share/ca-certificates", JAIL_READ},
	};

	return jail_enter(JAIL_COURIER, paths, sizeof(paths) / sizeof(paths[0]), err);
}

/* Until SIGTERM or SIGINT. What comes within the idle time goes together. */
static void deliver(const struct program *p, const sigset_t *ending)
{
	struct timespec wait = {0};

	while (sigtimedwait(ending, NULL, &wait) < 0) {
		struct err err = {ERR_NONE};
		size_t count;
		if (outbox_turn(&p->outbox, &count, &err) != 0) {
			log_fault("outbox", &err);
			wait.tv_sec = FAULT_SECONDS;
		} else {
			wait.tv_sec = count == OUTBOX_BATCH ? 0 : IDLE_SECONDS;
		}
	}
}

static int run(struct program *p, const sigset_t *ending, struct err *err)
{
	if (read_settings(p, err) != 0 || derive_mail_key(p, err) != 0)
		return -1;
	smtp_start();
	p->outbox = (struct outbox){.key = &p->mail_key, .send = send_all, .ctx = p};
	if (store_open(&p->outbox.store, &(struct store_settings){.path = STORE_PATH, .role = STORE_COURIER, .readers = 1}, err) != 0)
		return -1;
	if (enter_jail(err) != 0 || spawn_ready(err) != 0)
		return -1;
	log_info("courier.ready", "mails go to %s", p->smtp.url);
	deliver(p, ending);
	return 0;
}

int main(void)
{
	struct program p = {.settings = NULL};
	struct err err = {ERR_NONE};
	sigset_t ending;
	int result;

	log_start("courier", LOG_LEVEL_INFO);
	crypto_load();
	(void)sigemptyset(&ending);
	(void)sigaddset(&ending, SIGTERM);
	(void)sigaddset(&ending, SIGINT);
	(void)pthread_sigmask(SIG_BLOCK, &ending, NULL);
	result = secret_harden_process(&err) == 0 ? run(&p, &ending, &err) : -1;
	store_free(&p.outbox.store);
	secret_free(&p.login);
	secret_free(&p.mail_key);
	settings_free(&p.settings);
	if (result == 0)
		return EXIT_SUCCESS;
	log_fault("courier.failed", &err);
	return EXIT_FAILURE;
}
