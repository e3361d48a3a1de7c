/* The server over real sockets: routes, bodies, workers, streams, deadlines, limits. */
#include "server.h"
#include "web_client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <poll.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

struct site {
	struct web_server *server;
	struct router *router;
	int port;
	atomic_int uploads_cut, uploads_whole, together;
	_Atomic(struct reply_stream *) stream;
};

struct sample_form {
	const char *name;
	int64_t age;
};
static const struct form_field sample_fields[] = {
    {"name", FORM_TEXT, offsetof(struct sample_form, name), true, 1, 10, NULL, NULL},
    {"age", FORM_INTEGER, offsetof(struct sample_form, age), false, 0, 150, NULL, NULL},
};
static const struct form_table sample_form = FORM_TABLE(sample_form, sample_fields);

static int hello(struct web_request *r, struct reply *reply, struct err *err)
{
	reply_set_kind(reply, REPLY_DATA, "text/plain");
	return buf_append_format(reply_body(reply), err, "hello %s %s", request_query(r, "who") != NULL ? request_query(r, "who") : "-",
	                         request_address(r));
}

static int part(struct web_request *r, struct reply *reply, struct err *err)
{
	return buf_append_format(reply_body(reply), err, "[%s]", request_part(r, "name"));
}

static int form(struct web_request *r, struct reply *reply, struct err *err)
{
	const struct sample_form *f = request_form(r);

	return buf_append_format(reply_body(reply), err, "%s is %d, faults %zu", f->name, (int)f->age, request_faults(r)->count);
}

static int echo(struct web_request *r, struct reply *reply, struct err *err)
{
	reply_set_kind(reply, REPLY_DATA, "application/octet-stream");
	return buf_append(reply_body(reply), request_body(r), err);
}

static int wait_a_little(struct web_request *r, struct reply *reply, struct err *err)
{
	poll(NULL, 0, 100);
	return buf_append_text(reply_body(reply), "waited", err);
}

/* Every request with the age 13 is refused by itself. */
static void all_together(struct route_turn *turns, size_t n)
{
	struct site *site = request_program(turns[0].request);

	poll(NULL, 0, 100);
	atomic_fetch_add(&site->together, 1);
	for (size_t i = 0; i < n; i++) {
		const struct sample_form *f = request_form(turns[i].request);

		turns[i].result = f->age == 13 ? err_set(&turns[i].err, HF_APPLICATION_STATE, "not that one")
		                               : buf_append_format(reply_body(turns[i].reply), &turns[i].err, "%s", f->name);
	}
}

static int refuse(struct web_request *r, struct reply *reply, struct err *err)
{
	return err_set(err, HF_APPLICATION_STATE, "not now");
}

static int upload_begin(struct web_request *r, uint64_t size, void **state, struct err *err)
{
	*state = request_program(r);
	return size <= 1 << 20 ? 0 : err_set(err, HF_PAPER_SIZE, "too large");
}

static int upload_data(void *state, struct bytes piece, struct err *err)
{
	return memchr(piece.data, '!', piece.size) == NULL ? 0 : err_set(err, HF_PAPER_TYPE, "not that");
}

static void upload_end(void *state, bool whole)
{
	struct site *site = state;

	atomic_fetch_add(whole ? &site->uploads_whole : &site->uploads_cut, 1);
}

static const struct route_upload upload = {upload_begin, upload_data, upload_end};

static int events(struct web_request *r, struct reply *reply, struct err *err)
{
	struct site *site = request_program(r);
	struct reply_stream *stream;

	reply_set_kind(reply, REPLY_DATA, "text/plain");
	if (reply_stream_open(reply, &stream, err) != 0)
		return -1;
	site->stream = stream;
	return 0;
}

static int gate(struct web_request *r, const struct route *row, struct err *err)
{
	if (row->roles == 0)
		return 0;
	if (request_cookie(r, "session") == NULL)
		return err_set(err, HF_SESSION_NONE, "no session");
	return strcmp(request_cookie(r, "session"), "staff") == 0 ? 0 : err_set(err, HF_PERMISSION, "not staff");
}

static int csrf(struct web_request *r, struct bytes token, struct err *err)
{
	return bytes_is_text(token, "right") ? 0 : err_set(err, HF_CSRF, "wrong token");
}

