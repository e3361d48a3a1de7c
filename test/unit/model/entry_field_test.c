/* Fields of the form: what can be kept, what can be submitted, and one fault for each field. */
#include "application_form.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#define TODAY 20779 /* 2026-11-22 */

static struct pool *pool;

static int make_pool(void **state)
{
	pool = pool_new(1 << 20);
	return pool == NULL;
}

static int drop_pool(void **state)
{
	pool_free(&pool);
	return 0;
}

static enum err_code read_as(const char *name, struct bytes typed, const char **out)
{
	return entry_field_read(application_field(name), typed, pool, out);
}

static enum err_code check_as(const char *name, const char *text)
{
	return entry_field_check(application_field(name), text, TODAY);
}

static void test_reading(void **state)
{
	const char *out;

	assert_int_equal(read_as("name", BYTES_LITERAL("  北京虎符科技有限公司\xe3\x80\x80 "), &out), HF_NONE);
	assert_string_equal(out, "北京虎符科技有限公司");
	assert_int_equal(read_as("legal_person", BYTES_LITERAL("𠮷㐂·买买提"), &out), HF_NONE);
	assert_string_equal(out, "𠮷㐂·买买提");
	assert_int_equal(read_as("address", BYTES_LITERAL("Cafe\xcc\x81 1"), &out), HF_NONE); /* e + U+0301 */
	assert_string_equal(out, "Caf\xc3\xa9 1");
	assert_int_equal(read_as("code", BYTES_LITERAL("91110108123456788e"), &out), HF_NONE);
	assert_string_equal(out, "91110108123456788E");
	assert_int_equal(read_as("mail", BYTES_LITERAL("Li@example.cn"), &out), HF_NONE);
	assert_string_equal(out, "Li@example.cn");
	assert_int_equal(read_as("department", BYTES_NONE, &out), HF_NONE);
	assert_string_equal(out, "");
}

static void test_refused_characters(void **state)
{
	const char *out;

	assert_int_equal(read_as("name", BYTES_LITERAL("北京\0公司"), &out), HF_FIELD_CHARACTER);
	assert_int_equal(read_as("name", BYTES_LITERAL("北京\n公司"), &out), HF_FIELD_CHARACTER);
	assert_int_equal(read_as("name", BYTES_LITERAL("北京\xe2\x80\xae公司"), &out), HF_FIELD_CHARACTER); /* U+202E */
	assert_int_equal(read_as("name", BYTES_LITERAL("北京\xe2\x81\xa6公司"), &out), HF_FIELD_CHARACTER); /* U+2066 */
	assert_int_equal(read_as("name", BYTES_LITERAL("\xed\xa0\x80"), &out), HF_FIELD_CHARACTER);         /* a surrogate */
	assert_int_equal(read_as("name", BYTES_LITERAL("\xc0\xaf"), &out), HF_FIELD_CHARACTER);
	assert_string_equal(out, "");
}

static void test_lengths(void **state)
{
	char text[8000];
	const char *out;

	for (size_t i = 0; i < 65; i++)
		memcpy(text + 4 * i, "𠮷", 4);
	assert_int_equal(read_as("name", (struct bytes){(const uint8_t *)text, 64 * 4}, &out), HF_NONE);
	assert_int_equal(read_as("name", (struct bytes){(const uint8_t *)text, 65 * 4}, &out), HF_NAME_TOO_LONG);
	assert_int_equal(read_as("department", (struct bytes){(const uint8_t *)text, 65 * 4}, &out), HF_FIELD_TOO_LONG);
	memset(text, 'x', sizeof(text));
	assert_int_equal(read_as("address", (struct bytes){(const uint8_t *)text, sizeof(text)}, &out), HF_FIELD_TOO_LONG);
	assert_int_equal(check_as("name", "某"), HF_FIELD_TOO_SHORT);
	assert_int_equal(check_as("name", ""), HF_FIELD_MISSING);
	assert_int_equal(check_as("name", "某厂"), HF_NONE);
	assert_int_equal(check_as("organisation_code", ""), HF_NONE);
}

