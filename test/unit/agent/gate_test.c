/* The gate: every route against every rule of agent.md 2, and that keydoor hears of nothing that was refused. */
#include "agent_routes.h"
#include "authority.h"
#include "clock.h"
#include "origin_list.h"
#include "server.h"
#include "spawn.h"
#include "web_client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <poll.h>
#include <unistd.h>

#define ALL "http://127.0.0.1:8080"
#define NONE "https://other.example.cn" /* not on the list */
#define HALF "https://login.example.cn" /* on the list, for logins */

struct world {
	struct authority authority;
	struct agent agent;
	struct router_program program;
	struct router *router;
	struct web_server *server;
	int keydoor; /* its end of the wire: nothing is ever answered */
};

static struct origins *believe(struct world *w, const struct sm2_private *release_key)
{
	struct origin_row rows[] = {
	    {ORIGIN_ENROL | ORIGIN_LOGIN | ORIGIN_ORDER, bytes_text(ALL)},
	    {ORIGIN_LOGIN, bytes_text(HALF)},
	};
	struct origin_list list = {.origins = {rows, 2}, .until = clock_now() + 1000, .v = 1, .version = 1};
	struct origins *origins = NULL;
	struct buf text, signature;
	struct err err;

	memcpy(list.ca, w->agent.trust.ca, sizeof(list.ca));
	buf_init(&text, ORIGIN_LIST_TEXT_MAX);
	buf_init(&signature, SM2_SIGNATURE_MAX);
	assert_int_equal(origin_list_write(&list, &text, &err), 0);
	assert_int_equal(signed_text_sign(SIGNED_ORIGINS, release_key, buf_get(&text), &signature, &err), 0);
	if (origins_new(&origins, buf_get(&text), buf_get(&signature), &w->agent.trust, 0, clock_now(), &err) != 0)
		fail_msg("%s", err.text);
	buf_free(&signature);
	buf_free(&text);
	return origins;
}

static int set_up(void **state)
{
	static struct world world;
	struct world *w = &world;
	struct web_server_settings settings = web_server_usual;
	static struct web_server_settings kept;
	struct err err;
	int listener, port, pair[2];

	memset(w, 0, sizeof(*w));
	authority_make(&w->authority, true);
	struct cert_plan plan = authority_plan(&w->authority, PROFILE_RELEASE, w->authority.root_key);
	w->agent.trust.release = authority_issue(&w->authority, &plan);
	w->agent.trust.issuing = w->authority.issuing;
	sm2_public_id(w->authority.issuing->key, w->agent.trust.ca);
	w->agent.origins = believe(w, w->authority.root_key);
	w->agent.user = getuid();
	silence_init(&w->agent.silence);
	assert_int_equal(peer_tables_open(&w->agent.peers, &err), 0);
	assert_int_equal(shown_orders_new(&w->agent.shown, &err), 0);
	assert_int_equal(socket_pair(pair, &err), 0);
	w->keydoor = pair[1];
	assert_int_equal(call_new(&w->agent.keydoor, pair[0], &err), 0);
	listener = web_listen(&port);
	w->agent.port = (uint16_t)port;
	w->program = agent_program(&w->agent);
	if (router_new(&w->router, agent_routes, agent_route_count, &w->program, &err) != 0)
		fail_msg("%s", err.text);
	settings.connections_per_address = 0;
	settings.streams = true;
	settings.workers = 4;
	kept = settings;
	assert_int_equal(web_server_start(&w->server, &kept, &listener, 1, w->router, &err), 0);
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	close(w->keydoor);
	web_server_stop(&w->server, 0);
	call_free(&w->agent.keydoor);
	router_free(&w->router);
	shown_orders_free(&w->agent.shown);
	peer_tables_close(&w->agent.peers);
	origins_free(&w->agent.origins);
	cert_free(&w->agent.trust.release);
	authority_free(&w->authority);
	return 0;
}

/* ---- requests ---- */

struct ask {
	const char *method, *path, *host, *origin, *mark, *type, *body;
};

/* What a page of ALL sends, and every route takes. */
static struct ask good(const struct route *row)
{
	return (struct ask){.method = row->method == WEB_POST ? "POST" : "GET",
	                    .path = row->path,
	                    .host = "127.0.0.1",
	                    .origin = ALL,
	                    .mark = "1",
	                    .type = row->method == WEB_POST ? "application/json" : NULL,
	                    .body = row->method == WEB_POST ? "{\"key\":\"K\"}" : NULL};
}

