/* Every rule of agent.md 2, in one place, before anything is asked of a key. */
#include "agent_gate.h"

#include "clock.h"
#include "keydoor_message.h"

#include <stdio.h>
#include <string.h>

/* RFC 9110 7.2: a page whose name was bound to this address anew comes with its own name there. */
static int check_host(const struct web_request *r, struct err *err)
{
	static const char *const hosts[] = {"127.0.0.1", "localhost", "[::1]"};
	const char *host = request_header(r, "Host");
	char own[32];

	for (size_t i = 0; host != NULL && i < sizeof(hosts) / sizeof(hosts[0]); i++) {
		(void)snprintf(own, sizeof(own), "%s:%u", hosts[i], agent_of(r)->port);
		if (strcmp(host, own) == 0)
			return 0;
	}
	return err_set(err, HF_HOST, "Host is not this agent's");
}

/* The browser says "null" for pages without an origin (sandboxed, file:), and nothing for what is no page of a site. */
static int check_origin(const struct web_request *r, uint32_t kinds, struct asked *asked, struct err *err)
{
	const char *origin = request_header(r, "Origin");
	const struct origin_row *row;

	if (origin == NULL || strcmp(origin, "null") == 0)
		return err_set(err, HF_ORIGIN, "no origin");
	if (origins_find(agent_of(r)->origins, origin, clock_now(), &row, &asked->origin_row, err) != 0)
		return -1;
	asked->origin = origin;
	if ((kinds & (GATE_ANY | GATE_PREFLIGHT)) == 0 && (row->classes & kinds) == 0)
		return err_set(err, HF_ORIGIN, "the origin has not the class of this route");
	return 0;
}

/* A header that no page sends without the browser asking first (Fetch 4.8), and a body that no form sends. */
static int check_form(const struct web_request *r, const struct route *row, struct err *err)
{
	const char *mark = request_header(r, "X-Hufu-Agent"), *type = request_header(r, "Content-Type");

	if (mark == NULL || strcmp(mark, "1") != 0)
		return err_set(err, HF_HEADER_MISSING, "X-Hufu-Agent is not there");
	if (row->method == WEB_POST && (type == NULL || strcmp(type, "application/json") != 0))
		return err_set(err, HF_HTTP_FORM, "Content-Type is not application/json");
	return 0;
}

/* Our own page is opened by the person, not by a page: such a request has an origin, or says where it comes from (Fetch Metadata). */
static int check_own_page(const struct web_request *r, struct err *err)
{
	const char *site = request_header(r, "Sec-Fetch-Site");

	if (request_header(r, "Origin") != NULL)
		return err_set(err, HF_ORIGIN, "a page asks for the agent's own page");
	if (site != NULL && strcmp(site, "none") != 0 && strcmp(site, "same-origin") != 0)
		return err_set(err, HF_ORIGIN, "another site leads to the agent's own page");
	return 0;
}

int gate_check(struct web_request *r, const struct route *row, struct err *err)
{
	struct agent *agent = agent_of(r);
	struct asked *asked = pool_alloc(request_pool(r), sizeof(*asked));

	if (asked == NULL)
		return err_set(err, HF_MEMORY, "gate");
	*asked = (struct asked){.language = request_language(r), .tries = KEYDOOR_NO_TRIES};
	request_set_session(r, asked);
	if (check_host(r, err) != 0 || peer_check(agent->peers, request_socket(r), agent->user, err) != 0)
		return -1;
	if (row->roles & GATE_OWN_PAGE)
		return check_own_page(r, err);
	if (check_origin(r, row->roles, asked, err) != 0)
		return -1;
	if (row->roles & GATE_PREFLIGHT)
		return 0;
	if (check_form(r, row, err) != 0)
		return -1;
	return silence_check(&agent->silence, asked->origin_row, err);
}

int gate_open_reply(const struct web_request *r, struct reply *reply, struct err *err)
{
	const struct asked *asked = asked_of(r);

	if (reply_add_header(reply, "Vary", "Origin", err) != 0)
		return -1;
	if (asked == NULL || asked->origin == NULL)
		return 0;
	return reply_add_header(reply, "Access-Control-Allow-Origin", asked->origin, err);
}
