/* drive: does what it is told line by line on standard input, and answers each with one line of JSON: bench/run measures around it.
 *
 * usage: drive PORT STATUS-PORT INSTANCE SKF-LIBRARY */
#include "applicant.h"
#include "call.h"
#include "cert_file.h"
#include "crypto_load.h"
#include "escrow_message.h"
#include "json_write.h"
#include "random.h"
#include "signer_message.h"
#include "spawn.h"
#include "staff.h"
#include "status.h"
#include "text_code.h"

#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#define LINE_MAX_SIZE 1024
#define WORDS_MAX 6
#define ANSWER_MAX (8u << 20)
#define STATE_MS 10000

/* A command's words after its name, and the object it answers with. */
struct told {
	struct world *world;
	const char *words[WORDS_MAX];
	struct json_writer *out;
};
typedef int command_fn(struct told *t, struct err *err);

static size_t number(const char *word)
{
	return strtoul(word, NULL, 10);
}

/* ---- the crew's work ---- */

static int report_items(struct told *t, crew_fn *fn, void *ctx, size_t items, unsigned members, uint16_t port, struct err *err)
{
	struct crew_report report;

	if (crew_run(fn, ctx, items, members, port, &report, err) != 0)
		return -1;
	json_put_integer(t->out, "done", (int64_t)report.done);
	json_put_integer(t->out, "failed", (int64_t)report.failed);
	json_put_integer(t->out, "us", (int64_t)(report.seconds * 1e6));
	json_put_integer(t->out, "median_us", (int64_t)(report.median_ms * 1e3));
	json_put_integer(t->out, "p99_us", (int64_t)(report.p99_ms * 1e3));
	if (report.failed > 0) {
		char code[16];

		(void)snprintf(code, sizeof(code), "HF-%04d", (int)report.first.code);
		json_put_string(t->out, "code", code);
		json_put_string(t->out, "first", report.first.text);
	}
	return 0;
}

static int report_crew(struct told *t, crew_fn *fn, void *ctx, unsigned members, struct err *err)
{
	return report_items(t, fn, ctx, t->world->count, members, t->world->port, err);
}

/* apply N MEMBERS */
static int apply(struct told *t, struct err *err)
{
	if (applicants_make(t->world, number(t->words[0]), err) != 0)
		return -1;
	return report_crew(t, applicant_apply, t->world, (unsigned)number(t->words[1]), err);
}

/* collect | visit | login MEMBERS */
static int collect(struct told *t, struct err *err)
{
	return report_crew(t, applicant_collect, t->world, (unsigned)number(t->words[0]), err);
}

static int visit(struct told *t, struct err *err)
{
	return report_crew(t, applicant_visit, t->world, (unsigned)number(t->words[0]), err);
}

static int login(struct told *t, struct err *err)
{
	return report_crew(t, applicant_login, t->world, (unsigned)number(t->words[0]), err);
}

/* draft accept|approve NAME MEMBERS */
static int draft(struct told *t, struct err *err)
{
	struct staff *staff = staff_find(t->world, t->words[1], err);
	struct staff_key *key = NULL;
	int result = -1;

	if (staff != NULL && staff_key_open(&key, t->world, staff, err) == 0) {
		struct staff_round round = {t->world, staff, staff_pen(key), strcmp(t->words[0], "approve") == 0};

		result = report_crew(t, staff_draft, &round, (unsigned)number(t->words[2]), err);
	}
	staff_key_close(&key);
	return result;
}

/* deed accept|approve NAME MEMBERS */
static int deed(struct told *t, struct err *err)
{
	struct staff_round round = {.world = t->world, .approve = strcmp(t->words[0], "approve") == 0};

	round.staff = staff_find(t->world, t->words[1], err);
	return round.staff == NULL ? -1 : report_crew(t, staff_deed, &round, (unsigned)number(t->words[2]), err);
}

/* bare PORT NAME MEMBERS ROUNDS: the approvals, byte for byte, to another server. */
static int bare(struct told *t, struct err *err)
{
	struct staff_round round = {.world = t->world, .approve = true};

	round.staff = staff_find(t->world, t->words[1], err);
	return round.staff == NULL ? -1
	                           : report_items(t, staff_post, &round, t->world->count * number(t->words[3]),
	                                          (unsigned)number(t->words[2]), (uint16_t)number(t->words[0]), err);
}

/* ---- single things ---- */

/* key NAME SERIAL INITIAL-PIN CHOSEN-PIN */
static int key(struct told *t, struct err *err)
{
	return staff_add(t->world, t->words[0], t->words[1], t->words[2], t->words[3], err);
}

