/* The portal's pages over HTTP with the sample service: sessions, roles, tokens, papers, uploads, problems. */
#include "application_form.h"
#include "crypto_load.h"
#include "gate.h"
#include "portal_routes.h"
#include "problem_page.h"
#include "sample_service.h"
#include "server.h"
#include "web_client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ANSWER_MAX (128 << 10)

static struct router *router;
static struct web_server *server;
static int port;
static char answer[ANSWER_MAX];

static int begin(void **state)
{
	static struct router_program program;
	struct err err = {0};
	int listener;

	crypto_load();
	program = (struct router_program){sample_portal(), gate_judge, gate_csrf, problem_page, NULL};
	listener = web_listen(&port);
	assert_int_equal(router_new(&router, portal_routes, portal_route_count, &program, &err), 0);
	assert_int_equal(web_server_start(&server, &web_server_usual, &listener, 1, router, &err), 0);
	return 0;
}

static int end(void **state)
{
	web_server_stop(&server, 1000);
	router_free(&router);
	return 0;
}

/* who: the sample session, or NULL; more: further header lines, each with CR LF. */
static int ask(const char *method, const char *path, const char *who, const char *more, const char *body)
{
	char text[8192];

	(void)snprintf(text, sizeof(text),
	               "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n%s%s%s%sContent-Length: %zu\r\n\r\n%s", method, path,
	               port, who != NULL ? "Cookie: hufu=" : "", who != NULL ? who : "", who != NULL ? "\r\n" : "", more, strlen(body),
	               body);
	return web_ask(port, text, answer, sizeof(answer));
}

static int get(const char *path, const char *who)
{
	return ask("GET", path, who, "", "");
}

/* A token from a page that who may see. */
static const char *token(const char *path, const char *who)
{
	static char found[CSRF_TOKEN_SIZE + 1];
	const char *at;

	assert_int_equal(get(path, who), 200);
	at = strstr(answer, "name=\"csrf\" content=\"");
	assert_non_null(at);
	(void)snprintf(found, sizeof(found), "%s", at + strlen("name=\"csrf\" content=\""));
	return found;
}

static bool told(const char *part)
{
	return strstr(answer, part) != NULL;
}

static void sessions_begin_where_a_form_is(void **state)
{
	assert_int_equal(get("/", NULL), 200);
	assert_false(told("Set-Cookie"));
	assert_int_equal(get("/apply/form", NULL), 200);
	assert_true(told("Set-Cookie: hufu=visitor; Path=/; HttpOnly; SameSite=Strict"));
	assert_true(told("Content-Security-Policy: default-src 'none'"));
	assert_int_equal(get("/apply/form", "visitor"), 200);
	assert_false(told("Set-Cookie"));
}

/* What the model has and the page forgot cannot be filled in. */
static void every_field_of_the_form_is_shown(void **state)
{
	char mark[64];

	assert_int_equal(get("/apply/form", "visitor"), 200);
	for (size_t i = 0; i < application_fields_count; i++) {
		(void)snprintf(mark, sizeof(mark), "name=\"%s\"", application_fields[i].name);
		if (!told(mark))
			fail_msg("%s does not stand in the form", application_fields[i].name);
	}
}

static void rows_are_for_their_roles(void **state)
{
	assert_int_equal(get("/my", NULL), 303);
	assert_true(told("Location: /login\r\n"));
	assert_int_equal(get("/staff/queue", "visitor"), 303);
	assert_true(told("Location: /staff/login\r\n"));
	assert_int_equal(get("/my", "gone"), 401);
	assert_true(told("HF-5002"));
	assert_int_equal(get("/staff/queue", "holder"), 403);
	assert_true(told("HF-5004"));
	assert_int_equal(get("/my", "operator"), 403);
	assert_int_equal(get("/audit", "operator"), 403);
	assert_int_equal(get("/staff/application/" SAMPLE_ACCEPTED "/approve", "operator"), 403);
	assert_int_equal(get("/staff/application/" SAMPLE_SUBMITTED "/accept", "reviewer"), 403);
	assert_int_equal(get("/audit", "auditor"), 200);
}

static void forms_need_their_session_token(void **state)
{
	char body[512];

	assert_int_equal(ask("POST", "/application/" SAMPLE_NUMBER "/withdraw", "applicant",
	                     "Content-Type: application/x-www-form-urlencoded\r\n", "version=3&csrf=00"),
	                 403);
	assert_true(told("HF-5003"));
	(void)snprintf(body, sizeof(body), "version=3&csrf=%s", token("/apply/form", "visitor"));
	assert_int_equal(ask("POST", "/application/" SAMPLE_NUMBER "/withdraw", "applicant",
	                     "Content-Type: application/x-www-form-urlencoded\r\n", body),
	                 403);
	(void)snprintf(body, sizeof(body), "version=3&csrf=%s", token("/apply/form", "applicant"));
	assert_int_equal(ask("POST", "/application/" SAMPLE_NUMBER "/withdraw", "applicant",
	                     "Content-Type: application/x-www-form-urlencoded\r\n", body),
	                 409);
	assert_true(told("HF-8002"));
}

