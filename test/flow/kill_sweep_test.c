/* Signer or escrow is killed at the n-th call that leaves a trace, or its n-th durable write fails; afterwards nothing is lost and nothing
 * is doubled.
 *
 * kill_sweep [FIRST [STEP [LAST]]]: rounds n = FIRST, FIRST+STEP, …, LAST, until the victim outlives the work. */
#include "escrow_message.h"
#include "journal.h"
#include "journal_event.h"
#include "log.h"
#include "signer_rig.h"
#include "spawn.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CODE "91330100MA27XF8U4K"
#define PATIENCE 200 /* attempts of 50 ms */

enum victim { VICTIM_SIGNER, VICTIM_ESCROW };
/* What happens to it: death, death in the middle of a write, a write that fails once, or a disk that fails from then on. */
enum mishap { MISHAP_KILL, MISHAP_KILL_HALF, MISHAP_FAIL, MISHAP_FAIL_ON };
/* The deeds of a round, in their order. */
enum { ACCEPT, APPROVE, INSTALLED, RENEW, RENEWED, REVOKE, DEEDS };

struct sweep {
	struct rig rig;
	enum victim victim;
	long first, step, last;
	int64_t rounds;
	enum mishap mishap;
	bool failed; /* a "not done" was seen */
	char at[32], preload[256];
	const char *env[4];
};
static struct sweep sweep = {.first = 1, .step = 1, .last = 100000};

/* Starts again what was killed, this time to live. */
static void revive(struct rig *rig)
{
	if (rig_has_ended(&rig->escrow))
		assert_true(rig_start_escrow(rig, NULL));
	if (rig_has_ended(&rig->signer))
		assert_true(rig_start_signer(rig, NULL));
	rig_connect(rig);
}

/* As the portal does: the same order until there is an answer. */
static void ask_until_done(struct rig *rig, const struct rig_order *order, struct deed_reply *reply)
{
	for (int i = 0; i < PATIENCE; i++) {
		enum err_code code = rig_ask(rig, rig->portal, order, reply);

		if (code == HF_NONE)
			return;
		if (code != HF_PEER_GONE && code != HF_FILE && code != HF_JOURNAL_BROKEN)
			fail_msg("HF-%d", (int)code);
		sweep.failed = true;
		usleep(50000);
		revive(rig);
	}
	fail_msg("no answer");
}

/* An enterprise's whole life with certificates: the pair of a, renewed with the key of b, which is revoked. */
static void live(struct rig *rig, struct rig_application *a, struct rig_application *b, struct rig_order orders[DEEDS],
                 struct deed_reply replies[DEEDS])
{
	int64_t end = rig_now() + 86400;
	struct rig_signer holder;

	orders[ACCEPT] = rig_sign(rig, &rig->persons[RIG_INTAKE], rig_now(), rig_accept_draft(rig, a));
	ask_until_done(rig, &orders[ACCEPT], &replies[ACCEPT]);
	orders[APPROVE] = rig_sign(rig, &rig->persons[RIG_REVIEWER], rig_now(), rig_approve_draft(rig, a, &orders[ACCEPT].order, end));
	orders[APPROVE].csr = a->csr;
	ask_until_done(rig, &orders[APPROVE], &replies[APPROVE]);
	holder = rig_holder(a, &replies[APPROVE]);
	orders[INSTALLED] = rig_installed_order(rig, a, &replies[APPROVE]);
	ask_until_done(rig, &orders[INSTALLED], &replies[INSTALLED]);
	orders[RENEW] = rig_sign(rig, &holder, rig_now(), rig_renew_draft(rig, b, rig_two_serials(rig, &replies[APPROVE]), end + 86400));
	orders[RENEW].csr = b->csr;
	ask_until_done(rig, &orders[RENEW], &replies[RENEW]);
	orders[RENEWED] = rig_installed_order(rig, b, &replies[RENEW]);
	ask_until_done(rig, &orders[RENEWED], &replies[RENEWED]);
	holder = rig_holder(b, &replies[RENEW]);
	orders[REVOKE] = rig_status_order(rig, &holder, CODE, b->id, rig_two_serials(rig, &replies[RENEW]), "revoke", "superseded");
	ask_until_done(rig, &orders[REVOKE], &replies[REVOKE]);
}

static void assert_same(const struct deed_reply *a, const struct deed_reply *b)
{
	assert_int_equal(a->number, b->number);
	assert_true(bytes_equal(a->receipt, b->receipt));
	assert_true(bytes_equal(a->receipt_signature, b->receipt_signature));
	assert_true(bytes_equal(a->sign_cert, b->sign_cert));
	assert_true(bytes_equal(a->enc_cert, b->enc_cert));
	assert_true(bytes_equal(a->envelope, b->envelope));
}

/* Events of the journal by type. */
struct tally {
	struct pool *pool;
	int64_t count[EVENT_STATUS + 1];
};

static int tally_record(void *ctx, const struct journal_record *record, struct err *err)
{
	struct tally *tally = ctx;
	struct journal_event event;

	pool_reset(tally->pool);
	if (journal_event_parse(&event, record->body, tally->pool, err) < 0)
		return -1;
	tally->count[event.type]++;
	return 0;
}

