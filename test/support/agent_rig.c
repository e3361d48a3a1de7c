/* The agent's front in the test's own process. */
#include "agent_rig.h"

#include "clock.h"
#include "file.h"
#include "origin_list.h"
#include "spawn.h"
#include "web_client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <poll.h>
#include <unistd.h>

#define TAKE_MS 10000

static struct origins *believe(const struct agent_rig *rig)
{
	struct origin_row rows[] = {
	    [RIG_ROW_ALL] = {ORIGIN_ENROL | ORIGIN_LOGIN | ORIGIN_ORDER, bytes_text(RIG_ALL)},
	    [RIG_ROW_ENROL] = {ORIGIN_ENROL, bytes_text(RIG_ENROL)},
	    [RIG_ROW_LOGIN] = {ORIGIN_LOGIN, bytes_text(RIG_LOGIN)},
	    [RIG_ROW_ORDER] = {ORIGIN_ORDER, bytes_text(RIG_ORDER)},
	};
	struct origin_list list = {
	    .origins = {rows, sizeof(rows) / sizeof(rows[0])}, .until = clock_now() + RIG_LIST_LIFE, .v = 1, .version = 1};
	struct origins *origins = NULL;
	struct buf text, signature;
	struct err err;

	memcpy(list.ca, rig->agent.trust.ca, sizeof(list.ca));
	buf_init(&text, ORIGIN_LIST_TEXT_MAX);
	buf_init(&signature, SM2_SIGNATURE_MAX);
	assert_int_equal(origin_list_write(&list, &text, &err), 0);
	assert_int_equal(signed_text_sign(SIGNED_ORIGINS, rig->authority.root_key, buf_get(&text), &signature, &err), 0);
	if (origins_new(&origins, buf_get(&text), buf_get(&signature), &rig->agent.trust, 0, clock_now(), &err) != 0)
		fail_msg("%s", err.text);
	buf_free(&signature);
	buf_free(&text);
	return origins;
}

static void begin_agent(struct agent_rig *rig)
{
	struct agent *agent = &rig->agent;
	struct cert_plan plan = authority_plan(&rig->authority, PROFILE_RELEASE, rig->authority.root_key);
	struct err err;
	int pair[2];

	agent->trust.release = authority_issue(&rig->authority, &plan);
	agent->trust.issuing = rig->authority.issuing;
	agent->trust.journal = agent->trust.release; /* no receipt is believed here */
	sm2_public_id(rig->authority.issuing->key, agent->trust.ca);
	agent->origins = believe(rig);
	agent->user = getuid();
	silence_init(&agent->silence);
	assert_int_equal(peer_tables_open(&agent->peers, &err), 0);
	assert_int_equal(shown_orders_new(&agent->shown, &err), 0);
	assert_int_equal(socket_pair(pair, &err), 0);
	rig->keydoor = pair[1];
	assert_int_equal(call_new(&agent->keydoor, pair[0], &err), 0);
}

void agent_rig_begin(struct agent_rig *rig)
{
	struct err err;
	int listener, port;

	memset(rig, 0, sizeof(*rig));
	buf_init(&rig->wire, FRAME_BODY_MAX);
	authority_make(&rig->authority, true);
	begin_agent(rig);
	listener = web_listen(&port);
	rig->agent.port = (uint16_t)port;
	rig->program = agent_program(&rig->agent);
	if (router_new(&rig->router, agent_routes, agent_route_count, &rig->program, &err) != 0)
		fail_msg("%s", err.text);
	rig->settings = web_server_usual;
	rig->settings.connections = 64;
	rig->settings.connections_per_address = 0;
	rig->settings.streams = true;
	rig->settings.workers = 4;
	assert_int_equal(web_server_start(&rig->server, &rig->settings, &listener, 1, rig->router, &err), 0);
}

void agent_rig_end(struct agent_rig *rig)
{
	close(rig->keydoor);
	web_server_stop(&rig->server, 0);
	call_free(&rig->agent.keydoor);
	router_free(&rig->router);
	shown_orders_free(&rig->agent.shown);
	peer_tables_close(&rig->agent.peers);
	origins_free(&rig->agent.origins);
	cert_free(&rig->agent.trust.release);
	authority_free(&rig->authority);
	buf_free(&rig->wire);
}

/* ---- pages ---- */

struct agent_ask agent_ask_good(const struct route *row)
{
	bool post = row->method == WEB_POST;

	return (struct agent_ask){.method = post ? "POST" : "GET",
	                          .path = row->path,
	                          .host = "127.0.0.1",
	                          .origin = RIG_ALL,
	                          .mark = "1",
	                          .type = post ? "application/json" : NULL,
	                          .body = post ? "{\"key\":\"K\"}" : NULL};
}