static const struct route routes[] = {
    {WEB_GET, "/hello", 0, 0, 0, NULL, hello, NULL, NULL},
    {WEB_GET, "/part/:name/x", 0, 0, 0, NULL, part, NULL, NULL},
    {WEB_GET, "/rest/*name", 0, 0, 0, NULL, part, NULL, NULL},
    {WEB_POST, "/form", 0, 0, 2000, &sample_form, form, NULL, NULL},
    {WEB_POST, "/token", 0, ROUTE_CSRF, 2000, &sample_form, form, NULL, NULL},
    {WEB_POST, "/echo", 0, 0, 100000, NULL, echo, NULL, NULL},
    {WEB_POST, "/json", 0, ROUTE_JSON, 1000, NULL, echo, NULL, NULL},
    {WEB_GET, "/wait", 0, ROUTE_WAITS, 0, NULL, wait_a_little, NULL, NULL},
    {WEB_GET, "/refuse", 0, 0, 0, NULL, refuse, NULL, NULL},
    {WEB_GET, "/staff", 1, ROUTE_WAITS, 0, NULL, hello, NULL, NULL},
    {WEB_POST, "/staff", 1, 0, 5000, NULL, echo, NULL, NULL},
    {WEB_POST, "/paper", 1, ROUTE_WAITS, 300000, NULL, echo, NULL, NULL},
    {WEB_PUT, "/upload", 0, 0, 1 << 20, NULL, hello, &upload, NULL},
    {WEB_GET, "/events", 0, 0, 0, NULL, events, NULL, NULL},
    {WEB_POST, "/together", 0, ROUTE_WAITS | ROUTE_CSRF, 2000, &sample_form, NULL, NULL, NULL, all_together},
};

static struct router_program program = {.gate = gate, .csrf = csrf};
static const struct web_server_settings settings = {.threads = 2,
                                                    .workers = 4,
                                                    .streams = true,
                                                    .connections = 64,
                                                    .connections_per_address = 40,
                                                    .bodies_max = 1 << 20,
                                                    .head_ms = 600,
                                                    .idle_ms = 1000,
                                                    .body_ms = 700,
                                                    .send_ms = 2000,
                                                    .head_max = 16384};

static void begin(void **state, const struct web_server_settings *chosen)
{
	struct site *site = calloc(1, sizeof(*site));
	int listener = web_listen(&site->port);
	struct err err;

	program.ctx = site;
	assert_int_equal(router_new(&site->router, routes, sizeof(routes) / sizeof(routes[0]), &program, &err), 0);
	assert_int_equal(web_server_start(&site->server, chosen, &listener, 1, site->router, &err), 0);
	*state = site;
}

static int setup(void **state)
{
	begin(state, &settings);
	return 0;
}

static int setup_behind_a_front(void **state)
{
	struct web_server_settings front = settings;

	front.front = true;
	begin(state, &front);
	return 0;
}

static int setup_with_little_room(void **state)
{
	struct web_server_settings little = settings;

	little.bodies_max = 150000;
	little.body_ms = 10000;
	begin(state, &little);
	return 0;
}

static int setup_with_few_descriptors(void **state)
{
	struct rlimit usual, few;

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &usual), 0);
	few = (struct rlimit){96 + 14, usual.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	begin(state, &settings);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &usual), 0);
	return 0;
}

static int teardown(void **state)
{
	struct site *site = *state;

	struct reply_stream *stream = site->stream;

	web_server_stop(&site->server, 500);
	reply_stream_close(&stream);
	router_free(&site->router);
	free(site);
	return 0;
}

#define HOST "Host: a.example\r\n"

static int get(void **state, const char *path, char *out, size_t max)
{
	const struct site *site = *state;
	char text[4096];

	snprintf(text, sizeof(text), "GET %s HTTP/1.1\r\n" HOST "\r\n", path);
	return web_ask(site->port, text, out, max);
}

static void paths_find_their_row(void **state)
{
	char out[8192];

	assert_int_equal(get(state, "/hello?a=%20&who=%E5%BC%A0+%26", out, sizeof(out)), 200);
	assert_non_null(strstr(out, "\r\n\r\nhello 张 & 127.0.0.1"));
	assert_int_equal(get(state, "/part/a%2Fb/x", out, sizeof(out)), 200);
	assert_non_null(strstr(out, "[a/b]"));
	assert_int_equal(get(state, "/rest/a%2Fb/c//d", out, sizeof(out)), 200);
	assert_non_null(strstr(out, "[a%2Fb/c//d]"));
	assert_int_equal(get(state, "/part/%ff/x", out, sizeof(out)), 400);
	assert_int_equal(get(state, "/part//x", out, sizeof(out)), 404);
	assert_int_equal(get(state, "/hello/", out, sizeof(out)), 404);
	assert_int_equal(get(state, "/nothing", out, sizeof(out)), 404);
	assert_non_null(strstr(out, "(HF-8005)"));
	assert_int_equal(get(state, "/form", out, sizeof(out)), 405);
	assert_non_null(strstr(out, "\r\nAllow: POST\r\n"));
}

