/* Cookies in both directions. */
#include "cookie.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void expect(const char *header, const char *name, const char *wanted)
{
	struct bytes value = BYTES_NONE;
	int result = cookie_find(bytes_text(header), name, &value);

	if (wanted == NULL)
		assert_int_equal(result, -1);
	else
		assert_true(result == 0 && bytes_is_text(value, wanted));
}

static void values_by_name(void **state)
{
	expect("hufu=abc", "hufu", "abc");
	expect(" a=1;  hufu=abc ; b=2", "hufu", "abc");
	expect("hufu=", "hufu", "");
	expect("xhufu=1; hufu2=2", "hufu", NULL);
	expect("Hufu=1", "hufu", NULL);
	expect("hufu", "hufu", NULL);
	expect("", "hufu", NULL);
	expect(";;;", "hufu", NULL);
	expect("hufu=a=b", "hufu", "a=b");
}

static void doubtful_ones_are_none(void **state)
{
	expect("hufu=a; hufu=b", "hufu", NULL);
	expect("hufu=a; hufu=a", "hufu", NULL);
	expect("hufu=a b", "hufu", NULL);
	expect("hufu=\"a\"", "hufu", NULL);
	expect("hufu=a,b", "hufu", NULL);
	expect("hufu=\x80", "hufu", NULL);
}

static void written(void **state)
{
	struct buf out;
	struct err err;

	buf_init(&out, 200);
	assert_int_equal(cookie_write(&out, "__Host-hufu", "abc", 60, true, &err), 0);
	assert_true(bytes_is_text(buf_get(&out), "__Host-hufu=abc; Path=/; HttpOnly; SameSite=Strict; Max-Age=60; Secure"));
	buf_clear(&out);
	assert_int_equal(cookie_write(&out, "hufu", "", -1, false, &err), 0);
	assert_true(bytes_is_text(buf_get(&out), "hufu=; Path=/; HttpOnly; SameSite=Strict"));
	assert_int_equal(cookie_write(&out, "hufu", "a; Domain=x", 0, false, &err), -1);
	assert_int_equal(cookie_write(&out, "hufu", "a\r\nX: y", 0, false, &err), -1);
	assert_int_equal(cookie_write(&out, "hu=fu", "a", 0, false, &err), -1);
	assert_int_equal(cookie_write(&out, "", "a", 0, false, &err), -1);
	buf_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(values_by_name), cmocka_unit_test(doubtful_ones_are_none),
	                                   cmocka_unit_test(written)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
