/* The real signer against an escrow in wrong hands: whatever key it gives, nothing is issued that the journal would contradict, and the
 * signer starts again. */
#include "envelope.h"
#include "escrow_message.h"
#include "log.h"
#include "signer_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#define CODE "91330100MA27XF8U4K"
#define LATER_MS 60000

struct desk {
	struct rig rig;
	struct serve *serve;
	pthread_t thread;
	const struct sm2_private *_Atomic given; /* the key of every envelope; NULL: a fresh one for each */
	atomic_bool silent;
	atomic_int asked;
};

/* In the thread that serves a test cannot fail by longjmp. */
#define MUST(call) \
	do { \
		if ((call) != 0) \
			abort(); \
	} while (0)

static void give(struct request *r, const struct sm2_private *key)
{
	struct envelope_request asked;
	struct envelope_reply reply;
	struct sm2_public *to = NULL;
	uint8_t spki[SM2_SPKI_SIZE];
	struct buf envelope;

	buf_init(&envelope, ENVELOPE_DER_MAX);
	MUST(body_decode(&envelope_request_body, r->body, r->pool, &asked, NULL));
	MUST(sm2_public_from_spki(&to, asked.spki, NULL));
	MUST(envelope_seal(to, key, &envelope, NULL));
	sm2_public_spki(sm2_private_public(key), spki);
	reply = (struct envelope_reply){.spki = BYTES_ARRAY(spki), .envelope = buf_get(&envelope)};
	MUST(body_encode(&envelope_reply_body, &reply, &r->reply, NULL));
	sm2_public_free(&to);
	buf_free(&envelope);
}

static void on_batch(void *ctx, struct request **batch, size_t n)
{
	struct desk *d = ctx;

	for (size_t i = 0; i < n; i++) {
		struct sm2_private *fresh = NULL;
		const struct sm2_private *given = d->given;

		atomic_fetch_add(&d->asked, 1);
		batch[i]->kept = d->silent;
		if (batch[i]->kept)
			continue;
		MUST(sm2_private_generate(&fresh, NULL));
		give(batch[i], given != NULL ? given : fresh);
		sm2_private_free(&fresh);
	}
}

static void *serve_thread(void *ctx)
{
	MUST(serve_run(((struct desk *)ctx)->serve, 16, NULL));
	return NULL;
}

static int set_up(void **state)
{
	static struct desk d;
	struct err err;

	log_start("test", LOG_LEVEL_ERROR);
	rig_make(&d.rig, false);
	assert_true(rig_start_signer(&d.rig, NULL));
	rig_connect(&d.rig);
	assert_int_equal(serve_new(&d.serve, on_batch, NULL, 0, &d, &err), 0);
	assert_int_equal(serve_add_listener(d.serve, dup(d.rig.escrow_door), escrow_signer_door, escrow_signer_door_rows, NULL, &err), 0);
	assert_int_equal(pthread_create(&d.thread, NULL, serve_thread, &d), 0);
	*state = &d;
	return 0;
}

static int tear_down(void **state)
{
	struct desk *d = *state;

	serve_stop(d->serve);
	pthread_join(d->thread, NULL);
	serve_free(&d->serve);
	rig_free(&d->rig);
	return 0;
}

static void restart(struct desk *d)
{
	rig_disconnect(&d->rig);
	rig_kill(&d->rig.signer);
	assert_true(rig_start_signer(&d->rig, NULL));
	rig_connect(&d->rig);
}

/* An accepted application, with its approval ready to be asked. */
static void application_ready(struct rig *rig, struct rig_application *a)
{
	struct deed_reply reply;

	rig_application_new(rig, a, CODE);
	a->accept = rig_sign(rig, &rig->persons[RIG_INTAKE], rig_now(), rig_accept_draft(rig, a));
	assert_int_equal(rig_ask(rig, rig->portal, &a->accept, &reply), HF_NONE);
	a->approve = rig_sign(rig, &rig->persons[RIG_REVIEWER], rig_now(), rig_approve_draft(rig, a, &a->accept.order, rig_now() + 86400));
	a->approve.csr = a->csr;
}

