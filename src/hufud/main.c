/* hufud: starts the server programs in the data folder, watches over them, stops them. */
#include "file.h"
#include "jail.h"
#include "log.h"
#include "passphrase_keep.h"
#include "secret.h"
#include "watch.h"

#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int usage(void)
{
	fprintf(stderr, "usage: hufud [--passphrase-fd N] DIR\n");
	return 2;
}

/* One hufud for each data folder; its number stands in the locked file. */
static int lock_folder(struct err *err)
{
	char number[32];
	int fd;

	if (file_make_dir(AT_FDCWD, "run", 0700, err))
		return -1;
	fd = file_lock(AT_FDCWD, "run/hufud.pid", err);
	if (fd < 0)
		return err->code == HF_EXISTS ? err_set(err, HF_EXISTS, "another hufud runs in this folder") : -1;
	snprintf(number, sizeof(number), "%d\n", (int)getpid());
	if (ftruncate(fd, 0) || file_write_all(fd, bytes_text(number), err)) {
		close(fd);
		return err_set_errno(err, HF_FILE, "run/hufud.pid");
	}
	return fd;
}

static int load_settings(struct settings **settings, struct err *err)
{
	struct buf ini;
	int result = -1;

	buf_init(&ini, SETTINGS_FILE_MAX);
	if (file_read(&ini, AT_FDCWD, "hufu.ini", err) == 0)
		result = settings_parse(settings, buf_get(&ini), err) ? err_wrap(err, "hufu.ini") : 0;
	buf_free(&ini);
	return result;
}

static int serve(int passphrase_fd, struct err *err)
{
	struct settings *settings = NULL;
	struct watch *watch = NULL;
	int passphrase = -1, lock = lock_folder(err), result = -1;

	if (lock < 0 || load_settings(&settings, err))
		goto out;
	passphrase = passphrase_keep(passphrase_fd, err);
	if (passphrase < 0 || watch_new(&watch, settings, passphrase, err))
		goto out;
	if (secret_harden_process(err) == 0 && jail_enter(JAIL_HUFUD, NULL, 0, err) == 0)
		result = watch_run(watch, err);
out:
	watch_free(&watch);
	settings_free(&settings);
	if (passphrase >= 0)
		close(passphrase);
	if (lock >= 0)
		close(lock);
	return result;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {{"passphrase-fd", required_argument, NULL, 'p'}, {NULL, 0, NULL, 0}};
	int option, passphrase_fd = -1;
	struct err err;
	char *end;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option != 'p')
			return usage();
		passphrase_fd = (int)strtol(optarg, &end, 10);
		if (*end || end == optarg || fcntl(passphrase_fd, F_SETFD, FD_CLOEXEC))
			return usage();
	}
	if (optind + 1 != argc)
		return usage();
	log_start("hufud", LOG_LEVEL_INFO);
	if (chdir(argv[optind])) {
		err_set_errno(&err, HF_FILE, "%s", argv[optind]);
	} else if (serve(passphrase_fd, &err) == 0) {
		printf("hufu has stopped\n");
		return 0;
	}
	log_fault("hufud.stopped", &err);
	fprintf(stderr, "hufud: %s (HF-%04d)\n", err.text, (int)err.code);
	return 1;
}
