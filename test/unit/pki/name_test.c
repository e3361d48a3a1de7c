/* Names, serial numbers, object identifiers and the lives of profiles. */
#include "clock.h"
#include "name.h"
#include "profile.h"
#include "serial.h"
#include "vector.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define TEXT(s) BYTES_LITERAL(s)
#define SIXTY_FOUR \
	"虎虎虎虎虎虎虎虎虎虎虎虎虎虎虎虎虎虎虎虎虎虎虎虎虎虎虎虎虎虎虎虎虎虎虎虎虎虎虎虎虎虎虎虎虎虎虎虎虎虎虎虎虎虎虎虎虎虎虎虎虎虎虎虎"

static void names_are_written_in_order(void **state)
{
	const struct name name = {.common_name = TEXT("李"), .country = TEXT("CN"), .unit = TEXT("a")};
	struct buf der, text;
	struct der_writer w;
	struct name back;

	buf_init(&der, 256);
	buf_init(&text, 256);
	assert_int_equal(name_check(&name, NULL), 0);
	der_start(&w, &der);
	name_write(&w, &name);
	assert_int_equal(der_finish(&w, NULL), 0);
	assert_vector(buf_get(&der), "3027310b300906035504061302434e310a300806035504"
	                             "0b0c0161310c300a06035504030c03e69d8e");
	struct bytes in = buf_get(&der);
	assert_int_equal(name_read(&in, &back), 0);
	assert_int_equal(in.size, 0);
	assert_true(bytes_is_text(back.common_name, "李"));
	assert_int_equal(back.organisation.size, 0);
	assert_int_equal(name_print(&text, &back, NULL), 0);
	assert_true(bytes_is_text(buf_get(&text), "C=CN, OU=a, CN=李"));
	buf_free(&der);
	buf_free(&text);
}

static void names_are_checked(void **state)
{
	static const struct {
		struct name name;
		enum err_code code;
	} bad[] = {
	    {{.country = TEXT("CN")}, HF_FIELD_MISSING},
	    {{.country = TEXT("cn"), .common_name = TEXT("a")}, HF_FIELD_FORMAT},
	    {{.country = TEXT("CHN"), .common_name = TEXT("a")}, HF_FIELD_FORMAT},
	    {{.common_name = TEXT(SIXTY_FOUR "a")}, HF_NAME_TOO_LONG},
	    {{.common_name = TEXT("a"), .organisation = TEXT(SIXTY_FOUR "a")}, HF_NAME_TOO_LONG},
	    {{.common_name = TEXT("a"), .state = TEXT(SIXTY_FOUR SIXTY_FOUR "a")}, HF_NAME_TOO_LONG},
	    {{.common_name = TEXT("a\nb")}, HF_FIELD_CHARACTER},
	    {{.common_name = TEXT("\xe2\x80\xae"
	                          "a")},
	     HF_FIELD_CHARACTER},
	    {{.common_name = TEXT("\xff")}, HF_FIELD_CHARACTER},
	};
	const struct name longest = {.common_name = TEXT(SIXTY_FOUR), .locality = TEXT(SIXTY_FOUR SIXTY_FOUR)};
	struct err err;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		err_clear(&err);
		assert_int_equal(name_check(&bad[i].name, &err), -1);
		assert_int_equal(err.code, bad[i].code);
	}
	assert_int_equal(name_check(&longest, NULL), 0);
}

static void names_of_others_are_read(void **state)
{
	/* O as PrintableString, then an e-mail address, which is passed over */
	struct buf der = vector("302f310a3008060355040a1301613115301306092a864886f70d01090116066140622e636e310a300806035504030c0178");
	struct bytes in = buf_get(&der);
	struct name name;

	assert_int_equal(name_read(&in, &name), 0);
	assert_true(bytes_is_text(name.organisation, "a"));
	assert_true(bytes_is_text(name.common_name, "x"));
	buf_free(&der);
	der = vector("300c310a300806035504031e010078"); /* BMPString */
	in = buf_get(&der);
	assert_int_equal(name_read(&in, &name), -1);
	buf_free(&der);
	der = vector("30023100"); /* an empty set */
	in = buf_get(&der);
	assert_int_equal(name_read(&in, &name), -1);
	assert_ptr_equal(in.data, der.data);
	buf_free(&der);
}

