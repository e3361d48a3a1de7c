/* hufu audit verify: an export agrees with the CRLs that were kept, or the first place where it does not is told. */
#include "audit_chain.h"
#include "authority.h"
#include "cert_file.h"
#include "command.h"
#include "crl_build.h"
#include "file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ENTRIES 5

struct place {
	char dir[64];
	char export[96], issuing[96], crl[96], other[96];
	struct authority authority, stranger;
	uint8_t heads[ENTRIES + 1][AUDIT_CHAIN_SIZE];
};

static void write_file(const char *path, struct bytes content)
{
	struct err err;

	if (file_replace(AT_FDCWD, path, content, 0600, &err) != 0)
		fail_msg("%s", err.text);
}

static void write_crl(const char *path, const struct authority *a, int64_t count, const uint8_t head[AUDIT_CHAIN_SIZE])
{
	struct crl_plan plan = {.issuer = a->issuing, .number = 1, .this_update = AUTHORITY_NOW, .next_update = AUTHORITY_NOW + 86400};
	struct buf der;
	struct err err;

	plan.anchor = (struct crl_anchor){.journal_number = 1, .audit_count = count};
	memcpy(plan.anchor.audit_head, head, AUDIT_CHAIN_SIZE);
	buf_init(&der, 8192);
	if (crl_issue(&plan, a->issuing_key, &der, &err) != 0)
		fail_msg("%s", err.text);
	write_file(path, buf_get(&der));
	buf_free(&der);
}

static void write_export(struct place *p, int changed)
{
	struct buf text;

	buf_init(&text, 1 << 16);
	memset(p->heads[0], 0, AUDIT_CHAIN_SIZE);
	for (int i = 1; i <= ENTRIES; i++) {
		struct audit_entry e = {.number = i,
		                        .time = AUTHORITY_NOW + i,
		                        .actor = "visitor",
		                        .person = "",
		                        .address = "::1",
		                        .deed = "application.draft",
		                        .subject = "2026112200001",
		                        .detail = ""};
		assert_int_equal(audit_chain_next(p->heads[i - 1], &e, p->heads[i], NULL), 0);
		e.chain = BYTES_ARRAY(p->heads[i]);
		if (i == changed)
			e.subject = "2026112200002";
		assert_int_equal(audit_line_write(&e, &text, NULL), 0);
		assert_int_equal(buf_append_u8(&text, '\n', NULL), 0);
	}
	write_file(p->export, buf_get(&text));
	buf_free(&text);
}

static int make_place(void **state)
{
	struct place *p = calloc(1, sizeof(*p));

	snprintf(p->dir, sizeof(p->dir), "/tmp/hufu-audit-XXXXXX");
	assert_non_null(mkdtemp(p->dir));
	snprintf(p->export, sizeof(p->export), "%s/export", p->dir);
	snprintf(p->issuing, sizeof(p->issuing), "%s/issuing.crt", p->dir);
	snprintf(p->crl, sizeof(p->crl), "%s/one.crl", p->dir);
	snprintf(p->other, sizeof(p->other), "%s/two.crl", p->dir);
	authority_make(&p->authority, false);
	authority_make(&p->stranger, false);
	assert_int_equal(cert_file_create(AT_FDCWD, p->issuing, p->authority.issuing->der, NULL), 0);
	write_export(p, 0);
	write_crl(p->crl, &p->authority, 3, p->heads[3]);
	*state = p;
	return 0;
}

static int drop_place(void **state)
{
	struct place *p = *state;

	unlink(p->export);
	unlink(p->issuing);
	unlink(p->crl);
	unlink(p->other);
	rmdir(p->dir);
	authority_free(&p->authority);
	authority_free(&p->stranger);
	free(p);
	return 0;
}

/* What the command says goes nowhere. */
static int run(struct err *err, int argc, char **argv)
{
	int kept = dup(1), nowhere = open("/dev/null", O_WRONLY), result;

	(void)fflush(stdout);
	dup2(nowhere, 1);
	result = audit_command(argc, argv, err);
	(void)fflush(stdout);
	dup2(kept, 1);
	close(kept);
	close(nowhere);
	return result;
}

