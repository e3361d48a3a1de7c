/* The dialogue of SMTP. */
#include "smtp_session.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static int reply(struct buf *out, const char *text, struct err *err)
{
	return buf_append_format(out, err, "%s\r\n", text);
}

static void forget_mail(struct smtp_session *s)
{
	s->sender = s->data = s->last = s->spoiled = false;
	s->chunk = 0;
	s->recipients = 0;
	buf_clear(&s->mail);
}

int smtp_session_begin(struct smtp_session *s, smtp_keep_fn *keep, void *ctx, struct buf *out, struct err *err)
{
	*s = (struct smtp_session){.keep = keep, .ctx = ctx};
	buf_init(&s->line, SMTP_LINE_MAX);
	buf_init(&s->mail, SMTP_MAIL_MAX);
	return reply(out, "220 localhost ESMTP hufu mailbox", err);
}

void smtp_session_end(struct smtp_session *s)
{
	buf_wipe(&s->line);
	buf_wipe(&s->mail);
}

static int greet(struct smtp_session *s, const char *argument, struct buf *out, struct err *err)
{
	s->greeted = true;
	forget_mail(s);
	return reply(out, "250 localhost", err);
}

static int greet_extended(struct smtp_session *s, const char *argument, struct buf *out, struct err *err)
{
	s->greeted = true;
	forget_mail(s);
	if (buf_append_format(out, err, "250-localhost\r\n250-PIPELINING\r\n250-CHUNKING\r\n250-SIZE %u\r\n", SMTP_MAIL_MAX) != 0)
		return -1;
	return reply(out, "250 8BITMIME", err);
}

/* "FROM:<…>", "TO:<…>" with parameters behind. */
static bool is_path(const char *argument, const char *word)
{
	size_t n = strlen(word);

	return strncasecmp(argument, word, n) == 0 && argument[n] == '<' && strchr(argument + n, '>') != NULL;
}

static int take_sender(struct smtp_session *s, const char *argument, struct buf *out, struct err *err)
{
	if (!s->greeted || s->sender)
		return reply(out, "503 bad sequence of commands", err);
	if (!is_path(argument, "FROM:"))
		return reply(out, "501 MAIL FROM needs one address", err);
	s->sender = true;
	return reply(out, "250 OK", err);
}

static int take_recipient(struct smtp_session *s, const char *argument, struct buf *out, struct err *err)
{
	if (!s->sender)
		return reply(out, "503 bad sequence of commands", err);
	if (!is_path(argument, "TO:") || strncasecmp(argument, "TO:<>", 5) == 0)
		return reply(out, "501 RCPT TO needs one address", err);
	if (s->recipients == SMTP_RECIPIENTS_MAX)
		return reply(out, "452 too many recipients", err);
	s->recipients++;
	return reply(out, "250 OK", err);
}

static int begin_data(struct smtp_session *s, const char *argument, struct buf *out, struct err *err)
{
	if (s->recipients == 0)
		return reply(out, "503 bad sequence of commands", err);
	s->data = true;
	return reply(out, "354 end with a line that is a dot", err);
}

static int reset(struct smtp_session *s, const char *argument, struct buf *out, struct err *err)
{
	forget_mail(s);
	return reply(out, "250 OK", err);
}

static int do_nothing(struct smtp_session *s, const char *argument, struct buf *out, struct err *err)
{
	return reply(out, "250 OK", err);
}

static int quit(struct smtp_session *s, const char *argument, struct buf *out, struct err *err)
{
	s->ended = true;
	return reply(out, "221 bye", err);
}

static int end_chunk(struct smtp_session *s, struct buf *out, struct err *err);

/* The answer comes behind the octets, which are taken in any case (RFC 3030 2). */
static int begin_chunk(struct smtp_session *s, const char *argument, struct buf *out, struct err *err)
{
	char *end;
	unsigned long size = strtoul(argument, &end, 10);

	if (argument[0] < '0' || argument[0] > '9' || size > UINT32_MAX || (*end != '\0' && strcasecmp(end, " LAST") != 0)) {
		s->ended = true;
		return reply(out, "501 BDAT needs a size", err);
	}
	s->chunk = size;
	s->last = *end != '\0';
	return size == 0 ? end_chunk(s, out, err) : 0;
}

