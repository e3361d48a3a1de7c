/* A request is called off by its number, and the next one begins afresh. */
#include "recall.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void only_the_request_with_that_number_is_called_off(void **state)
{
	struct recall r;
	struct err err;

	assert_int_equal(recall_init(&r, &err), 0);
	recall_begin(&r, 7);
	recall_tell(&r, 8);
	assert_int_equal(recall_check(&r, &err), 0);
	recall_tell(&r, 7);
	assert_int_equal(recall_check(&r, &err), -1);
	assert_int_equal(err.code, HF_ASKER_GONE);
	assert_int_equal(recall_check(&r, &err), -1); /* it stays so */
	recall_begin(&r, 9);
	recall_tell(&r, 7); /* too late */
	assert_int_equal(recall_check(&r, &err), 0);
	recall_free(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(only_the_request_with_that_number_is_called_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
