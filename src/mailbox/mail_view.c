/* Reading mails with gmime. */
#include "mail_view.h"

#include <gmime/gmime.h>

#include <stdlib.h>
#include <string.h>

void mail_view_start(void)
{
	g_mime_init();
}

/* What a page can show: valid UTF-8. Frees what gmime gave. */
static const char *keep(char *text, struct pool *pool)
{
	char *valid = text != NULL ? g_utf8_make_valid(text, -1) : NULL;
	const char *kept = valid != NULL ? pool_text(pool, (struct bytes){(const uint8_t *)valid, strlen(valid)}) : "";

	g_free(valid);
	g_free(text);
	return kept;
}

static const char *addresses(GMimeMessage *message, GMimeAddressType type, struct pool *pool)
{
	InternetAddressList *list = g_mime_message_get_addresses(message, type);

	return keep(list != NULL ? internet_address_list_to_string(list, NULL, FALSE) : NULL, pool);
}

struct collecting {
	struct mail_view *view;
	struct pool *pool;
};

static void collect_text(GMimeObject *parent, GMimeObject *object, gpointer ctx)
{
	struct collecting *c = ctx;

	(void)parent;
	if (!GMIME_IS_TEXT_PART(object) || c->view->count == MAIL_TEXTS_MAX)
		return;
	const char *language = g_mime_object_get_header(object, "Content-Language");
	c->view->texts[c->view->count++] = (struct mail_text){
	    .language = keep(language != NULL ? g_strdup(language) : NULL, c->pool),
	    .text = keep(g_mime_text_part_get_text(GMIME_TEXT_PART(object)), c->pool),
	};
}

static bool whole(const struct mail_view *view)
{
	bool all = view->from != NULL && view->to != NULL && view->subject != NULL;

	for (size_t i = 0; i < view->count; i++)
		all = all && view->texts[i].language != NULL && view->texts[i].text != NULL;
	return all;
}

int mail_view_read(struct mail_view *view, struct bytes mail, struct pool *pool, struct err *err)
{
	struct collecting c = {view, pool};
	GMimeStream *stream = g_mime_stream_mem_new_with_buffer((const char *)mail.data, mail.size);
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);

	memset(view, 0, sizeof(*view));
	view->from = view->to = view->subject = "";
	if (message != NULL) {
		GDateTime *date = g_mime_message_get_date(message);
		const char *subject = g_mime_message_get_subject(message);
		view->date = date != NULL ? g_date_time_to_unix(date) : 0;
		view->from = addresses(message, GMIME_ADDRESS_TYPE_FROM, pool);
		view->to = addresses(message, GMIME_ADDRESS_TYPE_TO, pool);
		view->subject = keep(subject != NULL ? g_strdup(subject) : NULL, pool);
		g_mime_message_foreach(message, collect_text, &c);
		g_object_unref(message);
	}
	g_object_unref(parser);
	g_object_unref(stream);
	return whole(view) ? 0 : err_set(err, HF_MEMORY, "mail of %zu bytes", mail.size);
}