/* A paper of 16 MiB is not taken from somebody who could not send it: not even asked for with 100. */
static void large_forms_are_judged_by_their_head(void **state)
{
	static const char head[] = "POST /application/" SAMPLE_NUMBER "/papers HTTP/1.1\r\nHost: 127.0.0.1:1\r\nExpect: 100-continue\r\n"
	                           "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 9000000\r\n%s\r\n";
	char text[1024];

	(void)snprintf(text, sizeof(text), head, "");
	assert_int_equal(web_ask(port, text, answer, sizeof(answer)), 401);
	assert_true(told("HF-5002"));
	(void)snprintf(text, sizeof(text), head, "Cookie: hufu=applicant\r\nOrigin: http://elsewhere.example\r\n");
	assert_int_equal(web_ask(port, text, answer, sizeof(answer)), 403);
	assert_true(told("HF-5003"));
	(void)snprintf(text, sizeof(text), head, "Cookie: hufu=applicant\r\nOrigin: http://127.0.0.1:1\r\n");
	assert_int_equal(web_ask(port, text, answer, sizeof(answer)), 100);
}

static void the_audit_is_exported_in_files(void **state)
{
	assert_int_equal(get("/audit/export", "auditor"), 200);
	assert_true(told("filename=audit-1-16760.txt\r\n"));
	assert_true(told("Content-Length: 16776760\r\n"));
	assert_true(told(".\n."));
	assert_int_equal(get("/audit/export?from=16761", "auditor"), 200);
	assert_true(told("filename=audit-16761-20000.txt\r\n"));
}

/* Who has no certificate can leave a shared computer all the same. */
static void a_visitor_with_an_application_can_leave(void **state)
{
	char body[512];

	assert_int_equal(get("/apply/form", "visitor"), 200);
	assert_false(told("action=\"/logout\""));
	assert_int_equal(get("/", "applicant"), 200);
	assert_true(told(SAMPLE_NUMBER));
	assert_true(told("action=\"/logout\""));
	(void)snprintf(body, sizeof(body), "csrf=%s", token("/apply/form", "applicant"));
	assert_int_equal(ask("POST", "/logout", "applicant", "Content-Type: application/x-www-form-urlencoded\r\n", body), 303);
	assert_true(told("Set-Cookie: hufu=; "));
}

/* The address of a form says which draft its first save begins; a form shown again with its faults is the same one. */
static void a_form_is_known_by_its_address(void **state)
{
	char body[512], path[128], first[128];
	const char *at;

	assert_int_equal(get("/apply/form", "visitor"), 200);
	at = strstr(answer, "action=\"/apply/form?draft=");
	assert_non_null(at);
	(void)snprintf(path, sizeof(path), "%.*s", (int)strcspn(at + 8, "\""), at + 8);
	assert_int_equal(strlen(path), strlen("/apply/form?draft=") + 32);
	(void)snprintf(first, sizeof(first), "action=\"%s\"", path);
	(void)snprintf(body, sizeof(body), "name=a&version=0&csrf=%s", token("/apply/form", "visitor"));
	assert_false(told(first));
	assert_int_equal(ask("POST", path, "visitor", "Content-Type: application/x-www-form-urlencoded\r\n", body), 422);
	assert_true(told(first));
}

static void a_login_is_of_the_origin_that_the_browser_names(void **state)
{
	static const char form[] = "Content-Type: application/x-www-form-urlencoded\r\n";
	char body[1024], more[256];

	(void)snprintf(body, sizeof(body), "serial=" SAMPLE_SERIAL "&certificate=YQ==&signature=YQ==&csrf=%s", token("/login", "visitor"));
	(void)snprintf(more, sizeof(more), "%sOrigin: " SAMPLE_ORIGIN "\r\n", form);
	assert_int_equal(ask("POST", "/login", "visitor", more, body), 422);
	assert_true(told("HF-5018"));
	(void)snprintf(more, sizeof(more), "%sOrigin: http://127.0.0.1:%d\r\n", form, port);
	assert_int_equal(ask("POST", "/login", "visitor", more, body), 422);
	assert_true(told("HF-5013"));
}

