/* Codes, kinds and texts of errors. */
#include "err.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

static void test_set_fills_kind_and_text(void **state)
{
	struct err err;

	assert_int_equal(err_set(&err, HF_ORDER_SAME_PERSON, "%s and %d", "one", 2), -1);
	assert_int_equal(err.code, 2009);
	assert_int_equal(err.kind, ERR_REFUSED);
	assert_string_equal(err.text, "one and 2");
	assert_int_equal(err_set(NULL, HF_FILE, "nobody listens"), -1);
}

static void test_errno_is_told(void **state)
{
	struct err err;

	errno = ENOENT;
	err_set_errno(&err, HF_FILE, "opening x");
	assert_string_equal(err.text, "opening x: No such file or directory");
}

static void test_wrap_keeps_code_and_never_overflows(void **state)
{
	struct err err;
	char name[2 * ERR_TEXT_MAX];

	err_set(&err, HF_DER, "length");
	err_wrap(&err, "certificate %d", 3);
	assert_int_equal(err.code, HF_DER);
	assert_string_equal(err.text, "certificate 3: length");
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	err_wrap(&err, "%s", name);
	assert_int_equal(strlen(err.text), ERR_TEXT_MAX - 1);
}

static void test_names_of_codes(void **state)
{
	assert_string_equal(err_code_name(HF_ORDER_NOT_CANONICAL), "ORDER_NOT_CANONICAL");
	assert_string_equal(err_code_name((enum err_code)1), "UNKNOWN");
	assert_int_equal(err_code_kind((enum err_code)1), ERR_SYSTEM);
	assert_int_equal(err_code_kind(HF_PIN_WRONG), ERR_AUTH);
}

static void test_clear_forgets(void **state)
{
	struct err err;

	err_set(&err, HF_DER, "length");
	err_clear(&err);
	assert_int_equal(err.code, HF_NONE);
	assert_int_equal(err.kind, ERR_NONE);
	assert_string_equal(err.text, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_set_fills_kind_and_text),
	    cmocka_unit_test(test_errno_is_told),
	    cmocka_unit_test(test_wrap_keeps_code_and_never_overflows),
	    cmocka_unit_test(test_names_of_codes),
	    cmocka_unit_test(test_clear_forgets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
