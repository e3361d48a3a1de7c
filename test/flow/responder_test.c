/* The real responder against a fake signer: what a verifier sees over HTTP, at every change and every fault. */
#include "clock.h"
#include "feed_signer.h"
#include "ocsp_client.h"
#include "pem.h"
#include "settings.h"
#include "spawn.h"
#include "text_code.h"
#include "web_client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define FOLLOW_MS 5000

struct flow {
	struct feed_signer *signer;
	const struct authority *authority;
	struct ocsp_issuer issuer;
	char dir[64];
	pid_t pid;
	int port;
	struct serial serials[3];
};

static void write_pem(const struct flow *f, const char *name, const struct cert *cert)
{
	char path[128];
	struct buf text;
	FILE *file;

	buf_init(&text, 1 << 16);
	assert_int_equal(pem_write(&text, PEM_CERTIFICATE, cert->der, NULL), 0);
	snprintf(path, sizeof(path), "%s/ca/%s", f->dir, name);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(text.data, 1, text.size, file), text.size);
	assert_int_equal(fclose(file), 0);
	buf_free(&text);
}

static void make_dirs(struct flow *f)
{
	char path[128];

	memcpy(f->dir, "/tmp/hufu-flow-XXXXXX", sizeof("/tmp/hufu-flow-XXXXXX"));
	assert_non_null(mkdtemp(f->dir));
	snprintf(path, sizeof(path), "%s/ca", f->dir);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(path, sizeof(path), "%s/responder", f->dir);
	assert_int_equal(mkdir(path, 0700), 0);
	write_pem(f, "root.crt", f->authority->root);
	write_pem(f, "issuing.crt", f->authority->issuing);
	write_pem(f, "journal.crt", feed_signer_journal(f->signer));
}

