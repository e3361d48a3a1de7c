/* Requests without sockets: static files, problems, metrics, and what a half-made reply leaves behind. */
#include "exchange.h"
#include "metrics.h"
#include "problem.h"
#include "sample_static.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static int released;

static void on_release(void *ctx)
{
	released++;
}

static void session_release(void *session)
{
	released += 10;
}

static int gate(struct web_request *r, const struct route *row, struct err *err)
{
	request_set_session(r, &released);
	return 0;
}

static int half_made(struct web_request *r, struct reply *reply, struct err *err)
{
	reply_set_status(reply, 201);
	reply_lend_body(reply, BYTES_LITERAL("secret"), on_release, NULL);
	if (reply_add_header(reply, "X-Half", "made", err) != 0)
		return -1;
	return err_set(err, HF_STORE, "table application: disk I/O error");
}

static int redirect(struct web_request *r, struct reply *reply, struct err *err)
{
	return reply_redirect(reply, request_query(r, "to"), err);
}

static int bad_header(struct web_request *r, struct reply *reply, struct err *err)
{
	return reply_add_header(reply, "X-Name", "a\r\nSet-Cookie: b", err);
}

static const struct route rows[] = {
    {.method = WEB_GET, .path = "/static/*file", .handler = static_file_get, .detail = &sample_static},
    {.method = WEB_GET, .path = "/half", .handler = half_made},
    {.method = WEB_GET, .path = "/redirect", .handler = redirect},
    {.method = WEB_GET, .path = "/header", .handler = bad_header},
};
static const struct router_program program = {.gate = gate, .release = session_release};

struct fixture {
	struct router *router;
	struct pool *pool;
	struct web_request request;
};

static int setup(void **state)
{
	static struct fixture f;

	f.pool = pool_new(1 << 20);
	released = 0;
	*state = &f;
	return f.pool == NULL || router_new(&f.router, rows, sizeof(rows) / sizeof(rows[0]), &program, NULL) != 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	exchange_end(&f->request);
	router_free(&f->router);
	pool_free(&f->pool);
	return 0;
}

/* A GET with at most one header; the reply. */
static struct reply *ask(struct fixture *f, const char *target, const char *name, const char *value)
{
	struct web_request *r = &f->request;
	struct err err;

	exchange_begin(r, f->pool);
	r->head.target = target;
	r->head.count = name != NULL ? 1 : 0;
	r->head.fields[0] = (struct head_field){name, value};
	assert_int_equal(exchange_take_method(r, "GET", &err), 0);
	if (exchange_route(r, f->router, &err) != 0)
		exchange_fail(r, &err);
	else
		exchange_answer(r);
	return &r->reply;
}

static const char *header(const struct reply *reply, const char *name)
{
	for (size_t i = 0; i < reply->header_count; i++)
		if (strcmp(reply->headers[i].name, name) == 0)
			return reply->headers[i].value;
	return "";
}

static void static_files_are_kept_for_a_year(void **state)
{
	const struct reply *reply = ask(*state, STATIC_SAMPLE_CSS, NULL, NULL);
	char etag[64];

	assert_int_equal(reply->status, 200);
	assert_string_equal(reply->content_type, "text/css; charset=utf-8");
	assert_string_equal(header(reply, "Cache-Control"), "public, max-age=31536000, immutable");
	assert_string_equal(header(reply, "Vary"), "Accept-Encoding");
	assert_string_equal(header(reply, "Content-Encoding"), "");
	strcpy(etag, header(reply, "ETag"));
	exchange_end(&((struct fixture *)*state)->request);
	assert_int_equal(ask(*state, STATIC_SAMPLE_CSS, "If-None-Match", etag)->status, 304);
	exchange_end(&((struct fixture *)*state)->request);
	assert_int_equal(ask(*state, STATIC_SAMPLE_CSS, "If-None-Match", "\"other\"")->status, 200);
}

static void gzip_goes_to_those_who_take_it(void **state)
{
	static const char *const takers[] = {"gzip", "br, gzip;q=0.5", "GZIP, gzip"}, *const others[] = {"br", "gzip;q=0", "gzip;q=0.0",
	                                                                                                 ""};
	struct fixture *f = *state;

	for (size_t i = 0; i < 3; i++) {
		const struct reply *reply = ask(f, STATIC_SAMPLE_CSS, "Accept-Encoding", takers[i]);

		assert_string_equal(header(reply, "Content-Encoding"), "gzip");
		assert_int_equal(reply->lent_body.data[0], 0x1f);
		exchange_end(&f->request);
	}
	for (size_t i = 0; i < 4; i++) {
		assert_string_equal(header(ask(f, STATIC_SAMPLE_CSS, "Accept-Encoding", others[i]), "Content-Encoding"), "");
		exchange_end(&f->request);
	}
}

