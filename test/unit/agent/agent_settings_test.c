/* The agent's settings file: what is taken, and what is named as wrong. */
#include "agent_settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define NEEDED "root = /a/root\nrelease=/a/release\nissuing = /a/issuing\njournal = /a/journal\norigins = /a/o\norigins_signature = /a/s\n"

static void reads_what_is_there_and_fills_in_the_rest(void **state)
{
	struct agent_settings s;
	struct err err;

	assert_int_equal(agent_settings_parse(&s, bytes_text("# remark\r\n\n" NEEDED "state =\t/a/st ate \n port = 30000"), &err), 0);
	assert_string_equal(s.values[AGENT_RELEASE], "/a/release");
	assert_string_equal(s.values[AGENT_STATE], "/a/st ate");
	assert_string_equal(s.values[AGENT_PINENTRY], "/usr/bin/pinentry");
	assert_string_equal(s.values[AGENT_LIBRARY], "");
	assert_int_equal(s.port, 30000);
	agent_settings_free(&s);
}

static void names_what_is_wrong(void **state)
{
	static const char *const bad[] = {
	    "",
	    NEEDED,
	    NEEDED "state = /a\nstate = /b\n",
	    NEEDED "state = relative\n",
	    NEEDED "state =\n",
	    NEEDED "state\n",
	    NEEDED "state = /a\nunknown = 1\n",
	    NEEDED "state = /a\nport = x\n",
	    NEEDED "state = /a\nport = 80\n",
	    NEEDED "state = /a\nport = 65534\n",
	    NEEDED "state = /a\nport = 99999999999999999999\n",
	    NEEDED "state = /a\xff\n",
	};
	struct agent_settings s;
	struct err err;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (agent_settings_parse(&s, bytes_text(bad[i]), &err) == 0)
			fail_msg("taken: %s", bad[i]);
		assert_int_equal(err.code, HF_SETTING);
		assert_null(s.values[AGENT_ROOT]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_what_is_there_and_fills_in_the_rest),
	    cmocka_unit_test(names_what_is_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
