/* Reminders of the end: at 30, 15, 7 and 1 days, each once, and none for what was renewed, revoked or never collected. */
#include "remind.h"
#include "service_fixture.h"
#include "set_clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#define DAY 86400

/* How many reminders one round puts into the outbox; *days gets the last one's. */
static int reminders(struct fixture *fx, char days[8])
{
	struct mail mail;
	struct err err;
	int n = 0;

	if (remind_all(fx->service, &err) != 0)
		fail_msg("%s", err.text);
	while (fixture_mail(fx, MAIL_EXPIRING, &mail)) {
		memcpy(days, mail.detail, strlen(mail.detail) + 1);
		n++;
	}
	return n;
}

static void test_each_step_once(void **state)
{
	struct fixture *fx = *state;
	struct fake_holder enterprise;
	char days[8] = "";
	int sent = 0;

	fixture_enterprise(fx, &enterprise);
	clock_set(enterprise.sign->not_after - 40 * DAY);
	assert_int_equal(reminders(fx, days), 0);
	clock_set(enterprise.sign->not_after - 30 * DAY);
	assert_int_equal(reminders(fx, days), 1);
	assert_string_equal(days, "30");
	assert_int_equal(reminders(fx, days), 0);
	for (int64_t left = 29; left >= 0; left--) {
		clock_set(enterprise.sign->not_after - left * DAY);
		sent += reminders(fx, days);
	}
	assert_int_equal(sent, 3);
	assert_string_equal(days, "1");
	clock_add(DAY);
	assert_int_equal(reminders(fx, days), 0);
	fake_holder_free(&enterprise);
}

static void test_none_when_renewed(void **state)
{
	struct fixture *fx = *state;
	struct fake_holder first, second;
	char days[8];

	fixture_enterprise(fx, &first);
	clock_set(first.sign->not_after - 20 * DAY);
	fixture_enterprise(fx, &second);
	assert_int_equal(reminders(fx, days), 0);
	fake_holder_free(&first);
	fake_holder_free(&second);
}

static void test_none_before_collecting(void **state)
{
	struct fixture *fx = *state;
	struct sm2_private *key;
	struct browser b;
	char days[8];

	struct application a = fixture_submitted(fx, &b, &key);
	fixture_accept(fx, a.number);
	fixture_approve(fx, a.number);
	clock_add(350 * DAY);
	assert_int_equal(reminders(fx, days), 0);
	sm2_private_free(&key);
}

#define FIXED(test) cmocka_unit_test_setup_teardown(test, fixture_make, fixture_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    FIXED(test_each_step_once),
	    FIXED(test_none_when_renewed),
	    FIXED(test_none_before_collecting),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
