/* hufu init: the ceremony that makes an instance, finished or not at all. doc/protocol/ceremony.md */
#include "ca_ceremony.h"
#include "clock.h"
#include "command.h"
#include "file.h"
#include "guard.h"
#include "journal_event.h"
#include "new_folder.h"
#include "origins.h"
#include "passphrase.h"
#include "persons.h"
#include "random.h"
#include "settings.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SET_MAX 32
#define PINS_MAX 4096
#define DRAWN_PASSPHRASE 32
#define ALPHABET "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

struct ceremony {
	const char *target;
	struct new_folder place;
	int dir; /* of the place, while it is made */
	bool evaluation;
	bool drawn; /* the passphrase */
	int passphrase_fd;
	char *set[3 * SET_MAX + 1]; /* section, name, value … of --set, owned; NULL-terminated */
	size_t set_count;
	struct settings *settings;
	struct secret passphrase;
	struct authority authority;
	struct person_list persons;
	struct buf pins;
};

static const char *const folders[] = {"ca",           "signer",  "signer/crl", "escrow",  "responder", "portal",      "portal/papers",
                                      "portal/store", "courier", "release",    "persons", "agent",     "agent/state", "run"};

/* "section.name=value" */
static int add_setting(struct ceremony *c, const char *text, struct err *err)
{
	const char *dot = strchr(text, '.'), *equals = strchr(text, '=');
	char **to = &c->set[3 * c->set_count];

	if (dot == NULL || equals == NULL || equals < dot || c->set_count == SET_MAX)
		return err_set(err, HF_USAGE, "--set wants section.name=value");
	to[0] = strndup(text, (size_t)(dot - text));
	to[1] = strndup(dot + 1, (size_t)(equals - dot - 1));
	to[2] = strdup(equals + 1);
	c->set_count++;
	return to[0] == NULL || to[1] == NULL || to[2] == NULL ? err_set(err, HF_MEMORY, "settings") : 0;
}

static int read_arguments(struct ceremony *c, int argc, char **argv, struct err *err)
{
	static const struct option options[] = {{"evaluation", no_argument, NULL, 'e'},
	                                        {"passphrase-fd", required_argument, NULL, 'p'},
	                                        {"person", required_argument, NULL, 'n'},
	                                        {"set", required_argument, NULL, 's'},
	                                        {0}};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'e')
			c->evaluation = true;
		else if (option == 'p')
			c->passphrase_fd = (int)strtol(optarg, NULL, 10);
		else if (option == 'n') {
			if (person_list_add(&c->persons, optarg, err) != 0)
				return -1;
		} else if (option != 's' || add_setting(c, optarg, err) != 0)
			return err_set(err, HF_USAGE, "see the usage");
	}
	if (optind != argc - 1)
		return err_set(err, HF_USAGE, "which folder?");
	c->target = argv[optind];
	if (c->evaluation && c->persons.count == 0 && person_list_usual(&c->persons, err) != 0)
		return -1;
	return person_list_check(&c->persons, c->evaluation, err);
}

static bool is_open(const char *folder)
{
	return strcmp(folder, "ca") == 0 || strcmp(folder, "run") == 0 || strcmp(folder, "signer/crl") == 0;
}

static int make_folders(struct ceremony *c, struct err *err)
{
	if (new_folder_make(&c->place, err) != 0)
		return -1;
	c->dir = c->place.dir;
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		if (file_make_dir(c->dir, folders[i], is_open(folders[i]) ? 0755 : 0700, err) != 0)
			return -1;
	return 0;
}

static int write_settings(struct ceremony *c, struct err *err)
{
	struct buf ini;
	int result = -1;

	buf_init(&ini, SETTINGS_FILE_MAX);
	if (settings_write((const char *const *)c->set, &ini, err) == 0 && settings_parse(&c->settings, buf_get(&ini), err) == 0)
		result = file_create(c->dir, "hufu.ini", buf_get(&ini), 0644, err);
	buf_free(&ini);
	return result;
}

/* An evaluation instance has a drawn one, unless another is given on a descriptor. */
static int take_passphrase(struct ceremony *c, struct err *err)
{
	if (!c->evaluation || c->passphrase_fd >= 0)
		return passphrase_take(c->passphrase_fd, true, &c->passphrase, err);
	if (secret_new(&c->passphrase, DRAWN_PASSPHRASE + 1, err) != 0)
		return -1;
	random_text((char *)c->passphrase.data, DRAWN_PASSPHRASE, ALPHABET);
	c->passphrase.size = DRAWN_PASSPHRASE;
	c->drawn = true;
	return 0;
}

/* A drawn one is kept in the folder. */
static int write_passphrase(struct ceremony *c, struct err *err)
{
	return c->drawn ? file_create(c->dir, "passphrase", secret_get(&c->passphrase), 0600, err) : 0;
}