static void pages_have_their_headers(void **state)
{
	char out[8192];

	assert_int_equal(get(state, "/part/a/x", out, sizeof(out)), 200);
	assert_non_null(strstr(out, "\r\nContent-Security-Policy: default-src 'none'; script-src 'self';"));
	assert_non_null(strstr(out, "\r\nX-Content-Type-Options: nosniff\r\n"));
	assert_non_null(strstr(out, "\r\nCross-Origin-Opener-Policy: same-origin\r\n"));
	assert_non_null(strstr(out, "\r\nCache-Control: no-store\r\n"));
	assert_non_null(strstr(out, "\r\nReferrer-Policy: same-origin\r\n"));
}

static void problems_speak_json_and_languages(void **state)
{
	const struct site *site = *state;
	char out[8192];

	assert_int_equal(get(state, "/refuse", out, sizeof(out)), 409);
	assert_non_null(strstr(out, "申请的当前状态"));
	assert_int_equal(get(state, "/refuse?lang=en", out, sizeof(out)), 409);
	assert_non_null(strstr(out, "The application is not in a state for this."));
	assert_int_equal(web_ask(site->port, "GET /refuse HTTP/1.1\r\n" HOST "Accept: application/json\r\nAccept-Language: en\r\n\r\n", out,
	                         sizeof(out)),
	                 409);
	assert_non_null(strstr(out, "{\"code\":\"HF-8002\",\"kind\":\"conflict\",\"text\":\"The application"));
}

static void heads_with_two_meanings_are_refused(void **state)
{
	static const char *const bad[] = {
	    "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 4\r\nContent-Length: 4\r\n\r\nabcd",
	    "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 0\r\nContent-Length: 4\r\n\r\nabcd",
	    "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
	    "POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
	    "POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
	    "POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
	    "POST /echo HTTP/1.0\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
	    "POST /echo HTTP/1.1\r\n" HOST "Content-Length: +4\r\n\r\nabcd",
	    "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 4, 4\r\n\r\nabcd",
	    "POST /echo HTTP/1.1\r\n" HOST "Content-Length : 4\r\n\r\nabcd",
	    "POST /echo HTTP/1.1\r\n" HOST "Content-Length: \r\n\r\n",
	    "GET /hello HTTP/1.1\r\n\r\n",
	    "GET /hello HTTP/1.1\r\n" HOST HOST "\r\n",
	    "GET /hello HTTP/1.1\r\n" HOST "Origin: http://a\r\nOrigin: http://b\r\n\r\n",
	    "GET /hello HTTP/1.1\r\n" HOST "Cookie: a=b\r\ncookie: a=c\r\n\r\n",
	    "GET /hello HTTP/1.1\r\nHost: a/b\r\n\r\n",
	    "GET /hello HTTP/1.1\r\nHost:\r\n\r\n",
	    "GET /hello HTTP/1.1\r\n" HOST "X Y: 1\r\n\r\n",
	    "GET /hello HTTP/1.1\r\n" HOST "X: 1\r\n folded\r\n\r\n",
	    "GET /hello HTTP/1.1\r\n" HOST "X\x01: 1\r\n\r\n",
	    "GET /hello HTTP/1.1\r\n" HOST "X: 1\x01\r\n\r\n",
	    "GET /hello HTTP/1.1\r\n" HOST "X: 1\rY: 2\r\n\r\n",
	    "GET /hello HTTP/1.1\r\n" HOST ": 1\r\n\r\n",
	    "GET /hello HTTP/1.1\n" HOST "\r\n",
	    "GET /hello HTTP/1.1\r\nHost: a.example\n\r\n",
	    "GET  /hello HTTP/1.1\r\n" HOST "\r\n",
	    "GET /hello  HTTP/1.1\r\n" HOST "\r\n",
	    "GET hello HTTP/1.1\r\n" HOST "\r\n",
	    "GET http://a.example/hello HTTP/1.1\r\n" HOST "\r\n",
	    "GET /hel%00lo HTTP/1.1\r\n" HOST "\r\n",
	    "GET /hel%zzlo HTTP/1.1\r\n" HOST "\r\n",
	    "GET /hello#x HTTP/1.1\r\n" HOST "\r\n",
	    "GET /hel\"lo HTTP/1.1\r\n" HOST "\r\n",
	};
	const struct site *site = *state;
	char out[8192];

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		int fd = web_connect(site->port), status;

		web_send(fd, bad[i]);
		status = web_receive(fd, out, sizeof(out));
		if (status != 400 && status != 0)
			fail_msg("case %zu: status %d", i, status);
		if (!web_closed_within(fd, 1000))
			fail_msg("case %zu: not closed", i);
		close(fd);
	}
}