static const struct {
	const char *name;
	int (*run)(struct smtp_session *s, const char *argument, struct buf *out, struct err *err);
} commands[] = {
    {"EHLO", greet_extended}, {"HELO", greet},      {"MAIL", take_sender}, {"RCPT", take_recipient}, {"DATA", begin_data},
    {"RSET", reset},          {"NOOP", do_nothing}, {"QUIT", quit},        {"BDAT", begin_chunk},
};

static int take_command(struct smtp_session *s, struct bytes line, struct buf *out, struct err *err)
{
	char text[SMTP_LINE_MAX + 1];

	if (line.size == 0 || memchr(line.data, '\0', line.size) != NULL)
		return reply(out, "500 not a command", err);
	memcpy(text, line.data, line.size);
	text[line.size] = '\0';
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		size_t n = strlen(commands[i].name);
		if (strncasecmp(text, commands[i].name, n) == 0 && (text[n] == '\0' || text[n] == ' '))
			return commands[i].run(s, text + n + (text[n] == ' '), out, err);
	}
	return reply(out, "500 unknown command", err);
}

static int end_data(struct smtp_session *s, struct buf *out, struct err *err)
{
	const char *answer = "250 kept";
	struct err fault;

	if (s->spoiled)
		answer = "552 too large";
	else if (s->keep(s->ctx, buf_get(&s->mail), &fault) != 0)
		answer = "451 not now";
	forget_mail(s);
	return reply(out, answer, err);
}

static int end_chunk(struct smtp_session *s, struct buf *out, struct err *err)
{
	if (s->recipients == 0)
		return reply(out, "503 bad sequence of commands", err);
	return s->last ? end_data(s, out, err) : reply(out, "250 go on", err);
}

static int take_chunk(struct smtp_session *s, struct bytes piece, struct buf *out, struct err *err)
{
	if (s->recipients > 0 && !s->spoiled && buf_append(&s->mail, piece, NULL) != 0)
		s->spoiled = true;
	s->chunk -= piece.size;
	return s->chunk == 0 ? end_chunk(s, out, err) : 0;
}

/* A dot alone ends; a dot before others was put there by the sender (RFC 5321 4.5.2). */
static int take_data(struct smtp_session *s, struct bytes line, struct buf *out, struct err *err)
{
	if (bytes_is_text(line, "."))
		return end_data(s, out, err);
	if (line.size > 0 && line.data[0] == '.')
		line = (struct bytes){line.data + 1, line.size - 1};
	if (!s->spoiled && (buf_append(&s->mail, line, NULL) != 0 || buf_append_text(&s->mail, "\n", NULL) != 0))
		s->spoiled = true;
	return 0;
}

static int take_long_line(struct smtp_session *s, struct buf *out, struct err *err)
{
	if (s->data) {
		s->spoiled = true;
		return 0;
	}
	return reply(out, "500 line too long", err);
}

/* A line is whole: LF, with or without CR before. */
static int take_line(struct smtp_session *s, struct buf *out, struct err *err)
{
	struct bytes line = buf_get(&s->line);
	int rc;

	if (line.size > 0 && line.data[line.size - 1] == '\r')
		line.size--;
	if (s->skipping)
		rc = take_long_line(s, out, err);
	else if (s->data)
		rc = take_data(s, line, out, err);
	else
		rc = take_command(s, line, out, err);
	s->skipping = false;
	buf_clear(&s->line);
	return rc;
}

int smtp_session_feed(struct smtp_session *s, struct bytes in, struct buf *out, struct err *err)
{
	int rc = 0;

	for (size_t i = 0, taken = 1; i < in.size && !s->ended && rc == 0; i += taken) {
		taken = 1;
		if (s->chunk > 0) {
			taken = in.size - i < s->chunk ? in.size - i : s->chunk;
			rc = take_chunk(s, (struct bytes){in.data + i, taken}, out, err);
		} else if (in.data[i] == '\n') {
			rc = take_line(s, out, err);
		} else if (!s->skipping && buf_append_u8(&s->line, in.data[i], NULL) != 0) {
			s->skipping = true;
		}
	}
	return rc;
}