static int settings_file(const char *text)
{
	int fd = memfd_create("settings", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

static void start(struct flow *f, int line, const char *settings)
{
	char dir[128], byte;
	int ready[2], http = web_listen(&f->port), file = settings_file(settings);
	const struct spawn_fd fds[] = {{file, "SETTINGS"}, {http, "HTTP"}, {line, "SIGNER"}, {-1, "READY"}};
	struct spawn_fd given[4];
	const char *const none[] = {NULL};
	struct err err;

	assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
	memcpy(given, fds, sizeof(fds));
	given[3].from = ready[1];
	snprintf(dir, sizeof(dir), "%s/responder", f->dir);
	const struct spawn spawned = {.program = getenv("HUFU_TEST_RESPONDER"),
	                              .args = none,
	                              .fds = given,
	                              .fd_count = 4,
	                              .env = none,
	                              .dir = dir,
	                              .uid = (uid_t)-1,
	                              .gid = (gid_t)-1};

	if (spawn(&spawned, &f->pid, &err) != 0)
		fail_msg("%s", err.text);
	close(http);
	close(file);
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
}

static int setup_with(void **state, const char *settings, enum fake_fault fault)
{
	struct flow *f = calloc(1, sizeof(*f));
	int line;

	assert_non_null(f);
	feed_signer_start(&f->signer, &line);
	feed_signer_fault(f->signer, fault);
	f->authority = feed_signer_authority(f->signer);
	ocsp_issuer_make(&f->issuer, f->authority->issuing);
	make_dirs(f);
	for (size_t i = 0; i < 3; i++)
		serial_draw(&f->serials[i]);
	feed_signer_issue(f->signer, f->serials, 2);
	feed_signer_crl(f->signer, NULL, 0);
	start(f, line, settings);
	*state = f;
	return 0;
}

static int setup(void **state)
{
	return setup_with(state, "", FAKE_RIGHT);
}

static int setup_short_age(void **state)
{
	return setup_with(state, "responder.feed-age=10\n", FAKE_RIGHT);
}

static int setup_without_key(void **state)
{
	return setup_with(state, "", FAKE_NO_KEY);
}

static int teardown(void **state)
{
	struct flow *f = *state;
	char command[128];
	int status;

	assert_int_equal(kill(f->pid, SIGTERM), 0);
	assert_int_equal(waitpid(f->pid, &status, 0), f->pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	feed_signer_stop(&f->signer);
	snprintf(command, sizeof(command), "rm -r %s", f->dir);
	assert_int_equal(system(command), 0);
	free(f);
	return 0;
}

/* The body of a reply in text. */
static struct bytes body_of(const char *text, size_t max)
{
	const char *length = strcasestr(text, "content-length: "), *end = strstr(text, "\r\n\r\n");

	assert_non_null(length);
	assert_non_null(end);
	return (struct bytes){(const uint8_t *)end + 4, strtoul(length + 16, NULL, 10)};
}

static int post(const struct flow *f, struct bytes request, char *out, size_t max)
{
	char head[256];
	int fd = web_connect(f->port), status;

	snprintf(head, sizeof(head),
	         "POST /ocsp HTTP/1.1\r\nHost: x\r\nContent-Type: application/ocsp-request\r\nContent-Length: %zu\r\n\r\n", request.size);
	web_send(fd, head);
	web_send_bytes(fd, request);
	status = web_receive(fd, out, max);
	close(fd);
	return status;
}

static int get(const struct flow *f, const char *path, const char *headers, char *out, size_t max)
{
	char text[4096];

	snprintf(text, sizeof(text), "GET %s HTTP/1.1\r\nHost: x\r\n%s\r\n", path, headers);
	return web_ask(f->port, text, out, max);
}

struct told {
	enum ocsp_outcome outcome;
	enum ocsp_status status;
	enum crl_reason reason;
	int64_t since, until; /* thisUpdate, nextUpdate */
};

/* Reads and verifies an answer as a client does. */
static struct told read_answer(const struct flow *f, struct bytes der, const struct serial *serial, struct bytes nonce)
{
	struct ocsp_response response;
	const struct ocsp_single *single;
	struct told told = {0};
	struct err err;

	if (ocsp_response_read(&response, der, &err) != 0)
		fail_msg("%s", err.text);
	told.outcome = response.outcome;
	if (response.outcome == OCSP_SUCCESSFUL) {
		if (ocsp_response_verify(&response, f->authority->issuing, nonce, clock_now(), &err) != 0)
			fail_msg("%s", err.text);
		single = ocsp_response_find(&response, &f->issuer, serial_get(serial), clock_now());
		assert_non_null(single);
		told.status = single->status;
		told.reason = single->reason;
		told.since = single->this_update;
		told.until = single->next_update;
	}
	ocsp_response_free(&response);
	return told;
}

static struct told ask(const struct flow *f, enum ocsp_digest digest, const struct serial *serial, struct bytes nonce)
{
	char out[32768];
	struct buf request;
	struct told told;

	buf_init(&request, OCSP_REQUEST_MAX);
	assert_int_equal(ocsp_request_build(digest, f->authority->issuing, serial_get(serial), nonce, &request, NULL), 0);
	assert_int_equal(post(f, buf_get(&request), out, sizeof(out)), 200);
	assert_non_null(strstr(out, "Content-Type: application/ocsp-response"));
	told = read_answer(f, body_of(out, sizeof(out)), serial, nonce);
	buf_free(&request);
	return told;
}

/* Until the first batch is applied and the key certified. */
static void wait_for_answers(const struct flow *f)
{
	for (int i = 0; i < 500; i++) {
		if (ask(f, OCSP_SM3, &f->serials[0], BYTES_NONE).outcome == OCSP_SUCCESSFUL)
			return;
		(void)poll(NULL, 0, 10);
	}
	fail_msg("never current");
}

static void tells_the_status_of_what_was_issued(void **state)
{
	const struct flow *f = *state;

	wait_for_answers(f);
	for (enum ocsp_digest digest = OCSP_SM3; digest < OCSP_DIGESTS; digest++) {
		assert_int_equal(ask(f, digest, &f->serials[0], BYTES_NONE).status, OCSP_GOOD);
		assert_int_equal(ask(f, digest, &f->serials[1], BYTES_LITERAL("0123456789abcdef")).status, OCSP_GOOD);
		assert_int_equal(ask(f, digest, &f->serials[2], BYTES_NONE).status, OCSP_UNKNOWN);
	}
}

/* Ten times: asked often while good (so that the answer is kept), revoked, and the very next answer says so. */
static void a_kept_answer_ends_with_its_status(void **state)
{
	const struct flow *f = *state;

	wait_for_answers(f);
	for (int i = 0; i < 10; i++) {
		struct serial serial;
		int64_t number;

		serial_draw(&serial);
		number = feed_signer_issue(f->signer, &serial, 1);
		assert_true(feed_signer_followed(f->signer, number, FOLLOW_MS));
		for (int k = 0; k < 5; k++)
			assert_int_equal(ask(f, OCSP_SHA1, &serial, BYTES_NONE).status, OCSP_GOOD);
		number = feed_signer_status(f->signer, &serial, EVENT_SUSPENDED, ORDER_REASON_HOLD);
		assert_true(feed_signer_followed(f->signer, number, FOLLOW_MS));
		assert_int_equal(ask(f, OCSP_SHA1, &serial, BYTES_NONE).reason, CRL_HOLD);
		number = feed_signer_status(f->signer, &serial, EVENT_GOOD, ORDER_REASON_UNSPECIFIED);
		assert_true(feed_signer_followed(f->signer, number, FOLLOW_MS));
		assert_int_equal(ask(f, OCSP_SHA1, &serial, BYTES_NONE).status, OCSP_GOOD);
		number = feed_signer_status(f->signer, &serial, EVENT_REVOKED, ORDER_REASON_KEY_COMPROMISE);
		assert_true(feed_signer_followed(f->signer, number, FOLLOW_MS));
		assert_int_equal(ask(f, OCSP_SHA1, &serial, BYTES_NONE).status, OCSP_REVOKED);
		assert_int_equal(ask(f, OCSP_SHA1, &serial, BYTES_NONE).reason, CRL_KEY_COMPROMISE);
	}
}

static void get_requests_may_be_cached(void **state)
{
	const struct flow *f = *state;
	char out[32768], again[32768], path[2048], match[128];
	struct buf request, text;

	wait_for_answers(f);
	buf_init(&request, OCSP_REQUEST_MAX);
	buf_init(&text, OCSP_REQUEST_MAX * 2);
	assert_int_equal(ocsp_request_build(OCSP_SHA256, f->authority->issuing, serial_get(&f->serials[0]), BYTES_NONE, &request, NULL), 0);
	assert_int_equal(base64_write(&text, buf_get(&request), NULL), 0);
	size_t n = (size_t)snprintf(path, sizeof(path), "/ocsp/");

	for (size_t i = 0; i < text.size; i++)
		n += (size_t)snprintf(path + n, sizeof(path) - n, strchr("+/=", text.data[i]) != NULL ? "%%%02X" : "%c", text.data[i]);
	assert_int_equal(get(f, path, "", out, sizeof(out)), 200);
	assert_int_equal(read_answer(f, body_of(out, sizeof(out)), &f->serials[0], BYTES_NONE).status, OCSP_GOOD);
	assert_non_null(strstr(out, "\r\nCache-Control: max-age=60, public, no-transform, must-revalidate\r\n"));
	assert_non_null(strstr(out, "\r\nLast-Modified: "));
	assert_non_null(strstr(out, "\r\nExpires: "));
	snprintf(match, sizeof(match), "If-None-Match: %.34s\r\n", strstr(out, "\r\nETag: ") + 8);
	assert_int_equal(get(f, path, match, again, sizeof(again)), 304);
	assert_int_equal(get(f, path, "If-None-Match: *\r\n", again, sizeof(again)), 304);
	snprintf(match, sizeof(match), "If-Modified-Since: %.29s\r\n", strstr(out, "\r\nLast-Modified: ") + 17);
	assert_int_equal(get(f, path, match, again, sizeof(again)), 304);
	assert_int_equal(get(f, path, "If-Modified-Since: Sun, 22 Nov 2020 01:05:00 GMT\r\n", again, sizeof(again)), 200);
	snprintf(match, sizeof(match), "If-None-Match: \"other\"\r\nIf-Modified-Since: %.29s\r\n", strstr(out, "\r\nLast-Modified: ") + 17);
	assert_int_equal(get(f, path, match, again, sizeof(again)), 200);
	assert_int_equal(get(f, path, "If-None-Match: *\r\n", again, sizeof(again)), 304);
	assert_string_equal(strstr(again, "\r\n\r\n"), "\r\n\r\n");
	snprintf(path, sizeof(path), "/ocsp/%.*s", (int)text.size, (const char *)text.data);
	assert_int_equal(get(f, path, "", again, sizeof(again)), 200);
	assert_int_equal(read_answer(f, body_of(again, sizeof(again)), &f->serials[0], BYTES_NONE).status, OCSP_GOOD);
	buf_free(&request);
	buf_free(&text);
}

static void what_it_cannot_answer(void **state)
{
	const struct flow *f = *state;
	struct authority other;
	struct buf request;
	char out[32768];

	wait_for_answers(f);
	assert_int_equal(post(f, BYTES_LITERAL("nonsense"), out, sizeof(out)), 200);
	assert_int_equal(read_answer(f, body_of(out, sizeof(out)), NULL, BYTES_NONE).outcome, OCSP_MALFORMED);
	assert_int_equal(get(f, "/ocsp/%21%21", "", out, sizeof(out)), 200);
	assert_int_equal(read_answer(f, body_of(out, sizeof(out)), NULL, BYTES_NONE).outcome, OCSP_MALFORMED);
	authority_make(&other, false);
	buf_init(&request, OCSP_REQUEST_MAX);
	assert_int_equal(ocsp_request_build(OCSP_SM3, other.issuing, serial_get(&f->serials[0]), BYTES_NONE, &request, NULL), 0);
	assert_int_equal(post(f, buf_get(&request), out, sizeof(out)), 200);
	assert_int_equal(read_answer(f, body_of(out, sizeof(out)), NULL, BYTES_NONE).outcome, OCSP_UNAUTHORIZED);
	buf_free(&request);
	authority_free(&other);
	assert_int_equal(get(f, "/ocsp", "", out, sizeof(out)), 405);
	assert_int_equal(get(f, "/", "", out, sizeof(out)), 404);
}

static void crl_and_ca_certificates(void **state)
{
	const struct flow *f = *state;
	struct crl_entry entry = {f->serials[0], clock_now(), CRL_SUPERSEDED};
	static char out[65536];
	struct crl *crl = NULL;
	char since[128];

	wait_for_answers(f);
	for (int i = 0; i < 300 && get(f, "/crl/issuing.crl", "", out, sizeof(out)) == 503; i++)
		(void)poll(NULL, 0, 10);
	assert_non_null(strstr(out, "\r\nContent-Type: application/pkix-crl\r\n"));
	assert_non_null(strstr(out, "\r\nETag: \"1\"\r\n"));
	snprintf(since, sizeof(since), "If-Modified-Since: %.29s\r\n", strstr(out, "\r\nLast-Modified: ") + 17);
	assert_int_equal(get(f, "/crl/issuing.crl", since, out, sizeof(out)), 304);
	assert_int_equal(get(f, "/crl/issuing.crl", "If-None-Match: *\r\n", out, sizeof(out)), 304);
	assert_int_equal(feed_signer_crl(f->signer, &entry, 1), 2);
	for (int i = 0; i < 300 && get(f, "/crl/issuing.crl", "If-None-Match: \"1\"\r\n", out, sizeof(out)) == 304; i++)
		(void)poll(NULL, 0, 10);
	assert_int_equal(crl_parse(&crl, body_of(out, sizeof(out)), NULL), 0);
	assert_int_equal(crl_verify(crl, f->authority->issuing, NULL), 0);
	assert_non_null(crl_find(crl, &f->serials[0]));
	crl_free(&crl);
	assert_int_equal(get(f, "/ca/issuing.crt", "", out, sizeof(out)), 200);
	assert_true(bytes_equal(body_of(out, sizeof(out)), f->authority->issuing->der));
	assert_int_equal(get(f, "/ca/root.crt", "", out, sizeof(out)), 200);
	assert_true(bytes_equal(body_of(out, sizeof(out)), f->authority->root->der));
	assert_int_equal(get(f, "/ca/journal.crt", "", out, sizeof(out)), 404);
}

/* openssl of the system asks and reads; it knows no standard ID for SM2, so the signature is left to our own check. */
static bool openssl_says(const struct flow *f, const char *digest, const struct serial *serial, const char *status)
{
	char text[SERIAL_TEXT_SIZE], command[512];

	serial_text(serial, text);
	snprintf(command, sizeof(command),
	         "openssl ocsp -noverify %s -issuer %s/ca/issuing.crt -serial 0x%s -url http://127.0.0.1:%d/ocsp 2>&1 | grep -q ': %s$'",
	         digest, f->dir, text, f->port, status);
	return system(command) == 0;
}

static void openssl_reads_the_answers(void **state)
{
	const struct flow *f = *state;
	int64_t number;

	wait_for_answers(f);
	number = feed_signer_status(f->signer, &f->serials[1], EVENT_REVOKED, ORDER_REASON_SUPERSEDED);
	assert_true(feed_signer_followed(f->signer, number, FOLLOW_MS));
	assert_true(openssl_says(f, "", &f->serials[0], "good"));
	assert_true(openssl_says(f, "-sha256", &f->serials[0], "good"));
	assert_true(openssl_says(f, "-sm3", &f->serials[1], "revoked"));
	assert_true(openssl_says(f, "", &f->serials[2], "unknown"));
}

static void metrics_are_for_this_machine(void **state)
{
	const struct flow *f = *state;
	char out[16384];

	wait_for_answers(f);
	assert_int_equal(get(f, "/metrics", "", out, sizeof(out)), 200);
	assert_non_null(strstr(out, "\nindex_certificates 2\n"));
	assert_non_null(strstr(out, "\nfeed_current 1\n"));
	assert_non_null(strstr(out, "\nocsp_answers_total{status=\"good\"} "));
	assert_int_equal(get(f, "/metrics", "X-Forwarded-For: 192.0.2.1\r\n", out, sizeof(out)), 404);
}

static enum ocsp_outcome outcome(const struct flow *f)
{
	return ask(f, OCSP_SM3, &f->serials[0], BYTES_NONE).outcome;
}

static void wait_for_outcome(const struct flow *f, enum ocsp_outcome wanted)
{
	for (int i = 0; i < 1000 && outcome(f) != wanted; i++)
		(void)poll(NULL, 0, 10);
	assert_int_equal(outcome(f), wanted);
}

/* A batch that cannot be believed changes nothing, and the index goes on when right ones come again. */
static void a_wrongly_signed_batch_changes_nothing(void **state)
{
	const struct flow *f = *state;
	int64_t number;

	wait_for_answers(f);
	feed_signer_fault(f->signer, FAKE_WRONG_SIGNATURE);
	number = feed_signer_status(f->signer, &f->serials[0], EVENT_SUSPENDED, ORDER_REASON_HOLD);
	assert_false(feed_signer_followed(f->signer, number, 400));
	assert_int_equal(ask(f, OCSP_SM3, &f->serials[0], BYTES_NONE).status, OCSP_GOOD);
	feed_signer_fault(f->signer, FAKE_RIGHT);
	assert_true(feed_signer_followed(f->signer, number, FOLLOW_MS * 2));
	assert_int_equal(ask(f, OCSP_SM3, &f->serials[0], BYTES_NONE).status, OCSP_REVOKED);
}

/* A journal that goes back, or is another CA's: nothing is told until it goes on, neither kept answers nor new ones. */
static void a_feed_that_goes_back_answers_try_later(void **state)
{
	static const enum fake_fault faults[] = {FAKE_BACK, FAKE_BEHIND, FAKE_OTHER_CA};
	const struct flow *f = *state;

	wait_for_answers(f);
	for (size_t i = 0; i < 3; i++) {
		int64_t number;

		feed_signer_fault(f->signer, faults[i]);
		number = feed_signer_status(f->signer, &f->serials[0], i % 2 == 0 ? EVENT_SUSPENDED : EVENT_GOOD, ORDER_REASON_HOLD);
		wait_for_outcome(f, OCSP_TRY_LATER);
		feed_signer_fault(f->signer, FAKE_RIGHT);
		assert_true(feed_signer_followed(f->signer, number, FOLLOW_MS * 2));
		assert_int_equal(ask(f, OCSP_SM3, &f->serials[0], BYTES_NONE).status, i % 2 == 0 ? OCSP_REVOKED : OCSP_GOOD);
	}
}

/* CRLs come also while the key cannot be certified, and answers once it can. */
static void crls_come_without_a_key(void **state)
{
	const struct flow *f = *state;
	static char out[65536];

	for (int i = 0; i < 1000 && get(f, "/crl/issuing.crl", "", out, sizeof(out)) == 503; i++)
		(void)poll(NULL, 0, 10);
	assert_int_equal(get(f, "/crl/issuing.crl", "", out, sizeof(out)), 200);
	assert_int_equal(outcome(f), OCSP_TRY_LATER);
	feed_signer_fault(f->signer, FAKE_RIGHT);
	wait_for_outcome(f, OCSP_SUCCESSFUL);
}

/* While the signer is silent, answers go on telling of the moment when it spoke last, and end with it. */
static void answers_tell_of_what_is_known(void **state)
{
	const struct flow *f = *state;
	struct told first, later;

	wait_for_answers(f);
	feed_signer_fault(f->signer, FAKE_SILENT);
	(void)poll(NULL, 0, 4000); /* what was asked before is answered */
	first = ask(f, OCSP_SM3, &f->serials[0], BYTES_LITERAL("0123456789abcdef"));
	(void)poll(NULL, 0, 2000);
	later = ask(f, OCSP_SM3, &f->serials[0], BYTES_LITERAL("0123456789abcdef"));
	assert_int_equal(later.since, first.since);
	assert_int_equal(later.until, first.since + 600);
	assert_true(later.since < clock_now());
}

/* The least age a setting allows, 10 s, and two more. */
static void an_old_index_answers_try_later(void **state)
{
	const struct flow *f = *state;

	wait_for_answers(f);
	feed_signer_fault(f->signer, FAKE_SILENT);
	(void)poll(NULL, 0, 5000);
	assert_int_equal(ask(f, OCSP_SM3, &f->serials[0], BYTES_NONE).outcome, OCSP_SUCCESSFUL);
	(void)poll(NULL, 0, 9000);
	assert_int_equal(ask(f, OCSP_SM3, &f->serials[0], BYTES_NONE).outcome, OCSP_TRY_LATER);
	feed_signer_fault(f->signer, FAKE_RIGHT);
	(void)poll(NULL, 0, 6000);
	assert_int_equal(ask(f, OCSP_SM3, &f->serials[0], BYTES_NONE).outcome, OCSP_SUCCESSFUL);
}

#define WITH_FLOW(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_FLOW(tells_the_status_of_what_was_issued),
	    WITH_FLOW(a_kept_answer_ends_with_its_status),
	    WITH_FLOW(get_requests_may_be_cached),
	    WITH_FLOW(what_it_cannot_answer),
	    WITH_FLOW(crl_and_ca_certificates),
	    WITH_FLOW(openssl_reads_the_answers),
	    WITH_FLOW(metrics_are_for_this_machine),
	    WITH_FLOW(a_wrongly_signed_batch_changes_nothing),
	    WITH_FLOW(a_feed_that_goes_back_answers_try_later),
	    WITH_FLOW(answers_tell_of_what_is_known),
	    cmocka_unit_test_setup_teardown(crls_come_without_a_key, setup_without_key, teardown),
	    cmocka_unit_test_setup_teardown(an_old_index_answers_try_later, setup_short_age, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