static void other_names_are_not_found(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(ask(f, "/static/sample.css", NULL, NULL)->status, 404);
	exchange_end(&f->request);
	assert_int_equal(ask(f, "/static/../sample.css", NULL, NULL)->status, 404);
	exchange_end(&f->request);
	assert_int_equal(ask(f, "/static/", NULL, NULL)->status, 404);
}

/* Nothing of the failed reply goes out, its body is released, the inner text stays inside. */
static void a_failure_drops_the_half_made_reply(void **state)
{
	struct fixture *f = *state;
	const struct reply *reply = ask(f, "/half", "Accept", "application/json");

	assert_int_equal(released, 1);
	assert_int_equal(reply->status, 500);
	assert_string_equal(header(reply, "X-Half"), "");
	assert_false(reply->lent);
	assert_non_null(memmem(reply->body.data, reply->body.size, "HF-8020", 7));
	assert_null(memmem(reply->body.data, reply->body.size, "disk", 4));
	exchange_end(&f->request);
	assert_int_equal(released, 11);
}

static void redirects_stay_on_the_site(void **state)
{
	static const char *const bad[] = {"/redirect?to=//evil.example", "/redirect?to=http://evil.example",
	                                  "/redirect?to=/%5Cevil.example", "/redirect?to="};
	struct fixture *f = *state;

	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(ask(f, bad[i], NULL, NULL)->status, 500);
		exchange_end(&f->request);
	}
	assert_string_equal(header(ask(f, "/redirect?to=/apply%3Fa=1", NULL, NULL), "Location"), "/apply?a=1");
	exchange_end(&f->request);
	assert_int_equal(ask(f, "/header", NULL, NULL)->status, 500);
}

static void kinds_have_their_status(void **state)
{
	static const struct {
		enum err_code code;
		int status;
	} cases[] = {{HF_FIELD_FORMAT, 400},  {HF_SESSION_NONE, 401}, {HF_PERMISSION, 403}, {HF_NOT_FOUND, 404}, {HF_HTTP_METHOD, 405},
	             {HF_STATUS_CHANGE, 409}, {HF_PAPER_SIZE, 413},   {HF_LIMIT, 413},      {HF_RATE, 429},      {HF_ORDER_ROLE, 422},
	             {HF_PEER_GONE, 503},     {HF_SYSTEM, 500},       {HF_MEMORY, 500}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct problem p;
		struct err err;

		(void)err_set(&err, cases[i].code, "inner");
		problem_of(&err, LANGUAGE_EN, &p);
		assert_int_equal(p.status, cases[i].status);
		assert_true(strlen(p.words) > 5);
	}
}

static void metrics_are_prometheus_text(void **state)
{
	static const char wanted[] = "# HELP a_total Of a.\n# TYPE a_total counter\na_total{x=\"1\"} 5\na_total{x=\"2\"} 6\n"
	                             "# HELP b Of b.\n# TYPE b gauge\nb 1.5\n";
	struct metrics_writer w;
	struct buf out;

	buf_init(&out, 4096);
	metrics_begin(&w, &out);
	metrics_counter(&w, "a_total", "Of a.", "x=\"1\"", 5);
	metrics_counter(&w, "a_total", "Of a.", "x=\"2\"", 6);
	metrics_gauge(&w, "b", "Of b.", NULL, 1.5);
	assert_int_equal(metrics_end(&w, NULL), 0);
	assert_true(bytes_is_text(buf_get(&out), wanted));
	buf_free(&out);
	buf_init(&out, 10);
	metrics_begin(&w, &out);
	metrics_gauge(&w, "b", "Of b.", NULL, 1.5);
	assert_int_equal(metrics_end(&w, NULL), -1);
	buf_free(&out);
}

#define WITH_FIXTURE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_FIXTURE(static_files_are_kept_for_a_year), WITH_FIXTURE(gzip_goes_to_those_who_take_it),
	    WITH_FIXTURE(other_names_are_not_found),        WITH_FIXTURE(a_failure_drops_the_half_made_reply),
	    WITH_FIXTURE(redirects_stay_on_the_site),       cmocka_unit_test(kinds_have_their_status),
	    cmocka_unit_test(metrics_are_prometheus_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
