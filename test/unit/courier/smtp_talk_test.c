/* The client's words of SMTP against servers of every kind: patient ones, quick ones, ones that refuse, and ones that talk nonsense. */
#include "smtp_talk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static struct smtp_item items[2];
static struct smtp_talk talk;

static int begin(void **state)
{
	for (size_t i = 0; i < 2; i++)
		items[i] = (struct smtp_item){.to = "li@c.cn", .message = BYTES_LITERAL("S: 1\r\n\r\n.x\r\n")};
	return smtp_talk_begin(&talk, "host", "a@b.cn", items, 2, NULL);
}

static int end(void **state)
{
	smtp_talk_end(&talk);
	return 0;
}

/* What waits to be sent is exactly this. */
static void said(const char *text)
{
	assert_int_equal(talk.out.size, strlen(text));
	assert_memory_equal(talk.out.data, text, strlen(text));
	buf_clear(&talk.out);
}

static int hear(const char *text)
{
	return smtp_talk_hear(&talk, bytes_text(text), NULL);
}

static void heard(const char *text)
{
	assert_int_equal(hear(text), 0);
}

static void test_one_command_at_a_time(void **state)
{
	static const char *const dialogue[][2] = {
	    {"250-mail.c.cn at your service\r\n250-PIPELININGS\r\n250 SIZE 10\r\n", "MAIL FROM:<a@b.cn>\r\n"},
	    {"250 fine\r\n", "RCPT TO:<li@c.cn>\r\n"},
	    {"251 will forward\r\n", "DATA\r\n"},
	    {"354 go on\r\n", "S: 1\r\n\r\n..x\r\n.\r\n"},
	    {"250 taken\r\n", "MAIL FROM:<a@b.cn>\r\n"},
	    {"250\r\n", "RCPT TO:<li@c.cn>\r\n"},
	    {"250 \r\n", "DATA\r\n"},
	    {"354\r\n", "S: 1\r\n\r\n..x\r\n.\r\n"},
	    {"250 taken\r\n", "QUIT\r\n"},
	    {"221 bye\r\n", ""},
	};

	said("EHLO host\r\n");
	for (size_t i = 0; i < sizeof(dialogue) / sizeof(dialogue[0]); i++) {
		assert_false(smtp_talk_done(&talk));
		heard(dialogue[i][0]);
		said(dialogue[i][1]);
	}
	assert_true(smtp_talk_done(&talk));
	assert_true(items[0].taken && items[1].taken);
}

/* RFC 2920: up to DATA at once, and behind a text the next mail. The answers come in any pieces. */
static void test_commands_together(void **state)
{
	static const char answers[] = "250-c.cn\r\n250-pipelining\r\n250 8BITMIME\r\n";

	said("EHLO host\r\n");
	for (size_t i = 0; i < sizeof(answers) - 1; i++)
		assert_int_equal(smtp_talk_hear(&talk, (struct bytes){(const uint8_t *)answers + i, 1}, NULL), 0);
	said("MAIL FROM:<a@b.cn>\r\nRCPT TO:<li@c.cn>\r\nDATA\r\n");
	heard("250 1\r\n250 2\r\n");
	said("");
	heard("354 3\r\n");
	said("S: 1\r\n\r\n..x\r\n.\r\nMAIL FROM:<a@b.cn>\r\nRCPT TO:<li@c.cn>\r\nDATA\r\n");
	assert_false(items[0].taken);
	heard("250 kept\r\n250 1\r\n250 2\r\n354 3\r\n");
	assert_true(items[0].taken);
	said("S: 1\r\n\r\n..x\r\n.\r\nQUIT\r\n");
	heard("250 kept\r\n221 bye\r\n");
	assert_true(items[1].taken && smtp_talk_done(&talk));
}

/* RFC 3030: nothing is waited for. A mail that is refused leaves the others alone. */
static void test_chunks(void **state)
{
#define BOTH(to) "MAIL FROM:<a@b.cn>\r\nRCPT TO:<" to ">\r\nBDAT 12 LAST\r\nS: 1\r\n\r\n.x\r\nRSET\r\n"
	items[0].to = "nobody@c.cn";
	buf_clear(&talk.out);
	heard("250-c.cn\r\n250-CHUNKING\r\n250 PIPELINING\r\n");
	said(BOTH("nobody@c.cn") BOTH("li@c.cn") "QUIT\r\n");
	heard("250 1\r\n550 nobody\r\n554 no recipients\r\n250 reset\r\n");
	heard("250 1\r\n250 2\r\n");
	assert_false(items[1].taken);
	heard("250 kept\r\n500 what is RSET\r\n221 bye\r\n");
	assert_int_equal(items[0].fault.code, HF_MAIL_REFUSED);
	assert_true(!items[0].taken && items[1].taken && smtp_talk_done(&talk));
	assert_int_equal(items[1].fault.code, HF_NONE);
}

