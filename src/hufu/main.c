/* hufu: the command line of the service and of its virtual keys. */
#include "command.h"
#include "secret.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_USAGE = 64 };

/* THE command table. */
static const struct command commands[] = {
    {"init", init_command,
     "[--passphrase-fd N] [--set SECTION.NAME=VALUE]... [--person ID=NAME=ROLE,...]... --evaluation DIRECTORY\n"
     "[--passphrase-fd N] [--set SECTION.NAME=VALUE]... --person ID=NAME=ROLE,...=REQUEST... DIRECTORY",
     "makes an instance: the ceremony"},
    {"origins", origins_command, "DIRECTORY", "signs the list of origins afresh, for 90 days"},
    {"order", order_command, "DIRECTORY FILE...", "takes signed orders (FILE, FILE.sig, FILE.csr) to the signer and keeps the receipts"},
    {"status", status_command, "DIRECTORY", "shows how the CA of a running instance is"},
    {"audit", audit_command, "export DIRECTORY\nverify EXPORT|DIRECTORY [--issuing FILE CRL...]",
     "writes the audit chain, or verifies it, also against saved CRLs"},
    {"journal", journal_command, "verify FILE", "checks a journal's chain and records"},
    {"key", key_command, "new FILE [LABEL]\nplug FILE\npull FILE|SLOT\nlist", "makes, plugs in, pulls out and lists virtual keys"},
};

static void show_usage(FILE *to, const struct command *c)
{
	const char *line = c->usage;

	while (*line != '\0') {
		size_t n = strcspn(line, "\n");

		(void)fprintf(to, "  hufu %s %.*s\n", c->name, (int)n, line);
		line += n + (line[n] == '\n');
	}
}

static int show_all(FILE *to)
{
	(void)fprintf(to, "usage:\n");
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		show_usage(to, &commands[i]);
		(void)fprintf(to, "      %s\n", commands[i].help);
	}
	return to == stdout ? EXIT_SUCCESS : EXIT_USAGE;
}

static int run(const struct command *c, int argc, char **argv)
{
	struct err err = {0};

	if (secret_harden_process(&err) == 0 && c->run(argc, argv, &err) == 0)
		return EXIT_SUCCESS;
	(void)fprintf(stderr, "hufu %s: %s (HF-%04d)\n", c->name, err.text, (int)err.code);
	if (err.code != HF_USAGE)
		return EXIT_FAILURE;
	show_usage(stderr, c);
	return EXIT_USAGE;
}

int main(int argc, char **argv)
{
	if (argc < 2)
		return show_all(stderr);
	if (strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0)
		return show_all(stdout);
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return run(&commands[i], argc - 1, argv + 1);
	(void)fprintf(stderr, "hufu: there is no command %s\n", argv[1]);
	return show_all(stderr);
}
