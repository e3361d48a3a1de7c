/* Pages of the mailbox. */
#include "mailbox_page.h"

#include "mail_folder.h"
#include "mail_view.h"
#include "mailbox_pages.h"
#include "mailbox_static.h"
#include "static_file.h"

#include <stdlib.h>
#include <string.h>

#define LIST_MAX 100

static int folder_of(struct web_request *r)
{
	return *(const int *)request_program(r);
}

static int read_mail(struct web_request *r, int64_t number, struct mail_view *view, struct err *err)
{
	struct buf mail;
	int rc;

	buf_init(&mail, MAIL_FILE_MAX);
	rc = mail_folder_read(folder_of(r), number, &mail, err);
	if (rc == 0)
		rc = mail_view_read(view, buf_get(&mail), request_pool(r), err);
	buf_wipe(&mail);
	return rc;
}

static int list_page(struct web_request *r, struct reply *reply, struct err *err)
{
	struct list_items *items = pool_alloc(request_pool(r), LIST_MAX * sizeof(*items));
	struct list_view view = {.items = items};
	int64_t last;

	if (items == NULL)
		return err_set(err, HF_MEMORY, "list");
	if (mail_folder_last(folder_of(r), &last, err) != 0)
		return -1;
	for (int64_t number = last; number > 0 && view.items_count < LIST_MAX; number--) {
		struct mail_view mail;
		if (read_mail(r, number, &mail, err) != 0) {
			if (err->code == HF_NOT_FOUND)
				continue;
			return -1;
		}
		items[view.items_count++] =
		    (struct list_items){.number = number, .to = mail.to, .subject = mail.subject, .date = mail.date};
	}
	reply_set_kind(reply, REPLY_PAGE, NULL);
	return list_render(reply_body(reply), request_language(r), &view, err);
}

static bool is_link(struct bytes line)
{
	static const char *const schemes[] = {"http://", "https://"};

	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (line.size > strlen(schemes[i]) && memcmp(line.data, schemes[i], strlen(schemes[i])) == 0)
			return memchr(line.data, ' ', line.size) == NULL;
	return false;
}

/* A text by lines; those that are an address become links. */
static int draw_text(struct web_request *r, const struct mail_text *text, struct one_texts *shown, struct err *err)
{
	struct one_texts_lines *lines;
	size_t count = 1, n = 0;

	for (const char *c = text->text; *c != '\0'; c++)
		count += *c == '\n';
	lines = pool_alloc(request_pool(r), count * sizeof(*lines));
	if (lines == NULL)
		return err_set(err, HF_MEMORY, "mail");
	for (const char *at = text->text; n < count; n++) {
		size_t size = strcspn(at, "\r\n");
		struct bytes line = {(const uint8_t *)at, size};

		lines[n] = (struct one_texts_lines){pool_text(request_pool(r), line), is_link(line)};
		if (lines[n].text == NULL)
			return err_set(err, HF_MEMORY, "mail");
		at += size;
		at += *at == '\r';
		at += *at == '\n';
	}
	*shown = (struct one_texts){text->language, lines, count};
	return 0;
}

static int mail_page(struct web_request *r, struct reply *reply, struct err *err)
{
	int64_t number = strtoll(request_part(r, "number"), NULL, 10);
	struct one_texts texts[MAIL_TEXTS_MAX];
	struct mail_view mail;

	if (read_mail(r, number, &mail, err) != 0)
		return -1;
	/* Of a mail's alternatives the last is the one its reader prefers (RFC 2046 section 5.1.4). */
	for (size_t i = 0; i < mail.count; i++)
		if (draw_text(r, &mail.texts[mail.count - 1 - i], &texts[i], err) != 0)
			return -1;
	struct one_view view = {
	    .from = mail.from, .to = mail.to, .subject = mail.subject, .date = mail.date, .texts = texts, .texts_count = mail.count};
	reply_set_kind(reply, REPLY_PAGE, NULL);
	return one_render(reply_body(reply), request_language(r), &view, err);
}

const struct route mailbox_routes[] = {
    {.method = WEB_GET, .path = "/", .handler = list_page},
    {.method = WEB_GET, .path = "/mail/:number", .handler = mail_page},
    {.method = WEB_GET, .path = "/static/*file", .handler = static_file_get, .detail = &mailbox_static},
};
const size_t mailbox_routes_count = sizeof(mailbox_routes) / sizeof(mailbox_routes[0]);