/* A visitor is led to the login and back; each state of a renewal leads on. */
static void a_renewal_leads_on(void **state)
{
	static const char form[] = "Content-Type: application/x-www-form-urlencoded\r\n";
	char body[512];

	assert_int_equal(get("/renew", NULL), 200);
	assert_true(told("href=\"/login?back=%2Frenew\""));
	assert_false(told("action=\"/renew\""));
	assert_int_equal(get("/login?back=%2Frenew", "visitor"), 200);
	assert_true(told("action=\"/login?back=%2Frenew\""));
	assert_int_equal(get("/login?back=%2F%2Felsewhere.example", "visitor"), 200);
	assert_true(told("action=\"/login\""));
	assert_int_equal(get("/renew", "operator"), 200);
	assert_false(told("action=\"/renew\""));
	assert_int_equal(get("/renew", "early"), 200);
	assert_false(told("action=\"/renew\""));
	assert_int_equal(get("/my", "early"), 200);
	assert_false(told("class=\"button tight\" href=\"/renew\""));
	assert_int_equal(get("/my", "renewed"), 200);
	assert_true(told("href=\"/application/" SAMPLE_ISSUED "/collect\""));
	assert_false(told("href=\"/renew\""));
	(void)snprintf(body, sizeof(body), "csrf=%s", token("/renew", "renewed"));
	assert_int_equal(ask("POST", "/renew", "renewed", form, body), 303);
	assert_true(told("Location: /application/" SAMPLE_ISSUED "/collect\r\n"));
	(void)snprintf(body, sizeof(body), "csrf=%s", token("/renew", "early"));
	assert_int_equal(ask("POST", "/renew", "early", form, body), 422);
	assert_true(told("HF-2062"));
	(void)snprintf(body, sizeof(body), "csrf=%s", token("/renew", "holder"));
	assert_int_equal(ask("POST", "/renew", "holder", form, body), 303);
	assert_true(told("Location: /renew/" SAMPLE_RENEWAL "/sign\r\n"));
	assert_int_equal(get("/renew/" SAMPLE_SUBMITTED "/key", "holder"), 303); /* no draft: its progress */
	(void)snprintf(body, sizeof(body), "version=3&key=HUFUV000000000002&csr=MAA%%3D&csrf=%s", token("/renew", "holder"));
	assert_int_equal(ask("POST", "/renew/" SAMPLE_RENEWAL "/key", "holder", form, body), 422);
	assert_true(told("HF-2035"));
	assert_true(told("data-key=\"HUFUV000000000001\""));
}

/* As they are copied from a page or typed. */
static void searches_take_what_pages_show(void **state)
{
	static const char *const found[] = {
	    "/staff/certificates?q=0123+4567+89AB+cdef+0123+4567+89ab+cdef",
	    "/staff/certificates?q=+91110108+ma01abcd29",
	    "/staff/queue?code=91110108ma01%20abcd29",
	};

	for (size_t i = 0; i < sizeof(found) / sizeof(found[0]); i++) {
		assert_int_equal(get(found[i], "operator"), 200);
		assert_true(told(SAMPLE_CODE "</"));
	}
	assert_int_equal(get("/staff/certificates?q=911", "operator"), 200);
	assert_false(told(SAMPLE_CODE "</"));
	assert_int_equal(get("/staff/queue?code=2026+1122+00018", "operator"), 303);
	assert_true(told("Location: /staff/application/" SAMPLE_SUBMITTED "\r\n"));
}

/* A choice that stands in the address is not lost with the language. */
static void another_language_keeps_the_question(void **state)
{
	assert_int_equal(get("/staff/application/" SAMPLE_ACCEPTED "/approve?lang=en&profile=evaluation-short&a=b%26c", "reviewer"), 200);
	assert_true(told("href=\"/language/zh?back=%2Fstaff%2Fapplication%2F" SAMPLE_ACCEPTED
	                 "%2Fapprove%3Fprofile%3Devaluation-short%26a%3Db%2526c\""));
	assert_int_equal(ask("POST", "/login", "visitor", "Referer: http://x/login?lang=en&a=b&&c\r\n", ""), 400);
	assert_true(told("back=%2Flogin%3Fa%3Db%26c\""));
}

static void values_are_escaped(void **state)
{
	assert_int_equal(get("/application/" SAMPLE_NUMBER "/check", "applicant"), 200);
	assert_true(told("1号&lt;3层&gt;"));
	assert_false(told("<3层>"));
	assert_int_equal(get("/staff/certificates?q=%22%3E%3Cscript%3E", "operator"), 200);
	assert_false(told("<script>"));
}

