/* A small CA in a folder of its own, with the real signer and escrow on it. */
#include "signer_rig.h"

#include "chain.h"
#include "csr.h"
#include "envelope.h"
#include "feed.h"
#include "file.h"
#include "journal.h"
#include "journal_event.h"
#include "line.h"
#include "log.h"
#include "profile.h"
#include "random.h"
#include "receipt.h"
#include "settings.h"
#include "signed_text.h"
#include "spawn.h"
#include "text_code.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PASSPHRASE "a passphrase for tests"
#define TIMEOUT_MS 20000
#define RIG_POOL_MAX (256u << 20)
#define HOLDER_NAME "杭州虎符科技有限公司"

static const struct {
	const char *id, *name;
	uint32_t roles;
} people[RIG_PERSONS] = {
    [RIG_ADMIN_A] = {"admin-a", "管理员甲", ROLE_BIT(ROLE_SUPER_ADMINISTRATOR)},
    [RIG_ADMIN_B] = {"admin-b", "管理员乙", ROLE_BIT(ROLE_SUPER_ADMINISTRATOR)},
    [RIG_AUDIT] = {"audit", "审计管理员", ROLE_BIT(ROLE_AUDIT_ADMINISTRATOR)},
    [RIG_INTAKE] = {"intake", "受理员", ROLE_BIT(ROLE_INTAKE_OPERATOR)},
    [RIG_REVIEWER] = {"reviewer", "审核员", ROLE_BIT(ROLE_REVIEWER)},
    [RIG_REVIEWER_B] = {"reviewer-b", "审核员乙", ROLE_BIT(ROLE_REVIEWER)},
    [RIG_BOTH] = {"both", "受理审核员", ROLE_BIT(ROLE_INTAKE_OPERATOR) | ROLE_BIT(ROLE_REVIEWER)},
};

