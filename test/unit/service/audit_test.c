/* The audit chain: every deed has its entry, every change is seen, the head reaches the signer. */
#include "audit_chain.h"
#include "audit_head.h"
#include "connection.h"
#include "service_fixture.h"
#include "service_state.h"
#include "set_clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

static void test_deeds_are_written(void **state)
{
	struct fixture *fx = *state;
	struct fake_holder enterprise;
	struct browser auditor, operator;
	struct audit_filter filter = {.deed = "application.approve"};
	struct audit_page page;
	struct err err;

	fixture_enterprise(fx, &enterprise);
	fixture_login(fx, &fx->auditor, LOGIN_STAFF, &auditor);
	fixture_login(fx, &fx->operator, LOGIN_STAFF, &operator);
	assert_int_equal(audit_list(fx->service, &operator.actor, &filter, fx->pool, &page, &err), -1);
	assert_int_equal(err.code, HF_PERMISSION);
	assert_int_equal(audit_list(fx->service, &auditor.actor, &filter, fx->pool, &page, &err), 0);
	assert_int_equal(page.count, 1);
	assert_string_equal(page.items[0].actor, fx->reviewer.serial);
	assert_string_equal(page.items[0].person, "p-reviewer");
	assert_string_equal(page.items[0].address, "192.0.2.7");
	assert_string_equal(page.items[0].subject, "2026112200001");
	assert_non_null(strstr(page.items[0].detail, enterprise.serial));
	filter = (struct audit_filter){.actor = fx->operator.serial };
	assert_int_equal(audit_list(fx->service, &auditor.actor, &filter, fx->pool, &page, &err), 0);
	assert_int_equal(page.count, 3); /* two logins, one acceptance */
	filter = (struct audit_filter){.before = 4};
	assert_int_equal(audit_list(fx->service, &auditor.actor, &filter, fx->pool, &page, &err), 0);
	assert_int_equal(page.count, 3);
	assert_int_equal(page.items[0].number, 3);
	fake_holder_free(&enterprise);
}

struct lines {
	struct audit_walk walk;
	struct pool *pool;
	int count, change; /* which line is changed, 0: none */
};

static int walk_line(void *ctx, struct bytes line, struct err *err)
{
	struct lines *l = ctx;
	struct audit_entry entry;

	assert_int_equal(audit_line_read(&entry, line, l->pool, err), 0);
	if (++l->count == l->change)
		entry.subject = "another";
	return audit_walk_add(&l->walk, &entry, err);
}

static void test_export_is_verified(void **state)
{
	struct fixture *fx = *state;
	struct browser auditor;
	struct audit_state whole;
	struct err err;

	fixture_login(fx, &fx->auditor, LOGIN_STAFF, &auditor);
	for (int change = 0; change <= 5; change++) {
		struct lines l = {.pool = fx->pool, .change = change};
		assert_int_equal(audit_export(fx->service, &auditor.actor, 1, walk_line, &l, &err), 0);
		assert_int_equal(l.walk.broken, change <= l.count ? change : 0);
	}
	assert_int_equal(audit_verify(fx->service, &auditor.actor, &whole, &err), 0);
	assert_int_equal(whole.first_broken, 0);
	assert_int_equal(whole.count, 3 + 1 + 6); /* people, login, exports */
}

static void test_lines_are_strict(void **state)
{
	static const char line[] =
	    "{\"actor\":\"a\",\"address\":\"\",\"chain\":\"0000000000000000000000000000000000000000000000000000000000000000\","
	    "\"deed\":\"d\",\"detail\":\"\",\"number\":1,\"person\":\"\",\"subject\":\"\",\"time\":1}";
	struct fixture *fx = *state;
	struct audit_entry entry;
	struct err err;
	char text[400];

	assert_int_equal(audit_line_read(&entry, bytes_text(line), fx->pool, &err), 0);
	snprintf(text, sizeof(text), "%s ", line);
	assert_int_equal(audit_line_read(&entry, bytes_text(text), fx->pool, &err), -1);
	snprintf(text, sizeof(text), "%.*s,\"x\":1}", (int)strlen(line) - 1, line);
	assert_int_equal(audit_line_read(&entry, bytes_text(text), fx->pool, &err), -1);
	assert_int_equal(audit_line_read(&entry, BYTES_LITERAL("{}"), fx->pool, &err), -1);
	assert_int_equal(audit_line_read(&entry, BYTES_NONE, fx->pool, &err), -1);
}

/* Somebody with the file in hand removes the triggers and changes an entry. */
static int tamper(void *ctx, struct connection *c, struct err *err)
{
	return connection_execute(c, ctx, err);
}

static void test_tampering_is_seen(void **state)
{
	static char change[] = "DROP TRIGGER audit_never_changed; UPDATE audit SET time = time + 0, subject = 'x' WHERE number = 2;";
	struct fixture *fx = *state;
	struct browser auditor;
	struct audit_state seen;
	struct err err;

	fixture_login(fx, &fx->auditor, LOGIN_STAFF, &auditor);
	assert_int_equal(store_change(fx->service->store, tamper, change, &err), 0);
	assert_int_equal(audit_verify(fx->service, &auditor.actor, &seen, &err), 0);
	assert_int_equal(seen.first_broken, 2);
	assert_int_equal(seen.count, 1);
}

static void test_head_goes_to_the_signer(void **state)
{
	struct fixture *fx = *state;
	struct audit_walk walk;
	struct browser b;
	struct err err;
	int64_t told;

	fixture_login(fx, &fx->operator, LOGIN_STAFF, &b);
	assert_int_equal(audit_head_tell(fx->service, &err), 0);
	assert_int_equal(audit_verify_store(fx->service->store, &walk, &told, &err), 0);
	assert_int_equal(fx->signer.audit_count, walk.count);
	assert_memory_equal(fx->signer.audit_head, walk.head, sizeof(walk.head));
	assert_int_equal(told, walk.count);
	int asked = fx->signer.asked;
	assert_int_equal(audit_head_tell(fx->service, &err), 0);
	assert_int_equal(fx->signer.asked, asked); /* nothing new, nothing told */
	fx->signer.refuse_with = HF_PEER_GONE;
	fixture_visit(fx, &b);
	assert_int_equal(audit_head_tell(fx->service, &err), 0); /* a visit is no deed */
	fixture_draft(fx, &b);
	assert_int_equal(audit_head_tell(fx->service, &err), -1);
	fx->signer.refuse_with = HF_NONE;
	assert_int_equal(audit_head_tell(fx->service, &err), 0);
	assert_int_equal(fx->signer.audit_count, walk.count + 1);
}

/* The clock of the machine goes back: the chain's time does not. */
static void test_time_never_falls(void **state)
{
	struct fixture *fx = *state;
	struct browser b;

	fixture_visit(fx, &b);
	clock_add(-50);
	fixture_visit(fx, &b);
	fixture_draft(fx, &b);
	assert_int_equal(fixture_audit_count(fx), 4);
}

#define FIXED(test) cmocka_unit_test_setup_teardown(test, fixture_make, fixture_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    FIXED(test_deeds_are_written), FIXED(test_export_is_verified),      FIXED(test_lines_are_strict),
	    FIXED(test_tampering_is_seen), FIXED(test_head_goes_to_the_signer), FIXED(test_time_never_falls),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
