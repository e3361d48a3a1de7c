/* The mailbox's dialogue: order of commands, dots, sizes, and lines that come in any pieces. */
#include "smtp_session.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

struct kept {
	struct buf mail;
	int count;
};

static int keep(void *ctx, struct bytes mail, struct err *err)
{
	struct kept *k = ctx;

	k->count++;
	buf_clear(&k->mail);
	return buf_append(&k->mail, mail, err);
}

/* Feeds a whole dialogue in pieces of `piece` bytes; the replies stand in out. */
static void talk(const char *said, size_t piece, struct kept *k, struct buf *out)
{
	struct smtp_session s;
	struct err err;
	size_t n = strlen(said);

	buf_init(&k->mail, SMTP_MAIL_MAX);
	k->count = 0;
	buf_init(out, 65536);
	assert_int_equal(smtp_session_begin(&s, keep, k, out, &err), 0);
	for (size_t at = 0; at < n; at += piece) {
		size_t now = n - at < piece ? n - at : piece;
		assert_int_equal(smtp_session_feed(&s, (struct bytes){(const uint8_t *)said + at, now}, out, &err), 0);
	}
	assert_int_equal(buf_append_u8(out, 0, &err), 0);
	smtp_session_end(&s);
}

static void test_one_mail(void **state)
{
	static const char said[] =
	    "EHLO x\r\nMAIL FROM:<a@b.cn> BODY=8BITMIME\r\nRCPT TO:<c@d.cn>\r\nDATA\r\nSubject: 1\r\n\r\n..dot\r\n.\r\nQUIT\r\nNOOP\r\n";

	for (size_t piece = 1; piece <= sizeof(said); piece += 7) {
		struct kept k;
		struct buf out;
		talk(said, piece, &k, &out);
		assert_int_equal(k.count, 1);
		assert_true(bytes_is_text(buf_get(&k.mail), "Subject: 1\n\n.dot\n"));
		assert_non_null(strstr((const char *)out.data, "250 kept\r\n221 bye\r\n"));
		assert_null(strstr((const char *)out.data, "221 bye\r\n250"));
		buf_free(&k.mail);
		buf_free(&out);
	}
}

/* RFC 3030: the octets count, whatever stands in them; a chunk without recipient is taken and refused. */
static void test_chunks(void **state)
{
	static const char said[] = "EHLO x\r\nBDAT 4 LAST\r\nQUITMAIL FROM:<a@b.cn>\r\nRCPT TO:<c@d.cn>\r\nBDAT 7\r\nS: 1\r\n\r"
	                           "BDAT 0\r\nBDAT 4 LAST\r\n\n.\r\nRSET\r\nQUIT\r\n";

	for (size_t piece = 1; piece <= sizeof(said); piece += 7) {
		struct kept k;
		struct buf out;
		talk(said, piece, &k, &out);
		assert_int_equal(k.count, 1);
		assert_true(bytes_is_text(buf_get(&k.mail), "S: 1\r\n\r\n.\r\n"));
		assert_non_null(strstr((const char *)out.data,
		                       "503 bad sequence of commands\r\n250 OK\r\n250 OK\r\n250 go on\r\n250 go on\r\n"
		                       "250 kept\r\n250 OK\r\n221 bye\r\n"));
		buf_free(&k.mail);
		buf_free(&out);
	}
}

static void refused(const char *said, const char *reply)
{
	struct kept k;
	struct buf out;

	talk(said, 1000, &k, &out);
	if (strstr((const char *)out.data, reply) == NULL)
		fail_msg("%s", (const char *)out.data);
	assert_int_equal(k.count, 0);
	buf_free(&k.mail);
	buf_free(&out);
}

static void test_refusals(void **state)
{
	refused("MAIL FROM:<a@b.cn>\r\n", "503");
	refused("EHLO x\r\nRCPT TO:<a@b.cn>\r\n", "503");
	refused("EHLO x\r\nMAIL FROM:<a@b.cn>\r\nDATA\r\n", "503");
	refused("EHLO x\r\nMAIL FROM a@b.cn\r\n", "501");
	refused("EHLO x\r\nMAIL FROM:<a@b.cn>\r\nRCPT TO:<>\r\n", "501");
	refused("EHLO x\r\nMAIL FROM:<a@b.cn>\r\nMAIL FROM:<a@b.cn>\r\n", "503");
	refused("EHLO x\r\nBDAT x\r\n", "501");
	refused("EHLO x\r\nBDAT 5 MORE\r\n", "501");
	refused("VRFY a\r\n", "500 unknown");
	refused("MAILX\r\n", "500 unknown");
}

static void test_lines_and_mails_too_long(void **state)
{
	static const char head[] = "EHLO x\r\nMAIL FROM:<a@b.cn>\r\nRCPT TO:<c@d.cn>\r\nDATA\r\n";
	char *said = malloc(3 << 20);
	size_t n = sizeof(head) - 1;

	memset(said, 'x', 5000);
	memcpy(said + 5000, "\r\nNOOP\r\n", 9);
	refused(said, "500 line too long\r\n250 OK");
	memcpy(said, head, n);
	memset(said + n, 'x', 5000);
	memcpy(said + n + 5000, "\r\n.\r\n", 6);
	refused(said, "552 too large");
	for (size_t i = 0; i < 2600; i++) {
		memset(said + n, 'x', 900);
		memcpy(said + n + 900, "\r\n", 2);
		n += 902;
	}
	memcpy(said + n, ".\r\n", 4);
	refused(said, "552 too large");
	free(said);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_one_mail),
	    cmocka_unit_test(test_chunks),
	    cmocka_unit_test(test_refusals),
	    cmocka_unit_test(test_lines_and_mails_too_long),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
