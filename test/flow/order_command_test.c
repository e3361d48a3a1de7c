/* hufu order, hufu status and hufu journal verify beside a running signer. */
#include "file.h"
#include "receipt.h"
#include "signer_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define CODE "91330100MA27XF8U4K"
#define OUTPUT_MAX 8192

/* Runs hufu and gives its status; what it said stands in said. */
static int hufu(char said[OUTPUT_MAX], char *const args[])
{
	int out[2], status;
	size_t n = 0;
	ssize_t got;
	pid_t pid;

	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		dup2(out[1], 1);
		dup2(out[1], 2);
		execv(getenv("HUFU_TEST_HUFU"), args);
		_exit(127);
	}
	close(out[1]);
	while (n < OUTPUT_MAX - 1 && (got = read(out[0], said + n, OUTPUT_MAX - 1 - n)) > 0)
		n += (size_t)got;
	said[n] = '\0';
	close(out[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WEXITSTATUS(status);
}

static void put(struct rig *rig, const char *name, struct bytes content)
{
	struct err err;

	assert_int_equal(file_replace(AT_FDCWD, rig_format(rig, "%s/%s", rig->folder, name), content, 0600, &err), 0);
}

static struct bytes get(struct rig *rig, const char *name)
{
	struct buf content;
	struct bytes kept;
	struct err err;

	buf_init(&content, 64u << 10);
	if (file_read(&content, AT_FDCWD, rig_format(rig, "%s/%s", rig->folder, name), &err) < 0)
		fail_msg("%s", err.text);
	assert_int_equal(pool_bytes(rig->pool, buf_get(&content), &kept, &err), 0);
	buf_free(&content);
	return kept;
}

static void test_orders_without_the_portal(void **state)
{
	struct rig *rig = *state;
	char *accept = rig_format(rig, "%s/accept", rig->folder), *approve = rig_format(rig, "%s/approve", rig->folder),
	     *next = rig_format(rig, "%s/next", rig->folder), said[OUTPUT_MAX];
	struct rig_application a, b;
	int64_t deeds;
	struct receipt receipt;
	struct cert *cert = NULL;
	struct err err;

	rig_application_new(rig, &a, CODE);
	a.accept = rig_sign(rig, &rig->persons[RIG_INTAKE], rig_now(), rig_accept_draft(rig, &a));
	a.approve = rig_sign(rig, &rig->persons[RIG_REVIEWER], rig_now(), rig_approve_draft(rig, &a, &a.accept.order, rig_now() + 1000));
	put(rig, "accept", a.accept.text);
	put(rig, "accept.sig", a.accept.signature);
	put(rig, "approve", a.approve.text);
	put(rig, "approve.sig", a.approve.signature);
	put(rig, "approve.csr", a.csr);
	assert_int_equal(hufu(said, (char *[]){"hufu", "order", rig->folder, accept, approve, NULL}), EXIT_SUCCESS);
	assert_non_null(strstr(said, "approve: done, record "));
	assert_int_equal(receipt_check(&receipt, get(rig, "approve.receipt"), get(rig, "approve.receipt.sig"),
	                               rig->authority.certs[AUTHORITY_JOURNAL]->key, &a.approve.order, rig->pool, &err),
	                 0);
	assert_int_equal(cert_parse(&cert, get(rig, "approve.sign.der"), &err), 0);
	assert_true(sm2_public_equal(cert->key, sm2_private_public(a.key)));
	cert_free(&cert);
	assert_true(get(rig, "approve.envelope.der").size > 100);
	/* a refusal says why, and stops */
	a.accept = rig_sign(rig, &rig->persons[RIG_AUDIT], rig_now(), rig_accept_draft(rig, &a));
	put(rig, "accept", a.accept.text);
	put(rig, "accept.sig", a.accept.signature);
	rig_application_new(rig, &b, CODE);
	b.accept = rig_sign(rig, &rig->persons[RIG_INTAKE], rig_now(), rig_accept_draft(rig, &b));
	put(rig, "next", b.accept.text);
	put(rig, "next.sig", b.accept.signature);
	deeds = rig_state(rig).deeds;
	assert_int_equal(hufu(said, (char *[]){"hufu", "order", rig->folder, accept, next, NULL}), EXIT_FAILURE);
	assert_non_null(strstr(said, "HF-2012"));
	assert_int_equal(rig_state(rig).deeds, deeds);
	assert_int_equal(access(rig_format(rig, "%s.receipt", next), F_OK), -1);
	assert_int_equal(hufu(said, (char *[]){"hufu", "order", rig->folder, next, NULL}), EXIT_SUCCESS);
	assert_int_equal(rig_state(rig).deeds, deeds + 1);
	assert_int_equal(hufu(said, (char *[]){"hufu", "order", rig->folder, "/nonexistent", NULL}), EXIT_FAILURE);
	assert_int_equal(hufu(said, (char *[]){"hufu", "order", rig->folder, NULL}), 64);
	rig_application_free(&a);
	rig_application_free(&b);
}

static void test_status(void **state)
{
	struct rig *rig = *state;
	char said[OUTPUT_MAX];

	assert_int_equal(hufu(said, (char *[]){"hufu", "status", rig->folder, NULL}), EXIT_SUCCESS);
	assert_non_null(strstr(said, "real use"));
	assert_non_null(strstr(said, "CN=企业证书签发"));
	assert_non_null(strstr(said, "SM2 arithmetic\n  signer               "));
	assert_null(strstr(said, "signer               does not say"));
	rig_stop(rig);
	assert_int_equal(hufu(said, (char *[]){"hufu", "status", rig->folder, NULL}), EXIT_FAILURE);
	assert_non_null(strstr(said, "HF-2073"));
}

static void test_journal_verify(void **state)
{
	struct rig *rig = *state;
	char *journal = rig_format(rig, "%s/signer/journal", rig->folder), said[OUTPUT_MAX];
	struct bytes whole = get(rig, "signer/journal");
	int fd = open(journal, O_RDWR);
	uint8_t changed = whole.data[whole.size / 3] ^ 1;

	assert_int_equal(hufu(said, (char *[]){"hufu", "journal", "verify", journal, NULL}), EXIT_SUCCESS);
	assert_non_null(strstr(said, "whole, "));
	assert_int_equal(pwrite(fd, &changed, 1, (off_t)(whole.size / 3)), 1);
	assert_int_equal(hufu(said, (char *[]){"hufu", "journal", "verify", journal, NULL}), EXIT_FAILURE);
	assert_non_null(strstr(said, "HF-2050"));
	assert_int_equal(pwrite(fd, whole.data, whole.size, 0), (ssize_t)whole.size);
	assert_int_equal(ftruncate(fd, (off_t)whole.size - 3), 0);
	assert_int_equal(hufu(said, (char *[]){"hufu", "journal", "verify", journal, NULL}), EXIT_SUCCESS);
	assert_non_null(strstr(said, "an incomplete record follows"));
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_orders_without_the_portal),
	    cmocka_unit_test(test_status),
	    cmocka_unit_test(test_journal_verify),
	};
	return cmocka_run_group_tests(tests, rig_set_up, rig_tear_down);
}
