/* hufu status: how the CA of a running instance is. */
#include "arithmetic.h"
#include "cert.h"
#include "clock.h"
#include "command.h"
#include "pool.h"
#include "signer_line.h"
#include "text_code.h"

#include <stdio.h>

#define POOL_MAX (1u << 20)

static void show_time(const char *what, int64_t seconds)
{
	struct civil c = clock_civil(seconds, CLOCK_SHANGHAI);

	(void)printf("%-22s %04d-%02d-%02d %02d:%02d:%02d +08:00\n", what, c.year, c.month, c.day, c.hour, c.minute, c.second);
}

static int show_certificate(const char *what, struct bytes der, struct err *err)
{
	struct cert *cert = NULL;
	struct buf name;
	int result = -1;

	buf_init(&name, 1024);
	if (cert_parse(&cert, der, err) == 0 && name_print(&name, &cert->subject_name, err) == 0) {
		(void)printf("%-22s %.*s\n", what, (int)name.size, (const char *)name.data);
		show_time("  valid until", cert->not_after);
		result = 0;
	}
	buf_free(&name);
	cert_free(&cert);
	return result;
}

static int show_state(const struct state_reply *state, struct err *err)
{
	char head[65];

	if (state->head.size != 32)
		return err_set(err, HF_MESSAGE_FORMAT, "the signer's answer has no head");
	hex_write(head, state->head.data, state->head.size);
	(void)printf("%-22s %s\n", "made for", state->evaluation ? "evaluation" : "real use");
	show_time("signer's clock", state->time);
	if (show_certificate("root", state->root, err) < 0 || show_certificate("issuing CA", state->issuing, err) < 0 ||
	    show_certificate("journal", state->journal, err) < 0)
		return -1;
	(void)printf("%-22s %lld\n%-22s %s\n", "journal record", (long long)state->number, "journal head", head);
	(void)printf("%-22s %lld\n", "CRL number", (long long)state->crl_number);
	show_time("  next update by", state->crl_next);
	if (state->ocsp_until > 0)
		show_time("OCSP answers until", state->ocsp_until);
	if (state->responder_seconds >= 0)
		(void)printf("%-22s %lld s ago\n", "responder asked", (long long)state->responder_seconds);
	(void)printf("%-22s %u\n", "issues per hour", state->quota_issue);
	(void)printf("%-22s %lld deeds, %lld groups, %lld fsyncs\n", "since start", (long long)state->deeds, (long long)state->groups,
	             (long long)state->fsyncs);
	return 0;
}

int status_command(int argc, char **argv, struct err *err)
{
	struct pool *pool = pool_new(POOL_MAX);
	struct call *line = NULL;
	struct state_reply state;
	struct buf answer;
	int result = -1;

	buf_init(&answer, FRAME_BODY_MAX);
	if (argc != 2)
		err_set(err, HF_USAGE, "which folder?");
	else if (pool == NULL)
		err_set(err, HF_MEMORY, "state");
	else if (signer_line_open(&line, argv[1], err) == 0 && signer_line_state(line, &answer, pool, &state, err) == 0)
		result = show_state(&state, err);
	if (result == 0)
		arithmetic_show(argv[1], &state);
	call_free(&line);
	buf_free(&answer);
	pool_free(&pool);
	return result;
}
