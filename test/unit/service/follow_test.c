/* The follower of the feed: refuses what the signer did not say, projects each event once, and catches up from nothing. */
#include "audit.h"
#include "collect.h"
#include "digest.h"
#include "follow.h"
#include "holding.h"
#include "revoke.h"
#include "role.h"
#include "service_fixture.h"
#include "set_clock.h"
#include "text_code.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void test_false_batches_are_refused(void **state)
{
	struct fixture *fx = *state;
	struct sm2_private *journal = fx->signer.journal_key;
	struct follow_state before, after;
	size_t count = fx->signer.count;
	struct err err;
	bool more;

	assert_int_equal(follow_state_get(fx->service, &before, &err), 0);
	assert_int_equal(before.last, (int64_t)count);
	fx->signer.journal_key = fx->operator.key; /* signed by another */
	assert_int_equal(follow_once(fx->service, fake_signer_door(&fx->signer), 0, &more, &err), -1);
	assert_int_equal(err.code, HF_FEED_SIGNATURE);
	fx->signer.journal_key = journal;
	fx->signer.count = count - 1; /* a journal that is shorter than it was */
	assert_int_equal(follow_once(fx->service, fake_signer_door(&fx->signer), 0, &more, &err), -1);
	assert_true(err.code == HF_FEED_BACK || err.code == HF_ORDER_MEMBER);
	fx->signer.count = count;
	fx->signer.refuse_with = HF_PEER_GONE;
	assert_int_equal(follow_once(fx->service, fake_signer_door(&fx->signer), 0, &more, &err), -1);
	assert_int_equal(err.code, HF_PEER_GONE);
	fx->signer.refuse_with = HF_NONE;
	assert_int_equal(follow_state_get(fx->service, &after, &err), 0);
	assert_int_equal(after.next, before.next);
	assert_int_equal(follow_once(fx->service, fake_signer_door(&fx->signer), 0, &more, &err), 0);
	assert_false(more);
}

/* A store that was lost: all that the journal knows comes back, and logins work. */
static void test_empty_store_catches_up(void **state)
{
	static const char *const ends[] = {"", "-wal", "-shm"};
	struct fixture *fx = *state;
	struct fake_holder enterprise;
	struct browser b, staff;
	struct certificate_list list;
	struct err err;
	char path[128];

	fixture_enterprise(fx, &enterprise);
	service_free(&fx->service);
	store_free(&fx->outbox);
	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s/store.db%s", fx->dir, ends[i]);
		unlink(path);
	}
	fx->service = fixture_service(fx);
	fixture_follow(fx);
	fixture_login(fx, &fx->operator, LOGIN_STAFF, &staff);
	assert_int_equal(holding_search(fx->service, &staff.actor, FIXTURE_CODE, fx->pool, &list, &err), 0);
	assert_int_equal(list.count, 2);
	assert_string_equal(list.items[0].serial, enterprise.serial);
	assert_string_equal(list.items[0].key_serial, "HUFU-T0001");
	assert_true(list.items[0].installed > 0);
	assert_int_equal(holding_search(fx->service, &staff.actor, enterprise.pair, fx->pool, &list, &err), 0);
	assert_int_equal(list.count, 2);
	fixture_login(fx, &enterprise, LOGIN_ENTERPRISE, &b);
	assert_string_equal(b.session.name, fixture_form.name);
	assert_true(fixture_audit_count(fx) > 6);
	fake_holder_free(&enterprise);
}

/* Revoked before it was collected: the enterprise may apply again, with another key. */
static void test_revoked_before_collecting(void **state)
{
	struct fixture *fx = *state;
	struct sm2_private *key, *again_key;
	struct application a, entered;
	struct browser b, staff, again;
	struct collect collect;
	struct cert *cert;
	struct serial serial;
	char text[SERIAL_TEXT_SIZE];
	struct err err;

	a = fixture_submitted(fx, &b, &key);
	fixture_accept(fx, a.number);
	fixture_approve(fx, a.number);
	assert_int_equal(collect_load(fx->service, &b.actor, a.number, fx->pool, &collect, &err), 0);
	assert_int_equal(cert_parse(&cert, collect.sign, &err), 0);
	assert_int_equal(cert_serial(cert, &serial, &err), 0);
	serial_text(&serial, text);
	cert_free(&cert);
	fixture_login(fx, &fx->operator, LOGIN_STAFF, &staff);
	assert_int_equal(revoke_enter(fx->service, &staff.actor, APPLICATION_REVOKE, text, "keyCompromise", fx->pool, &entered, &err), 0);
	fixture_accept(fx, entered.number);
	fixture_approve(fx, entered.number);
	assert_int_equal(fixture_load(fx, &b, a.number).state, STATE_WITHDRAWN);
	assert_int_equal(collect_load(fx->service, &b.actor, a.number, fx->pool, &collect, &err), -1);
	clock_add(3600);
	fixture_visit(fx, &again);
	a = fixture_draft(fx, &again);
	assert_int_equal(
	    apply_key(fx->service, &again.actor, a.number, a.version, "HUFU-T0001", fake_csr(key, fx->pool), fx->pool, &a, &err), -1);
	assert_int_equal(err.code, HF_KEY_CERTIFIED_BEFORE);
	fixture_submitted(fx, &again, &again_key);
	sm2_private_free(&key);
	sm2_private_free(&again_key);
}