static void test_rules(void **state)
{
	static const char *const mails[] = {"a@b.cn", "li.lei+cert@mail.example.com.cn", "x@localhost"};
	static const char *const no_mails[] = {"a",       "@b.cn",     "a@",       "a@b",         "a.@b.cn",
	                                       ".a@b.cn", "a..b@c.cn", "a b@c.cn", "a@-b.cn",     "a@b-.cn",
	                                       "a@b..cn", "李@b.cn",   "a@b@c.cn", "a@b.cn\"<x>", "a@b.cn,c@d.cn"};
	static const char *const telephones[] = {"010-82031677转8004", "13800138000", "+86 (10) 8203-1677", "95588"};
	static const char *const no_telephones[] = {
	    "abc", "1234", "010-8203转", "010-82031677转80x", "转8004", "+", "1234567890123456789012"};

	for (size_t i = 0; i < sizeof(mails) / sizeof(mails[0]); i++)
		assert_int_equal(check_as("mail", mails[i]), HF_NONE);
	for (size_t i = 0; i < sizeof(no_mails) / sizeof(no_mails[0]); i++)
		assert_int_equal(check_as("mail", no_mails[i]), HF_MAIL_ADDRESS);
	for (size_t i = 0; i < sizeof(telephones) / sizeof(telephones[0]); i++)
		assert_int_equal(check_as("telephone", telephones[i]), HF_NONE);
	for (size_t i = 0; i < sizeof(no_telephones) / sizeof(no_telephones[0]); i++)
		assert_int_equal(check_as("telephone", no_telephones[i]), HF_TELEPHONE);
	assert_int_equal(check_as("code", "91110108123456788F"), HF_CREDIT_CODE);
	assert_int_equal(check_as("organisation_code", "12345678-9"), HF_ORGANISATION_CODE);
	assert_int_equal(check_as("handler_id", "110101199003071234"), HF_RESIDENT_ID);
}

static enum err_code fault_of(const struct entry_faults *faults, const char *name)
{
	for (size_t i = 0; i < faults->count; i++) {
		if (strcmp(faults->items[i].field->name, name) == 0)
			return faults->items[i].code;
	}
	return HF_NONE;
}

static void test_form(void **state)
{
	struct application_form typed = {.name = "北京\x01", .code = "91110108123456788F", .mail = "a@b.cn"};
	struct application_form kept = {.name = "旧名", .city = "旧城"};
	struct entry_faults faults = {.count = 0};
	struct err err;

	assert_int_equal(application_form_read(&typed, &kept, &faults, pool, &err), 0);
	assert_int_equal(faults.count, 1);
	assert_string_equal(kept.name, "旧名"); /* what cannot be kept leaves the old value */
	assert_string_equal(kept.city, "旧城");
	typed.city = "";
	assert_int_equal(application_form_read(&typed, &kept, &faults, pool, &err), 0);
	assert_string_equal(kept.city, "");
	application_form_check(&kept, true, TODAY, &faults);
	assert_int_equal(fault_of(&faults, "name"), HF_FIELD_CHARACTER); /* the first fault of a field stays */
	assert_int_equal(fault_of(&faults, "code"), HF_CREDIT_CODE);
	assert_int_equal(fault_of(&faults, "city"), HF_FIELD_MISSING);
	assert_int_equal(fault_of(&faults, "handler_id"), HF_NONE); /* sealed already */
	assert_int_equal(fault_of(&faults, "mail"), HF_NONE);
	assert_int_equal(fault_of(&faults, "department"), HF_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_reading), cmocka_unit_test(test_refused_characters),
	    cmocka_unit_test(test_lengths), cmocka_unit_test(test_rules),
	    cmocka_unit_test(test_form),
	};
	return cmocka_run_group_tests(tests, make_pool, drop_pool);
}
