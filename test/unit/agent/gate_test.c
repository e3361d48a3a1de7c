/* The gate: every route against every rule of agent.md 2, and that keydoor hears of nothing that was refused. */
#include "agent_gate.h"
#include "agent_rig.h"
#include "keydoor_message.h"
#include "set_clock.h"
#include "web_client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define OTHER_USER 65534
#define REPLY_MAX 4096

static int set_up(void **state)
{
	static struct agent_rig rig;

	agent_rig_begin(&rig);
	*state = &rig;
	return 0;
}

static int tear_down(void **state)
{
	agent_rig_end(*state);
	return 0;
}

/* Calls each for every route that pages may ask. */
static void for_routes(struct agent_rig *rig, void (*each)(struct agent_rig *rig, const struct route *row))
{
	size_t seen = 0;

	for (size_t i = 0; i < agent_route_count; i++) {
		if (agent_routes[i].method == WEB_OPTIONS || strncmp(agent_routes[i].path, "/v1/", 4) != 0)
			continue;
		each(rig, &agent_routes[i]);
		seen++;
	}
	assert_true(seen >= 9);
}

static void try_hosts(struct agent_rig *rig, struct agent_ask a)
{
	/* A page whose name was bound to the loopback comes with its own name. */
	static const char *const bad[] = {"evil.example", "127.0.0.2", "LOCALHOST", "127.0.0.1.evil.example"};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		a.host = bad[i];
		agent_ask_expect(rig, &a, 403, "HF-4022", false);
	}
	a.host = "127.0.0.1";
	a.port = "80";
	agent_ask_expect(rig, &a, 403, "HF-4022", false);
}

static void try_host(struct agent_rig *rig, const struct route *row)
{
	try_hosts(rig, agent_ask_good(row));
}

static void try_origin(struct agent_rig *rig, const struct route *row)
{
	static const char *const bad[] = {RIG_NONE, "null", "http://127.0.0.1:8080/", "http://127.0.0.1:80800", "*"};
	struct agent_ask a = agent_ask_good(row);

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		a.origin = bad[i];
		agent_ask_expect(rig, &a, 403, "HF-4020", false);
	}
	a.origin = NULL;
	agent_ask_expect(rig, &a, 403, "HF-4020", false);
}

static void try_header(struct agent_rig *rig, const struct route *row)
{
	struct agent_ask a = agent_ask_good(row);

	a.mark = NULL;
	agent_ask_expect(rig, &a, 403, "HF-4023", true);
	a.mark = "0";
	agent_ask_expect(rig, &a, 403, "HF-4023", true);
}

static void try_type(struct agent_rig *rig, const struct route *row)
{
	static const char *const bad[] = {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"};
	struct agent_ask a = agent_ask_good(row);

	if (row->method != WEB_POST)
		return;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		a.type = bad[i];
		agent_ask_expect(rig, &a, 400, "HF-9012", true);
	}
	a.type = NULL;
	agent_ask_expect(rig, &a, 400, "HF-9012", true);
}

static void try_method(struct agent_rig *rig, const struct route *row)
{
	struct agent_ask a = agent_ask_good(row);

	a.method = "PUT";
	agent_ask_expect(rig, &a, 405, "HF-9013", false);
	a.method = row->method == WEB_POST ? "GET" : "POST";
	a.body = row->method == WEB_POST ? NULL : "{}";
	agent_ask_expect(rig, &a, 405, "HF-9013", false);
}

static void try_foreign_user(struct agent_rig *rig, const struct agent_ask *a)
{
	rig->agent.user = getuid() + 1;
	agent_ask_expect(rig, a, 403, "HF-4024", false);
	rig->agent.user = getuid();
}

static void try_user(struct agent_rig *rig, const struct route *row)
{
	struct agent_ask a = agent_ask_good(row);

	try_foreign_user(rig, &a);
}

static void try_silenced(struct agent_rig *rig, const struct route *row)
{
	struct agent_ask a = agent_ask_good(row);

	silence_refused(&rig->agent.silence, 0);
	silence_refused(&rig->agent.silence, 0);
	agent_ask_expect(rig, &a, 429, "HF-4021", true);
	silence_agreed(&rig->agent.silence, 0);
}

/* As agent.md 3 has it. */
static uint32_t class_of(const struct route *row)
{
	static const struct {
		const char *path;
		uint32_t class;
	} classes[] = {
	    {"/v1/status", GATE_ANY},         {"/v1/keys", ORIGIN_LOGIN},
	    {"/v1/enroll/key", ORIGIN_ENROL}, {"/v1/enroll/install", ORIGIN_ENROL},
	    {"/v1/sign/login", ORIGIN_LOGIN}, {"/v1/sign/order", ORIGIN_ORDER},
	    {"/v1/pin/change", ORIGIN_LOGIN}, {"/v1/receipt", ORIGIN_ORDER},
	    {"/v1/events", ORIGIN_LOGIN},
	};

	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
		if (strcmp(classes[i].path, row->path) == 0)
			return classes[i].class;
	fail_msg("%s has no class here", row->path);
	return 0;
}