/* Signed and done; the next one names it as the first of two. */
static void take(struct fixture *fx, const struct fake_holder *by, struct order *order)
{
	struct buf draft;
	struct err err;

	buf_init(&draft, ORDER_TEXT_MAX);
	assert_int_equal(order_write_draft(order, &draft, &err), 0);
	struct signed_order given = fake_sign(&fx->signer, buf_get(&draft), by->key, by->serial, fx->pool);
	sm3(given.text, order->first);
	fake_take(&fx->signer, &given, fx->pool);
	buf_free(&draft);
}

static void assert_audited(struct fixture *fx, const struct fake_holder *by, const char *deed, const char *subject, const char *detail)
{
	struct audit_filter filter = {.deed = deed, .actor = by->serial, .subject = subject};
	struct audit_page page;
	struct browser auditor;
	struct err err;

	fixture_login(fx, &fx->auditor, LOGIN_STAFF, &auditor);
	assert_int_equal(audit_list(fx->service, &auditor.actor, &filter, fx->pool, &page, &err), 0);
	assert_int_equal(page.count, 1);
	assert_string_equal(page.items[0].detail, detail);
}

/* Each deed of the journal has its own entry: an appointment is no withdrawal, and a policy is one. */
static void test_staff_and_policy_are_audited(void **state)
{
	struct fixture *fx = *state;
	struct order policy = {.deed = ORDER_POLICY, .kind = ORDER_KIND_NONE, .application = {1}, .quota = {30}};
	struct order staff = {.deed = ORDER_STAFF,
	                      .kind = ORDER_KIND_NONE,
	                      .application = {2},
	                      .person = {BYTES_LITERAL("p-late"), BYTES_LITERAL("周后来")},
	                      .roles = ROLE_BIT(ROLE_AUDITOR),
	                      .from = FIXTURE_NOW,
	                      .to = FIXTURE_NOW + 86400};
	struct fake_holder late;

	fake_person_make(&fx->signer, "p-late", "周后来", ROLE_BIT(ROLE_INTAKE_OPERATOR), &late);
	assert_int_equal(hex_read(staff.certificate, sizeof(staff.certificate), bytes_text(late.serial), false), 0);
	take(fx, &fx->operator, &policy);
	take(fx, &fx->reviewer, &policy);
	take(fx, &fx->operator, &staff);
	take(fx, &fx->reviewer, &staff);
	staff.application[0] = 3;
	staff.roles = 0;
	memset(staff.first, 0, sizeof(staff.first));
	take(fx, &fx->operator, &staff);
	fixture_follow(fx);
	assert_audited(fx, &fx->reviewer, "policy.set", "issue-per-reviewer-hour", "30");
	assert_audited(fx, &fx->reviewer, "person.appoint", "p-late", late.serial);
	assert_audited(fx, &fx->operator, "person.withdraw", "p-late", late.serial);
	fake_holder_free(&late);
}

static void test_threads_follow_and_stop(void **state)
{
	struct fixture *fx = *state;
	struct follow_state at;
	struct fake_holder late;
	struct err err;

	fake_person_make(&fx->signer, "p-late", "周后来", 1, &late);
	assert_int_equal(service_start(fx->service, fake_signer_door(&fx->signer), &err), 0);
	for (int i = 0; i < 200; i++) {
		assert_int_equal(follow_state_get(fx->service, &at, &err), 0);
		if (at.last == (int64_t)fx->signer.count)
			break;
		usleep(5000);
	}
	assert_int_equal(at.last, (int64_t)fx->signer.count);
	service_free(&fx->service);
	fake_holder_free(&late);
}

#define FIXED(test) cmocka_unit_test_setup_teardown(test, fixture_make, fixture_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    FIXED(test_false_batches_are_refused),
	    FIXED(test_empty_store_catches_up),
	    FIXED(test_revoked_before_collecting),
	    FIXED(test_staff_and_policy_are_audited),
	    FIXED(test_threads_follow_and_stop),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
