/* The agent's front: the process that pages speak to. */
#include "front.h"

#include "agent_routes.h"
#include "crypto_load.h"
#include "jail.h"
#include "log.h"
#include "server.h"

#include <signal.h>

#define GRACE_MS 500
#define PAGE_POLICY "default-src 'none'; style-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'"

static struct web_server_settings front_settings(void)
{
	struct web_server_settings s = web_server_usual;

	s.threads = 1;
	s.streams = true;
	s.connections = 64;
	s.connections_per_address = 0; /* one person, one address */
	s.policy = PAGE_POLICY;
	return s;
}

static void wait_for_end(void)
{
	sigset_t set;
	int signal;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGINT);
	(void)sigwait(&set, &signal);
}

int front_run(struct agent *agent, const int *listeners, size_t n, int line, struct err *err)
{
	const struct web_server_settings settings = front_settings();
	const struct router_program program = agent_program(agent);
	struct web_server *server = NULL;
	struct router *router = NULL;
	int rc = -1;

	crypto_load();
	if (jail_enter(JAIL_AGENT, NULL, 0, err) != 0 || shown_orders_new(&agent->shown, err) != 0 ||
	    call_line(&agent->keydoor, line, err) != 0 ||
	    events_new(&agent->events, agent->keydoor, agent->origins, &agent->silence, err) != 0 ||
	    router_new(&router, agent_routes, agent_route_count, &program, err) != 0 ||
	    web_server_start(&server, &settings, listeners, n, router, err) != 0)
		goto out;
	log_info("agent.ready", "http://127.0.0.1:%u", agent->port);
	wait_for_end();
	events_close(agent->events);
	web_server_stop(&server, GRACE_MS);
	rc = 0;
out:
	router_free(&router);
	return rc;
}
