/* Which orders may not stand in one group: those that the register cannot tell apart. */
#include "order_deed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static struct deed approval(uint8_t application, uint8_t key)
{
	struct deed deed = {.issues = true};

	memset(deed.order.application, application, sizeof(deed.order.application));
	memset(deed.order.key.hash, key, sizeof(deed.order.key.hash));
	return deed;
}

static void test_applications_by_their_first_bytes(void **state)
{
	struct deed a = approval(1, 1), b = approval(2, 2);

	(void)state;
	assert_false(deed_meets(&a, &b));
	memset(b.order.application, 1, REGISTRY_KEPT);
	assert_true(deed_meets(&a, &b));
	b.order.application[REGISTRY_KEPT - 1] = 2;
	assert_false(deed_meets(&a, &b));
}

static void test_keys_by_their_first_bytes(void **state)
{
	struct deed a = approval(1, 1), b = approval(2, 2);

	(void)state;
	memset(b.order.key.hash, 1, REGISTRY_KEPT);
	assert_true(deed_meets(&a, &b));
	b.issues = false; /* an acceptance certifies nothing */
	assert_false(deed_meets(&a, &b));
	b.issues = true;
	b.order.key.hash[REGISTRY_KEPT - 1] = 2;
	assert_false(deed_meets(&a, &b));
}

static void test_one_renewal_of_a_pair(void **state)
{
	struct deed a = approval(1, 1), b = approval(2, 2);

	(void)state;
	a.order.deed = b.order.deed = ORDER_RENEW;
	memset(a.order.by, 7, sizeof(a.order.by));
	memset(b.order.by, 8, sizeof(b.order.by));
	assert_false(deed_meets(&a, &b));
	memset(b.order.by, 7, REGISTRY_KEPT);
	assert_true(deed_meets(&a, &b));
	b.order.deed = ORDER_APPROVE;
	assert_false(deed_meets(&a, &b));
}

/* An acceptance ends its group when it ends another pair, and only then. */
static void test_acceptances(void **state)
{
	struct deed deed = {.order = {.deed = ORDER_INSTALLED}};

	(void)state;
	assert_false(deed_changes_status(&deed));
	assert_false(deed_is_barrier(&deed));
	deed.ends_pair = true;
	assert_true(deed_changes_status(&deed));
	assert_true(deed_is_barrier(&deed));
}

/* Changes of status come first in the order they have, but never before an earlier order for their application. */
static void test_changes_of_status_come_first(void **state)
{
	struct deed issue = approval(1, 1), accept = approval(2, 2), revoke = approval(3, 3), suspend = approval(4, 4),
	            lift = approval(2, 2);
	struct deed *deeds[] = {&issue, &revoke, &accept, &lift, &suspend};
	const struct deed *const wanted[] = {&revoke, &suspend, &issue, &accept, &lift};

	(void)state;
	issue.order.deed = ORDER_APPROVE;
	accept.order.deed = ORDER_ACCEPT;
	revoke.order.deed = ORDER_REVOKE;
	suspend.order.deed = ORDER_SUSPEND;
	lift.order = (struct order){.deed = ORDER_APPROVE, .kind = ORDER_KIND_RESUME, .application = {0}};
	memcpy(lift.order.application, accept.order.application, sizeof(lift.order.application));
	assert_int_equal(deeds_put_status_first(deeds, 5), 2);
	for (size_t i = 0; i < 5; i++)
		assert_ptr_equal(deeds[i], wanted[i]);
	assert_int_equal(deeds_put_status_first(deeds, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_applications_by_their_first_bytes),
	    cmocka_unit_test(test_keys_by_their_first_bytes),
	    cmocka_unit_test(test_one_renewal_of_a_pair),
	    cmocka_unit_test(test_acceptances),
	    cmocka_unit_test(test_changes_of_status_come_first),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
