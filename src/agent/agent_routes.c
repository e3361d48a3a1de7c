/* THE route table of the agent, what stands around each handler, and what a refused request is told. */
#include "agent_routes.h"

#include "agent_gate.h"
#include "ask.h"
#include "assistant_static.h"
#include "json_write.h"
#include "log.h"
#include "problem.h"
#include "static_file.h"

struct deed {
	route_fn *run;
};

static int answer(struct web_request *r, struct reply *reply, struct err *err)
{
	const struct deed *deed = request_route(r)->detail;

	if (gate_open_reply(r, reply, err) != 0)
		return -1;
	return deed->run(r, reply, err);
}

/* Fetch 4.8: what a page may send, asked by the browser before it sends it. */
static int preflight(struct web_request *r, struct reply *reply, struct err *err)
{
	if (reply_add_header(reply, "Access-Control-Allow-Methods", "GET, POST", err) != 0 ||
	    reply_add_header(reply, "Access-Control-Allow-Headers", "content-type, x-hufu-agent", err) != 0 ||
	    reply_add_header(reply, "Access-Control-Max-Age", "600", err) != 0)
		return -1;
	if (request_header(r, "Access-Control-Request-Private-Network") != NULL &&
	    reply_add_header(reply, "Access-Control-Allow-Private-Network", "true", err) != 0)
		return -1;
	reply_set_kind(reply, REPLY_DATA, "text/plain");
	reply_set_status(reply, 204);
	return 0;
}

/* clang-format off */
#define ASKS(method, path, class, handler) \
	{ method, path, class, ROUTE_WAITS, method == WEB_POST ? AGENT_BODY_MAX : 0, NULL, answer, NULL, &(const struct deed){handler} }
#define SHOWS(path, handler, what) \
	{ WEB_GET, path, GATE_OWN_PAGE, 0, 0, NULL, handler, NULL, what }

const struct route agent_routes[] = {
	ASKS(WEB_GET,  "/v1/status",         GATE_ANY,     status_get),
	ASKS(WEB_POST, "/v1/keys",           ORIGIN_LOGIN, keys_post),
	ASKS(WEB_POST, "/v1/enroll/key",     ORIGIN_ENROL, enroll_key_post),
	ASKS(WEB_POST, "/v1/enroll/install", ORIGIN_ENROL, enroll_install_post),
	ASKS(WEB_POST, "/v1/sign/login",     ORIGIN_LOGIN, sign_login_post),
	ASKS(WEB_POST, "/v1/sign/order",     ORIGIN_ORDER, sign_order_post),
	ASKS(WEB_POST, "/v1/pin/change",     ORIGIN_LOGIN, pin_change_post),
	ASKS(WEB_POST, "/v1/receipt",        ORIGIN_ORDER, receipt_post),
	ASKS(WEB_POST, "/v1/events",         ORIGIN_LOGIN, events_post),
	{ WEB_OPTIONS, "/v1/*call", GATE_PREFLIGHT, 0, 0, NULL, answer, NULL, &(const struct deed){preflight} },
	SHOWS("/assistant", assistant_get, NULL),
	SHOWS("/static/*file", static_file_get, &assistant_static),
};
/* clang-format on */
const size_t agent_route_count = sizeof(agent_routes) / sizeof(agent_routes[0]);

/* {"code","kind","tries","text"}: agent.md 2. */
static int write_problem(const struct web_request *r, const struct problem *p, struct buf *out, struct err *err)
{
	const struct asked *asked = asked_of(r);
	struct json_writer w;

	json_begin(&w, out);
	json_open_object(&w, NULL);
	json_put_string(&w, "code", p->code);
	json_put_string(&w, "kind", p->kind);
	if (asked != NULL && asked->tries != KEYDOOR_NO_TRIES)
		json_put_integer(&w, "tries", asked->tries);
	json_put_string(&w, "text", p->words);
	json_close(&w);
	return json_end(&w, err);
}

static void tell_problem(struct web_request *r, const struct err *why, struct reply *reply)
{
	struct problem p;
	struct err err = {0};

	log_fault("agent.refused", why);
	problem_of(why, request_language(r), &p);
	reply_set_status(reply, p.status);
	reply_set_kind(reply, REPLY_JSON, "application/json");
	if (gate_open_reply(r, reply, &err) != 0 || write_problem(r, &p, reply_body(reply), &err) != 0)
		log_fault("agent.problem", &err);
}

struct router_program agent_program(struct agent *agent)
{
	return (struct router_program){.ctx = agent, .gate = gate_check, .problem = tell_problem};
}
