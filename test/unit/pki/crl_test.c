/* CRLs built, read and searched, also large ones; what must be refused. */
#include "authority.h"
#include "clock.h"
#include "crl_build.h"
#include "vector.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct authority authority;

static int make_authority(void **state)
{
	authority_make(&authority, false);
	return 0;
}

static int free_authority(void **state)
{
	authority_free(&authority);
	return 0;
}

static struct crl_plan plan_of(const struct crl_entry *entries, size_t count)
{
	struct crl_plan plan = {
	    .issuer = authority.issuing,
	    .number = 300,
	    .this_update = AUTHORITY_NOW,
	    .next_update = AUTHORITY_NOW + 48 * 3600,
	    .entries = entries,
	    .count = count,
	    .anchor = {.journal_number = 299, .audit_count = 0x80000000},
	};

	memset(plan.anchor.journal_head, 0x11, 32);
	memset(plan.anchor.audit_head, 0x22, 32);
	return plan;
}

static struct crl_entry entry(uint8_t first, uint8_t last, enum crl_reason reason)
{
	struct crl_entry e = {.time = AUTHORITY_NOW - 5, .reason = reason};

	e.serial.bytes[0] = first;
	e.serial.bytes[15] = last;
	return e;
}

static struct buf issue(const struct crl_plan *plan)
{
	struct buf der;
	struct err err;

	buf_init(&der, CRL_DER_MAX);
	err_clear(&err);
	if (crl_issue(plan, authority.issuing_key, &der, &err) != 0)
		fail_msg("%s", err.text);
	return der;
}

static void reads_what_it_built(void **state)
{
	const struct crl_entry entries[] = {entry(0x01, 0x05, CRL_UNSPECIFIED), entry(0x7f, 0x00, CRL_HOLD),
	                                    entry(0xff, 0x01, CRL_SUPERSEDED)};
	const struct crl_plan plan = plan_of(entries, 3);
	const struct crl_entry *found;
	struct crl_entry other = entry(0x7f, 0x01, CRL_HOLD);
	struct buf der = issue(&plan);
	struct crl *crl;

	assert_int_equal(crl_parse(&crl, buf_get(&der), NULL), 0);
	assert_int_equal(crl_verify(crl, authority.issuing, NULL), 0);
	assert_int_equal(crl->number, 300);
	assert_int_equal(crl->this_update, AUTHORITY_NOW);
	assert_int_equal(crl->next_update, AUTHORITY_NOW + 48 * 3600);
	assert_int_equal(crl->count, 3);
	assert_true(crl->has_anchor);
	assert_int_equal(crl->anchor.journal_number, 299);
	assert_int_equal(crl->anchor.audit_count, 0x80000000);
	assert_memory_equal(crl->anchor.journal_head, plan.anchor.journal_head, 32);
	assert_memory_equal(crl->anchor.audit_head, plan.anchor.audit_head, 32);
	for (size_t i = 0; i < 3; i++) {
		found = crl_find(crl, &entries[i].serial);
		assert_non_null(found);
		assert_int_equal(found->time, entries[i].time);
		assert_int_equal(found->reason, entries[i].reason);
	}
	assert_null(crl_find(crl, &other.serial));
	crl_free(&crl);
	buf_free(&der);
}

static void empty_one(void **state)
{
	const struct crl_plan plan = plan_of(NULL, 0);
	struct crl_entry other = entry(1, 1, CRL_HOLD);
	struct buf der = issue(&plan);
	struct crl *crl;

	assert_int_equal(crl_parse(&crl, buf_get(&der), NULL), 0);
	assert_int_equal(crl->count, 0);
	assert_null(crl_find(crl, &other.serial));
	crl_free(&crl);
	buf_free(&der);
}

static void bad_plans_are_not_built(void **state)
{
	const struct crl_entry twice[] = {entry(1, 1, CRL_HOLD), entry(1, 1, CRL_HOLD)};
	const struct crl_entry descending[] = {entry(2, 1, CRL_HOLD), entry(1, 1, CRL_HOLD)};
	struct crl_plan plans[5] = {plan_of(twice, 2), plan_of(descending, 2), plan_of(NULL, 0), plan_of(NULL, 0), plan_of(NULL, 0)};
	struct buf tbs;
	struct err err;

	plans[2].number = 0;
	plans[3].next_update = plans[3].this_update;
	buf_init(&tbs, CRL_DER_MAX);
	for (size_t i = 0; i < 4; i++) {
		err_clear(&err);
		assert_int_equal(crl_build(&plans[i], &tbs, &err), -1);
		assert_int_equal(err.code, HF_CRL_FORMAT);
	}
	buf_free(&tbs);
	/* the linter stands behind the builder: an entry later than the CRL */
	struct crl_entry late = entry(1, 1, CRL_HOLD);
	late.time = AUTHORITY_NOW + 1;
	plans[4] = plan_of(&late, 1);
	buf_init(&tbs, CRL_DER_MAX);
	assert_int_equal(crl_issue(&plans[4], authority.issuing_key, &tbs, &err), -1);
	assert_int_equal(err.code, HF_LINT);
	buf_free(&tbs);
}

/* One place of the to-be-signed bytes exchanged for as many others, then signed. */
static struct err read_forged(const char *from, const char *to)
{
	const struct crl_entry entries[] = {entry(0x01, 0x05, CRL_KEY_COMPROMISE), entry(0x02, 0x06, CRL_HOLD)};
	const struct crl_plan plan = plan_of(entries, 2);
	struct buf tbs, signature, der, old = vector(from), new = vector(to);
	struct crl *crl;
	struct err err;