static void a_nul_ends_the_connection(void **state)
{
	static const struct bytes bad[] = {
	    BYTES_LITERAL("GET /hello HTTP/1.1\r\n" HOST "X: a\0b\r\n\r\n"),
	    BYTES_LITERAL("GET /hello HTTP/1.1\r\n" HOST "X: a\0\r\n\r\n"),
	    BYTES_LITERAL("GET /hello HTTP/1.1\r\n" HOST "X: a\0\0\r\n\r\n"),
	    BYTES_LITERAL("GET /hello HTTP/1.1\r\n" HOST "X: a\0\0\r\nY: b\r\n\r\n"),
	    BYTES_LITERAL("GET /hello HTTP/1.1\r\n" HOST "X: a\0\0Content-Length\0 5\r\n\r\n"),
	    BYTES_LITERAL("GET /hello HTTP/1.1\r\n" HOST "X\0: a\r\n\r\n"),
	    BYTES_LITERAL("GET /hel\0lo HTTP/1.1\r\n" HOST "\r\n"),
	    BYTES_LITERAL("GET /hello\0HTTP/1.1\r\n" HOST "\r\n"),
	    BYTES_LITERAL("GET\0/hello HTTP/1.1\r\n" HOST "\r\n"),
	    BYTES_LITERAL("GET /hello HTTP/1.1\0\r\n" HOST "\r\n"),
	};
	const struct site *site = *state;
	char out[8192];

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		int fd = web_connect(site->port), status;

		web_send_bytes(fd, bad[i]);
		status = web_receive(fd, out, sizeof(out));
		if (status != 400 && status != 0 && status != 505)
			fail_msg("case %zu: status %d", i, status);
		assert_true(web_closed_within(fd, 1000));
		close(fd);
	}
}

static void a_request_smuggled_behind_another_is_not_answered(void **state)
{
	const struct site *site = *state;
	char out[8192];
	int fd = web_connect(site->port);

	web_send(fd, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 0\r\nContent-Length: 44\r\n\r\n"
	             "GET /hello?who=smuggled HTTP/1.1\r\n" HOST "\r\n");
	assert_int_equal(web_receive(fd, out, sizeof(out)), 400);
	assert_null(strstr(out, "smuggled"));
	assert_int_equal(web_receive(fd, out, sizeof(out)), 0);
	close(fd);
}

static void many_and_long_headers(void **state)
{
	const struct site *site = *state;
	char out[8192], text[20000];
	size_t n = (size_t)snprintf(text, sizeof(text), "GET /hello HTTP/1.1\r\n" HOST);

	for (int i = 0; i < 50; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "X-%d: %060d  \r\n", i, i);
	snprintf(text + n, sizeof(text) - n, "\r\n");
	assert_int_equal(web_ask(site->port, text, out, sizeof(out)), 200);
	n = (size_t)snprintf(text, sizeof(text), "GET /hello HTTP/1.1\r\n" HOST);
	for (int i = 0; i < 70; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "X-%d: 1\r\n", i);
	snprintf(text + n, sizeof(text) - n, "\r\n");
	assert_int_equal(web_ask(site->port, text, out, sizeof(out)), 400);
	n = (size_t)snprintf(text, sizeof(text), "GET /hello HTTP/1.1\r\n" HOST);
	snprintf(text + n, sizeof(text) - n, "X: %017000d\r\n\r\n", 1);
	assert_int_equal(web_ask(site->port, text, out, sizeof(out)), 431);
}

