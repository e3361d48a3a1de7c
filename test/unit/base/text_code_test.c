/* hex, base64 (RFC 4648 10 vectors) and what a text may hold. */
#include "text_code.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static void test_hex(void **state)
{
	uint8_t raw[3];
	char text[7];

	assert_int_equal(hex_read(raw, 3, BYTES_LITERAL("00aBff"), true), 0);
	assert_memory_equal(raw, "\x00\xab\xff", 3);
	hex_write(text, raw, 3);
	assert_string_equal(text, "00abff");
	assert_int_equal(hex_read(raw, 3, BYTES_LITERAL("00aBff"), false), -1);
	assert_int_equal(hex_read(raw, 3, BYTES_LITERAL("00abf"), true), -1);
	assert_int_equal(hex_read(raw, 3, BYTES_LITERAL("00abff00"), true), -1);
	assert_int_equal(hex_read(raw, 3, BYTES_LITERAL("00ab g"), true), -1);
}

static void test_base64_vectors(void **state)
{
	static const char *const vectors[][3] = {
	    {"", "", ""},
	    {"f", "Zg==", "Zg"},
	    {"fo", "Zm8=", "Zm8"},
	    {"foo", "Zm9v", "Zm9v"},
	    {"foob", "Zm9vYg==", "Zm9vYg"},
	    {"fooba", "Zm9vYmE=", "Zm9vYmE"},
	    {"\xfb\xff\xfe", "+//+", "-__-"},
	};
	struct buf b;
	struct err err;

	buf_init(&b, 64);
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		const char *plain = vectors[i][0], *padded = vectors[i][1], *url = vectors[i][2];

		buf_clear(&b);
		assert_int_equal(base64_write(&b, bytes_text(plain), &err), 0);
		assert_true(bytes_is_text(buf_get(&b), padded));
		buf_clear(&b);
		assert_int_equal(base64url_write(&b, bytes_text(plain), &err), 0);
		assert_true(bytes_is_text(buf_get(&b), url));
		buf_clear(&b);
		assert_int_equal(base64_read(&b, bytes_text(padded), &err), 0);
		assert_true(bytes_is_text(buf_get(&b), plain));
		buf_clear(&b);
		assert_int_equal(base64url_read(&b, bytes_text(url), &err), 0);
		assert_true(bytes_is_text(buf_get(&b), plain));
	}
	buf_free(&b);
}

static void test_base64_has_one_form_only(void **state)
{
	static const char *const bad[] = {"Zg", "Zg=", "Zh==", "Zm9=", "Z===", "====", "Zm9v\n", "Zm 9", "Zm9vZg==Zg==", "-__-", "Zm9\xff"};
	static const char *const bad_url[] = {"Z", "Zh", "Zg==", "+//+", "Zm9vY"};
	struct buf b;
	struct err err;

	buf_init(&b, 64);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(base64_read(&b, bytes_text(bad[i]), &err), -1);
		assert_int_equal(err.code, HF_FIELD_FORMAT);
	}
	for (size_t i = 0; i < sizeof(bad_url) / sizeof(bad_url[0]); i++)
		assert_int_equal(base64url_read(&b, bytes_text(bad_url[i]), &err), -1);
	assert_int_equal(b.size, 0);
	buf_free(&b);
	buf_init(&b, 2);
	assert_int_equal(base64_read(&b, BYTES_LITERAL("Zm9v"), &err), -1);
	assert_int_equal(err.code, HF_LIMIT);
	buf_free(&b);
}

/* A foreign character is seen wherever it stands, also where many are read together; and every length comes back. */
static void test_base64_at_every_length(void **state)
{
	uint8_t raw[99];
	struct buf text, back;

	buf_init(&text, 256);
	buf_init(&back, 256);
	for (size_t i = 0; i < sizeof(raw); i++)
		raw[i] = (uint8_t)(i * 167 + 13);
	for (size_t size = 0; size <= sizeof(raw); size++) {
		buf_clear(&text);
		buf_clear(&back);
		assert_int_equal(base64_write(&text, (struct bytes){raw, size}, NULL), 0);
		assert_int_equal(text.size, (size + 2) / 3 * 4);
		assert_int_equal(base64_read(&back, buf_get(&text), NULL), 0);
		assert_true(bytes_equal(buf_get(&back), (struct bytes){raw, size}));
	}
	buf_clear(&back);
	for (size_t i = 0; i + 1 < text.size; i++) {
		uint8_t there = text.data[i];

		text.data[i] = (uint8_t) "-_=\n\x80@[`{:"[i % 10];
		assert_int_equal(base64_read(&back, buf_get(&text), NULL), -1);
		assert_int_equal(back.size, 0);
		text.data[i] = there;
	}
	buf_free(&text);
	buf_free(&back);
}