/* Each limited origin on each route: its own class gets as far as its body, any other is refused. */
static void try_class(struct agent_rig *rig, const struct route *row)
{
	static const struct {
		const char *origin;
		uint32_t class;
	} limited[] = {{RIG_ENROL, ORIGIN_ENROL}, {RIG_LOGIN, ORIGIN_LOGIN}, {RIG_ORDER, ORIGIN_ORDER}};
	struct agent_ask a = agent_ask_good(row);

	if (class_of(row) == GATE_ANY)
		return;
	a.body = "x";
	for (size_t i = 0; i < sizeof(limited) / sizeof(limited[0]); i++) {
		a.origin = limited[i].origin;
		if (class_of(row) == limited[i].class)
			agent_ask_expect(rig, &a, 400, "HF-9011", true);
		else
			agent_ask_expect(rig, &a, 403, "HF-4020", true);
	}
}

static void try_body(struct agent_rig *rig, const struct route *row)
{
	static const char *const bad[] = {
	    "", "x", "[]", "null", "{\"unknown\":1}", "{\"key\":1}", "{\"key\":\"\"}", "{\"key\":\"K\",\"key\":\"K\"}"};
	struct agent_ask a = agent_ask_good(row);

	if (row->method != WEB_POST)
		return;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		a.body = bad[i];
		agent_ask_expect(rig, &a, 400, "HF-9011", true);
	}
}

