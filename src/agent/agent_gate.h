/* Every rule of agent.md 2, in one place, before anything is asked of a key. */
#ifndef HUFU_AGENT_AGENT_GATE_H
#define HUFU_AGENT_AGENT_GATE_H

#include "agent.h"

/* What kind of caller a route is for: route.roles. A class is one of enum origin_class. */
enum gate_kind {
	GATE_ANY = 8,        /* an origin on the list, of any class */
	GATE_PREFLIGHT = 16, /* a browser that asks before it asks */
	GATE_OWN_PAGE = 32   /* the agent's own page: no origin, but a ticket */
};

/* router_program.gate: sets the request's struct asked. HF_HOST, HF_PEER_USER, HF_ORIGIN, HF_HEADER_MISSING, HF_HTTP_FORM,
 * HF_ORIGIN_SILENCED. */
int gate_check(struct web_request *r, const struct route *row, struct err *err) MUST_CHECK;
/* Lets the page of the request's origin read the reply (Fetch 3.2). Nothing when the request has no believed origin. */
int gate_open_reply(const struct web_request *r, struct reply *reply, struct err *err) MUST_CHECK;

#endif
