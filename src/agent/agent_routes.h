/* THE route table of the agent: doc/protocol/agent.md 3. */
#ifndef HUFU_AGENT_AGENT_ROUTES_H
#define HUFU_AGENT_AGENT_ROUTES_H

#include "agent.h"

extern const struct route agent_routes[];
extern const size_t agent_route_count;

/* The program of the table, for one agent. */
struct router_program agent_program(struct agent *agent);

/* Handlers; each runs after gate_check, with the reply open to its origin. */
route_fn status_get, keys_post, pin_change_post;         /* key_api.c */
route_fn enroll_key_post, enroll_install_post;           /* enroll_api.c */
route_fn sign_login_post, sign_order_post, receipt_post; /* sign_api.c */
route_fn events_post;                                    /* events_api.c */
route_fn assistant_get;                                  /* assistant.c */

#endif