	buf_init(&tbs, CRL_DER_MAX);
	buf_init(&signature, SM2_SIGNATURE_MAX);
	buf_init(&der, CRL_DER_MAX);
	err_clear(&err);
	assert_int_equal(crl_build(&plan, &tbs, NULL), 0);
	uint8_t *at = memmem(tbs.data, tbs.size, old.data, old.size);
	assert_non_null(at);
	memcpy(at, new.data, new.size);
	assert_int_equal(sm2_sign(authority.issuing_key, buf_get(&tbs), &signature, NULL), 0);
	assert_int_equal(crl_assemble(buf_get(&tbs), buf_get(&signature), &der, NULL), 0);
	if (crl_parse(&crl, buf_get(&der), &err) == 0)
		crl_free(&crl);
	buf_free(&tbs);
	buf_free(&signature);
	buf_free(&der);
	buf_free(&old);
	buf_free(&new);
	return err;
}

static void reader_refuses(void **state)
{
	static const char *const bad[][2] = {
	    {"020101300a0608", "020100300a0608"},             /* version 1 */
	    {"06082a811ccf55018375", "06082a811ccf55018376"}, /* another algorithm inside */
	    {"0603551d140404", "0603551d630404"},             /* see below */
	    {"0a0101", "0a0107"},                             /* a reason that is not used */
	    {"0a0101", "0a01ff"},
	    {"021001000000000000000000000000000005", "021002000000000000000000000000000006"}, /* a serial twice */
	    {"021001000000000000000000000000000005", "021081000000000000000000000000000005"}, /* negative */
	    {"021001000000000000000000000000000005", "020f01000000000000000000000000000005"},
	    {"170d", "160d"},
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct err err = read_forged(bad[i][0], bad[i][1]);
		/* an unknown extension that is not critical is passed over (RFC 5280 5.2) */
		assert_int_equal(err.code, i == 2 ? HF_NONE : HF_CRL_FORMAT);
	}
}

static void verification_refuses(void **state)
{
	const struct crl_entry entries[] = {entry(0x01, 0x05, CRL_KEY_COMPROMISE)};
	const struct crl_plan plan = plan_of(entries, 1);
	struct buf der = issue(&plan);
	struct authority other;
	struct crl *crl;
	struct err err;

	authority_make(&other, false);
	assert_int_equal(crl_parse(&crl, buf_get(&der), NULL), 0);
	assert_int_equal(crl_verify(crl, other.issuing, &err), -1);
	assert_int_equal(err.code, HF_CRL_FORMAT); /* same name, another key */
	assert_int_equal(crl_verify(crl, authority.root, &err), -1);
	crl_free(&crl);
	for (size_t size = 0; size < der.size; size++)
		assert_int_equal(crl_parse(&crl, (struct bytes){der.data, size}, &err), -1);
	for (size_t at = 0; at < der.size; at++) {
		der.data[at] ^= 0x04;
		if (crl_parse(&crl, buf_get(&der), &err) == 0)
			assert_int_equal(crl_verify(crl, authority.issuing, &err), -1);
		crl_free(&crl);
		der.data[at] ^= 0x04;
	}
	authority_free(&other);
	buf_free(&der);
}

static struct crl_entry *many(size_t count)
{
	struct crl_entry *entries = calloc(count, sizeof(*entries));

	assert_non_null(entries);
	for (size_t i = 0; i < count; i++) {
		entries[i] = entry(0x80, 0x01, i % 3 == 0 ? CRL_UNSPECIFIED : CRL_SUPERSEDED);
		entries[i].serial.bytes[3] = (uint8_t)(i >> 16);
		entries[i].serial.bytes[4] = (uint8_t)(i >> 8);
		entries[i].serial.bytes[5] = (uint8_t)i;
	}
	return entries;
}

/* CPU time in ns of building, linting and signing. */
static uint64_t time_issue(const struct crl_entry *entries, size_t count, struct buf *der)
{
	const struct crl_plan plan = plan_of(entries, count);
	uint64_t start = clock_thread_cpu_ns();

	*der = issue(&plan);
	return clock_thread_cpu_ns() - start;
}

/* Time grows no faster than the count, however slow the machine is; the generous factor is for its noise. */
static void hundred_thousand_entries(void **state)
{
	const size_t count = 100000;
	struct crl_entry *entries = many(count);
	struct buf small, der;
	struct crl *crl;

	uint64_t one_tenth = time_issue(entries, count / 10, &small), whole = time_issue(entries, count, &der);
	assert_true(whole < 40 * one_tenth);
	assert_true(der.size < count * 60);
	assert_int_equal(crl_parse(&crl, buf_get(&der), NULL), 0);
	assert_int_equal(crl->count, count);
	assert_non_null(crl_find(crl, &entries[77777].serial));
	crl_free(&crl);
	buf_free(&small);
	buf_free(&der);
	free(entries);
	print_message("# %zu entries built, linted and signed in %.0f ms of CPU\n", count, (double)whole / 1e6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_what_it_built),     cmocka_unit_test(empty_one),
	    cmocka_unit_test(bad_plans_are_not_built), cmocka_unit_test(reader_refuses),
	    cmocka_unit_test(verification_refuses),    cmocka_unit_test(hundred_thousand_entries),
	};
	return cmocka_run_group_tests(tests, make_authority, free_authority);
}