/* Words of eight are looked at together; what does not belong is seen at every place in them. */
static void test_text_faults_at_every_place(void **state)
{
	static const char foreign[] = "\x01\x1f\x7f\n\x80\xc0\xff";

	for (size_t size = 1; size < 40; size++) {
		for (size_t at = 0; at < size; at++) {
			for (const char *c = foreign; *c != '\0'; c++) {
				uint8_t text[40];

				memset(text, '~', sizeof(text));
				text[at] = (uint8_t)*c;
				assert_int_equal(text_check((struct bytes){text, size}), *c & 0x80 ? TEXT_NOT_UTF8 : TEXT_CONTROL);
				assert_int_equal(text_characters((struct bytes){text, size}), *c & 0x80 ? 0 : size);
			}
		}
	}
}

static void test_text_faults(void **state)
{
	static const struct {
		const char *text;
		enum text_fault fault;
	} cases[] = {
	    {"plain", TEXT_FINE},
	    {"北京某某有限公司", TEXT_FINE},
	    {"\xf0\xa0\xae\xb7", TEXT_FINE},
	    {"\xc0\xaf", TEXT_NOT_UTF8},
	    {"\xe0\x80\xaf", TEXT_NOT_UTF8},
	    {"\xed\xa0\x80", TEXT_NOT_UTF8},
	    {"\xf4\x90\x80\x80", TEXT_NOT_UTF8},
	    {"\xff", TEXT_NOT_UTF8},
	    {"a\xe5\x8c", TEXT_NOT_UTF8},
	    {"\x80", TEXT_NOT_UTF8},
	    {"a\tb", TEXT_CONTROL},
	    {"a\x7f", TEXT_CONTROL},
	    {"a\xc2\x85", TEXT_CONTROL},
	    {"a\xe2\x80\xa8", TEXT_CONTROL},
	    {"a\xe2\x80\xae", TEXT_BIDI},
	    {"a\xd8\x9c", TEXT_BIDI},
	    {"a\xe2\x81\xa7", TEXT_BIDI},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(text_check(bytes_text(cases[i].text)), cases[i].fault);
	assert_int_equal(text_check((struct bytes){(const uint8_t *)"a\0b", 3}), TEXT_CONTROL);
	assert_int_equal(text_check(bytes_text("a\nb")), TEXT_CONTROL);
	assert_int_equal(text_check_lines(bytes_text("a\nb")), TEXT_FINE);
	assert_int_equal(text_check_lines(bytes_text("a\r\nb")), TEXT_CONTROL);
}

static void test_normal_form(void **state)
{
	struct buf b;
	struct err err;

	assert_int_equal(text_check_nfc(bytes_text("caf\xc3\xa9")), TEXT_FINE);
	assert_int_equal(text_check_nfc(bytes_text("cafe\xcc\x81")), TEXT_NOT_NFC);
	buf_init(&b, 64);
	assert_int_equal(text_to_nfc(&b, bytes_text("cafe\xcc\x81"), &err), 0);
	assert_true(bytes_is_text(buf_get(&b), "caf\xc3\xa9"));
	assert_int_equal(text_to_nfc(&b, bytes_text("\xff"), &err), -1);
	assert_int_equal(err.code, HF_FIELD_CHARACTER);
	buf_free(&b);
}

static size_t put_point(uint8_t *at, uint32_t point)
{
	static const uint8_t leads[] = {0, 0, 0xc0, 0xe0, 0xf0};
	size_t size = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;

	for (size_t i = size; i-- > 1; point >>= 6)
		at[i] = (uint8_t)(0x80 | (point & 0x3f));
	at[0] = (uint8_t)(leads[size] | point);
	return size;
}

/* What text_check_nfc takes without its tables must be what the tables say: after a letter and before one, every code point. */
static void test_normal_form_of_every_letter(void **state)
{
	for (uint32_t point = 0x20; point <= 0x10ffff; point++) {
		uint8_t text[8] = {'e'};
		size_t size = 1 + put_point(text + 1, point);
		struct bytes all = {text, size + 1};
		struct buf normal;

		text[size] = 'e';
		if (text_check(all) != TEXT_FINE)
			continue;
		buf_init(&normal, 64);
		assert_int_equal(text_to_nfc(&normal, all, NULL), 0);
		if ((text_check_nfc(all) == TEXT_FINE) != bytes_equal(buf_get(&normal), all))
			fail_msg("U+%04X", (unsigned)point);
		buf_free(&normal);
	}
}

static void test_characters(void **state)
{
	assert_int_equal(text_characters(bytes_text("虎符a")), 3);
	assert_int_equal(text_characters(bytes_text("\xe8\x99")), 0);
	assert_int_equal(text_characters(BYTES_NONE), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_hex),
	    cmocka_unit_test(test_base64_vectors),
	    cmocka_unit_test(test_base64_has_one_form_only),
	    cmocka_unit_test(test_base64_at_every_length),
	    cmocka_unit_test(test_text_faults),
	    cmocka_unit_test(test_text_faults_at_every_place),
	    cmocka_unit_test(test_normal_form),
	    cmocka_unit_test(test_characters),
	    cmocka_unit_test(test_normal_form_of_every_letter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
