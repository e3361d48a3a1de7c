/* keydoor: holds the key for the agent, and asks the person. doc/protocol/keydoor.md */
#include "cert_file.h"
#include "crypto_load.h"
#include "desktop.h"
#include "dispatch.h"
#include "keydoor_jail.h"
#include "log.h"
#include "spawn.h"

#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

#define START_S 10 /* for the vendor's library to be loaded: then SIGALRM ends the process, and the agent starts it again */

struct arguments {
	const char *library, *pinentry, *root, *issuing;
};

static bool read_arguments(int argc, char **argv, struct arguments *a)
{
	static const struct option options[] = {
	    {"library", required_argument, NULL, 'l'},
	    {"pinentry", required_argument, NULL, 'p'},
	    {"root", required_argument, NULL, 'r'},
	    {"issuing", required_argument, NULL, 'i'},
	    {NULL, 0, NULL, 0},
	};
	int c;

	*a = (struct arguments){NULL};
	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		const char **to = c == 'l' ? &a->library : c == 'p' ? &a->pinentry : c == 'r' ? &a->root : c == 'i' ? &a->issuing : NULL;

		if (to == NULL)
			return false;
		*to = optarg;
	}
	return optind == argc && a->library != NULL && a->pinentry != NULL && a->root != NULL && a->issuing != NULL;
}

static int open_keydoor(struct keydoor *k, const struct arguments *a, struct err *err)
{
	if (cert_file_read(&k->root, AT_FDCWD, a->root, err) != 0 || cert_file_read(&k->issuing, AT_FDCWD, a->issuing, err) != 0 ||
	    order_shelf_new(&k->shelf, err) != 0)
		return -1;
	sm2_public_id(k->issuing->key, k->ca);
	(void)alarm(START_S);
	if (token_library_open(&k->library, a->library, err) != 0)
		return -1;
	(void)alarm(0);
	return 0;
}

static int run(const struct arguments *a, struct err *err)
{
	static struct patience patience;
	static struct recall recall;
	static struct desktop desktop;
	static struct keydoor keydoor;
	struct dispatch *dispatch;
	int fd;

	keydoor.place = (struct window_place){.pinentry = a->pinentry, .env = desktop.variables, .patience = &patience, .recall = &recall};
	desktop_read(&desktop);
	crypto_load();
	fd = spawn_fd_get("AGENT", err);
	if (fd < 0 || recall_init(&recall, err) != 0 || secret_harden_process(err) != 0 || open_keydoor(&keydoor, a, err) != 0 ||
	    keydoor_jail(a->pinentry, err) != 0 || dispatch_new(&dispatch, &keydoor, &patience, err) != 0)
		return -1;
	log_info("keydoor.ready", "library %s", a->library);
	return dispatch_run(dispatch, fd, err);
}

int main(int argc, char **argv)
{
	struct arguments arguments;
	struct err err = {0};

	log_start("keydoor", LOG_LEVEL_INFO);
	if (!read_arguments(argc, argv, &arguments)) {
		(void)fprintf(stderr, "usage: keydoor --library FILE --pinentry PROGRAM --root PEM --issuing PEM (started by agent)\n");
		return EX_USAGE;
	}
	if (run(&arguments, &err) != 0) {
		log_fault("keydoor.ended", &err);
		_exit(EX_UNAVAILABLE);
	}
	_exit(EX_OK); /* threads may be inside the vendor's library: nobody waits for them */
}
