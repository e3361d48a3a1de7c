/* Assuan lines: what is written never breaks out of its line, and what is no answer is refused. */
#include "assuan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void expect_line(const char *command, const char *text, const char *wanted)
{
	struct buf out;
	struct err err;

	buf_init(&out, 2048);
	assert_int_equal(assuan_write(&out, command, bytes_text(text), &err), 0);
	if (!bytes_is_text(buf_get(&out), wanted))
		fail_msg("%.*s", (int)out.size, (char *)out.data);
	buf_free(&out);
}

static void text_cannot_leave_its_line(void **state)
{
	expect_line("GETPIN", NULL, "GETPIN\n");
	expect_line("SETDESC", "登录", "SETDESC 登录\n");
	expect_line("SETDESC", "a\nSETOK x\r\n%", "SETDESC a%0ASETOK x%0D%0A%25\n");
	expect_line("SETDESC", "\x01\x1f\x7f", "SETDESC %01%1F%7F\n");
}

static void a_line_holds_990_bytes(void **state)
{
	char text[ASSUAN_LINE_MAX];
	const size_t room = ASSUAN_LINE_MAX - strlen("SETDESC ");
	struct buf out;
	struct err err;

	buf_init(&out, 2048);
	memset(text, 'x', sizeof(text));
	assert_true(assuan_fits("SETDESC", (struct bytes){(uint8_t *)text, room}));
	assert_false(assuan_fits("SETDESC", (struct bytes){(uint8_t *)text, room + 1}));
	assert_int_equal(assuan_write(&out, "SETDESC", (struct bytes){(uint8_t *)text, room}, &err), 0);
	assert_int_equal(out.size, ASSUAN_LINE_MAX + 1);
	buf_clear(&out);
	assert_int_equal(assuan_write(&out, "SETDESC", (struct bytes){(uint8_t *)text, room + 1}, &err), -1);
	assert_int_equal(err.code, HF_LIMIT);
	assert_int_equal(out.size, 0);

	text[0] = '\n'; /* counts three */
	assert_true(assuan_fits("SETDESC", (struct bytes){(uint8_t *)text, room - 2}));
	assert_false(assuan_fits("SETDESC", (struct bytes){(uint8_t *)text, room - 1}));
	buf_free(&out);
}

static void answers_are_known(void **state)
{
	struct assuan_answer a;
	struct err err;

	assert_int_equal(assuan_read(&a, bytes_text("OK Pleased to meet you"), &err), 0);
	assert_int_equal(a.kind, ASSUAN_OK);
	assert_int_equal(assuan_read(&a, bytes_text("OK"), &err), 0);
	assert_int_equal(assuan_read(&a, bytes_text("ERR 83886179 Operation cancelled <Pinentry>"), &err), 0);
	assert_int_equal(a.kind, ASSUAN_ERR);
	assert_int_equal(a.code, ASSUAN_CODE_CANCELLED);
	assert_int_equal(assuan_read(&a, bytes_text("ERR 114"), &err), 0);
	assert_int_equal(a.code, ASSUAN_CODE_NOT_CONFIRMED);
	assert_int_equal(assuan_read(&a, bytes_text("D 12%2534"), &err), 0);
	assert_int_equal(a.kind, ASSUAN_DATA);
	assert_true(bytes_is_text(a.text, "12%2534"));
	assert_int_equal(assuan_read(&a, bytes_text("S PIN_REPEATED"), &err), 0);
	assert_int_equal(a.kind, ASSUAN_STATUS);
	assert_int_equal(assuan_read(&a, bytes_text("# remark"), &err), 0);
	assert_int_equal(a.kind, ASSUAN_COMMENT);
	assert_int_equal(assuan_read(&a, bytes_text("INQUIRE QUALITY 12"), &err), 0);
	assert_int_equal(a.kind, ASSUAN_INQUIRE);
}

static void what_is_no_answer_is_refused(void **state)
{
	static const char *const bad[] = {"",     " ",    "OKAY", "ok", "ERR", "ERR ", "ERR x", "ERR 12x", "ERR 99999999999999999999",
	                                  "Data", "D%20x"};
	struct assuan_answer a;
	struct err err;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (assuan_read(&a, bytes_text(bad[i]), &err) == 0)
			fail_msg("taken: %s", bad[i]);
}

static void expect_unescaped(const char *from, const char *wanted)
{
	char text[64];
	size_t size = strlen(from);
	struct err err;
	int rc;

	memcpy(text, from, size);
	rc = assuan_unescape((uint8_t *)text, &size, &err);
	if (wanted == NULL) {
		assert_int_equal(rc, -1);
		return;
	}
	assert_int_equal(rc, 0);
	assert_int_equal(size, strlen(wanted));
	assert_memory_equal(text, wanted, size);
}

static void escapes_are_undone(void **state)
{
	expect_unescaped("", "");
	expect_unescaped("abc", "abc");
	expect_unescaped("%25", "%");
	expect_unescaped("a%0ab%0A", "a\nb\n");
	expect_unescaped("%", NULL);
	expect_unescaped("a%2", NULL);
	expect_unescaped("%zz", NULL);
	expect_unescaped("%2g", NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(text_cannot_leave_its_line),   cmocka_unit_test(a_line_holds_990_bytes), cmocka_unit_test(answers_are_known),
	    cmocka_unit_test(what_is_no_answer_is_refused), cmocka_unit_test(escapes_are_undone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
