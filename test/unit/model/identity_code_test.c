/* Identity codes: valid by formula, and every single wrong character told. */
#include "identity_code.h"

#include "clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#define TODAY 20779 /* 2026-11-22 */

static void test_credit_codes(void **state)
{
	static const char *const valid[] = {"91110108123456788E", "12440300A1B2C3D48R", "93310115900000129C", "91350100M000100Y43"};
	static const char *const invalid[] = {"91110108123456788F", /* check character */
	                                      "91110108123456789E", /* inner organisation code */
	                                      "91110108123456788",  "91110108123456788EE", "",
	                                      "91110108123456788e", "9111010812345678IE", /* I, O, S, V and Z are not in the alphabet */
	                                      "911101O8123456788E", "91AB0108123456788E",  "９1110108123456788E"};

	for (size_t i = 0; i < sizeof(valid) / sizeof(valid[0]); i++)
		assert_true(credit_code_valid(bytes_text(valid[i])));
	for (size_t i = 0; i < sizeof(invalid) / sizeof(invalid[0]); i++)
		assert_false(credit_code_valid(bytes_text(invalid[i])));
	assert_false(credit_code_valid((struct bytes){(const uint8_t *)"91110108\0003456788E", 18}));
}

/* The check characters see every change of one character. */
static void test_credit_code_tells_each_change(void **state)
{
	static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
	char code[] = "91110108123456788E";

	for (size_t i = 0; i < 18; i++) {
		char kept = code[i];
		for (const char *c = alphabet; *c != '\0'; c++) {
			code[i] = *c;
			assert_int_equal(credit_code_valid(bytes_text(code)), *c == kept);
		}
		code[i] = kept;
	}
}

static void test_organisation_codes(void **state)
{
	static const char *const valid[] = {"12345678-8", "A1B2C3D4-8", "90000012-9", "99000005-X",
	                                    "99000018-0", "D2143569-X", "123456788"};
	static const char *const invalid[] = {"12345678-9", "12345678_8", "12345678-",  "1234567-8",
	                                      "",           "99000005-x", "99000005-0", "a1B2C3D4-8"};

	for (size_t i = 0; i < sizeof(valid) / sizeof(valid[0]); i++)
		assert_true(organisation_code_valid(bytes_text(valid[i])));
	for (size_t i = 0; i < sizeof(invalid) / sizeof(invalid[0]); i++)
		assert_false(organisation_code_valid(bytes_text(invalid[i])));
}

static void test_resident_ids(void **state)
{
	static const char *const valid[] = {"110101199003071233", "440300198512310024", "310115200002291235", "11010119900307002X",
	                                    "11010519491231002X"};
	static const char *const invalid[] = {"110101199003071234", "11010119900307002x", "11010119900307123", "1101011990030712333", "",
	                                      "A10101199003071233"};

	for (size_t i = 0; i < sizeof(valid) / sizeof(valid[0]); i++)
		assert_true(resident_id_valid(bytes_text(valid[i]), TODAY));
	for (size_t i = 0; i < sizeof(invalid) / sizeof(invalid[0]); i++)
		assert_false(resident_id_valid(bytes_text(invalid[i]), TODAY));
}

/* The same digits with a right check character, so that only the date decides. */
static bool valid_with_date(const char *date, int64_t today)
{
	static const int weight[17] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
	char id[RESIDENT_ID_SIZE + 1];
	int sum = 0;

	memcpy(id, "310115", 6);
	memcpy(id + 6, date, 8);
	memcpy(id + 14, "123", 4);
	for (int i = 0; i < 17; i++)
		sum += (id[i] - '0') * weight[i];
	id[17] = "10X98765432"[sum % 11];
	id[18] = '\0';
	return resident_id_valid(bytes_text(id), today);
}

static void test_resident_id_dates(void **state)
{
	assert_true(valid_with_date("20000229", TODAY));
	assert_false(valid_with_date("20010229", TODAY));
	assert_false(valid_with_date("19000229", TODAY));
	assert_true(valid_with_date("19000228", TODAY));
	assert_false(valid_with_date("18991231", TODAY));
	assert_false(valid_with_date("20000431", TODAY));
	assert_false(valid_with_date("20001301", TODAY));
	assert_false(valid_with_date("20000001", TODAY));
	assert_false(valid_with_date("20000100", TODAY));
	assert_true(valid_with_date("20261122", TODAY));
	assert_false(valid_with_date("20261123", TODAY));
}

static void test_mask(void **state)
{
	char out[RESIDENT_ID_SIZE + 1];

	resident_id_mask(bytes_text("110101199003071233"), out);
	assert_string_equal(out, "110***********1233");
	resident_id_mask(bytes_text("1101011990"), out);
	assert_string_equal(out, "******************");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_credit_codes),       cmocka_unit_test(test_credit_code_tells_each_change),
	    cmocka_unit_test(test_organisation_codes), cmocka_unit_test(test_resident_ids),
	    cmocka_unit_test(test_resident_id_dates),  cmocka_unit_test(test_mask),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
