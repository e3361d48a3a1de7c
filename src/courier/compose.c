/* Composing: header lines, and two parts in base64, which any server takes as they are. */
#include "compose.h"

#include "clock.h"
#include "text_code.h"

#include <string.h>

#define WORD_LETTERS 55u /* of an encoded word: with what stands around them and "Subject: ", a line of 76 (RFC 2047 2) */
#define LINE_OCTETS 57u  /* of a line in base64: 76 letters (RFC 2045 6.8) */
#define LINES_MAX (64u << 10)
#define USUAL_SIZE 4096

static bool stands_as_itself(uint8_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static int put_octet(struct buf *out, uint8_t c, struct err *err)
{
	static const char digits[] = "0123456789ABCDEF";

	if (stands_as_itself(c))
		return buf_append_u8(out, c, err);
	return buf_append(out, (struct bytes){(const uint8_t[]){'=', (uint8_t)digits[c >> 4], (uint8_t)digits[c & 15]}, 3}, err);
}

/* Octets of the character in front; the text is UTF-8. */
static size_t character_size(struct bytes text)
{
	size_t n = 1;

	while (n < text.size && (text.data[n] & 0xc0) == 0x80)
		n++;
	return n;
}

/* A text as encoded words, one to a line, none of which cuts a character (RFC 2047 4.2 and 5). Not in base64: readers are about that lose
 * what follows a word that ends with padding. */
static int put_words(struct buf *out, struct bytes text, struct err *err)
{
	const char *open = "=?utf-8?Q?";
	size_t room = 0;

	if (text.size == 0)
		return 0;
	for (size_t n; text.size > 0; text = (struct bytes){text.data + n, text.size - n}) {
		size_t letters;

		n = character_size(text);
		letters = stands_as_itself(text.data[0]) ? 1 : 3 * n;
		if (letters > room) {
			if (buf_append_text(out, open, err) != 0)
				return -1;
			open = "?=\r\n =?utf-8?Q?";
			room = WORD_LETTERS;
		}
		for (size_t i = 0; i < n; i++) {
			if (put_octet(out, text.data[i], err) != 0)
				return -1;
		}
		room -= letters;
	}
	return buf_append_text(out, "?=", err);
}

/* Line ends become CRLF before the encoding (RFC 2045 6.8). */
static int put_lines(struct buf *out, struct bytes text, struct err *err)
{
	while (text.size > 0) {
		const uint8_t *end = memchr(text.data, '\n', text.size);
		size_t n = end != NULL ? (size_t)(end - text.data) : text.size, taken = n + (end != NULL);

		if (buf_append(out, (struct bytes){text.data, n}, err) != 0 || (end != NULL && buf_append_text(out, "\r\n", err) != 0))
			return -1;
		text = (struct bytes){text.data + taken, text.size - taken};
	}
	return 0;
}

static int put_base64(struct buf *out, struct bytes data, struct err *err)
{
	for (size_t at = 0; at < data.size; at += LINE_OCTETS) {
		size_t n = data.size - at < LINE_OCTETS ? data.size - at : LINE_OCTETS;

		if (base64_write(out, (struct bytes){data.data + at, n}, err) != 0 || buf_append_text(out, "\r\n", err) != 0)
			return -1;
	}
	return 0;
}

/* Date as RFC 5322 3.3 writes it. */
static int put_date(struct buf *out, int64_t now, struct err *err)
{
	static const char days[][4] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"}; /* 1970-01-01 was a Thursday */
	static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	struct civil c = clock_civil(now, 0);

	return buf_append_format(out, err, "Date: %s, %d %s %d %02d:%02d:%02d +0000\r\n", days[clock_day(now, 0) % 7], c.day,
	                         months[c.month - 1], c.year, c.hour, c.minute, c.second);
}

/* The Message-ID is the same for each try. */
static int put_head(struct buf *out, const struct mail *mail, const struct letter_sender *sender, const char *from, struct bytes subject,
                    int64_t now, struct err *err)
{
	if (buf_append_text(out, "From: ", err) != 0 || put_words(out, bytes_text(catalogue_text(LANGUAGE_ZH, sender->name)), err) != 0 ||
	    buf_append_format(out, err, " <%s>\r\nTo: <%s>\r\n", from, mail->address) != 0 || put_date(out, now, err) != 0)
		return -1;
	if (buf_append_format(out, err, "Message-ID: <%lld.%lld%s>\r\nAuto-Submitted: auto-generated\r\nSubject: ",
	                      (long long)mail->created, (long long)mail->id, strrchr(from, '@')) != 0) /* RFC 3834 5 */
		return -1;
	if (put_words(out, subject, err) != 0)
		return -1;
	return buf_append_text(out, "\r\nMIME-Version: 1.0\r\n", err);
}

/* No line of base64 can be this one. */
#define BOUNDARY "=_hufu_"

static int put_part(struct buf *out, const struct letter *letter, enum language language, struct err *err)
{
	struct buf lines;
	int rc = -1;

	buf_init(&lines, LINES_MAX);
	if (buf_append_format(out, err,
	                      "--" BOUNDARY "\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Language: %s\r\n"
	                      "Content-Transfer-Encoding: base64\r\n\r\n",
	                      language_tag(language)) == 0 &&
	    put_lines(&lines, buf_get(&letter->text), err) == 0)
		rc = put_base64(out, buf_get(&lines), err);
	buf_wipe(&lines); /* it may hold a code */
	return rc;
}

/* The reader's own language stands last, as the best one (RFC 2046 5.1.4), and gives the subject. */
static int put_message(struct buf *out, const struct letter letters[LANGUAGES], enum language own, const struct mail *mail,
                       const struct letter_sender *sender, const char *from, int64_t now, struct err *err)
{
	enum language other = own == LANGUAGE_ZH ? LANGUAGE_EN : LANGUAGE_ZH;

	if (buf_reserve(out, USUAL_SIZE, err) != 0 || put_head(out, mail, sender, from, buf_get(&letters[own].subject), now, err) != 0)
		return -1;
	if (buf_append_text(out, "Content-Type: multipart/alternative; boundary=\"" BOUNDARY "\"\r\n\r\n", err) != 0)
		return -1;
	if (put_part(out, &letters[other], other, err) != 0 || put_part(out, &letters[own], own, err) != 0)
		return -1;
	return buf_append_text(out, "--" BOUNDARY "--\r\n", err);
}

/* Nothing that could begin another header or another command. */
static bool address_plain(const char *address)
{
	return strchr(address, '@') != NULL && strpbrk(address, " \t\r\n<>,;\"\\") == NULL;
}

int compose(struct buf *out, const struct mail *mail, const struct letter_sender *sender, const char *from, int64_t now, struct err *err)
{
	enum language own = strcmp(mail->language, "en") == 0 ? LANGUAGE_EN : LANGUAGE_ZH;
	struct letter letters[LANGUAGES];
	int rc = 0;

	if (!address_plain(mail->address) || !address_plain(from))
		return err_set(err, HF_MAIL_REFUSED, "mail %lld: not an address", (long long)mail->id);
	for (int language = 0; language < LANGUAGES; language++) {
		if (letter_write(&letters[language], (enum language)language, mail, sender, err) != 0)
			rc = -1;
	}
	if (rc == 0)
		rc = put_message(out, letters, own, mail, sender, from, now, err);
	for (int language = 0; language < LANGUAGES; language++)
		letter_free(&letters[language]);
	return rc;
}
