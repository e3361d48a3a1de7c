/* Texts by id in both languages, and values written for people. */
#include "catalogue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void expect_format(enum language language, const char *id, const struct catalogue_value *values, size_t n, const char *wanted)
{
	struct buf out;

	buf_init(&out, 1024);
	assert_int_equal(catalogue_format(&out, language, id, values, n, NULL), 0);
	assert_int_equal(out.size, strlen(wanted));
	assert_memory_equal(out.data, wanted, out.size);
	buf_free(&out);
}

static void texts_by_id(void **state)
{
	assert_string_equal(catalogue_text(LANGUAGE_ZH, "目录里没有的话"), "目录里没有的话");
	assert_string_equal(catalogue_text(LANGUAGE_EN, "HF-5001"), "Please log in first.");
	assert_string_equal(catalogue_text(LANGUAGE_ZH, "HF-5001"), "请先登录。");
}

static void faults_by_code(void **state)
{
	assert_string_equal(catalogue_fault(LANGUAGE_EN, HF_SESSION_NONE), "Please log in first.");
	assert_string_equal(catalogue_fault(LANGUAGE_ZH, (enum err_code)42), catalogue_fault(LANGUAGE_ZH, HF_SYSTEM));
}

static void values_are_filled_in(void **state)
{
	const struct catalogue_value one[] = {{"n", CATALOGUE_NUMBER, .number = 1}, {"who", CATALOGUE_TEXT, .text = "{n}"}};
	const struct catalogue_value two[] = {{"n", CATALOGUE_NUMBER, .number = 2}};

	expect_format(LANGUAGE_ZH, "{who}有{n}份", one, 2, "{n}有1份");
	expect_format(LANGUAGE_EN, "{n} {n|day|days} left", one, 2, "1 day left");
	expect_format(LANGUAGE_EN, "{n} {n|day|days} left", two, 1, "2 days left");
	expect_format(LANGUAGE_EN, "{other} {n", two, 1, "{other} {n");
	expect_format(LANGUAGE_EN, "", two, 1, "");
}

static void dates_and_money(void **state)
{
	const struct catalogue_value values[] = {{"d", CATALOGUE_DATE, .number = 1795305600 - 28800},
	                                         {"t", CATALOGUE_TIME, .number = 1795305600 + 3900},
	                                         {"none", CATALOGUE_DATE, .number = 0},
	                                         {"m", CATALOGUE_MONEY, .number = 5005},
	                                         {"back", CATALOGUE_MONEY, .number = -50},
	                                         {"w", CATALOGUE_WORDS, .text = "HF-5001"}};

	expect_format(LANGUAGE_ZH, "{d}|{t}|{none}|{m}|{back}|{w}", values, 6,
	              "2026年11月22日|2026年11月22日 09:05||50.05元|-0.50元|请先登录。");
	expect_format(LANGUAGE_EN, "{d}|{t}|{none}|{m}|{back}", values, 5, "22 November 2026|22 November 2026 09:05||CNY 50.05|CNY -0.50");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(texts_by_id),
	    cmocka_unit_test(faults_by_code),
	    cmocka_unit_test(values_are_filled_in),
	    cmocka_unit_test(dates_and_money),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