/* policy NAME NAME QUOTA FILE */
static int policy(struct told *t, struct err *err)
{
	return staff_policy(t->world, t->words, (int64_t)number(t->words[2]), t->words[3], err);
}

/* staff NAME */
static int staff(struct told *t, struct err *err)
{
	struct staff *s = staff_find(t->world, t->words[0], err);

	return s == NULL ? -1 : staff_login(t->world, s, err);
}

/* revoke APPLICANT */
static int revoke(struct told *t, struct err *err)
{
	return applicant_revoke(t->world, number(t->words[0]) % t->world->count, err);
}

/* requests FOLDER COUNT */
static int requests(struct told *t, struct err *err)
{
	return status_files(t->world, t->words[0], number(t->words[1]), err);
}

/* status APPLICANT: its signature certificate, as anybody asks. */
static int status(struct told *t, struct err *err)
{
	const struct applicant *a = &t->world->applicants[number(t->words[0]) % t->world->count];
	struct http_client h;
	const char *word;
	int result;

	http_client_init(&h, t->world->status_port, INADDR_LOOPBACK);
	result = status_ask(t->world, &h, a->serials[0], false, &word, err);
	if (result == 0)
		json_put_string(t->out, "status", word);
	http_client_free(&h);
	return result;
}

/* Asks about one certificate, drawn from those of all applicants but the first, which the bench revokes. */
static int sample_one(struct told *t, struct http_client *h, size_t *good, struct err *err)
{
	const struct world *w = t->world;
	const char *word;
	uint32_t draw;

	random_bytes((uint8_t *)&draw, sizeof(draw));
	const uint8_t *serial = w->applicants[1 + draw / 2 % (w->count - 1)].serials[draw % 2];
	if (status_ask(t->world, h, serial, true, &word, err) != 0)
		return -1;
	*good += strcmp(word, "good") == 0;
	json_put_hex(t->out, NULL, (struct bytes){serial, 16});
	return 0;
}

/* sample COUNT: how many of so many certificates, signature and encryption ones, are good; and which were asked about. */
static int sample(struct told *t, struct err *err)
{
	struct http_client h;
	size_t good = 0;
	int result = 0;

	http_client_init(&h, t->world->status_port, INADDR_LOOPBACK);
	json_open_array(t->out, "serials");
	for (size_t i = 0; i < number(t->words[0]) && result == 0; i++)
		result = sample_one(t, &h, &good, err);
	json_close(t->out);
	json_put_integer(t->out, "good", (int64_t)good);
	http_client_free(&h);
	return result;
}

/* usage: the CPU time of drive itself. */
static int usage(struct told *t, struct err *err)
{
	struct rusage own;

	if (getrusage(RUSAGE_SELF, &own) != 0)
		return err_set_errno(err, HF_SYSTEM, "usage");
	json_put_integer(t->out, "cpu_us",
	                 (int64_t)(own.ru_utime.tv_sec + own.ru_stime.tv_sec) * 1000000 + own.ru_utime.tv_usec + own.ru_stime.tv_usec);
	return 0;
}

/* One empty question to a door of the instance. */
static int ask_state(const struct world *w, const char *door, uint16_t type, const struct body *body, void *reply, struct pool *pool,
                     struct buf *answer, struct err *err)
{
	char path[PATH_MAX];
	struct call *line = NULL;
	int fd, result = -1;

	(void)snprintf(path, sizeof(path), "%s/run/%s", w->instance, door);
	fd = socket_connect_unix(path, err);
	if (fd < 0 || call_new(&line, fd, err) != 0)
		return -1;
	buf_clear(answer);
	if (call_ask(line, type, BYTES_NONE, answer, STATE_MS, err) == 0)
		result = body_decode(body, buf_get(answer), pool, reply, err);
	call_free(&line);
	return result;
}

/* By name; the programs count the same. */
struct program_account {
	int64_t fsyncs, groups, large_fsyncs, large_groups, crypto_ns, cpu_ns;
};

static void put_account(struct json_writer *out, const char *name, struct program_account a)
{
	json_open_object(out, name);
	json_put_integer(out, "fsyncs", a.fsyncs);
	json_put_integer(out, "groups", a.groups);
	json_put_integer(out, "large_fsyncs", a.large_fsyncs);
	json_put_integer(out, "large_groups", a.large_groups);
	json_put_integer(out, "crypto_ns", a.crypto_ns);
	json_put_integer(out, "cpu_ns", a.cpu_ns);
	json_close(out);
}