static void serials(void **state)
{
	struct serial a, b, c;
	char text[SERIAL_TEXT_SIZE];
	uint8_t top = 0;

	for (int i = 0; i < 200; i++) {
		serial_draw(&a);
		assert_int_not_equal(a.bytes[0], 0);
		top |= a.bytes[0];
	}
	assert_int_equal(top & 0x80, 0x80); /* the top bit is used */
	serial_text(&a, text);
	assert_int_equal(strlen(text), 32);
	assert_int_equal(serial_from_text(&b, bytes_text(text)), 0);
	assert_true(serial_equal(&a, &b));
	assert_int_equal(serial_from_magnitude(&c, serial_get(&a)), 0);
	assert_true(serial_equal(&a, &c));
	c.bytes[15] ^= 1;
	assert_false(serial_equal(&a, &c));
	assert_true(serial_compare(&a, &c) != 0);
	assert_int_equal(serial_from_text(&b, TEXT("00112233445566778899aabbccddeeff")), -1);
	assert_int_equal(serial_from_text(&b, TEXT("A0112233445566778899aabbccddeeff")), -1);
	assert_int_equal(serial_from_text(&b, TEXT("a0112233445566778899aabbccddee")), -1);
	assert_int_equal(serial_from_magnitude(&b, TEXT("123456789012345")), -1);
	assert_int_equal(serial_from_magnitude(&b, TEXT("12345678901234567")), -1);
}

static void oids_are_found(void **state)
{
	for (unsigned i = 0; i < OID_OTHER; i++)
		assert_int_equal(oid_find(oid_get((enum oid)i)), i);
	assert_int_equal(oid_find(TEXT("\x55\x04\x63")), OID_OTHER);
	assert_int_equal(oid_find(BYTES_NONE), OID_OTHER);
	assert_int_equal(oid_get(OID_OTHER).size, 0);
}

static int64_t at(int year, int month, int day, int hour, int minute, int second)
{
	return clock_seconds((struct civil){year, month, day, hour, minute, second}, 0);
}

static void lives_end_inclusively(void **state)
{
	assert_int_equal(profile_end(PROFILE_ENTERPRISE_SIGN, at(2026, 6, 1, 8, 0, 0), INT64_MAX), at(2027, 6, 1, 7, 59, 59));
	assert_int_equal(profile_end(PROFILE_ENTERPRISE_SIGN, at(2028, 2, 29, 8, 0, 0), INT64_MAX), at(2029, 2, 28, 23, 59, 59));
	assert_int_equal(profile_end(PROFILE_ENTERPRISE_SIGN, at(2027, 3, 1, 0, 0, 0), INT64_MAX), at(2028, 2, 29, 23, 59, 59));
	assert_int_equal(profile_end(PROFILE_EVALUATION_SIGN, at(2026, 6, 1, 8, 0, 0), INT64_MAX), at(2026, 6, 21, 7, 59, 59));
	assert_int_equal(profile_end(PROFILE_OCSP, 1000000000, INT64_MAX), 1000000000 + 86399);
	assert_int_equal(profile_end(PROFILE_ENTERPRISE_SIGN, at(2026, 6, 1, 8, 0, 0), at(2026, 7, 1, 0, 0, 0)), at(2026, 7, 1, 0, 0, 0));
	assert_int_equal(profile_end(PROFILE_ROOT, at(2096, 2, 29, 1, 2, 3), INT64_MAX), at(2126, 2, 28, 23, 59, 59));
	for (unsigned i = 0; i < PROFILES; i++)
		assert_non_null(profile_get((enum profile)i)->name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names_are_written_in_order),
	    cmocka_unit_test(names_are_checked),
	    cmocka_unit_test(names_of_others_are_read),
	    cmocka_unit_test(serials),
	    cmocka_unit_test(oids_are_found),
	    cmocka_unit_test(lives_end_inclusively),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