static void add_header(char *text, size_t size, const char *name, const char *value)
{
	size_t n = strlen(text);

	if (value != NULL)
		(void)snprintf(text + n, size - n, "%s: %s\r\n", name, value);
}

int agent_ask_send(const struct agent_rig *rig, const struct agent_ask *a)
{
	char text[2048], host[64], port[8];
	size_t n;
	int fd = web_connect(rig->agent.port);

	(void)snprintf(port, sizeof(port), "%u", rig->agent.port);
	(void)snprintf(host, sizeof(host), "%s:%s", a->host, a->port != NULL ? a->port : port);
	(void)snprintf(text, sizeof(text), "%s %s HTTP/1.1\r\n", a->method, a->path);
	add_header(text, sizeof(text), "Host", host);
	add_header(text, sizeof(text), "Origin", a->origin);
	add_header(text, sizeof(text), "X-Hufu-Agent", a->mark);
	add_header(text, sizeof(text), "Content-Type", a->type);
	add_header(text, sizeof(text), "Sec-Fetch-Site", a->site);
	n = strlen(text);
	if (a->body != NULL)
		(void)snprintf(text + n, sizeof(text) - n, "Content-Length: %zu\r\n", strlen(a->body));
	n = strlen(text);
	(void)snprintf(text + n, sizeof(text) - n, "\r\n%s", a->body != NULL ? a->body : "");
	web_send(fd, text);
	return fd;
}

int agent_ask_get(const struct agent_rig *rig, const struct agent_ask *a, char *reply, size_t max)
{
	int fd = agent_ask_send(rig, a), status = web_receive(fd, reply, max);

	close(fd);
	return status;
}

void agent_ask_expect(const struct agent_rig *rig, const struct agent_ask *a, int status, const char *code, bool readable)
{
	char reply[4096], allowed[256] = "";
	int got = agent_ask_get(rig, a, reply, sizeof(reply));

	if (got != status || strstr(reply, code) == NULL)
		fail_msg("%s %s: %d instead of %d %s: %s", a->method, a->path, got, status, code, reply);
	/* Only a page of the list may read why. */
	add_header(allowed, sizeof(allowed), "Access-Control-Allow-Origin", a->origin);
	if (readable ? strstr(reply, allowed) == NULL : strstr(reply, "Access-Control-Allow-Origin") != NULL)
		fail_msg("%s %s %s: readable for others than it should: %s", a->method, a->path, code, reply);
	assert_non_null(strstr(reply, "Vary: Origin\r\n"));
	assert_false(agent_rig_keydoor_heard(rig, 0));
}

/* ---- keydoor ---- */

bool agent_rig_keydoor_heard(const struct agent_rig *rig, int ms)
{
	struct pollfd wait = {.fd = rig->keydoor, .events = POLLIN};

	return poll(&wait, 1, ms) == 1;
}

struct frame agent_rig_take(struct agent_rig *rig)
{
	struct frame frame;
	struct err err;
	uint8_t some[4096];
	size_t used;

	buf_clear(&rig->wire);
	while (frame_take(buf_get(&rig->wire), &frame, &used, &err) == 0) {
		ssize_t n;

		assert_true(agent_rig_keydoor_heard(rig, TAKE_MS));
		n = read(rig->keydoor, some, sizeof(some));
		assert_true(n > 0);
		assert_int_equal(buf_append(&rig->wire, (struct bytes){some, (size_t)n}, &err), 0);
	}
	assert_int_equal(used, rig->wire.size); /* one asks at a time in these tests */
	return frame;
}

static void send_frame(struct agent_rig *rig, struct buf *out)
{
	struct err err;

	assert_int_equal(file_write_all(rig->keydoor, buf_get(out), &err), 0);
	buf_free(out);
}

void agent_rig_answer(struct agent_rig *rig, const struct frame *request, const struct body *form, const void *reply)
{
	struct buf out, body;
	struct err err;

	buf_init(&out, FRAME_BODY_MAX);
	buf_init(&body, FRAME_BODY_MAX);
	assert_int_equal(body_encode(form, reply, &body, &err), 0);
	assert_int_equal(frame_append(&out, &(struct frame){request->type, FRAME_FLAG_ANSWER, request->id, buf_get(&body)}, &err), 0);
	buf_free(&body);
	send_frame(rig, &out);
}

void agent_rig_answer_fault(struct agent_rig *rig, const struct frame *request, enum err_code code)
{
	struct err fault = {0}, err;
	struct buf out;

	(void)err_set(&fault, code, "the test says so");
	buf_init(&out, FRAME_BODY_MAX);
	assert_int_equal(frame_append_fault(&out, request->type, request->id, &fault, &err), 0);
	send_frame(rig, &out);
}
