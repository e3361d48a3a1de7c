/* Answers that wait for the responder: their time begins when it was told. */
#include "hold.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct desk {
	struct serve *serve;
	struct holds holds;
};

static void on_batch(void *ctx, struct request **batch, size_t n)
{
	(void)ctx;
	(void)batch;
	(void)n;
}

static int set_up(void **state)
{
	static struct desk d;
	struct err err;

	d = (struct desk){0};
	*state = &d;
	return serve_new(&d.serve, on_batch, NULL, 0, NULL, &err);
}

static int tear_down(void **state)
{
	struct desk *d = *state;

	hold_free(&d->holds);
	serve_free(&d->serve);
	return 0;
}

static void keep(struct desk *d, int64_t number)
{
	struct request request = {.peer = 1, .id = 1};

	hold_answer(&d->holds, &request, number);
	assert_true(request.kept);
}

static void test_the_time_begins_when_the_responder_was_told(void **state)
{
	struct desk *d = *state;

	keep(d, 7);
	hold_tick(&d->holds, d->serve, 1000000);
	assert_non_null(d->holds.first);
	hold_count(&d->holds, 1000000);
	hold_count(&d->holds, 2000000); /* told once */
	hold_tick(&d->holds, d->serve, 1000000 + HOLD_MS - 1);
	assert_non_null(d->holds.first);
	hold_tick(&d->holds, d->serve, 1000000 + HOLD_MS);
	assert_null(d->holds.first);
}

static void test_what_the_responder_has_taken_over_is_answered(void **state)
{
	struct desk *d = *state;

	keep(d, 7);
	keep(d, 9);
	hold_release(&d->holds, d->serve, 6);
	assert_non_null(d->holds.first);
	hold_release(&d->holds, d->serve, 8);
	assert_non_null(d->holds.first);
	hold_release(&d->holds, d->serve, 9);
	assert_null(d->holds.first);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_the_time_begins_when_the_responder_was_told, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_what_the_responder_has_taken_over_is_answered, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
