/* hufu: the command line of the service and of its virtual keys. */
#include "catalogue.h"
#include "command.h"
#include "secret.h"
#include "user_language.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_USAGE = 64 };

/* THE command table. */
static const struct command commands[] = {
    {"init", init_command,
     "[--passphrase-fd N] [--set SECTION.NAME=VALUE]... [--person ID=NAME=ROLE,...]... --evaluation DIRECTORY\n"
     "[--passphrase-fd N] [--set SECTION.NAME=VALUE]... --person ID=NAME=ROLE,...=REQUEST... DIRECTORY",
     N_("举行密钥仪式，建立一个实例")},
    {"origins", origins_command, "DIRECTORY", N_("重新签署允许的网站名单，有效期90天")},
    {"order", order_command, "DIRECTORY FILE...", N_("把已签名的业务指令（FILE、FILE.sig、FILE.csr）交给签发进程，并保存回执")},
    {"status", status_command, "DIRECTORY", N_("显示运行中的实例的签发系统状态")},
    {"audit", audit_command, "export DIRECTORY\nverify EXPORT...|DIRECTORY [--issuing FILE CRL...]",
     N_("导出审计链，或加以验证，也可与保存的注销列表（CRL）核对")},
    {"journal", journal_command, "verify FILE", N_("检查签发日志的链和记录")},
    {"key", key_command, "new FILE [LABEL]\nplug FILE\npull FILE|SLOT\nlist", N_("建立、插入、拔出、列出虚拟证书钥匙")},
};

static bool asks_for_help(const char *word)
{
	return strcmp(word, "help") == 0 || strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

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
	(void)fprintf(to, "%s\n", catalogue_text(user_language(), N_("用法：")));
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		show_usage(to, &commands[i]);
		(void)fprintf(to, "      %s\n", catalogue_text(user_language(), commands[i].help));
	}
	return to == stdout ? EXIT_SUCCESS : EXIT_USAGE;
}

static int run(const struct command *c, int argc, char **argv)
{
	struct err err = {0};

	if (argc > 1 && asks_for_help(argv[1])) {
		show_usage(stdout, c);
		(void)printf("      %s\n", catalogue_text(user_language(), c->help));
		return EXIT_SUCCESS;
	}
	if (secret_harden_process(&err) == 0 && c->run(argc, argv, &err) == 0)
		return EXIT_SUCCESS;
	(void)fprintf(stderr, "hufu %s: %s (HF-%04d)\n", c->name, err.text, (int)err.code);
	if (user_language() == LANGUAGE_ZH)
		(void)fprintf(stderr, "%s\n", catalogue_fault(LANGUAGE_ZH, err.code));
	if (err.code != HF_USAGE)
		return EXIT_FAILURE;
	show_usage(stderr, c);
	return EXIT_USAGE;
}

int main(int argc, char **argv)
{
	if (argc < 2)
		return show_all(stderr);
	if (asks_for_help(argv[1]))
		return show_all(stdout);
	if (strcmp(argv[1], "--version") == 0)
		return printf("hufu %s\n", HUFU_VERSION) > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return run(&commands[i], argc - 1, argv + 1);
	(void)fprintf(stderr, "hufu: there is no command %s\n", argv[1]);
	return show_all(stderr);
}