static void assert_journal(const struct sweep *s)
{
	struct tally tally = {.pool = pool_new(4u << 20)};
	struct journal_state state;
	struct err err;
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "%s/signer/journal", s->rig.folder);
	fd = open(path, O_RDONLY);
	if (journal_scan(fd, tally_record, &tally, &state, &err) < 0)
		fail_msg("%s", err.text);
	assert_false(state.torn);
	assert_int_equal(tally.count[EVENT_ACCEPTED], s->rounds);
	assert_int_equal(tally.count[EVENT_ISSUED], 2 * s->rounds);
	assert_int_equal(tally.count[EVENT_INSTALLED], s->rounds);
	assert_int_equal(tally.count[EVENT_RENEWED], s->rounds);
	assert_int_equal(tally.count[EVENT_STATUS], s->rounds);
	close(fd);
	pool_free(&tally.pool);
}

static void assert_escrow(struct sweep *s)
{
	struct escrow_state_reply state;
	struct call *call = NULL;
	struct buf answer;
	struct err err;
	char path[128];

	snprintf(path, sizeof(path), "%s/run/escrow.sock", s->rig.folder);
	buf_init(&answer, 4096);
	assert_int_equal(call_new(&call, socket_connect_unix(path, &err), &err), 0);
	assert_int_equal(call_ask(call, ESCROW_STATE, BYTES_NONE, &answer, 10000, &err), 0);
	assert_int_equal(body_decode(&escrow_state_reply_body, buf_get(&answer), s->rig.pool, &state, &err), 0);
	assert_int_equal(state.held, 2 * s->rounds);
	call_free(&call);
	buf_free(&answer);
}

/* One round; false when the victim outlived it. */
static bool run_round(struct sweep *s, long n)
{
	struct rig *rig = &s->rig;
	struct rig_order orders[DEEDS];
	struct deed_reply replies[DEEDS], again;
	struct rig_application a, b;
	bool killed;

	snprintf(s->at, sizeof(s->at), "%s=%ld", s->mishap <= MISHAP_KILL_HALF ? "HUFU_KILL_AT" : "HUFU_FAIL_AT", n);
	s->failed = false;
	rig_start_escrow(rig, s->victim == VICTIM_ESCROW ? s->env : NULL);
	rig_start_signer(rig, s->victim == VICTIM_SIGNER ? s->env : NULL);
	killed = rig_has_ended(s->victim == VICTIM_SIGNER ? &rig->signer : &rig->escrow);
	revive(rig);
	rig_application_new(rig, &a, CODE);
	rig_application_new(rig, &b, CODE);
	pid_t before = s->victim == VICTIM_SIGNER ? rig->signer : rig->escrow;
	live(rig, &a, &b, orders, replies);
	killed = killed || rig_has_ended(s->victim == VICTIM_SIGNER ? &rig->signer : &rig->escrow) ||
	         before != (s->victim == VICTIM_SIGNER ? rig->signer : rig->escrow) || s->failed;
	/* What was answered holds after everything was killed once more. */
	rig_stop(rig);
	rig_start(rig);
	for (int i = 0; i < DEEDS; i++) {
		assert_int_equal(rig_ask(rig, rig->portal, &orders[i], &again), HF_NONE);
		assert_same(&replies[i], &again);
	}
	s->rounds++;
	assert_escrow(s);
	rig_stop(rig);
	assert_journal(s);
	rig_application_free(&a);
	rig_application_free(&b);
	return killed;
}

static void run_sweep(enum victim victim, enum mishap mishap)
{
	/* A failed write may be made good without anybody noticing, so these rounds go on to a fixed end. */
	static const long most_calls[][MISHAP_FAIL_ON + 1] = {
	    [VICTIM_SIGNER] = {LONG_MAX, LONG_MAX, 20, 20}, [VICTIM_ESCROW] = {LONG_MAX, LONG_MAX, 6, 6}};
	static const char *const more[] = {[MISHAP_KILL_HALF] = "HUFU_KILL_HALF=1", [MISHAP_FAIL_ON] = "HUFU_FAIL_ON=1"};
	struct sweep *s = &sweep;
	long n;

	s->victim = victim;
	s->mishap = mishap;
	s->rounds = 0;
	snprintf(s->preload, sizeof(s->preload), "LD_PRELOAD=%s", getenv("HUFU_TEST_KILL_AT"));
	s->env[0] = s->preload;
	s->env[1] = s->at;
	s->env[2] = more[mishap];
	rig_make(&s->rig, false);
	for (n = s->first; n <= s->last && n <= most_calls[victim][mishap]; n += s->step) {
		if (!run_round(s, n) && mishap <= MISHAP_KILL_HALF)
			break;
	}
	print_message("# %s, mishap %d: %ld calls in %ld rounds\n", victim == VICTIM_SIGNER ? "signer" : "escrow", (int)mishap, n,
	              (long)s->rounds);
	rig_free(&s->rig);
}

static void test_killed(void **state)
{
	(void)state;
	for (enum mishap m = MISHAP_KILL; m <= MISHAP_KILL_HALF; m++) {
		run_sweep(VICTIM_SIGNER, m);
		run_sweep(VICTIM_ESCROW, m);
	}
}

static void test_failing_disk(void **state)
{
	(void)state;
	for (enum mishap m = MISHAP_FAIL; m <= MISHAP_FAIL_ON; m++) {
		run_sweep(VICTIM_SIGNER, m);
		run_sweep(VICTIM_ESCROW, m);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_killed),
	    cmocka_unit_test(test_failing_disk),
	};
	log_start("test", LOG_LEVEL_ERROR);
	if (argc > 1)
		sweep.first = strtol(argv[1], NULL, 10);
	if (argc > 2)
		sweep.step = strtol(argv[2], NULL, 10);
	if (argc > 3)
		sweep.last = strtol(argv[3], NULL, 10);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