/* clang-format off */
#define RULE(name) \
	static void name##_is_checked_on_every_route(void **state) \
	{ \
		for_routes(*state, try_##name); \
	}
/* clang-format on */
RULE(host)
RULE(origin)
RULE(header)
RULE(type)
RULE(method)
RULE(user)
RULE(silenced)
RULE(class)
RULE(body)

static void every_name_of_the_loopback_will_do(void **state)
{
	static const char *const hosts[] = {"127.0.0.1", "localhost", "[::1]"};
	struct agent_ask a = {.method = "GET", .path = "/v1/status", .origin = RIG_LOGIN, .mark = "1"};
	char reply[REPLY_MAX];

	for (size_t i = 0; i < 3; i++) {
		a.host = hosts[i];
		assert_int_equal(agent_ask_get(*state, &a, reply, sizeof(reply)), 200);
	}
}

static void preflight_is_for_the_list_alone(void **state)
{
	struct agent_rig *rig = *state;
	struct agent_ask a = {.method = "OPTIONS", .path = "/v1/sign/login", .host = "127.0.0.1", .origin = RIG_LOGIN};
	char reply[REPLY_MAX];

	assert_int_equal(agent_ask_get(rig, &a, reply, sizeof(reply)), 204);
	assert_non_null(strstr(reply, "Access-Control-Allow-Origin: " RIG_LOGIN "\r\n"));
	assert_null(strstr(reply, "Allow-Private-Network"));
	a.origin = RIG_NONE;
	agent_ask_expect(rig, &a, 403, "HF-4020", false);
	a.origin = NULL;
	agent_ask_expect(rig, &a, 403, "HF-4020", false);
}

static void what_is_let_through_reaches_keydoor(void **state)
{
	struct agent_rig *rig = *state;
	struct agent_ask a = {.method = "POST",
	                      .path = "/v1/keys",
	                      .host = "127.0.0.1",
	                      .origin = RIG_LOGIN,
	                      .mark = "1",
	                      .type = "application/json",
	                      .body = "{}"};
	char reply[REPLY_MAX];
	int fd = agent_ask_send(rig, &a);
	struct frame request = agent_rig_take(rig);

	assert_int_equal(request.type, KEYDOOR_LIST);
	agent_rig_answer_fault(rig, &request, HF_KEY_ABSENT);
	assert_int_equal(web_receive(fd, reply, sizeof(reply)), 404);
	close(fd);
}

/* ---- what is no route of a page ---- */

static const struct agent_ask asides[] = {
    {.method = "OPTIONS", .path = "/v1/sign/login", .host = "127.0.0.1", .origin = RIG_ALL},
    {.method = "GET", .path = "/assistant", .host = "127.0.0.1"},
    {.method = "GET", .path = "/static/assistant.css", .host = "127.0.0.1"},
};
#define ASIDES (sizeof(asides) / sizeof(asides[0]))

static void host_and_user_are_checked_beside_the_routes_too(void **state)
{
	for (size_t i = 0; i < ASIDES; i++) {
		try_hosts(*state, asides[i]);
		try_foreign_user(*state, &asides[i]);
	}
}

static void no_page_opens_the_agents_own(void **state)
{
	static const char *const sites[] = {"cross-site", "same-site", "SAME-ORIGIN", "x"};

	for (size_t i = 1; i < ASIDES; i++) {
		struct agent_ask a = asides[i];

		for (size_t j = 0; j < sizeof(sites) / sizeof(sites[0]); j++) {
			a.site = sites[j];
			agent_ask_expect(*state, &a, 403, "HF-4020", false);
		}
		a.site = "same-origin";
		a.origin = RIG_ALL;
		agent_ask_expect(*state, &a, 403, "HF-4020", false);
	}
}

static void the_agents_own_page_reaches_what_is_its_own(void **state)
{
	static const char *const sites[] = {NULL, "none", "same-origin"};
	struct agent_ask a = {.method = "GET", .path = "/static/nothing.css", .host = "127.0.0.1"};

	for (size_t i = 0; i < sizeof(sites) / sizeof(sites[0]); i++) {
		a.site = sites[i];
		agent_ask_expect(*state, &a, 404, "", false); /* past the gate */
	}
}

/* ---- another user, and a list that ends ---- */

/* A whole life: tells whether it was refused as it should be. It is killed, as a leak checker that sees it exit misses the threads that
 * fork left behind. */
static void be_other_user(const struct agent_rig *rig, const struct agent_ask *a, int tell)
{
	char reply[REPLY_MAX];
	bool refused = setuid(OTHER_USER) == 0 && agent_ask_get(rig, a, reply, sizeof(reply)) == 403 && strstr(reply, "HF-4024") != NULL &&
	               strstr(reply, "Access-Control-Allow-Origin") == NULL;

	(void)!write(tell, &refused, sizeof(refused));
	(void)kill(getpid(), SIGKILL);
}

static void try_process(struct agent_rig *rig, const struct agent_ask *a)
{
	bool refused = false;
	int told[2];
	pid_t child;

	assert_int_equal(pipe(told), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		be_other_user(rig, a, told[1]);
	close(told[1]);
	if (read(told[0], &refused, sizeof(refused)) != (ssize_t)sizeof(refused) || !refused)
		fail_msg("%s %s: not refused", a->method, a->path);
	close(told[0]);
	assert_int_equal(waitpid(child, NULL, 0), child);
	assert_false(agent_rig_keydoor_heard(rig, 0));
}

static void try_other_process(struct agent_rig *rig, const struct route *row)
{
	struct agent_ask a = agent_ask_good(row);

	try_process(rig, &a);
}

static void a_process_of_another_user_is_refused(void **state)
{
	if (getuid() != 0)
		skip(); /* only root has a second user at hand */
	for_routes(*state, try_other_process);
	for (size_t i = 0; i < ASIDES; i++)
		try_process(*state, &asides[i]);
}

static void try_listed(struct agent_rig *rig, const struct route *row)
{
	struct agent_ask a = agent_ask_good(row);

	agent_ask_expect(rig, &a, 403, "HF-4020", false);
}

static void a_list_that_ends_while_the_agent_runs_lets_nobody_in(void **state)
{
	struct agent_rig *rig = *state;
	struct agent_ask status = {.method = "GET", .path = "/v1/status", .host = "127.0.0.1", .origin = RIG_ALL, .mark = "1"};
	char reply[REPLY_MAX];

	clock_add(RIG_LIST_LIFE);
	assert_int_equal(agent_ask_get(rig, &status, reply, sizeof(reply)), 200);
	clock_add(1);
	for_routes(rig, try_listed);
	agent_ask_expect(rig, &asides[0], 403, "HF-4020", false);
	clock_add(-RIG_LIST_LIFE - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(host_is_checked_on_every_route),
	    cmocka_unit_test(origin_is_checked_on_every_route),
	    cmocka_unit_test(header_is_checked_on_every_route),
	    cmocka_unit_test(type_is_checked_on_every_route),
	    cmocka_unit_test(method_is_checked_on_every_route),
	    cmocka_unit_test(user_is_checked_on_every_route),
	    cmocka_unit_test(silenced_is_checked_on_every_route),
	    cmocka_unit_test(class_is_checked_on_every_route),
	    cmocka_unit_test(body_is_checked_on_every_route),
	    cmocka_unit_test(every_name_of_the_loopback_will_do),
	    cmocka_unit_test(preflight_is_for_the_list_alone),
	    cmocka_unit_test(what_is_let_through_reaches_keydoor),
	    cmocka_unit_test(host_and_user_are_checked_beside_the_routes_too),
	    cmocka_unit_test(no_page_opens_the_agents_own),
	    cmocka_unit_test(the_agents_own_page_reaches_what_is_its_own),
	    cmocka_unit_test(a_process_of_another_user_is_refused),
	    cmocka_unit_test(a_list_that_ends_while_the_agent_runs_lets_nobody_in),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