/* A sender that is refused is no fault of the mail: it waits for a better day, and says why. */
static void test_refused_sender_is_not_the_last_word(void **state)
{
	heard("250-c.cn\r\n250 PIPELINING\r\n");
	buf_clear(&talk.out);
	heard("550 sender\r\n503 no sender\r\n503 no sender\r\n250 reset\r\n");
	assert_int_equal(items[0].fault.code, HF_MAIL);
	assert_non_null(strstr(items[0].fault.text, "550 to MAIL"));
	heard("250 1\r\n250 2\r\n554 not now\r\n250 reset\r\n");
	assert_int_equal(items[1].fault.code, HF_MAIL);
}

/* Chunks without pipelining: one at a time. */
static void test_chunks_one_by_one(void **state)
{
	buf_clear(&talk.out);
	heard("250 CHUNKING\r\n");
	said("MAIL FROM:<a@b.cn>\r\n");
	heard("250 1\r\n");
	said("RCPT TO:<li@c.cn>\r\n");
	heard("250 2\r\n");
	said("BDAT 12 LAST\r\nS: 1\r\n\r\n.x\r\n");
	heard("452 later\r\n");
	said("RSET\r\n");
	assert_int_equal(items[0].fault.code, HF_MAIL);
}

/* A mail that is refused ends alone, whatever the server says to the rest of it; the next one goes. */
static void test_refused_ones_end_alone(void **state)
{
	heard("250-c.cn\r\n250 PIPELINING\r\n");
	buf_clear(&talk.out);
	heard("250 1\r\n550 nobody\r\n554 no valid recipients\r\n");
	assert_int_equal(items[0].fault.code, HF_MAIL_REFUSED);
	assert_non_null(strstr(items[0].fault.text, "550 to RCPT"));
	said("RSET\r\nMAIL FROM:<a@b.cn>\r\nRCPT TO:<li@c.cn>\r\nDATA\r\n");
	heard("250 reset\r\n250 1\r\n451 greylisted\r\n354 all the same\r\n");
	said(".\r\nQUIT\r\n"); /* the server waits for a text: it gets none */
	heard("250 an empty one\r\n221 bye\r\n");
	assert_false(items[0].taken || items[1].taken);
	assert_int_equal(items[1].fault.code, HF_MAIL);
	assert_true(smtp_talk_done(&talk));
}

static void test_text_refused(void **state)
{
	heard("250 c.cn\r\n");
	heard("250 1\r\n");
	heard("250 2\r\n");
	heard("354 3\r\n");
	heard("552 too large\r\n");
	assert_false(items[0].taken);
	assert_int_equal(items[0].fault.code, HF_MAIL_REFUSED);
	assert_int_equal(items[1].fault.code, HF_NONE);
}

static void test_ends_when_the_server_does(void **state)
{
	static const char *const ends[] = {"421 closing\r\n", "554 no\r\n", "250", "hello\r\n", "25\r\n", "2x0 a\r\n", "\r\n"};

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		end(state);
		begin(state);
		assert_int_equal(hear(ends[i]), i == 2 ? 0 : -1); /* half a line is none yet */
		assert_false(items[0].taken || smtp_talk_done(&talk));
	}
}

static void test_line_without_end(void **state)
{
	struct err err = {ERR_NONE};
	size_t pieces = 0;

	while (smtp_talk_hear(&talk, BYTES_LITERAL("250-all that I can do for you is long"), &err) == 0)
		assert_true(pieces++ < 100);
	assert_int_equal(err.code, HF_MAIL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_one_command_at_a_time, begin, end),
	    cmocka_unit_test_setup_teardown(test_commands_together, begin, end),
	    cmocka_unit_test_setup_teardown(test_chunks, begin, end),
	    cmocka_unit_test_setup_teardown(test_refused_sender_is_not_the_last_word, begin, end),
	    cmocka_unit_test_setup_teardown(test_chunks_one_by_one, begin, end),
	    cmocka_unit_test_setup_teardown(test_refused_ones_end_alone, begin, end),
	    cmocka_unit_test_setup_teardown(test_text_refused, begin, end),
	    cmocka_unit_test_setup_teardown(test_ends_when_the_server_does, begin, end),
	    cmocka_unit_test_setup_teardown(test_line_without_end, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
