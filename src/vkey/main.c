/* vkey: makes a virtual key, or plugs it in until it is told to end. */
#include "crypto_load.h"
#include "door.h"
#include "jail.h"
#include "log.h"
#include "make.h"
#include "plug.h"

#include <getopt.h>
#include <libgen.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum { EXIT_USAGE = 64 };

struct arguments {
	bool make, hand_over;
	const char *file, *slot;
	struct make_plan plan;
	int pin, out;
};

static int usage(void)
{
	(void)fprintf(stderr, "usage: vkey --make --file FILE --label TEXT [--serial HUFUV...] [--to-prepare] [--out-fd N]\n"
	                      "       vkey --hand-over --file FILE [--pin-fd N] [--out-fd N]\n"
	                      "       vkey --file FILE --slot NAME|PATH.sock\n");
	return EXIT_USAGE;
}

/* false when the arguments are not those of usage(). */
static bool read_descriptor(const char *text, int *fd)
{
	char *end;
	long n = strtol(text, &end, 10);

	*fd = (int)n;
	return *text != '\0' && *end == '\0' && n >= 0 && n <= 1023;
}

static bool read_arguments(int argc, char **argv, struct arguments *a)
{
	static const struct option options[] = {
	    {"make", no_argument, NULL, 'm'},         {"file", required_argument, NULL, 'f'},
	    {"slot", required_argument, NULL, 's'},   {"label", required_argument, NULL, 'l'},
	    {"serial", required_argument, NULL, 'n'}, {"out-fd", required_argument, NULL, 'o'},
	    {"hand-over", no_argument, NULL, 'h'},    {"pin-fd", required_argument, NULL, 'p'},
	    {"to-prepare", no_argument, NULL, 't'},   {NULL, 0, NULL, 0},
	};
	int c;

	*a = (struct arguments){.out = STDOUT_FILENO};
	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1)
		switch (c) {
		case 'm':
			a->make = true;
			break;
		case 'f':
			a->file = optarg;
			break;
		case 's':
			a->slot = optarg;
			break;
		case 'l':
			a->plan.label = optarg;
			break;
		case 'n':
			a->plan.serial = optarg;
			break;
		case 't':
			a->plan.to_prepare = true;
			break;
		case 'o':
			if (!read_descriptor(optarg, &a->out))
				return false;
			break;
		case 'h':
			a->hand_over = true;
			break;
		case 'p':
			if (!read_descriptor(optarg, &a->pin))
				return false;
			break;
		default:
			return false;
		}
	if (optind != argc || a->file == NULL)
		return false;
	if (a->make)
		return a->plan.label != NULL && a->slot == NULL && !a->hand_over;
	return a->plan.label == NULL && a->plan.serial == NULL && !a->plan.to_prepare && a->hand_over == (a->slot == NULL);
}

/* A descriptor that becomes readable when the process shall end. */
static int open_stop(struct err *err)
{
	sigset_t ending;
	int fd;

	(void)sigemptyset(&ending);
	(void)sigaddset(&ending, SIGTERM);
	(void)sigaddset(&ending, SIGINT);
	(void)sigaddset(&ending, SIGHUP);
	if (sigprocmask(SIG_BLOCK, &ending, NULL) != 0 || (fd = signalfd(-1, &ending, SFD_CLOEXEC)) < 0)
		return err_set_errno(err, HF_SYSTEM, "signals");
	return fd;
}

/* What is left: the folder of the key file and that of the slot. */
static int enter_jail(const char *file, const char *socket, struct err *err)
{
	char *of_file = strdup(file), *of_socket = strdup(socket);
	int result = -1;

	if (of_file == NULL || of_socket == NULL) {
		(void)err_set(err, HF_MEMORY, "folders of the jail");
	} else {
		const struct jail_path paths[] = {{dirname(of_file), JAIL_WRITE}, {dirname(of_socket), JAIL_WRITE}};

		result = jail_enter(JAIL_VKEY, paths, sizeof(paths) / sizeof(paths[0]), err);
	}
	free(of_file);
	free(of_socket);
	return result;
}

static int run(const struct arguments *a, struct err *err)
{
	struct memory_file *file = NULL;
	struct application *application = NULL;
	struct plug plug;
	int stop, result = -1;

	if (memory_file_open(&file, a->file, err) != 0 || application_new(&application, file, err) != 0)
		return -1;
	stop = open_stop(err);
	if (stop >= 0 && plug_in(&plug, a->slot, err) == 0) {
		if (enter_jail(a->file, plug.path, err) == 0) {
			log_info("key.plugged", "in at %s", plug.path);
			result = door_run(plug.listener, stop, application, err);
		}
		plug_out(&plug);
		log_info("key.pulled", "out of %s", plug.path);
	}
	if (stop >= 0)
		(void)close(stop);
	application_free(&application);
	return result;
}

static int act(const struct arguments *a, struct err *err)
{
	if (a->make)
		return make_key(a->file, &a->plan, a->out, err);
	return a->hand_over ? make_hand_over(a->file, a->pin, a->out, err) : run(a, err);
}

int main(int argc, char **argv)
{
	struct arguments a;
	struct err err = {0};

	if (!read_arguments(argc, argv, &a))
		return usage();
	log_start("vkey", LOG_LEVEL_INFO);
	crypto_load();
	if (secret_harden_process(&err) == 0 && act(&a, &err) == 0)
		return EXIT_SUCCESS;
	log_fault(a.make ? "key.not_made" : "key.failed", &err);
	return EXIT_FAILURE;
}
