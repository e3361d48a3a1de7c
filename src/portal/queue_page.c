/* The staff's queue and the search for certificates. */
#include "queue.h"

#include "clock.h"
#include "handlers.h"
#include "holding.h"
#include "page.h"
#include "permission.h"
#include "title.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { ALL_WAITING = -1 };

static const int tab_states[] = {ALL_WAITING,  STATE_SUBMITTED, STATE_ACCEPTED, STATE_RETURNED,
                                 STATE_ISSUED, STATE_INSTALLED, STATE_REJECTED};
#define TABS (sizeof(tab_states) / sizeof(tab_states[0]))

static const char *state_name(int state)
{
	return state == ALL_WAITING ? "waiting" : application_state_names[state];
}

static int state_of_query(struct web_request *r)
{
	const char *name = request_query(r, "state");

	for (size_t i = 0; name != NULL && i < TABS; i++)
		if (strcmp(name, state_name(tab_states[i])) == 0)
			return tab_states[i];
	return ALL_WAITING;
}

static int draw_tabs(struct web_request *r, int state, struct queue_view *v, struct err *err)
{
	struct queue_tabs *tabs = pool_alloc(request_pool(r), TABS * sizeof(*tabs));
	struct queue_counts counts;

	if (tabs == NULL)
		return err_set(err, HF_MEMORY, "queue");
	if (queue_count(service_of(r), actor_of(r), &counts, err) != 0)
		return -1;
	for (size_t i = 0; i < TABS; i++) {
		int s = tab_states[i];
		bool all = s == ALL_WAITING;

		tabs[i] = (struct queue_tabs){
		    .label = all ? N_("待办") : title_of_state((enum application_state)s),
		    .path = pool_format(request_pool(r), "/staff/queue?state=%s&code=%s", state_name(s), page_url_part(r, v->code)),
		    .count = all ? counts.by_state[STATE_SUBMITTED] + counts.by_state[STATE_ACCEPTED] : counts.by_state[s],
		    .here = s == state,
		};
	}
	v->tabs = tabs;
	v->tabs_count = TABS;
	return 0;
}

static int draw_lines(struct web_request *r, const struct queue_page *page, struct queue_view *v, struct err *err)
{
	struct queue_items *items = pool_alloc(request_pool(r), (page->count + 1) * sizeof(*items));
	int64_t now = clock_now();

	if (items == NULL)
		return err_set(err, HF_MEMORY, "queue");
	for (size_t i = 0; i < page->count; i++) {
		const struct application_line *line = &page->items[i];

		items[i] = (struct queue_items){
		    .number = line->number,
		    .name = line->name,
		    .code = line->code,
		    .kind = title_of_kind(line->kind),
		    .state = title_of_state(line->state),
		    .tone = tone_of_state(line->state),
		    .submitted = line->submitted,
		    .waiting = application_state_live(line->state) ? page_waiting(r, now - line->changed) : "",
		};
	}
	v->items = items;
	v->items_count = page->count;
	if (page->more) {
		const struct application_line *last = &page->items[page->count - 1];

		v->more = pool_format(request_pool(r), "/staff/queue?state=%s&code=%s&after=%" PRId64 "&number=%s", v->state,
		                      page_url_part(r, v->code), last->submitted, last->number);
	}
	return 0;
}

/* As pages show them, numbers stand in groups of four; codes are written in capitals, serial numbers in small letters. */
static const char *search_key(struct web_request *r, const char *typed)
{
	char *key = pool_text(request_pool(r), bytes_text(typed != NULL ? typed : ""));
	size_t n = 0;

	if (key == NULL)
		return "";
	for (const char *c = key; *c != '\0'; c++)
		if (*c != ' ')
			key[n++] = *c;
	key[n] = '\0';
	for (size_t i = 0; i < n; i++)
		key[i] = (char)(n == SERIAL_DIGITS ? tolower((unsigned char)key[i]) : toupper((unsigned char)key[i]));
	return key;
}

static bool is_number(const char *text)
{
	return strlen(text) == APPLICATION_NUMBER_SIZE && strspn(text, "0123456789") == APPLICATION_NUMBER_SIZE;
}

int queue_list_page(struct web_request *r, struct reply *reply, struct err *err)
{
	const char *code = search_key(r, request_query(r, "code")), *after = request_query(r, "after"),
	           *number = request_query(r, "number");
	int state = state_of_query(r);
	struct queue_filter filter = {
	    .state = state,
	    .code = *code != '\0' ? code : NULL,
	    .after_time = after != NULL ? strtoll(after, NULL, 10) : 0,
	    .after_number = number != NULL ? number : "",
	};
	struct queue_page page;
	struct queue_view v = {.code = code, .state = state_name(state), .later = filter.after_time != 0};

	if (is_number(v.code))
		return page_redirect(r, reply, err, "/staff/application/%s", v.code);
	if (queue_list(service_of(r), actor_of(r), &filter, request_pool(r), &page, err) != 0 || draw_tabs(r, state, &v, err) != 0 ||
	    draw_lines(r, &page, &v, err) != 0)
		return -1;
	return PAGE_DRAW(queue, r, reply, &v, err);
}

static struct certificates_items certificate_line(struct web_request *r, const struct certificate *c)
{
	return (struct certificates_items){
	    .serial = c->serial,
	    .grouped = page_grouped(r, c->serial),
	    .name = c->name,
	    .code = c->code,
	    .use = title_of_use(c->use),
	    .notbefore = c->notbefore,
	    .notafter = c->notafter,
	    .status = title_of_status(c->status),
	    .tone = tone_of_status(c->status),
	    .sign = c->use == CERTIFICATE_SIGN,
	    .good = c->status == CERTIFICATE_GOOD,
	    .suspended = c->status == CERTIFICATE_SUSPENDED,
	};
}

int queue_certificates_page(struct web_request *r, struct reply *reply, struct err *err)
{
	const char *query = request_query(r, "q");
	const struct session *session = actor_of(r)->session;
	struct certificate_list list = {0};
	struct certificates_items *items;
	struct certificates_view v = {
	    .query = query,
	    .asked = query != NULL && *query != '\0',
	    .may_suspend = permission_has(session, VERB_SUSPEND),
	    .may_enter = permission_has(session, VERB_REVOKE_ENTER),
	};

	if (v.asked && holding_search(service_of(r), actor_of(r), search_key(r, query), request_pool(r), &list, err) != 0)
		return -1;
	items = pool_alloc(request_pool(r), (list.count + 1) * sizeof(*items));
	if (items == NULL)
		return err_set(err, HF_MEMORY, "certificates");
	for (size_t i = 0; i < list.count; i++)
		items[i] = certificate_line(r, &list.items[i]);
	v.items = items;
	v.items_count = list.count;
	return PAGE_DRAW(certificates, r, reply, &v, err);
}
