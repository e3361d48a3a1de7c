/* The client's side of SMTP: a row of steps, each said once and answered once, in order. */
#include "smtp_talk.h"

#include <string.h>
#include <strings.h>

#define OUT_MAX (1u << 20)
#define OUT_ENOUGH (64u << 10) /* more is said when this is on its way */
#define LINE_MAX_BYTES 2048u   /* four times what RFC 5321 4.5.3.1.5 allows */

/* Step 0 is EHLO, then these for every mail, then QUIT. A server that takes chunks gets the text with BDAT in place of DATA, so that no
 * answer has to be waited for (RFC 3030 2), and RSET in place of the text: it ends a mail that was refused. */
enum { SAY_MAIL, SAY_RECIPIENT, SAY_DATA, SAY_TEXT, STEPS };
static const char *const step_names[] = {"MAIL", "RCPT", "DATA", "text"};

static size_t last_step(const struct smtp_talk *t)
{
	return 1 + t->count * STEPS;
}

/* The mail that a step is about; NULL: none. */
static struct smtp_item *item_of(const struct smtp_talk *t, size_t step)
{
	return step == 0 || step == last_step(t) ? NULL : &t->items[(step - 1) / STEPS];
}

static int say_line(struct smtp_talk *t, const char *command, const char *address, const char *end, struct err *err)
{
	if (buf_append_text(&t->out, command, err) != 0 || buf_append_text(&t->out, address, err) != 0)
		return -1;
	return buf_append_text(&t->out, end, err);
}

/* A dot in front of a line is doubled; a dot alone ends the text (RFC 5321 4.5.2). */
static int say_text(struct smtp_talk *t, struct bytes text, struct err *err)
{
	if (buf_reserve(&t->out, text.size + 8, err) != 0)
		return -1;
	while (text.size > 0) {
		const uint8_t *end = memchr(text.data, '\n', text.size);
		size_t size = end != NULL ? (size_t)(end - text.data) + 1 : text.size;

		if (text.data[0] == '.' && buf_append_u8(&t->out, '.', err) != 0)
			return -1;
		if (buf_append(&t->out, (struct bytes){text.data, size}, err) != 0)
			return -1;
		text = (struct bytes){text.data + size, text.size - size};
	}
	return buf_append_text(&t->out, ".\r\n", err);
}

static int say_chunk(struct smtp_talk *t, struct bytes text, struct err *err)
{
	if (buf_append_format(&t->out, err, "BDAT %zu LAST\r\n", text.size) != 0)
		return -1;
	return buf_append(&t->out, text, err);
}

/* When the server waits for a text that it refused before, it gets none (RFC 2920 3.1). */
static int say_text_or_reset(struct smtp_talk *t, const struct smtp_item *item, struct err *err)
{
	if (!t->open)
		return buf_append_text(&t->out, "RSET\r\n", err);
	t->open = false;
	return say_text(t, item->fault.code == HF_NONE ? item->message : BYTES_NONE, err);
}

static int say_step(struct smtp_talk *t, size_t step, struct err *err)
{
	const struct smtp_item *item = item_of(t, step);

	if (item == NULL)
		return buf_append_text(&t->out, "QUIT\r\n", err);
	switch ((step - 1) % STEPS) {
	case SAY_MAIL:
		return say_line(t, "MAIL FROM:<", t->from, ">\r\n", err);
	case SAY_RECIPIENT:
		return say_line(t, "RCPT TO:<", item->to, ">\r\n", err);
	case SAY_DATA:
		if (t->chunking)
			return say_chunk(t, item->message, err);
		return buf_append_text(&t->out, "DATA\r\n", err);
	default:
		return say_text_or_reset(t, item, err);
	}
}

/* One step at a time; with pipelining all up to DATA, whose answer says what comes then; with chunks all there is. */
static bool may_say(const struct smtp_talk *t)
{
	if (t->said > last_step(t))
		return false;
	if (t->said == t->heard)
		return true;
	if (!t->pipelining || t->out.size > OUT_ENOUGH)
		return false;
	return t->chunking || item_of(t, t->said) == NULL || (t->said - 1) % STEPS != SAY_TEXT;
}

static int say_on(struct smtp_talk *t, struct err *err)
{
	while (may_say(t)) {
		if (say_step(t, t->said, err) != 0)
			return -1;
		t->said++;
	}
	return 0;
}