static void add_header(char *text, size_t size, const char *name, const char *value)
{
	size_t n = strlen(text);

	if (value != NULL)
		(void)snprintf(text + n, size - n, "%s: %s\r\n", name, value);
}

static int send_ask(const struct world *w, const struct ask *a, char *reply, size_t max)
{
	char text[2048], host[64];
	size_t n;

	(void)snprintf(host, sizeof(host), "%s%s%u", a->host, strchr(a->host, '#') != NULL ? "" : ":", w->agent.port);
	(void)snprintf(text, sizeof(text), "%s %s HTTP/1.1\r\n", a->method, a->path);
	add_header(text, sizeof(text), "Host", strchr(a->host, '#') != NULL ? "evil.example" : host);
	add_header(text, sizeof(text), "Origin", a->origin);
	add_header(text, sizeof(text), "X-Hufu-Agent", a->mark);
	add_header(text, sizeof(text), "Content-Type", a->type);
	n = strlen(text);
	if (a->body != NULL)
		(void)snprintf(text + n, sizeof(text) - n, "Content-Length: %zu\r\n", strlen(a->body));
	n = strlen(text);
	(void)snprintf(text + n, sizeof(text) - n, "\r\n%s", a->body != NULL ? a->body : "");
	return web_ask(w->agent.port, text, reply, max);
}

static bool keydoor_heard(const struct world *w, int ms)
{
	struct pollfd wait = {.fd = w->keydoor, .events = POLLIN};

	return poll(&wait, 1, ms) == 1;
}

static void expect(const struct world *w, const struct ask *a, int status, const char *code, bool readable)
{
	char reply[4096];
	int got = send_ask(w, a, reply, sizeof(reply));

	if (got != status || strstr(reply, code) == NULL)
		fail_msg("%s %s: %d instead of %d %s: %s", a->method, a->path, got, status, code, reply);
	/* Only a page of the list may read why. */
	if ((strstr(reply, "Access-Control-Allow-Origin: " ALL "\r\n") != NULL) != readable)
		fail_msg("%s %s %s: readable for others than it should: %s", a->method, a->path, code, reply);
	assert_non_null(strstr(reply, "Vary: Origin\r\n"));
	assert_false(keydoor_heard(w, 0));
}

/* Calls each for every route that pages may ask. */
static void for_routes(struct world *w, void (*each)(struct world *w, const struct route *row))
{
	size_t seen = 0;

	for (size_t i = 0; i < agent_route_count; i++) {
		if (agent_routes[i].method == WEB_OPTIONS || strncmp(agent_routes[i].path, "/v1/", 4) != 0)
			continue;
		each(w, &agent_routes[i]);
		seen++;
	}
	assert_true(seen >= 9);
}

static void try_host(struct world *w, const struct route *row)
{
	struct ask a = good(row);

	a.host = "#"; /* a page whose name was bound to the loopback */
	expect(w, &a, 403, "HF-4022", false);
	a.host = "127.0.0.2";
	expect(w, &a, 403, "HF-4022", false);
	a.host = "LOCALHOST";
	expect(w, &a, 403, "HF-4022", false);
	a.host = "127.0.0.1:1";
	expect(w, &a, 403, "HF-4022", false);
}

static void try_origin(struct world *w, const struct route *row)
{
	static const char *const bad[] = {NONE, "null", "http://127.0.0.1:8080/", "http://127.0.0.1:80800", "*"};
	struct ask a = good(row);

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		a.origin = bad[i];
		expect(w, &a, 403, "HF-4020", false);
	}
	a.origin = NULL;
	expect(w, &a, 403, "HF-4020", false);
}

static void try_header(struct world *w, const struct route *row)
{
	struct ask a = good(row);

	a.mark = NULL;
	expect(w, &a, 403, "HF-4023", true);
	a.mark = "0";
	expect(w, &a, 403, "HF-4023", true);
}

static void try_type(struct world *w, const struct route *row)
{
	static const char *const bad[] = {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"};
	struct ask a = good(row);

	if (row->method != WEB_POST)
		return;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		a.type = bad[i];
		expect(w, &a, 400, "HF-9012", true);
	}
	a.type = NULL;
	expect(w, &a, 400, "HF-9012", true);
}