static void torn_heads_and_pipelines(void **state)
{
	static const char text[] = "GET /hello?who=1 HTTP/1.1\r\n" HOST "X-A: 1\r\n\r\nGET /hello?who=2 HTTP/1.1\r\n" HOST "\r\n"
	                           "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabc";
	const struct site *site = *state;
	char out[8192] = "";
	size_t size = 0;
	int fd = web_connect(site->port);

	for (size_t i = 0; i < sizeof(text) - 1; i++)
		web_send_bytes(fd, (struct bytes){(const uint8_t *)text + i, 1});
	while (strstr(out, "\r\n\r\nabc") == NULL) {
		ssize_t n = recv(fd, out + size, sizeof(out) - 1 - size, 0);

		assert_true(n > 0);
		size += (size_t)n;
		out[size] = '\0';
	}
	assert_non_null(strstr(out, "hello 1 "));
	assert_non_null(strstr(out, "hello 2 "));
	close(fd);
}

static void bodies_have_limits(void **state)
{
	const struct site *site = *state;
	char out[8192], *big = malloc(200001);
	int fd = web_connect(site->port);

	assert_int_equal(
	    web_ask(site->port, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 200000\r\nExpect: 100-continue\r\n\r\n", out, sizeof(out)),
	    413);
	memset(big, 'a', 200000);
	big[200000] = '\0';
	web_send(fd, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 200000\r\n\r\n");
	web_send(fd, big);
	assert_int_equal(web_receive(fd, out, sizeof(out)), 413);
	assert_non_null(strstr(out, "(HF-9014)"));
	web_send(fd, "GET /hello HTTP/1.1\r\n" HOST "\r\n");
	assert_int_equal(web_receive(fd, out, sizeof(out)), 200);
	web_send(fd, "POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n30D40\r\n");
	web_send(fd, big);
	web_send(fd, "\r\n0\r\n\r\n");
	assert_int_equal(web_receive(fd, out, sizeof(out)), 413);
	assert_int_equal(web_ask(site->port, "GET /hello HTTP/1.1\r\n" HOST "Content-Length: 1\r\n\r\nx", out, sizeof(out)), 413);
	assert_int_equal(web_ask(site->port,
	                         "POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", out,
	                         sizeof(out)),
	                 200);
	assert_non_null(strstr(out, "\r\n\r\nabcde"));
	close(fd);
	free(big);
}

static void forms_and_tokens(void **state)
{
	const struct site *site = *state;
	char out[8192];

	assert_int_equal(web_ask(site->port,
	                         "POST /form HTTP/1.1\r\n" HOST
	                         "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 22\r\n\r\nname=%E5%BC%A0&age=33",
	                         out, sizeof(out)),
	                 0);
	assert_int_equal(web_ask(site->port,
	                         "POST /form HTTP/1.1\r\n" HOST
	                         "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 21\r\n\r\nname=%E5%BC%A0&age=33",
	                         out, sizeof(out)),
	                 200);
	assert_non_null(strstr(out, "张 is 33, faults 0"));
	assert_int_equal(web_ask(site->port, "POST /form HTTP/1.1\r\n" HOST "Content-Type: text/plain\r\nContent-Length: 6\r\n\r\nname=a",
	                         out, sizeof(out)),
	                 400);
	assert_int_equal(web_ask(site->port,
	                         "POST /token HTTP/1.1\r\n" HOST
	                         "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 17\r\n\r\nname=a&csrf=right",
	                         out, sizeof(out)),
	                 200);
	assert_int_equal(web_ask(site->port,
	                         "POST /token HTTP/1.1\r\n" HOST
	                         "Content-Type: application/json\r\nX-Hufu-Csrf: right\r\nContent-Length: 12\r\n\r\n{\"name\":\"a\"}",
	                         out, sizeof(out)),
	                 200);
	assert_int_equal(web_ask(site->port,
	                         "POST /token HTTP/1.1\r\n" HOST
	                         "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 6\r\n\r\nname=a",
	                         out, sizeof(out)),
	                 403);
	assert_int_equal(
	    web_ask(site->port, "POST /json HTTP/1.1\r\n" HOST "Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}", out, sizeof(out)),
	    400);
	assert_int_equal(web_ask(site->port,
	                         "POST /json HTTP/1.1\r\n" HOST
	                         "Content-Type: application/json; charset=utf-8\r\nContent-Length: 2\r\n\r\n{}",
	                         out, sizeof(out)),
	                 200);
}

static void the_gate_stands_before_handlers(void **state)
{
	const struct site *site = *state;
	char out[8192];

	assert_int_equal(get(state, "/staff", out, sizeof(out)), 401);
	assert_int_equal(web_ask(site->port, "GET /staff HTTP/1.1\r\n" HOST "Cookie: session=other\r\n\r\n", out, sizeof(out)), 403);
	assert_int_equal(web_ask(site->port, "GET /staff HTTP/1.1\r\n" HOST "Cookie: a=b; session=staff\r\n\r\n", out, sizeof(out)), 200);
	assert_int_equal(web_ask(site->port, "GET /staff HTTP/1.1\r\n" HOST "Cookie: session=staff; session=x\r\n\r\n", out, sizeof(out)),
	                 401);
	assert_int_equal(web_ask(site->port, "POST /staff HTTP/1.1\r\n" HOST "Content-Length: 4\r\n\r\nabcd", out, sizeof(out)), 401);
}

static void a_large_body_comes_after_the_gate(void **state)
{
	static const char *const heads[] = {"", "Expect: 100-continue\r\n"};
	const struct site *site = *state;
	char out[8192], *big = malloc(200001);

	memset(big, 'a', 200000);
	big[200000] = '\0';
	for (size_t i = 0; i < 2; i++) {
		int fd = web_connect(site->port);

		snprintf(out, sizeof(out), "POST /paper HTTP/1.1\r\n" HOST "%sContent-Length: 200000\r\n\r\n", heads[i]);
		web_send(fd, out);
		if (i == 0)
			web_send(fd, big);
		assert_int_equal(web_receive(fd, out, sizeof(out)), 401); /* not 100 */
		close(fd);
		fd = web_connect(site->port);
		snprintf(out, sizeof(out), "POST /paper HTTP/1.1\r\n" HOST "Cookie: session=staff\r\n%sContent-Length: 200000\r\n\r\n",
		         heads[i]);
		web_send(fd, out);
		if (i == 1)
			assert_int_equal(web_receive(fd, out, sizeof(out)), 100);
		web_send(fd, big);
		assert_int_equal(web_receive(fd, out, sizeof(out)), 200);
		close(fd);
	}
	assert_int_equal(web_ask(site->port, "POST /paper HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n",
	                         out, sizeof(out)),
	                 401);
	free(big);
}

static bool keeps(const struct site *site, uint64_t bytes)
{
	for (int i = 0; i < 300; i++) {
		if (web_server_counts_get(site->server).bodies == bytes)
			return true;
		poll(NULL, 0, 10);
	}
	return false;
}

static void all_bodies_together_have_a_limit(void **state)
{
	const struct site *site = *state;
	char out[8192], *body = malloc(90001), *text = malloc(100000);
	int holding = web_connect(site->port);

	memset(body, 'a', 90000);
	body[90000] = '\0';
	snprintf(text, 100000, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 90000\r\n\r\n%s", body);
	web_send(holding, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 90001\r\n\r\n");
	web_send(holding, body);
	assert_true(keeps(site, 90000));
	assert_int_equal(web_ask(site->port, text, out, sizeof(out)), 503);
	assert_non_null(strstr(out, "(HF-9015)"));
	assert_int_equal(web_ask(site->port, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabc", out, sizeof(out)), 200);
	close(holding);
	assert_true(keeps(site, 0));
	assert_int_equal(web_ask(site->port, text, out, sizeof(out)), 200);
	free(text);
	free(body);
}

static void *ask_wait(void *ctx)
{
	char out[8192];

	return (void *)(intptr_t)web_ask(*(const int *)ctx, "GET /wait HTTP/1.1\r\n" HOST "\r\n", out, sizeof(out));
}

/* Handlers that wait do not hold up the loops: 8 of them on 4 workers and 2 loops, and plain requests in between. */
static void workers_wait_for_the_loops(void **state)
{
	struct site *site = *state;
	pthread_t threads[8];
	char out[8192];

	for (size_t i = 0; i < 8; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, ask_wait, &site->port), 0);
	for (int i = 0; i < 50; i++)
		assert_int_equal(get(state, "/hello", out, sizeof(out)), 200);
	for (size_t i = 0; i < 8; i++) {
		void *status;

		pthread_join(threads[i], &status);
		assert_int_equal((intptr_t)status, 200);
	}
}

static void what_waits_is_answered_together(void **state)
{
	enum { CLIENTS = 36 };
	struct site *site = *state;
	char out[8192], body[64], wanted[16];
	int fds[CLIENTS];

	for (int i = 0; i < CLIENTS; i++) {
		int size = snprintf(body, sizeof(body), "name=n%d&age=%d&csrf=%s", i, i, i == 7 ? "wrong" : "right");

		fds[i] = web_connect(site->port);
		snprintf(out, sizeof(out),
		         "POST /together HTTP/1.1\r\n"
		         "Host: x\r\n"
		         "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s",
		         size, body);
		web_send(fds[i], out);
	}
	for (int i = 0; i < CLIENTS; i++) {
		assert_int_equal(web_receive(fds[i], out, sizeof(out)), i == 7 ? 403 : i == 13 ? 409 : 200);
		snprintf(wanted, sizeof(wanted), "\r\n\r\nn%d", i);
		assert_true(i == 7 || i == 13 || strstr(out, wanted) != NULL);
		close(fds[i]);
	}
	assert_true(atomic_load(&site->together) < CLIENTS / 2);
}

static void uploads_are_told_their_end(void **state)
{
	struct site *site = *state;
	char out[8192];
	int fd = web_connect(site->port);

	web_send(fd, "PUT /upload HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nabcde");
	assert_int_equal(web_receive(fd, out, sizeof(out)), 200);
	assert_int_equal(site->uploads_whole, 1);
	web_send(fd, "PUT /upload HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nab!de");
	assert_int_equal(web_receive(fd, out, sizeof(out)), 400);
	assert_int_equal(site->uploads_cut, 1);
	web_send(fd, "PUT /upload HTTP/1.1\r\n" HOST "Content-Length: 500\r\n\r\nabc");
	close(fd);
	for (int i = 0; i < 100 && site->uploads_cut < 2; i++)
		poll(NULL, 0, 10);
	assert_int_equal(site->uploads_cut, 2);
	assert_int_equal(site->uploads_whole, 1);
}

static void streams_come_bit_by_bit(void **state)
{
	struct site *site = *state;
	struct reply_stream *stream;
	char out[8192] = "";
	struct err err;
	int fd = web_connect(site->port);

	web_send(fd, "GET /events HTTP/1.1\r\n" HOST "\r\n");
	for (int i = 0; i < 100 && site->stream == NULL; i++)
		poll(NULL, 0, 10);
	poll(NULL, 0, 50);
	for (int i = 0; i < 3; i++) {
		size_t size = strlen(out);

		assert_int_equal(reply_stream_write(site->stream, BYTES_LITERAL("{\"event\":\"keys\"}\n"), &err), 0);
		while (strstr(out + size, "keys") == NULL)
			assert_true(recv(fd, out + strlen(out), sizeof(out) - strlen(out) - 1, 0) > 0);
		assert_int_equal(get(state, "/hello", out + 4096, 4096), 200);
		memset(out + 4096, 0, 4096);
	}
	close(fd);
	for (int i = 0; i < 100 && !reply_stream_gone(site->stream); i++) {
		if (reply_stream_write(site->stream, BYTES_LITERAL("x"), &err) != 0)
			break;
		poll(NULL, 0, 10);
	}
	assert_int_equal(reply_stream_write(site->stream, BYTES_LITERAL("x"), &err), -1);
	assert_int_equal(err.code, HF_PEER_GONE);
	stream = site->stream;
	site->stream = NULL;
	reply_stream_close(&stream);
}

/* The server stops while a stream sleeps and a worker works: teardown must not hang or break. */
static void stops_with_work_under_way(void **state)
{
	struct site *site = *state;
	char out[1024];
	int fd = web_connect(site->port), other = web_connect(site->port);

	web_send(fd, "GET /events HTTP/1.1\r\n" HOST "\r\n");
	assert_true(recv(fd, out, sizeof(out), 0) > 0);
	web_send(other, "GET /wait HTTP/1.1\r\n" HOST "\r\n");
	poll(NULL, 0, 30);
	web_server_stop(&site->server, 500);
	assert_int_equal(web_receive(other, out, sizeof(out)), 200);
	close(fd);
	close(other);
}

static void slow_clients_are_cut(void **state)
{
	struct site *site = *state;
	char out[8192];
	int silent = web_connect(site->port), head = web_connect(site->port), body = web_connect(site->port),
	    idle = web_connect(site->port);
	struct web_server_counts counts;

	web_send(idle, "GET /hello HTTP/1.1\r\n" HOST "\r\n");
	assert_int_equal(web_receive(idle, out, sizeof(out)), 200);
	web_send(body, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 100\r\n\r\n");
	web_send(head, "GET /hello HTTP/1.1\r\n");
	for (int i = 0; i < 20; i++) {
		web_send(head, "X");
		web_send(body, "x");
		assert_int_equal(get(state, "/hello", out, sizeof(out)), 200);
		poll(NULL, 0, 70);
	}
	assert_true(web_closed_within(silent, 200));
	assert_true(web_closed_within(head, 200));
	assert_true(web_closed_within(body, 200));
	assert_true(web_closed_within(idle, 200));
	counts = web_server_counts_get(site->server);
	assert_int_equal(counts.cut, 4);
	close(silent);
	close(head);
	close(body);
	close(idle);
}

static void connections_of_one_address_are_limited(void **state)
{
	struct site *site = *state;
	char out[8192];
	int fds[60], served = 0;

	for (size_t i = 0; i < 60; i++)
		fds[i] = web_connect(site->port);
	for (size_t i = 0; i < 60; i++)
		web_send(fds[i], "GET /hello HTTP/1.1\r\n" HOST "\r\n");
	for (size_t i = 0; i < 60; i++)
		served += web_receive(fds[i], out, sizeof(out)) == 200;
	assert_true(served >= 20 && served <= 40);
	for (size_t i = 0; i < 60; i++)
		close(fds[i]);
}

/* As many as the program's descriptors allow; the others wait to be accepted. */
static void few_descriptors_make_few_connections(void **state)
{
	struct site *site = *state;
	char out[8192];
	int fds[30], served = 0;

	for (size_t i = 0; i < 30; i++)
		fds[i] = web_connect(site->port);
	for (size_t i = 0; i < 30; i++)
		web_send(fds[i], "GET /hello HTTP/1.1\r\n" HOST "\r\n");
	poll(NULL, 0, 200);
	assert_in_range(web_server_counts_get(site->server).connections, 2, 14);
	for (size_t i = 0; i < 30; i++) {
		served += web_receive(fds[i], out, sizeof(out)) == 200;
		close(fds[i]);
	}
	assert_int_equal(served, 30);
}

/* A client may send a list of its own; the front adds to it, or adds a line. */
static void the_address_is_the_one_that_the_front_names_last(void **state)
{
	struct site *site = *state;
	char out[8192];

	assert_int_equal(
	    web_ask(site->port, "GET /hello HTTP/1.1\r\n" HOST "X-Forwarded-For: 10.0.0.1, 203.0.113.7\r\n\r\n", out, sizeof(out)), 200);
	assert_non_null(strstr(out, "hello - 203.0.113.7"));
	assert_int_equal(web_ask(site->port,
	                         "GET /hello HTTP/1.1\r\n" HOST "X-Forwarded-For: 10.0.0.1\r\nX-Forwarded-For: 203.0.113.8\r\n\r\n", out,
	                         sizeof(out)),
	                 200);
	assert_non_null(strstr(out, "hello - 203.0.113.8"));
}

#define WITH_SITE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_SITE(paths_find_their_row),
	    WITH_SITE(pages_have_their_headers),
	    WITH_SITE(problems_speak_json_and_languages),
	    WITH_SITE(heads_with_two_meanings_are_refused),
	    WITH_SITE(a_nul_ends_the_connection),
	    WITH_SITE(a_request_smuggled_behind_another_is_not_answered),
	    WITH_SITE(many_and_long_headers),
	    WITH_SITE(torn_heads_and_pipelines),
	    WITH_SITE(bodies_have_limits),
	    WITH_SITE(forms_and_tokens),
	    WITH_SITE(the_gate_stands_before_handlers),
	    WITH_SITE(a_large_body_comes_after_the_gate),
	    cmocka_unit_test_setup_teardown(all_bodies_together_have_a_limit, setup_with_little_room, teardown),
	    WITH_SITE(workers_wait_for_the_loops),
	    WITH_SITE(what_waits_is_answered_together),
	    WITH_SITE(uploads_are_told_their_end),
	    WITH_SITE(streams_come_bit_by_bit),
	    WITH_SITE(stops_with_work_under_way),
	    WITH_SITE(slow_clients_are_cut),
	    WITH_SITE(connections_of_one_address_are_limited),
	    cmocka_unit_test_setup_teardown(few_descriptors_make_few_connections, setup_with_few_descriptors, teardown),
	    cmocka_unit_test_setup_teardown(the_address_is_the_one_that_the_front_names_last, setup_behind_a_front, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