int smtp_talk_begin(struct smtp_talk *talk, const char *name, const char *from, struct smtp_item *items, size_t count, struct err *err)
{
	*talk = (struct smtp_talk){.from = from, .items = items, .count = count, .said = 1};
	buf_init(&talk->out, OUT_MAX);
	buf_init(&talk->line, LINE_MAX_BYTES);
	return say_line(talk, "EHLO ", name, "\r\n", err);
}

void smtp_talk_end(struct smtp_talk *talk)
{
	buf_wipe(&talk->out); /* it may hold a code */
	buf_free(&talk->line);
}

bool smtp_talk_done(const struct smtp_talk *talk)
{
	return talk->heard > last_step(talk);
}

static bool is_text(const struct smtp_talk *t, size_t step)
{
	return step == (t->chunking ? SAY_DATA : SAY_TEXT);
}

/* The first fault of a mail stays: the server's later answers are about what it refused before. Its last word is about this recipient or
 * this text; a sender that it refuses is ours, and the mail waits until that is mended. */
static void refuse(struct smtp_talk *t, struct smtp_item *item, size_t step, int code)
{
	bool last = code / 100 == 5 && (step == SAY_RECIPIENT || is_text(t, step));

	if (item->fault.code == HF_NONE)
		err_set(&item->fault, last ? HF_MAIL_REFUSED : HF_MAIL, "the mail server answers %d to %s", code, step_names[step]);
}

static int take_answer(struct smtp_talk *t, int code, struct err *err)
{
	struct smtp_item *item = item_of(t, t->heard);
	size_t step = (t->heard - 1) % STEPS;
	bool good = code / 100 == (item != NULL && step == SAY_DATA && !t->chunking ? 3 : 2);

	if (code == 421 || t->heard == t->said || (item == NULL && !good))
		return err_set(err, HF_MAIL, "the mail server ends the conversation (%d)", code);
	if (item != NULL && !item->taken && !good)
		refuse(t, item, step, code);
	if (item != NULL && step == SAY_DATA && !t->chunking)
		t->open = good;
	if (item != NULL && is_text(t, step))
		item->taken = item->fault.code == HF_NONE;
	t->heard++;
	return say_on(t, err);
}

/* One line of the answer to EHLO (RFC 5321 4.1.1.1). */
static bool offers(struct bytes words, const char *keyword)
{
	size_t n = strlen(keyword);

	return words.size >= n && strncasecmp((const char *)words.data, keyword, n) == 0 && (words.size == n || words.data[n] == ' ');
}

static void take_offer(struct smtp_talk *t, struct bytes words)
{
	t->pipelining = t->pipelining || offers(words, "PIPELINING");
	t->chunking = t->chunking || offers(words, "CHUNKING");
}

/* Three digits, then a hyphen when more lines of this answer follow (RFC 5321 4.2). */
static int take_line(struct smtp_talk *t, struct bytes line, struct err *err)
{
	int code = 0;

	if (line.size > 0 && line.data[line.size - 1] == '\r')
		line.size--;
	for (size_t i = 0; i < 3; i++) {
		if (line.size < 3 || line.data[i] < '0' || line.data[i] > '9')
			return err_set(err, HF_MAIL, "the mail server gives an answer that is none (RFC 5321 4.2)");
		code = 10 * code + (line.data[i] - '0');
	}
	if (t->heard == 0 && line.size > 4)
		take_offer(t, (struct bytes){line.data + 4, line.size - 4});
	return line.size > 3 && line.data[3] == '-' ? 0 : take_answer(t, code, err);
}

int smtp_talk_hear(struct smtp_talk *talk, struct bytes piece, struct err *err)
{
	while (piece.size > 0) {
		const uint8_t *end = memchr(piece.data, '\n', piece.size);
		size_t size = end != NULL ? (size_t)(end - piece.data) : piece.size;

		if (buf_append(&talk->line, (struct bytes){piece.data, size}, NULL) != 0)
			return err_set(err, HF_MAIL, "the mail server gives a line without end (RFC 5321 4.5.3.1.5)");
		if (end == NULL)
			return 0;
		if (take_line(talk, buf_get(&talk->line), err) != 0)
			return -1;
		buf_clear(&talk->line);
		piece = (struct bytes){end + 1, piece.size - size - 1};
	}
	return 0;
}
