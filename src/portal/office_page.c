/* For the staff as a whole: people and mails that failed, the audit chain, the state of the CA. */
#include "audit.h"
#include "clock.h"
#include "handlers.h"
#include "page.h"
#include "people.h"
#include "permission.h"
#include "text_code.h"
#include "title.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static int draw_people(struct web_request *r, struct people_view *v, struct err *err)
{
	struct person_list people;
	struct people_people *rows;

	if (people_list(service_of(r), actor_of(r), request_pool(r), &people, err) != 0)
		return -1;
	rows = pool_alloc(request_pool(r), (people.count + 1) * sizeof(*rows));
	if (rows == NULL)
		return err_set(err, HF_MEMORY, "people");
	for (size_t i = 0; i < people.count; i++) {
		const struct person *p = &people.items[i];

		rows[i] = (struct people_people){p->name, p->id, title_of_roles(r, p->roles), page_grouped(r, p->serial), p->from, p->to};
	}
	v->people = rows;
	v->people_count = people.count;
	return 0;
}

static int draw_mails(struct web_request *r, struct people_view *v, struct err *err)
{
	struct mail_list mails;
	struct people_mails *rows;

	if (people_failed_mails(service_of(r), actor_of(r), request_pool(r), &mails, err) != 0)
		return -1;
	rows = pool_alloc(request_pool(r), (mails.count + 1) * sizeof(*rows));
	if (rows == NULL)
		return err_set(err, HF_MEMORY, "mails");
	for (size_t i = 0; i < mails.count; i++) {
		const struct mail *m = &mails.items[i];

		rows[i] = (struct people_mails){page_masked_mail(r, m->address), m->number, m->created, m->tries, m->fault};
	}
	v->mails = rows;
	v->mails_count = mails.count;
	return 0;
}

int people_page(struct web_request *r, struct reply *reply, struct err *err)
{
	struct people_view v = {.mails_shown = permission_has(actor_of(r)->session, VERB_MAIL_READ)};

	if (draw_people(r, &v, err) != 0 || (v.mails_shown && draw_mails(r, &v, err) != 0))
		return -1;
	return PAGE_DRAW(people, r, reply, &v, err);
}

static const char *asked(struct web_request *r, const char *name)
{
	const char *text = request_query(r, name);

	return text != NULL && *text != '\0' ? text : NULL;
}

/* Application numbers and serial numbers stand in groups of four on pages, and are copied from there. */
static const char *asked_number(struct web_request *r, const char *name)
{
	const char *typed = asked(r, name);
	char *number = typed != NULL ? pool_text(request_pool(r), bytes_text(typed)) : NULL;
	size_t n = 0;

	if (number == NULL || strspn(number, " 0123456789abcdef") != strlen(number))
		return typed;
	for (const char *c = number; *c != '\0'; c++)
		if (*c != ' ')
			number[n++] = *c;
	number[n] = '\0';
	return n > 0 ? number : NULL;
}

static int draw_entries(struct web_request *r, struct audit_view *v, struct err *err)
{
	const char *before = request_query(r, "before");
	struct audit_filter filter = {v->actor, v->deed, v->subject, before != NULL ? strtoll(before, NULL, 10) : 0};
	struct audit_page page;
	struct audit_items *items;

	if (audit_list(service_of(r), actor_of(r), &filter, request_pool(r), &page, err) != 0)
		return -1;
	items = pool_alloc(request_pool(r), (page.count + 1) * sizeof(*items));
	if (items == NULL)
		return err_set(err, HF_MEMORY, "audit");
	for (size_t i = 0; i < page.count; i++) {
		const struct audit_entry *e = &page.items[i];

		items[i] = (struct audit_items){
		    e->number, e->time,   e->person[0] != '\0' ? e->person : e->actor, title_of_deed(e->deed), e->deed, e->subject,
		    e->detail, e->address};
	}
	v->items = items;
	v->items_count = page.count;
	if (page.more)
		v->more = pool_format(request_pool(r), "?before=%" PRId64 "&deed=%s&subject=%s&actor=%s", page.items[page.count - 1].number,
		                      page_url_part(r, v->deed), page_url_part(r, v->subject), page_url_part(r, v->actor));
	return 0;
}

static struct audit_view asked_for(struct web_request *r)
{
	return (struct audit_view){.actor = asked_number(r, "actor"), .deed = asked(r, "deed"), .subject = asked_number(r, "subject")};
}

int audit_list_page(struct web_request *r, struct reply *reply, struct err *err)
{
	struct audit_view v = asked_for(r);

	if (draw_entries(r, &v, err) != 0)
		return -1;
	return PAGE_DRAW(audit, r, reply, &v, err);
}

int audit_verify_page(struct web_request *r, struct reply *reply, struct err *err)
{
	struct audit_view v = asked_for(r);
	struct audit_state state;
	char head[2 * sizeof(state.head) + 1];

	if (audit_verify(service_of(r), actor_of(r), &state, err) != 0 || draw_entries(r, &v, err) != 0)
		return -1;
	hex_write(head, state.head, sizeof(state.head));
	v.verified = true;
	v.whole = state.first_broken == 0;
	v.count = state.count;
	v.first_broken = state.first_broken;
	v.told = state.told;
	v.head = page_grouped(r, head);
	return PAGE_DRAW(audit, r, reply, &v, err);
}

/* A file of the export: as many lines as a reply holds. */
struct export_file {
	struct buf *out;
	int64_t lines;
};

static int append_line(void *ctx, struct bytes line, struct err *err)
{
	struct export_file *file = ctx;

	if (file->out->max - file->out->size <= line.size)
		return 1;
	file->lines++;
	return buf_append(file->out, line, err) == 0 ? buf_append_u8(file->out, '\n', err) : -1;
}

int audit_export_page(struct web_request *r, struct reply *reply, struct err *err)
{
	const char *asked_from = request_query(r, "from"), *name;
	int64_t from = asked_from != NULL ? strtoll(asked_from, NULL, 10) : 1;
	struct export_file file = {.out = reply_body(reply)};

	if (from < 1)
		from = 1;
	if (audit_export(service_of(r), actor_of(r), from, append_line, &file, err) != 0)
		return -1;
	name = pool_format(request_pool(r), "attachment; filename=audit-%" PRId64 "-%" PRId64 ".txt", from, from + file.lines - 1);
	if (name == NULL)
		return err_set(err, HF_MEMORY, "export");
	reply_set_kind(reply, REPLY_FILE, "application/octet-stream");
	return reply_add_header(reply, "Content-Disposition", name, err);
}