static int begin_journal(struct ceremony *c, struct journal **journal, struct err *err)
{
	const struct authority *a = &c->authority;
	const struct journal_event begin = {
	    .type = EVENT_BEGIN,
	    .evaluation = a->evaluation,
	    .root = a->certs[AUTHORITY_ROOT]->der,
	    .issuing = a->certs[AUTHORITY_ISSUING]->der,
	    .journal = a->certs[AUTHORITY_JOURNAL]->der,
	};
	struct journal_record record;
	struct buf body;
	int result = -1;

	buf_init(&body, EVENT_BODY_MAX);
	if (journal_create(journal, c->dir, "signer/journal", err) == 0 && journal_event_write(&begin, EVENT_VIEW_FULL, &body, err) == 0)
		result = journal_add(*journal, a->now, buf_get(&body), &record, err);
	buf_free(&body);
	return result;
}

static int appoint(struct ceremony *c, struct err *err)
{
	struct journal *journal = NULL;
	int folder = file_open_dir(c->dir, "persons", err), result = -1;

	if (folder < 0)
		return -1;
	if (begin_journal(c, &journal, err) == 0 && persons_make(&c->authority, &c->persons, folder, journal, &c->pins, err) == 0)
		result = journal_commit(journal, err);
	journal_free(&journal);
	(void)close(folder);
	return result;
}

/* Settings for the agent of an evaluation's user, who sits at the same machine. */
static int write_agent_settings(struct ceremony *c, struct err *err)
{
	static const char *const settings[][2] = {
	    {"root", "ca/root.crt"},       {"release", "ca/release.crt"},  {"issuing", "ca/issuing.crt"},
	    {"journal", "ca/journal.crt"}, {"origins", "release/origins"}, {"origins_signature", "release/origins.sig"},
	    {"state", "agent/state"},
	};
	struct buf text;
	int result = -1;

	buf_init(&text, SETTINGS_FILE_MAX);
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		if (buf_append_format(&text, err, "%s = %s/%s\n", settings[i][0], c->place.target, settings[i][1]) != 0)
			goto out;
	result = file_create(c->dir, "agent/agent.conf", buf_get(&text), 0644, err);
out:
	buf_free(&text);
	return result;
}

static int write_origins(struct ceremony *c, struct err *err)
{
	const struct authority *a = &c->authority;
	uint8_t ca[SM2_KEY_ID_SIZE];

	sm2_public_id(a->certs[AUTHORITY_ISSUING]->key, ca);
	return origins_write(c->dir, settings_text(c->settings, "portal", "origins"), ca, a->now, a->now, a->keys[AUTHORITY_RELEASE], err);
}

/* From here on no signal ends it: what is finished is also told. */
static void hold_signals(void)
{
	sigset_t all;

	(void)sigfillset(&all);
	(void)sigprocmask(SIG_BLOCK, &all, NULL);
}

static void tell(const struct ceremony *c)
{
	(void)printf("%s is made.\n\n", c->target);
	if (c->evaluation) {
		(void)printf("Initial PINs, shown this once; each must be changed at first use:\n\n");
		(void)fwrite(c->pins.data, 1, c->pins.size, stdout);
	} else {
		(void)printf("For each person's key: persons/ID.sign.crt, ID.encryption.crt and ID.envelope.der.\n");
	}
	if (c->drawn)
		(void)printf("\nFor evaluation only: the passphrase of the sealed keys lies in %s/passphrase.\n", c->target);
	(void)printf("ca/root.key.sealed is needed only for a new issuing CA: take it away.\n");
}

/* What runs in a process of its own (guard.h). */
static int perform(void *ctx, struct err *err)
{
	struct ceremony *c = ctx;

	if (take_passphrase(c, err) != 0 || make_folders(c, err) != 0 || write_settings(c, err) != 0 || write_passphrase(c, err) != 0)
		return -1;
	c->authority.evaluation = c->evaluation;
	c->authority.now = clock_now();
	c->authority.organisation = bytes_text(settings_text(c->settings, "service", "organisation"));
	c->authority.status_url = bytes_text(settings_text(c->settings, "service", "status-url"));
	if (authority_make(&c->authority, err) != 0 || authority_write(&c->authority, c->dir, &c->passphrase, err) != 0)
		return -1;
	if (appoint(c, err) != 0 || write_origins(c, err) != 0 || write_agent_settings(c, err) != 0)
		return -1;
	hold_signals();
	if (new_folder_finish(&c->place, err) != 0)
		return -1;
	tell(c);
	return 0;
}

int init_command(int argc, char **argv, struct err *err)
{
	struct ceremony c = {.passphrase_fd = -1};
	int result = -1;

	buf_init(&c.pins, PINS_MAX);
	if (read_arguments(&c, argc, argv, err) == 0 && new_folder_plan(&c.place, c.target, err) == 0) {
		result = guard_run(perform, &c, err);
		new_folder_sweep(&c.place);
	}
	person_list_free(&c.persons);
	for (size_t i = 0; i < 3 * c.set_count; i++)
		free(c.set[i]);
	return result;
}
