/* What an enterprise has: its certificates in pairs, with their days left, and its applications. */
#include "certificate.h"

#include "application_view.h"
#include "clock.h"
#include "handlers.h"
#include "holding.h"
#include "page.h"
#include "renew.h"
#include "title.h"

#include <string.h>

/* renewal: of the pair that is logged in, which alone can be renewed with this login. */
static struct my_pairs pair_of(struct web_request *r, const struct certificate *c, const struct renewal *renewal)
{
	bool ended = c->status == CERTIFICATE_REVOKED;

	return (struct my_pairs){
	    .serial = c->serial,
	    .sign = page_grouped(r, c->serial),
	    .encryption = page_grouped(r, c->pair),
	    .key_serial = c->key_serial,
	    .file = application_key_is_file(c->key_serial),
	    .notbefore = c->notbefore,
	    .notafter = c->notafter,
	    .left = ended ? "" : page_left(r, c->notafter),
	    .tone = page_left_tone(c->notafter),
	    .status = title_of_status(c->status),
	    .status_tone = tone_of_status(c->status),
	    .live = c->status == CERTIFICATE_GOOD && c->notafter > clock_now(),
	    .renewable = renewal->refusal == HF_NONE && strcmp(renewal->certificate.serial, c->serial) == 0,
	    .uncollected = c->installed == 0,
	};
}

/* The sentence of the service in Chinese; its translation elsewhere. */
static const char *prompt_of(struct web_request *r, int64_t notafter)
{
	int64_t days = holding_days_left(notafter, clock_now());
	const struct catalogue_value value = {.name = "n", .kind = CATALOGUE_NUMBER, .number = days};
	char prompt[HOLDING_PROMPT_MAX];

	holding_prompt(days, prompt);
	if (prompt[0] == '\0' || request_language(r) == LANGUAGE_ZH)
		return pool_text(request_pool(r), bytes_text(prompt));
	return days == 0 ? page_text(r, N_("您的证书今天到期，请及时更新！"))
	                 : page_format(r, N_("您的证书还有{n}天到期，请及时更新！"), &value, 1);
}

int certificate_mine_page(struct web_request *r, struct reply *reply, struct err *err)
{
	const struct session *session = &visit_of(r)->session;
	struct certificate_list list;
	struct renewal renewal;
	struct my_pairs *pairs;
	struct my_view v = {.name = session->name, .code = session->code};

	if (holding_mine(service_of(r), actor_of(r), request_pool(r), &list, err) != 0 ||
	    renew_look(service_of(r), actor_of(r), request_pool(r), &renewal, err) != 0)
		return -1;
	pairs = pool_alloc(request_pool(r), (list.count + 1) * sizeof(*pairs));
	if (pairs == NULL)
		return err_set(err, HF_MEMORY, "certificates");
	for (size_t i = 0; i < list.count; i++)
		if (list.items[i].use == CERTIFICATE_SIGN)
			pairs[v.pairs_count++] = pair_of(r, &list.items[i], &renewal);
	v.pairs = pairs;
	v.renewed = renewal.refusal == HF_RENEWED ? renewal.application.number : "";
	v.prompt = *v.renewed == '\0' ? prompt_of(r, session->notafter) : "";
	return PAGE_DRAW(my, r, reply, &v, err);
}

int certificate_applications_page(struct web_request *r, struct reply *reply, struct err *err)
{
	struct application_lines lines;
	struct my_applications_items *items;
	struct my_applications_view v = {0};

	if (holding_applications(service_of(r), actor_of(r), request_pool(r), &lines, err) != 0)
		return -1;
	items = pool_alloc(request_pool(r), (lines.count + 1) * sizeof(*items));
	if (items == NULL)
		return err_set(err, HF_MEMORY, "applications");
	for (size_t i = 0; i < lines.count; i++) {
		const struct application_line *line = &lines.items[i];

		items[i] = (struct my_applications_items){
		    line->number, title_of_kind(line->kind), title_of_state(line->state), tone_of_state(line->state), line->submitted,
		    line->changed};
	}
	v.items = items;
	v.items_count = lines.count;
	return PAGE_DRAW(my_applications, r, reply, &v, err);
}
