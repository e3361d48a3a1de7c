/* hufu.ini by its table. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "settings.h"

#include <string.h>
#include <unistd.h>

static struct settings *parsed(const char *ini)
{
	struct settings *s = NULL;
	struct err err = {0};

	if (settings_parse(&s, bytes_text(ini), &err) != 0)
		fail_msg("%s", err.text);
	return s;
}

static void refused(const char *ini, const char *part)
{
	struct settings *s = NULL;
	struct err err = {0};

	assert_int_equal(settings_parse(&s, bytes_text(ini), &err), -1);
	assert_int_equal(err.code, HF_SETTING);
	assert_non_null(strstr(err.text, part));
	assert_null(s);
}

static void values_and_fallbacks(void **state)
{
	struct settings *s = parsed("; words\n[portal]\nthreads = 3\n[service]\nname = 数字证书\n");

	assert_int_equal(settings_integer(s, "portal", "threads"), 3);
	assert_string_equal(settings_text(s, "service", "name"), "数字证书");
	assert_int_equal(settings_integer(s, "responder", "feed-age"), 900);
	settings_free(&s);
	assert_null(s);
}

/* A CRL that ended before the next one is made would leave verifiers without any. */
static void two_that_do_not_go_together(void **state)
{
	struct settings *s = parsed("[signer]\ncrl-every = 86400\ncrl-life = 86401\n");

	settings_free(&s);
	refused("[signer]\ncrl-every = 86400\ncrl-life = 86400\n", "crl-life must be above crl-every");
	refused("[signer]\ncrl-every = 172800\n", "crl-life must be above crl-every");
}

static void wrong_lines_are_named(void **state)
{
	char long_line[256] = "[service]\nname = ";

	refused("[portal]\nthread = 3\n", "line 2");
	refused("[nowhere]\nthreads = 3\n", "nowhere");
	refused("[portal]\nthreads = many\n", "threads");
	refused("[portal]\nthreads = 0\n", "threads");
	refused("[portal]\nthreads = 99999999999999999999\n", "threads");
	refused("[portal]\nthreads\n", "line 2");
	refused("[portal]\nlisten = a\x01 b\n", "listen");
	refused("[portal]\nthreads = 0\n\nidle = 1\n", "line 2");
	refused("[portal]\nthreads = 3\nthreads = 3\n", "twice");
	refused("[portal]\nthreads = 3\n  4\n", "twice");
	memset(long_line + sizeof("[service]\nname = ") - 1, 'x', 200);
	refused(long_line, "line 2: longer");
}

static void a_child_gets_its_section(void **state)
{
	struct settings *s = parsed("[portal]\nlisten = 127.0.0.1:9000\n[escrow]\nstock = 5\n[service]\ntelephone = 010-1 = 2\n");
	struct settings *child = NULL;
	struct err err = {0};
	struct buf out;
	int ends[2];

	buf_init(&out, 4096);
	assert_int_equal(settings_section(s, "portal", &out, &err), 0);
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], out.data, out.size), (ssize_t)out.size);
	assert_int_equal(close(ends[1]), 0);
	assert_int_equal(settings_read(&child, ends[0], &err), 0);
	assert_string_equal(settings_text(child, "portal", "listen"), "127.0.0.1:9000");
	assert_string_equal(settings_text(child, "service", "telephone"), "010-1 = 2");
	assert_int_equal(settings_integer(child, "escrow", "stock"), 64);
	settings_free(&child);
	settings_free(&s);
	buf_free(&out);
}

static void what_is_written_reads_back(void **state)
{
	const char *const values[] = {"portal", "threads", "5", NULL}, *const unknown[] = {"portal", "thread", "5", NULL};
	struct settings *s;
	struct err err = {0};
	struct buf out;

	buf_init(&out, SETTINGS_FILE_MAX);
	assert_int_equal(settings_write(unknown, &out, &err), -1);
	assert_int_equal(err.code, HF_SETTING);
	assert_int_equal(settings_write(values, &out, &err), 0);
	assert_int_equal(buf_append_u8(&out, 0, &err), 0);
	s = parsed((const char *)out.data);
	assert_int_equal(settings_integer(s, "portal", "threads"), 5);
	settings_free(&s);
	buf_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(values_and_fallbacks),        cmocka_unit_test(wrong_lines_are_named),
	    cmocka_unit_test(two_that_do_not_go_together), cmocka_unit_test(a_child_gets_its_section),
	    cmocka_unit_test(what_is_written_reads_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