/* An expression that returns 0, or the test ends with the error's text. */
#define MUST(expression) \
	do { \
		struct err err = {0}; \
		if ((expression) != 0) \
			fail_msg("%s: %s (HF-%d)", #expression, err.text, (int)err.code); \
	} while (0)

int64_t rig_now(void)
{
	return (int64_t)time(NULL);
}

char *rig_format(struct rig *rig, const char *fmt, ...)
{
	va_list args;
	char *text;
	int size;

	va_start(args, fmt);
	size = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	text = pool_alloc(rig->pool, (size_t)size + 1);
	assert_non_null(text);
	va_start(args, fmt);
	vsnprintf(text, (size_t)size + 1, fmt, args);
	va_end(args);
	return text;
}

const char *rig_hex(struct rig *rig, const uint8_t *data, size_t n)
{
	char *text = pool_alloc(rig->pool, 2 * n + 1);

	assert_non_null(text);
	hex_write(text, data, n);
	return text;
}

static struct bytes keep(struct rig *rig, struct buf *b)
{
	struct bytes kept;

	MUST(pool_bytes(rig->pool, buf_get(b), &kept, &err));
	buf_free(b);
	return kept;
}

/* The folder. */

static void add_event(struct journal *journal, int64_t time, const struct journal_event *event)
{
	struct journal_record record;
	struct buf body;

	buf_init(&body, EVENT_BODY_MAX);
	MUST(journal_event_write(event, EVENT_VIEW_FULL, &body, &err));
	MUST(journal_add(journal, time, buf_get(&body), &record, &err));
	buf_free(&body);
}

static void make_person(struct rig *rig, enum rig_person p, struct journal *journal)
{
	const struct name subject = {
	    .country = BYTES_LITERAL("CN"), .organisation = BYTES_LITERAL("证书服务机构"), .common_name = bytes_text(people[p].name)};
	struct sm2_private *encryption_key = NULL;
	struct cert *sign = NULL, *encryption = NULL;
	struct serial serial;

	MUST(sm2_private_generate(&rig->persons[p].key, &err));
	MUST(sm2_private_generate(&encryption_key, &err));
	MUST(authority_certify(&rig->authority, PROFILE_STAFF_SIGN, &subject, sm2_private_public(rig->persons[p].key), &sign, &err));
	MUST(authority_certify(&rig->authority, PROFILE_STAFF_ENCRYPTION, &subject, sm2_private_public(encryption_key), &encryption, &err));
	MUST(cert_serial(sign, &serial, &err));
	memcpy(rig->persons[p].serial, serial.bytes, ORDER_SERIAL_SIZE);
	add_event(journal, rig->authority.now,
	          &(struct journal_event){.type = EVENT_PERSON,
	                                  .certificate = sign->der,
	                                  .encryption = encryption->der,
	                                  .person = {bytes_text(people[p].id), bytes_text(people[p].name)},
	                                  .roles = people[p].roles});
	sm2_private_free(&encryption_key);
	cert_free(&sign);
	cert_free(&encryption);
}

static void make_journal(struct rig *rig, int dir, bool evaluation)
{
	struct journal *journal = NULL;

	MUST(journal_create(&journal, dir, "signer/journal", &err));
	add_event(journal, rig->authority.now,
	          &(struct journal_event){.type = EVENT_BEGIN,
	                                  .evaluation = evaluation,
	                                  .root = rig->authority.certs[AUTHORITY_ROOT]->der,
	                                  .issuing = rig->authority.certs[AUTHORITY_ISSUING]->der,
	                                  .journal = rig->authority.certs[AUTHORITY_JOURNAL]->der});
	for (enum rig_person p = 0; p < RIG_PERSONS; p++)
		make_person(rig, p, journal);
	MUST(journal_commit(journal, &err));
	journal_free(&journal);
}

void rig_make(struct rig *rig, bool evaluation)
{
	static const char *const folders[] = {"ca", "signer", "signer/crl", "escrow", "release", "portal", "run"};
	struct secret passphrase = {0};
	int dir;

	memset(rig, 0, sizeof(*rig));
	snprintf(rig->folder, sizeof(rig->folder), "/tmp/hufu-rig-XXXXXX");
	assert_non_null(mkdtemp(rig->folder));
	rig->pool = pool_new(RIG_POOL_MAX);
	assert_non_null(rig->pool);
	dir = open(rig->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		MUST(file_make_dir(dir, folders[i], 0700, &err));
	rig->authority.evaluation = evaluation;
	rig->authority.now = rig_now() - 86400;
	rig->authority.organisation = BYTES_LITERAL("证书服务机构");
	rig->authority.status_url = BYTES_LITERAL("http://127.0.0.1:8081");
	MUST(authority_make(&rig->authority, &err));
	MUST(secret_copy(&passphrase, BYTES_LITERAL(PASSPHRASE), &err));
	MUST(authority_write(&rig->authority, dir, &passphrase, &err));
	secret_free(&passphrase);
	sm2_public_id(rig->authority.certs[AUTHORITY_ISSUING]->key, rig->ca);
	make_journal(rig, dir, evaluation);
	close(dir);
	rig->escrow_door = rig->doors[0] = rig->doors[1] = rig->doors[2] = rig->line[0] = rig->line[1] = -1;
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

/* SIGTERM, and a clean end. */
static void end(pid_t *pid)
{
	int status;

	if (*pid == 0)
		return;
	kill(*pid, SIGTERM);
	assert_int_equal(waitpid(*pid, &status, 0), *pid);
	*pid = 0;
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS);
}

void rig_free(struct rig *rig)
{
	rig_disconnect(rig);
	end(&rig->signer);
	end(&rig->escrow);
	rig_stop(rig);
	nftw(rig->folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
	for (enum rig_person p = 0; p < RIG_PERSONS; p++)
		sm2_private_free(&rig->persons[p].key);
	authority_free(&rig->authority);
	pool_free(&rig->pool);
}

/* The processes. What hufud does for them is done here: sockets, the line to escrow, settings and passphrase in memory files. */

static int memory_file(struct bytes content)
{
	int fd = memfd_create("rig", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, content.data, content.size), (ssize_t)content.size);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

static int settings_file(const char *section)
{
	struct settings *settings = NULL;
	struct buf lines;
	int fd;

	buf_init(&lines, SETTINGS_FILE_MAX);
	MUST(settings_parse(&settings, BYTES_LITERAL("[signer]\nissue-per-reviewer-hour = 1000000\n"), &err));
	MUST(settings_section(settings, section, &lines, &err));
	fd = memory_file(buf_get(&lines));
	buf_free(&lines);
	settings_free(&settings);
	return fd;
}

static void *answer_line(void *ctx)
{
	struct rig *rig = ctx;
	char path[128];

	snprintf(path, sizeof(path), "%s/run/escrow.sock", rig->folder);
	for (;;) {
		struct pollfd p = {.fd = rig->line[1], .events = POLLIN};
		struct err err;
		int asked;

		if (poll(&p, 1, -1) < 0)
			continue;
		asked = line_asked(rig->line[1]);
		if (asked < 0)
			return NULL;
		if (asked > 0 && line_answer(rig->line[1], socket_connect_unix(path, &err), &err) < 0)
			return NULL;
	}
}

static void open_sockets(struct rig *rig)
{
	static const char *const names[] = {"portal", "responder", "signer-order"};

	if (rig->escrow_door >= 0)
		return;
	rig->escrow_door = socket_listen_unix(rig_format(rig, "%s/run/escrow.sock", rig->folder), 0600, NULL);
	for (int i = 0; i < 3; i++)
		rig->doors[i] = socket_listen_unix(rig_format(rig, "%s/run/%s.sock", rig->folder, names[i]), 0600, NULL);
	MUST(line_pair(rig->line, &err));
	assert_int_equal(pthread_create(&rig->liner, NULL, answer_line, rig), 0);
}

static void close_sockets(struct rig *rig)
{
	if (rig->escrow_door < 0)
		return;
	shutdown(rig->line[0], SHUT_RDWR);
	close(rig->line[0]);
	pthread_join(rig->liner, NULL);
	close(rig->line[1]);
	close(rig->escrow_door);
	for (int i = 0; i < 3; i++)
		close(rig->doors[i]);
	rig->escrow_door = -1;
}

/* Starts a program and waits for its byte on READY. */
static bool launch(struct rig *rig, const char *variable, const char *name, struct spawn_fd *fds, size_t count, const char *const *env,
                   pid_t *pid)
{
	int ready[2], settings = settings_file(name), passphrase = memory_file(BYTES_LITERAL(PASSPHRASE));
	struct spawn s = {.program = getenv(variable),
	                  .fds = fds,
	                  .fd_count = count + 3,
	                  .env = env,
	                  .dir = rig_format(rig, "%s/%s", rig->folder, name),
	                  .uid = (uid_t)-1,
	                  .gid = (gid_t)-1};
	char byte;
	bool is_ready;

	if (s.program == NULL)
		fail_msg("%s does not say where %s is", variable, name);
	assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
	fds[count] = (struct spawn_fd){settings, "SETTINGS"};
	fds[count + 1] = (struct spawn_fd){passphrase, "PASSPHRASE"};
	fds[count + 2] = (struct spawn_fd){ready[1], "READY"};
	MUST(spawn(&s, pid, &err));
	close(settings);
	close(passphrase);
	close(ready[1]);
	is_ready = read(ready[0], &byte, 1) == 1;
	close(ready[0]);
	if (!is_ready) {
		waitpid(*pid, NULL, 0);
		*pid = 0;
	}
	return is_ready;
}

bool rig_start_escrow(struct rig *rig, const char *const *env)
{
	struct spawn_fd fds[1 + 3];

	open_sockets(rig);
	fds[0] = (struct spawn_fd){rig->escrow_door, "SIGNER"};
	return launch(rig, "HUFU_TEST_ESCROW", "escrow", fds, 1, env, &rig->escrow);
}

bool rig_start_signer(struct rig *rig, const char *const *env)
{
	struct spawn_fd fds[4 + 3];

	open_sockets(rig);
	fds[0] = (struct spawn_fd){rig->doors[0], "PORTAL"};
	fds[1] = (struct spawn_fd){rig->doors[1], "RESPONDER"};
	fds[2] = (struct spawn_fd){rig->doors[2], "ORDER"};
	fds[3] = (struct spawn_fd){rig->line[0], "ESCROW"};
	return launch(rig, "HUFU_TEST_SIGNER", "signer", fds, 4, env, &rig->signer);
}

static void connect_door(struct rig *rig, const char *name, struct call **call)
{
	struct err err;
	int fd = socket_connect_unix(rig_format(rig, "%s/run/%s.sock", rig->folder, name), &err);

	assert_true(fd >= 0);
	assert_int_equal(call_new(call, fd, &err), 0);
}

void rig_connect(struct rig *rig)
{
	rig_disconnect(rig);
	connect_door(rig, "portal", &rig->portal);
	connect_door(rig, "responder", &rig->responder);
	connect_door(rig, "signer-order", &rig->order);
}

void rig_disconnect(struct rig *rig)
{
	call_free(&rig->portal);
	call_free(&rig->responder);
	call_free(&rig->order);
}

void rig_start(struct rig *rig)
{
	assert_true(rig_start_escrow(rig, NULL));
	assert_true(rig_start_signer(rig, NULL));
	rig_connect(rig);
}

int rig_set_up(void **state)
{
	static struct rig rig;

	log_start("test", LOG_LEVEL_ERROR);
	rig_make(&rig, false);
	rig_start(&rig);
	*state = &rig;
	return 0;
}

int rig_tear_down(void **state)
{
	rig_free(*state);
	return 0;
}

void rig_kill(pid_t *pid)
{
	if (*pid == 0)
		return;
	kill(*pid, SIGKILL);
	waitpid(*pid, NULL, 0);
	*pid = 0;
}

bool rig_has_ended(pid_t *pid)
{
	if (*pid != 0 && waitpid(*pid, NULL, WNOHANG) == *pid)
		*pid = 0;
	return *pid == 0;
}

void rig_stop(struct rig *rig)
{
	rig_disconnect(rig);
	rig_kill(&rig->signer);
	rig_kill(&rig->escrow);
	close_sockets(rig);
}

/* Orders. */

struct bytes rig_sign_text(struct rig *rig, const struct rig_signer *by, struct bytes text)
{
	struct buf signature;

	buf_init(&signature, 80);
	MUST(signed_text_sign(SIGNED_ORDER, by->key, text, &signature, &err));
	return keep(rig, &signature);
}

struct rig_order rig_sign(struct rig *rig, const struct rig_signer *by, int64_t made, const char *draft)
{
	struct order_facts facts = {.made = made};
	struct rig_order o = {.csr = BYTES_NONE};
	struct buf text;

	memcpy(facts.by, by->serial, sizeof(facts.by));
	memcpy(facts.ca, rig->ca, sizeof(facts.ca));
	buf_init(&text, ORDER_TEXT_MAX);
	MUST(order_complete_text(bytes_text(draft), &facts, rig->pool, &text, &o.order, &err));
	o.text = keep(rig, &text);
	o.signature = rig_sign_text(rig, by, o.text);
	return o;
}

enum err_code rig_ask_raw(struct rig *rig, struct call *door, struct bytes text, struct bytes signature, struct bytes csr,
                          struct deed_reply *reply)
{
	struct deed_request request = {text, signature, csr};
	struct buf body, answer;
	struct err asking = {0};
	struct bytes kept;

	memset(reply, 0, sizeof(*reply));
	buf_init(&body, FRAME_BODY_MAX);
	buf_init(&answer, FRAME_BODY_MAX);
	MUST(body_encode(&deed_request_body, &request, &body, &err));
	if (call_ask(door, SIGNER_DEED, buf_get(&body), &answer, TIMEOUT_MS, &asking) < 0) {
		buf_free(&body);
		buf_free(&answer);
		return asking.code;
	}
	buf_free(&body);
	kept = keep(rig, &answer);
	MUST(body_decode(&deed_reply_body, kept, rig->pool, reply, &err));
	return HF_NONE;
}

enum err_code rig_ask(struct rig *rig, struct call *door, const struct rig_order *order, struct deed_reply *reply)
{
	return rig_ask_raw(rig, door, order->text, order->signature, order->csr, reply);
}

/* An enterprise. */

struct bytes rig_csr(struct rig *rig, const struct sm2_private *key, const char *common_name)
{
	const struct name subject = {.country = BYTES_LITERAL("CN"), .common_name = bytes_text(common_name)};
	uint8_t rs[64];
	struct buf tbs, signature, csr;

	buf_init(&tbs, CSR_DER_MAX);
	buf_init(&signature, 80);
	buf_init(&csr, CSR_DER_MAX);
	MUST(csr_build(&subject, sm2_private_public(key), &tbs, &err));
	MUST(sm2_sign(key, buf_get(&tbs), &signature, &err));
	MUST(sm2_signature_from_der(buf_get(&signature), rs, &err));
	MUST(csr_assemble(buf_get(&tbs), rs, &csr, &err));
	buf_free(&tbs);
	buf_free(&signature);
	return keep(rig, &csr);
}

void rig_application_new(struct rig *rig, struct rig_application *a, const char *code)
{
	uint8_t id[16], hash[32];

	memset(a, 0, sizeof(*a));
	random_bytes(id, sizeof(id));
	hex_write(a->id, id, sizeof(id));
	snprintf(a->code, sizeof(a->code), "%s", code);
	MUST(sm2_private_generate(&a->key, &err));
	sm2_public_hash(sm2_private_public(a->key), hash);
	hex_write(a->key_hash, hash, sizeof(hash));
	a->csr = rig_csr(rig, a->key, "3K0001");
}

void rig_application_free(struct rig_application *a)
{
	sm2_private_free(&a->key);
}

#define PAPER "2222222222222222222222222222222222222222222222222222222222222222"

static const char *new_members(struct rig *rig, const struct rig_application *a)
{
	return rig_format(rig,
	                  "\"application\":\"%s\",\"holder\":{\"code\":\"%s\",\"name\":\"" HOLDER_NAME "\"},"
	                  "\"key\":{\"hash\":\"%s\",\"serial\":\"3K0001\"},\"kind\":\"new\",\"papers\":[\"" PAPER "\"],"
	                  "\"subject\":{\"cn\":\"" HOLDER_NAME "\",\"l\":\"杭州市\",\"o\":\"" HOLDER_NAME "\",\"st\":\"浙江省\"}",
	                  a->id, a->code, a->key_hash);
}

const char *rig_accept_draft(struct rig *rig, const struct rig_application *a)
{
	return rig_format(rig, "{%s,\"order\":\"accept\"}", new_members(rig, a));
}

const char *rig_approve_draft(struct rig *rig, const struct rig_application *a, const struct order *accept, int64_t notafter)
{
	return rig_format(rig, "{%s,\"accept\":\"%s\",\"ends\":[],\"notafter\":%lld,\"order\":\"approve\",\"profile\":\"enterprise\"}",
	                  new_members(rig, a), rig_hex(rig, accept->hash, 32), (long long)notafter);
}

void rig_issue(struct rig *rig, struct rig_application *a, struct deed_reply *reply)
{
	rig_issue_for(rig, a, 300, reply);
}

void rig_issue_for(struct rig *rig, struct rig_application *a, int days, struct deed_reply *reply)
{
	int64_t now = rig_now();
	enum err_code code;

	a->accept = rig_sign(rig, &rig->persons[RIG_INTAKE], now, rig_accept_draft(rig, a));
	code = rig_ask(rig, rig->portal, &a->accept, reply);
	assert_int_equal(code, HF_NONE);
	a->approve =
	    rig_sign(rig, &rig->persons[RIG_REVIEWER], now, rig_approve_draft(rig, a, &a->accept.order, now + (int64_t)days * 86400));
	a->approve.csr = a->csr;
	code = rig_ask(rig, rig->portal, &a->approve, reply);
	assert_int_equal(code, HF_NONE);
}

struct rig_signer rig_holder(const struct rig_application *a, const struct deed_reply *reply)
{
	struct rig_signer holder = {.key = a->key};
	struct cert *cert = NULL;
	struct serial serial;

	MUST(cert_parse(&cert, reply->sign_cert, &err));
	MUST(cert_serial(cert, &serial, &err));
	memcpy(holder.serial, serial.bytes, ORDER_SERIAL_SIZE);
	cert_free(&cert);
	return holder;
}

void rig_assert_receipt(struct rig *rig, const struct rig_order *o, const struct deed_reply *reply)
{
	struct receipt receipt;

	MUST(receipt_check(&receipt, reply->receipt, reply->receipt_signature, rig->authority.certs[AUTHORITY_JOURNAL]->key, &o->order,
	                   rig->pool, &err));
	assert_int_equal(receipt.number, reply->number);
}

void rig_assert_pair(struct rig *rig, const struct rig_application *a, const struct rig_order *o, const struct deed_reply *reply)
{
	struct cert *sign = NULL, *encryption = NULL, **ca = rig->authority.certs;
	struct sm2_private *opened = NULL;

	MUST(cert_parse(&sign, reply->sign_cert, &err));
	MUST(cert_parse(&encryption, reply->enc_cert, &err));
	MUST(chain_check(sign, ca[AUTHORITY_ISSUING], ca[AUTHORITY_ROOT], rig_now(), &err));
	MUST(chain_check(encryption, ca[AUTHORITY_ISSUING], ca[AUTHORITY_ROOT], rig_now(), &err));
	MUST(cert_check_pair(sign, encryption, &err));
	assert_true(sm2_public_equal(sign->key, sm2_private_public(a->key)));
	assert_true(bytes_is_text(sign->code, a->code));
	assert_true(bytes_is_text(sign->subject_name.common_name, HOLDER_NAME));
	assert_int_equal(sign->not_after, o->order.notafter);
	assert_int_equal(encryption->not_after, o->order.notafter);
	MUST(envelope_open(a->key, reply->envelope, &opened, &err));
	assert_true(sm2_public_equal(encryption->key, sm2_private_public(opened)));
	sm2_private_free(&opened);
	cert_free(&sign);
	cert_free(&encryption);
}

struct state_reply rig_state(struct rig *rig)
{
	struct state_reply state;
	struct buf answer;

	buf_init(&answer, FRAME_BODY_MAX);
	MUST(call_ask(rig->order, SIGNER_STATE, BYTES_NONE, &answer, TIMEOUT_MS, &err));
	MUST(body_decode(&state_reply_body, keep(rig, &answer), rig->pool, &state, &err));
	return state;
}

const char *rig_two_serials(struct rig *rig, const struct deed_reply *issued)
{
	struct cert *sign = NULL, *encryption = NULL;
	struct serial a, b;
	const char *text;

	MUST(cert_parse(&sign, issued->sign_cert, &err));
	MUST(cert_parse(&encryption, issued->enc_cert, &err));
	MUST(cert_serial(sign, &a, &err));
	MUST(cert_serial(encryption, &b, &err));
	if (serial_compare(&a, &b) > 0) {
		struct serial c = a;

		a = b;
		b = c;
	}
	text = rig_format(rig, "\"serials\":[\"%s\",\"%s\"]", rig_hex(rig, a.bytes, 16), rig_hex(rig, b.bytes, 16));
	cert_free(&sign);
	cert_free(&encryption);
	return text;
}

struct rig_order rig_installed_order(struct rig *rig, const struct rig_application *a, const struct deed_reply *issued)
{
	struct rig_signer holder = rig_holder(a, issued);

	return rig_sign(rig, &holder, rig_now(),
	                rig_format(rig, "{\"application\":\"%s\",\"order\":\"installed\",\"proof\":\"opened\",%s}", a->id,
	                           rig_two_serials(rig, issued)));
}

const char *rig_renew_draft(struct rig *rig, const struct rig_application *a, const char *serials, int64_t notafter)
{
	return rig_format(
	    rig,
	    "{\"application\":\"%s\",\"holder\":{\"code\":\"%s\",\"name\":\"" HOLDER_NAME "\"},"
	    "\"key\":{\"hash\":\"%s\",\"serial\":\"3K0001\"},\"notafter\":%lld,\"order\":\"renew\",\"profile\":\"enterprise\",%s,"
	    "\"subject\":{\"cn\":\"" HOLDER_NAME "\",\"l\":\"杭州市\",\"o\":\"" HOLDER_NAME "\",\"st\":\"浙江省\"}}",
	    a->id, a->code, a->key_hash, (long long)notafter, serials);
}

struct rig_order rig_status_order(struct rig *rig, const struct rig_signer *by, const char *code, const char *application,
                                  const char *serials, const char *what, const char *reason)
{
	return rig_sign(rig, by, rig_now(),
	                rig_format(rig,
	                           "{\"application\":\"%s\",\"holder\":{\"code\":\"%s\",\"name\":\"" HOLDER_NAME "\"},\"order\":\"%s\","
	                           "\"reason\":\"%s\",%s}",
	                           application, code, what, reason, serials));
}

const char *rig_staff_draft(struct rig *rig, const char *application, const char *serial, const char *first, const char *id,
                            const char *roles)
{
	return rig_format(rig,
	                  "{\"application\":\"%s\",\"certificate\":\"%s\",\"first\":\"%s\",\"from\":%lld,\"order\":\"staff\","
	                  "\"person\":{\"id\":\"%s\",\"name\":\"新人\"},\"roles\":[%s],\"to\":%lld}",
	                  application, serial, first, (long long)rig->authority.now, id, roles,
	                  (long long)rig->authority.now + 365 * 86400);
}

/* What a refusal leaves as it is. */
struct standing {
	int64_t deeds, number;
	off_t journal, pairs;
};

static off_t size_of(struct rig *rig, const char *name)
{
	struct stat st;

	assert_int_equal(stat(rig_format(rig, "%s/%s", rig->folder, name), &st), 0);
	return st.st_size;
}

static struct standing standing(struct rig *rig)
{
	struct state_reply state = rig_state(rig);

	return (struct standing){state.deeds, state.number, size_of(rig, "signer/journal"), size_of(rig, "escrow/pairs")};
}

/* The signer makes CRLs, and notes keys and heads, at its own time: every other record is somebody's deed. */
static bool was_ordered(const struct journal_event *event)
{
	return event->type != EVENT_CRL && event->type != EVENT_OCSP && event->type != EVENT_AUDIT;
}

static bool deeds_follow(struct rig *rig, int64_t number)
{
	struct feed_request request = {number + 1, 0};
	struct feed_reply reply;
	struct buf body, answer;
	struct feed batch;

	buf_init(&body, FRAME_BODY_MAX);
	buf_init(&answer, FRAME_BODY_MAX);
	MUST(body_encode(&feed_request_body, &request, &body, &err));
	MUST(call_ask(rig->portal, SIGNER_FEED, buf_get(&body), &answer, TIMEOUT_MS, &err));
	buf_free(&body);
	MUST(body_decode(&feed_reply_body, keep(rig, &answer), rig->pool, &reply, &err));
	MUST(feed_read(&batch, EVENT_VIEW_FULL, reply.text, reply.signature, rig->authority.certs[AUTHORITY_JOURNAL]->key, number + 1, 0,
	               rig->pool, &err));
	for (size_t i = 0; i < batch.count; i++) {
		if (was_ordered(&batch.entries[i].event))
			return true;
	}
	return false;
}

void rig_refused(struct rig *rig, struct call *door, const struct rig_order *order, enum err_code code, const char *file, int line)
{
	struct standing before = standing(rig), after;
	struct deed_reply reply;
	enum err_code got = rig_ask(rig, door, order, &reply);

	if (got != code)
		fail_msg("%s:%d: HF-%d instead of HF-%d", file, line, (int)got, (int)code);
	after = standing(rig);
	if (after.deeds != before.deeds || after.pairs != before.pairs || deeds_follow(rig, before.number) ||
	    (after.number == before.number && after.journal != before.journal))
		fail_msg("%s:%d: refused with HF-%d, and yet something was recorded", file, line, (int)code);
}