static enum err_code verify(struct place *p, char *crl)
{
	char *argv[] = {"audit", "verify", p->export, "--issuing", p->issuing, crl, p->other};
	struct err err = {ERR_NONE};

	return run(&err, access(p->other, R_OK) == 0 ? 7 : crl != NULL ? 6 : 3, argv) == 0 ? HF_NONE : err.code;
}

static void test_agreement(void **state)
{
	struct place *p = *state;

	assert_int_equal(verify(p, NULL), HF_NONE);
	assert_int_equal(verify(p, p->crl), HF_NONE);
	write_crl(p->other, &p->authority, 5, p->heads[5]);
	assert_int_equal(verify(p, p->crl), HF_NONE);
	write_crl(p->other, &p->authority, 0, p->heads[0]); /* made before the first entry */
	assert_int_equal(verify(p, p->crl), HF_NONE);
}

static void test_disagreement(void **state)
{
	struct place *p = *state;

	write_crl(p->other, &p->authority, 4, p->heads[3]);
	assert_int_equal(verify(p, p->crl), HF_AUDIT_BROKEN);
	write_crl(p->other, &p->authority, 6, p->heads[5]); /* the export lacks an entry */
	assert_int_equal(verify(p, p->crl), HF_AUDIT_BROKEN);
	write_crl(p->other, &p->stranger, 4, p->heads[4]);
	assert_int_not_equal(verify(p, p->crl), HF_NONE);
	unlink(p->other);
	for (int i = 1; i <= ENTRIES; i++) {
		write_export(p, i);
		assert_int_equal(verify(p, NULL), HF_AUDIT_BROKEN);
	}
}

/* As the auditor's page gives it: the files follow one another. */
static void test_an_export_in_two_files(void **state)
{
	struct place *p = *state;
	char first[96], second[96];
	char *argv[] = {"audit", "verify", first, second, "--issuing", p->issuing, p->crl}, *back[] = {"audit", "verify", second, first};
	struct buf text;
	size_t at = 0;
	struct err err;

	snprintf(first, sizeof(first), "%s/first", p->dir);
	snprintf(second, sizeof(second), "%s/second", p->dir);
	buf_init(&text, 1 << 16);
	assert_int_equal(file_read(&text, AT_FDCWD, p->export, &err), 0);
	for (int lines = 0; lines < 2; at++)
		lines += text.data[at] == '\n';
	write_file(first, (struct bytes){text.data, at});
	write_file(second, (struct bytes){text.data + at, text.size - at});
	assert_int_equal(run(&err, 7, argv), 0);
	assert_int_equal(run(&err, 4, back), -1);
	assert_int_equal(err.code, HF_AUDIT_BROKEN);
	assert_int_equal(run(&err, 3, argv), 0);
	buf_free(&text);
	unlink(first);
	unlink(second);
}

static void test_usage(void **state)
{
	struct place *p = *state;
	char *only[] = {"audit", "verify"}, *half[] = {"audit", "verify", p->export, "--issuing"}, *wrong[] = {"audit", "burn", p->export},
	     *missing[] = {"audit", "verify", "/nonexistent/export"}, *empty[] = {"audit", "export", p->dir};
	struct err err;

	assert_int_equal(run(&err, 2, only), -1);
	assert_int_equal(err.code, HF_USAGE);
	assert_int_equal(run(&err, 4, half), -1);
	assert_int_equal(err.code, HF_USAGE);
	assert_int_equal(run(&err, 3, wrong), -1);
	assert_int_equal(err.code, HF_USAGE);
	assert_int_equal(run(&err, 3, missing), -1);
	assert_int_equal(err.code, HF_FILE);
	assert_int_equal(run(&err, 3, empty), -1);
	assert_int_equal(err.code, HF_STORE);
}

#define PLACED(test) cmocka_unit_test_setup_teardown(test, make_place, drop_place)

int main(void)
{
	const struct CMUnitTest tests[] = {PLACED(test_agreement), PLACED(test_disagreement), PLACED(test_an_export_in_two_files),
	                                   PLACED(test_usage)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