#define ACCOUNT_OF(r) \
	(struct program_account) \
	{ \
		(r).fsyncs, (r).groups, (r).large_fsyncs, (r).large_groups, (r).crypto_ns, (r).cpu_ns \
	}

/* state: the accounts of signer and escrow. */
static int state(struct told *t, struct err *err)
{
	struct pool *pool = pool_new(1u << 20);
	struct escrow_state_reply escrow;
	struct state_reply signer;
	struct buf answer;
	int result = -1;

	buf_init(&answer, FRAME_BODY_MAX);
	if (pool == NULL) {
		(void)err_set(err, HF_MEMORY, "state");
	} else if (ask_state(t->world, "signer-order.sock", SIGNER_STATE, &state_reply_body, &signer, pool, &answer, err) == 0 &&
	           ask_state(t->world, "escrow-signer.sock", ESCROW_STATE, &escrow_state_reply_body, &escrow, pool, &answer, err) == 0) {
		put_account(t->out, "signer", ACCOUNT_OF(signer));
		put_account(t->out, "escrow", ACCOUNT_OF(escrow));
		json_put_integer(t->out, "quota", signer.quota_issue);
		json_put_integer(t->out, "deeds", signer.deeds);
		result = 0;
	}
	buf_free(&answer);
	pool_free(&pool);
	return result;
}

/* ---- the lines ---- */

static const struct {
	const char *name;
	int words;
	command_fn *run;
} commands[] = {
    {"key", 4, key},       {"policy", 4, policy}, {"staff", 1, staff},   {"apply", 2, apply},
    {"draft", 3, draft},   {"deed", 3, deed},     {"bare", 4, bare},     {"collect", 1, collect},
    {"visit", 1, visit},   {"login", 1, login},   {"revoke", 1, revoke}, {"requests", 2, requests},
    {"status", 1, status}, {"sample", 1, sample}, {"state", 0, state},   {"usage", 0, usage},
};

static int obey(struct world *w, char *line, struct json_writer *out, struct err *err)
{
	struct told t = {.world = w, .out = out};
	const char *name = strsep(&line, " \n");
	int words = 0;

	for (char *word; words < WORDS_MAX && (word = strsep(&line, " \n")) != NULL;) {
		if (*word != '\0')
			t.words[words++] = word;
	}
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(commands[i].name, name) == 0 && commands[i].words == words)
			return commands[i].run(&t, err);
	}
	return err_set(err, HF_USAGE, "%s with %d words", name, words);
}

static int answer_line(struct world *w, char *line, struct err *err)
{
	struct err fault = {0};
	struct json_writer out;
	struct buf text;
	int result;

	buf_init(&text, ANSWER_MAX);
	json_begin(&out, &text);
	json_open_object(&out, NULL);
	if (obey(w, line, &out, &fault) != 0) {
		json_put_integer(&out, "code", (int64_t)fault.code);
		json_put_string(&out, "fault", fault.text);
	}
	json_close(&out);
	result = json_end(&out, err);
	if (result == 0) {
		(void)printf("%.*s\n", (int)text.size, (const char *)text.data);
		(void)fflush(stdout);
	}
	buf_free(&text);
	return result;
}

static int open_world(struct world *w, char **argv, struct err *err)
{
	char path[PATH_MAX];

	w->port = (uint16_t)number(argv[1]);
	w->status_port = (uint16_t)number(argv[2]);
	w->instance = argv[3];
	(void)snprintf(path, sizeof(path), "%s/ca/issuing.crt", w->instance);
	if (cert_file_read(&w->issuing, AT_FDCWD, path, err) != 0)
		return -1;
	sm2_public_id(w->issuing->key, w->ca);
	return token_library_open(&w->library, argv[4], err);
}

static void close_world(struct world *w)
{
	applicants_free(w);
	staff_free(w);
	token_library_free(&w->library);
	cert_free(&w->issuing);
}

int main(int argc, char **argv)
{
	struct world world = {0};
	struct err err = {0};
	char line[LINE_MAX_SIZE];
	int result = -1;

	crypto_load();
	if (argc != 5) {
		(void)fprintf(stderr, "usage: drive PORT STATUS-PORT INSTANCE SKF-LIBRARY\n");
		return EXIT_FAILURE;
	}
	if (open_world(&world, argv, &err) == 0) {
		result = 0;
		while (result == 0 && fgets(line, sizeof(line), stdin) != NULL)
			result = answer_line(&world, line, &err);
	}
	close_world(&world);
	if (result == 0)
		return EXIT_SUCCESS;
	(void)fprintf(stderr, "drive: %s\n", err.text);
	return EXIT_FAILURE;
}
