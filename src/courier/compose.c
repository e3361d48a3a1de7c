/* Composing with gmime. */
#include "compose.h"

#include <gmime/gmime.h>

#include <string.h>

void compose_start(void)
{
	g_mime_init();
}

static GMimePart *part_new(struct bytes text, enum language language)
{
	GMimePart *part = g_mime_part_new_with_type("text", "plain");
	GMimeStream *stream = g_mime_stream_mem_new_with_buffer((const char *)text.data, text.size);
	GMimeDataWrapper *content = g_mime_data_wrapper_new_with_stream(stream, GMIME_CONTENT_ENCODING_DEFAULT);

	g_mime_object_set_content_type_parameter(GMIME_OBJECT(part), "charset", "utf-8");
	g_mime_part_set_content_encoding(part, GMIME_CONTENT_ENCODING_BASE64);
	g_mime_object_set_header(GMIME_OBJECT(part), "Content-Language", language_tag(language), NULL);
	g_mime_part_set_content(part, content);
	g_object_unref(content);
	g_object_unref(stream);
	return part;
}

/* The letter in one language becomes a part; the reader's own language gives the subject too. */
static int part_add(GMimeMultipart *parts, GMimeMessage *message, enum language language, bool own, const struct mail *mail,
                    const struct letter_sender *sender, struct err *err)
{
	struct letter letter;
	int rc = letter_write(&letter, language, mail, sender, err);

	if (rc == 0 && own)
		rc = buf_append_u8(&letter.subject, 0, err);
	if (rc == 0) {
		GMimePart *part = part_new(buf_get(&letter.text), language);
		g_mime_multipart_add(parts, GMIME_OBJECT(part));
		g_object_unref(part);
		if (own)
			g_mime_message_set_subject(message, (const char *)letter.subject.data, "utf-8");
	}
	letter_free(&letter);
	return rc;
}

static int body_add(GMimeMessage *message, const struct mail *mail, const struct letter_sender *sender, struct err *err)
{
	enum language own = strcmp(mail->language, "en") == 0 ? LANGUAGE_EN : LANGUAGE_ZH;
	GMimeMultipart *parts = g_mime_multipart_new_with_subtype("alternative");
	int rc = part_add(parts, message, own == LANGUAGE_ZH ? LANGUAGE_EN : LANGUAGE_ZH, false, mail, sender, err);

	if (rc == 0)
		rc = part_add(parts, message, own, true, mail, sender, err);
	g_mime_message_set_mime_part(message, GMIME_OBJECT(parts));
	g_object_unref(parts);
	return rc;
}

static void head_add(GMimeMessage *message, const struct mail *mail, const struct letter_sender *sender, const char *from, int64_t now)
{
	const char *domain = strrchr(from, '@');
	char id[64];

	g_mime_message_add_mailbox(message, GMIME_ADDRESS_TYPE_FROM, catalogue_text(LANGUAGE_ZH, sender->name), from);
	g_mime_message_add_mailbox(message, GMIME_ADDRESS_TYPE_TO, NULL, mail->address);
	GDateTime *date = g_date_time_new_from_unix_utc(now);
	g_mime_message_set_date(message, date);
	g_date_time_unref(date);
	(void)g_snprintf(id, sizeof(id), "%lld.%lld", (long long)mail->created, (long long)mail->id); /* the same for each try */
	gchar *whole = g_strconcat(id, domain, NULL);
	g_mime_message_set_message_id(message, whole);
	g_free(whole);
	g_mime_object_set_header(GMIME_OBJECT(message), "Auto-Submitted", "auto-generated", NULL); /* RFC 3834 5 */
}

/* Nothing that could begin another header or another command. */
static bool address_plain(const char *address)
{
	return strchr(address, '@') != NULL && strpbrk(address, " \t\r\n<>,;\"\\") == NULL;
}

int compose(struct buf *out, const struct mail *mail, const struct letter_sender *sender, const char *from, int64_t now, struct err *err)
{
	if (!address_plain(mail->address) || !address_plain(from))
		return err_set(err, HF_MAIL_REFUSED, "mail %lld: not an address", (long long)mail->id);
	GMimeMessage *message = g_mime_message_new(TRUE);
	int rc = body_add(message, mail, sender, err);
	if (rc == 0) {
		head_add(message, mail, sender, from, now);
		GMimeFormatOptions *lines = g_mime_format_options_new();
		g_mime_format_options_set_newline_format(lines, GMIME_NEWLINE_FORMAT_DOS);
		char *text = g_mime_object_to_string(GMIME_OBJECT(message), lines);
		rc = buf_append_text(out, text, err);
		g_free(text);
		g_mime_format_options_free(lines);
	}
	g_object_unref(message);
	return rc;
}