static void papers_run_nowhere(void **state)
{
	assert_int_equal(get("/paper/" SAMPLE_PDF, "operator"), 200);
	assert_true(told("Content-Security-Policy: sandbox"));
	assert_true(told("X-Content-Type-Options: nosniff"));
	assert_true(told("Content-Disposition: attachment; filename*=UTF-8''%E8%90%A5"));
	assert_true(told("Content-Type: application/pdf"));
	assert_int_equal(get("/paper/" SAMPLE_PAPER, "operator"), 200);
	assert_true(told("Content-Disposition: inline"));
	assert_true(told("Content-Type: image/png"));
}

static void uploads_answer_as_tus_does(void **state)
{
	char more[512];
	const char *csrf = token("/application/" SAMPLE_NUMBER "/papers", "applicant");

	(void)snprintf(more, sizeof(more),
	               "X-Hufu-Csrf: %s\r\nAccept: application/json\r\nUpload-Length: 10\r\nUpload-Metadata: filename YS5wZGY=\r\n", csrf);
	assert_int_equal(ask("POST", "/application/" SAMPLE_NUMBER "/upload", "applicant", more, ""), 201);
	assert_true(told("Location: /upload/"));
	(void)snprintf(more, sizeof(more), "X-Hufu-Csrf: %s\r\nAccept: application/json\r\nUpload-Length: ten\r\n", csrf);
	assert_int_equal(ask("POST", "/application/" SAMPLE_NUMBER "/upload", "applicant", more, ""), 400);
	assert_true(told("\"code\":\"HF-9012\""));
	assert_int_equal(get("/upload/" SAMPLE_PAPER, "applicant"), 200);
	assert_true(told("Upload-Offset: 1600000\r\n"));
	assert_true(told("Upload-Length: 4000000\r\n"));
	(void)snprintf(more, sizeof(more), "X-Hufu-Csrf: %s\r\nContent-Type: application/offset+octet-stream\r\nUpload-Offset: 5\r\n",
	               csrf);
	assert_int_equal(ask("PATCH", "/upload/" SAMPLE_PAPER, "applicant", more, "abc"), 409);
	(void)snprintf(more, sizeof(more), "X-Hufu-Csrf: %s\r\nContent-Type: text/plain\r\nUpload-Offset: 5\r\n", csrf);
	assert_int_equal(ask("PATCH", "/upload/" SAMPLE_PAPER, "applicant", more, "abc"), 400);
	assert_int_equal(ask("PATCH", "/upload/" SAMPLE_PAPER, "applicant", "", "abc"), 403);
}

static void the_language_is_kept(void **state)
{
	assert_int_equal(get("/language/en?back=/apply", NULL), 303);
	assert_true(told("Set-Cookie: lang=en"));
	assert_true(told("Location: /apply\r\n"));
	assert_int_equal(get("/language/fr", NULL), 404);
	assert_int_equal(get("/language/en?back=//elsewhere.example/", NULL), 303);
	assert_true(told("Location: /\r\n"));
	assert_int_equal(get("/?lang=en", NULL), 200);
	assert_true(told("<html lang=\"en\">"));
	assert_true(told("How do I apply for a certificate?"));
}

static void problems_say_what_was_kept(void **state)
{
	assert_int_equal(get("/nothing", NULL), 404);
	assert_true(told("HF-8005"));
	assert_true(told("已保留的"));
	assert_int_equal(get("/static/nothing.css", NULL), 404);
	assert_true(told("HF-8005"));
	assert_int_equal(ask("GET", "/application/1/form", "applicant", "Accept: application/json\r\n", ""), 404);
	assert_true(told("\"code\":\"HF-8001\""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(sessions_begin_where_a_form_is),
	    cmocka_unit_test(every_field_of_the_form_is_shown),
	    cmocka_unit_test(rows_are_for_their_roles),
	    cmocka_unit_test(forms_need_their_session_token),
	    cmocka_unit_test(large_forms_are_judged_by_their_head),
	    cmocka_unit_test(the_audit_is_exported_in_files),
	    cmocka_unit_test(a_visitor_with_an_application_can_leave),
	    cmocka_unit_test(a_form_is_known_by_its_address),
	    cmocka_unit_test(a_login_is_of_the_origin_that_the_browser_names),
	    cmocka_unit_test(a_renewal_leads_on),
	    cmocka_unit_test(searches_take_what_pages_show),
	    cmocka_unit_test(another_language_keeps_the_question),
	    cmocka_unit_test(values_are_escaped),
	    cmocka_unit_test(papers_run_nowhere),
	    cmocka_unit_test(uploads_answer_as_tus_does),
	    cmocka_unit_test(the_language_is_kept),
	    cmocka_unit_test(problems_say_what_was_kept),
	};

	return cmocka_run_group_tests_name("portal", tests, begin, end);
}