static void test_keys_that_were_certified(void **state)
{
	struct desk *d = *state;
	struct rig *rig = &d->rig;
	struct rig_application a, b;
	struct sm2_private *first = NULL;
	const struct sm2_private *wrong[3];
	struct deed_reply issued, reply;
	struct err err;

	assert_int_equal(sm2_private_generate(&first, &err), 0);
	application_ready(rig, &a);
	application_ready(rig, &b);
	d->given = first;
	assert_int_equal(rig_ask(rig, rig->portal, &a.approve, &issued), HF_NONE);
	wrong[0] = first;                          /* another holder's encryption key */
	wrong[1] = b.key;                          /* his own signature key */
	wrong[2] = rig->persons[RIG_REVIEWER].key; /* one of the staff */
	for (size_t i = 0; i < 3; i++) {
		d->given = wrong[i];
		assert_int_equal(rig_ask(rig, rig->portal, &b.approve, &reply), HF_KEY_CERTIFIED_BEFORE);
	}
	d->given = NULL;
	assert_int_equal(rig_ask(rig, rig->portal, &b.approve, &reply), HF_NONE);
	restart(d);
	assert_int_equal(rig_ask(rig, rig->portal, &a.approve, &reply), HF_NONE);
	assert_true(bytes_equal(reply.enc_cert, issued.enc_cert));
	sm2_private_free(&first);
	rig_application_free(&a);
	rig_application_free(&b);
}

#define MANY 8

/* One key for all of a group: one of them has it, the others are refused, each alone. */
static void test_one_key_for_many(void **state)
{
	struct desk *d = *state;
	struct rig *rig = &d->rig;
	struct rig_application a[MANY];
	struct call_item items[MANY] = {0};
	struct buf bodies[MANY];
	struct sm2_private *key = NULL;
	struct deed_reply reply;
	size_t issued = 0;
	struct err err;

	assert_int_equal(sm2_private_generate(&key, &err), 0);
	d->given = key;
	for (size_t i = 0; i < MANY; i++) {
		application_ready(rig, &a[i]);
		struct deed_request request = {a[i].approve.text, a[i].approve.signature, a[i].approve.csr};

		buf_init(&bodies[i], FRAME_BODY_MAX);
		buf_init(&items[i].answer, FRAME_BODY_MAX);
		assert_int_equal(body_encode(&deed_request_body, &request, &bodies[i], &err), 0);
		items[i].type = SIGNER_DEED;
		items[i].body = buf_get(&bodies[i]);
	}
	(void)!call_ask_many(rig->portal, items, MANY, LATER_MS, &err);
	for (size_t i = 0; i < MANY; i++) {
		issued += items[i].result == 0;
		if (items[i].result < 0)
			assert_int_equal(items[i].err.code, HF_KEY_CERTIFIED_BEFORE);
		buf_free(&bodies[i]);
		buf_free(&items[i].answer);
	}
	assert_int_equal(issued, 1);
	restart(d);
	d->given = NULL;
	for (size_t i = 0; i < MANY; i++) {
		assert_int_equal(rig_ask(rig, rig->portal, &a[i].approve, &reply), HF_NONE);
		rig_application_free(&a[i]);
	}
	sm2_private_free(&key);
}

/* After it let the time run out, escrow is left alone for a while: what needs it is to come later, all else goes on. */
static void test_an_escrow_that_hangs(void **state)
{
	struct desk *d = *state;
	struct rig *rig = &d->rig;
	struct rig_application a, b, c;
	struct deed_reply reply;
	enum err_code code = HF_PEER_GONE;
	int asked;

	application_ready(rig, &a);
	application_ready(rig, &b);
	d->silent = true;
	asked = d->asked;
	assert_int_equal(rig_ask(rig, rig->portal, &a.approve, &reply), HF_PEER_GONE);
	assert_int_equal(d->asked, asked + 1);
	d->silent = false;
	assert_int_equal(rig_ask(rig, rig->portal, &b.approve, &reply), HF_PEER_GONE);
	assert_int_equal(d->asked, asked + 1);
	application_ready(rig, &c); /* takes an acceptance meanwhile */
	for (int waited = 0; code == HF_PEER_GONE && waited < LATER_MS; waited += 100) {
		usleep(100000);
		code = rig_ask(rig, rig->portal, &a.approve, &reply);
	}
	assert_int_equal(code, HF_NONE);
	rig_application_free(&a);
	rig_application_free(&b);
	rig_application_free(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_keys_that_were_certified),
	    cmocka_unit_test(test_one_key_for_many),
	    cmocka_unit_test(test_an_escrow_that_hangs),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