static void try_method(struct world *w, const struct route *row)
{
	struct ask a = good(row);

	a.method = "PUT";
	expect(w, &a, 405, "HF-9013", false);
	a.method = row->method == WEB_POST ? "GET" : "POST";
	a.body = row->method == WEB_POST ? NULL : "{}";
	expect(w, &a, 405, "HF-9013", false);
}

static void try_user(struct world *w, const struct route *row)
{
	struct ask a = good(row);

	w->agent.user = getuid() + 1;
	expect(w, &a, 403, "HF-4024", false);
	w->agent.user = getuid();
}

static void try_silenced(struct world *w, const struct route *row)
{
	struct ask a = good(row);

	silence_refused(&w->agent.silence, 0);
	silence_refused(&w->agent.silence, 0);
	expect(w, &a, 429, "HF-4021", true);
	silence_agreed(&w->agent.silence, 0);
}

static void try_class(struct world *w, const struct route *row)
{
	struct ask a = good(row);
	char reply[4096];

	a.origin = HALF;
	if (row->roles & (ORIGIN_ENROL | ORIGIN_ORDER)) {
		assert_int_equal(send_ask(w, &a, reply, sizeof(reply)), 403);
		assert_non_null(strstr(reply, "HF-4020"));
		assert_false(keydoor_heard(w, 0));
	}
}

static void try_body(struct world *w, const struct route *row)
{
	static const char *const bad[] = {"",
	                                  "x",
	                                  "[]",
	                                  "null",
	                                  "{\"unknown\":1}",
	                                  "{\"key\":1}",
	                                  "{\"key\":\"\"}",
	                                  "{\"key\":\"K\",\"pin\":\"123456\"}",
	                                  "{\"key\":\"K\",\"key\":\"K\"}"};
	struct ask a = good(row);

	if (row->method != WEB_POST)
		return;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		a.body = bad[i];
		expect(w, &a, 400, "HF-9011", true);
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
	struct ask a = {.method = "GET", .path = "/v1/status", .origin = HALF, .mark = "1"};
	char reply[4096];

	for (size_t i = 0; i < 3; i++) {
		a.host = hosts[i];
		assert_int_equal(send_ask(*state, &a, reply, sizeof(reply)), 200);
	}
}

static void preflight_is_for_the_list_alone(void **state)
{
	struct world *w = *state;
	struct ask a = {.method = "OPTIONS", .path = "/v1/sign/login", .host = "127.0.0.1", .origin = HALF};
	char reply[4096];

	assert_int_equal(send_ask(w, &a, reply, sizeof(reply)), 204);
	assert_non_null(strstr(reply, "Access-Control-Allow-Origin: " HALF "\r\n"));
	assert_null(strstr(reply, "Allow-Private-Network"));
	a.origin = NONE;
	expect(w, &a, 403, "HF-4020", false);
	a.origin = NULL;
	expect(w, &a, 403, "HF-4020", false);
	a.origin = ALL;
	a.host = "#";
	expect(w, &a, 403, "HF-4022", false);
}

static void what_is_let_through_reaches_keydoor(void **state)
{
	struct world *w = *state;
	struct ask a = {.method = "POST",
	                .path = "/v1/keys",
	                .host = "127.0.0.1",
	                .origin = HALF,
	                .mark = "1",
	                .type = "application/json",
	                .body = "{}"};
	char text[1024];
	int fd = web_connect(w->agent.port);

	(void)snprintf(
	    text, sizeof(text),
	    "POST %s HTTP/1.1\r\nHost: %s:%u\r\nOrigin: %s\r\nX-Hufu-Agent: 1\r\nContent-Type: %s\r\nContent-Length: 2\r\n\r\n{}", a.path,
	    a.host, w->agent.port, a.origin, a.type);
	web_send(fd, text);
	assert_true(keydoor_heard(w, 3000));
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(host_is_checked_on_every_route),     cmocka_unit_test(origin_is_checked_on_every_route),
	    cmocka_unit_test(header_is_checked_on_every_route),   cmocka_unit_test(type_is_checked_on_every_route),
	    cmocka_unit_test(method_is_checked_on_every_route),   cmocka_unit_test(user_is_checked_on_every_route),
	    cmocka_unit_test(silenced_is_checked_on_every_route), cmocka_unit_test(class_is_checked_on_every_route),
	    cmocka_unit_test(body_is_checked_on_every_route),     cmocka_unit_test(every_name_of_the_loopback_will_do),
	    cmocka_unit_test(preflight_is_for_the_list_alone),    cmocka_unit_test(what_is_let_through_reaches_keydoor),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
