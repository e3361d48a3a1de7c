/* What the agent's front holds from its start on; everything in it is locked inside or never changes. */
#ifndef HUFU_AGENT_AGENT_H
#define HUFU_AGENT_AGENT_H

#include "events.h"
#include "origin.h"
#include "peer.h"
#include "router.h"
#include "shown_orders.h"
#include "silence.h"
#include "ticket.h"

struct agent {
	struct trust trust;
	struct origins *origins;
	struct peer_tables *peers;
	struct silence silence;
	struct call *keydoor;
	struct events *events;
	struct shown_orders *shown;
	struct ticket ticket; /* of the agent's own page */
	uint16_t port;
	uid_t user;
};

/* What the gate found of one request: request_session. Lives in the request's pool. */
struct asked {
	const char *origin;     /* as the browser sent it, and as it stands on the list; NULL on the agent's own page */
	size_t origin_row;      /* of silence */
	enum language language; /* by Accept-Language */
	uint32_t tries;         /* after the last PIN that was tried; KEYDOOR_NO_TRIES */
};

static inline struct agent *agent_of(const struct web_request *r)
{
	return request_program(r);
}

static inline struct asked *asked_of(const struct web_request *r)
{
	return request_session(r);
}

#endif
