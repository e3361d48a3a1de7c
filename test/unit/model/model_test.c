/* The state machine, the choices, and the types of papers. */
#include "application.h"
#include "paper.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static void test_states(void **state)
{
	assert_true(application_state_follows(STATE_DRAFT, STATE_SUBMITTED));
	assert_true(application_state_follows(STATE_RETURNED, STATE_SUBMITTED));
	assert_true(application_state_follows(STATE_ACCEPTED, STATE_SUBMITTED)); /* an acceptance that grew too old */
	assert_true(application_state_follows(STATE_ISSUED, STATE_INSTALLED));
	assert_true(application_state_follows(STATE_DRAFT, STATE_ISSUED)); /* a renewal */
	assert_false(application_state_follows(STATE_DRAFT, STATE_ACCEPTED));
	assert_false(application_state_follows(STATE_INSTALLED, STATE_WITHDRAWN));
	assert_false(application_state_follows(STATE_INSTALLED, STATE_ISSUED));
	assert_true(application_open(&(struct application){.kind = APPLICATION_NEW, .state = STATE_RETURNED}));
	assert_false(application_open(&(struct application){.kind = APPLICATION_NEW, .state = STATE_SUBMITTED}));
	assert_false(application_open(&(struct application){.kind = APPLICATION_RENEW, .state = STATE_DRAFT}));
	assert_true(application_state_live(STATE_ISSUED));
	assert_false(application_state_live(STATE_DRAFT));
	assert_false(application_state_live(STATE_INSTALLED));
}

static void test_choices(void **state)
{
	assert_int_equal(choice_index(application_state_names, BYTES_LITERAL("withdrawn")), STATE_WITHDRAWN);
	assert_int_equal(choice_index(application_kind_names, BYTES_LITERAL("revoke")), APPLICATION_REVOKE);
	assert_int_equal(choice_index(application_kind_names, BYTES_LITERAL("revok")), -1);
	assert_int_equal(choice_index(application_kind_names, BYTES_NONE), -1);
}

static enum paper_type type_of(const char *start, size_t n)
{
	return paper_type_of((struct bytes){(const uint8_t *)start, n});
}

#define TYPE_OF(literal) type_of(literal, sizeof(literal) - 1)

static void test_paper_types(void **state)
{
	static const char png[] = "\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x10\0\0\0\x10\x08\x02\0\0\0";

	assert_int_equal(TYPE_OF("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), PAPER_PDF);
	assert_int_equal(TYPE_OF("%PDF-2.0\n"), PAPER_PDF);
	assert_int_equal(TYPE_OF("%PDF-1.9\n"), PAPER_UNKNOWN);
	assert_int_equal(TYPE_OF("%PDF-"), PAPER_UNKNOWN);
	assert_int_equal(TYPE_OF(" %PDF-1.7\n"), PAPER_UNKNOWN);
	assert_int_equal(TYPE_OF("\xff\xd8\xff\xe0\0\x10JFIF"), PAPER_JPEG);
	assert_int_equal(TYPE_OF("\xff\xd8\xff\xe1\0\x01"), PAPER_UNKNOWN); /* a segment shorter than its length */
	assert_int_equal(TYPE_OF("\xff\xd8\xff\xd8\0\x10"), PAPER_UNKNOWN);
	assert_int_equal(TYPE_OF("\xff\xd8"), PAPER_UNKNOWN);
	assert_int_equal(TYPE_OF(png), PAPER_PNG);
	for (size_t n = 0; n < sizeof(png) - 1; n++)
		assert_int_equal(type_of(png, n), PAPER_UNKNOWN);
	assert_int_equal(TYPE_OF("\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\0\0\0\0\x10\x08\x02\0\0\0"), PAPER_UNKNOWN);
	assert_int_equal(TYPE_OF("GIF89a................................"), PAPER_UNKNOWN);
	assert_int_equal(TYPE_OF("<html><script>.........................."), PAPER_UNKNOWN);
	assert_int_equal(TYPE_OF(""), PAPER_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_states),
	    cmocka_unit_test(test_choices),
	    cmocka_unit_test(test_paper_types),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
