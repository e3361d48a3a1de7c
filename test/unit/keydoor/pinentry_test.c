/* How long a pinentry is waited for. The clock is the test's. */
#include "pinentry.h"
#include "window_plan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define WAIT_MS 600000

static int64_t ahead;

int64_t __real_clock_monotonic_ms(void);
int64_t __wrap_clock_monotonic_ms(void);
int64_t __wrap_clock_monotonic_ms(void)
{
	return __real_clock_monotonic_ms() + ahead;
}

struct world {
	char windows[64], variable[128];
	struct recall recall;
	struct pinentry *pinentry;
};

static int set_up(void **state)
{
	static struct world w;
	const char *env[] = {w.variable, NULL};
	struct err err;

	window_plan_begin(w.windows);
	(void)snprintf(w.variable, sizeof(w.variable), "XDG_RUNTIME_DIR=%s", w.windows);
	assert_int_equal(recall_init(&w.recall, &err), 0);
	ahead = 0;
	if (pinentry_start(&w.pinentry, getenv("HUFU_TEST_PINENTRY"), env, &w.recall, WAIT_MS, &err) != 0)
		fail_msg("%s", err.text);
	*state = &w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	pinentry_end(&w->pinentry);
	recall_free(&w->recall);
	window_plan_end(w->windows);
	return 0;
}

static int confirm(struct world *w, struct err *err)
{
	struct secret none = {0};
	bool twice;
	int rc = pinentry_ask(w->pinentry, "CONFIRM", &none, &twice, err);

	secret_free(&none);
	return rc;
}

static void an_answer_within_the_time_is_taken(void **state)
{
	struct err err;

	ahead = WAIT_MS / 2;
	assert_int_equal(confirm(*state, &err), 0);
}

/* One that does not keep the time it was told itself. */
static void a_pinentry_that_never_answers_is_given_up(void **state)
{
	struct world *w = *state;
	struct err err;

	window_plan_set(w->windows, "wait %d\n", WAIT_MS);
	ahead = WAIT_MS;
	assert_int_equal(confirm(w, &err), -1);
	assert_int_equal(err.code, HF_WINDOW_TIME_OUT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(an_answer_within_the_time_is_taken, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_pinentry_that_never_answers_is_given_up, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
