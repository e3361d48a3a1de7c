/* Escrow at its socket: an envelope only against a warrant of the journal key, in its time, for this key; and the same one again. */
#include "envelope.h"
#include "escrow_message.h"
#include "log.h"
#include "signed_text.h"
#include "signer_rig.h"
#include "spawn.h"
#include "warrant.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#define BATCH 40

/* What is asked, made right and then spoiled. */
struct question {
	struct warrant warrant;
	struct sm2_private *key; /* the holder's signature key */
	const struct sm2_private *signer;
	enum signed_kind kind;
	struct bytes text;        /* instead of the warrant's own; empty: that */
	struct bytes signed_text; /* instead of what is sent; empty: that */
	uint8_t spki[SM2_SPKI_SIZE];
};

struct desk {
	struct rig rig;
	struct call *call;
};

static int set_up(void **state)
{
	static struct desk d;
	struct err err;

	log_start("test", LOG_LEVEL_ERROR);
	rig_make(&d.rig, false);
	assert_true(rig_start_escrow(&d.rig, NULL));
	assert_int_equal(call_new(&d.call, socket_connect_unix(rig_format(&d.rig, "%s/run/escrow.sock", d.rig.folder), &err), &err), 0);
	*state = &d;
	return 0;
}

static int tear_down(void **state)
{
	struct desk *d = *state;

	call_free(&d->call);
	rig_free(&d->rig);
	return 0;
}

static struct question right(struct desk *d, uint8_t application)
{
	struct question q = {.signer = d->rig.authority.keys[AUTHORITY_JOURNAL], .kind = SIGNED_WARRANT};
	struct err err;

	assert_int_equal(sm2_private_generate(&q.key, &err), 0);
	sm2_public_spki(sm2_private_public(q.key), q.spki);
	q.warrant = (struct warrant){.application = {application}, .made = rig_now() - 1, .until = rig_now() + 500, .v = 1};
	memcpy(q.warrant.ca, d->rig.ca, sizeof(q.warrant.ca));
	sm2_public_hash(sm2_private_public(q.key), q.warrant.key);
	return q;
}

static struct bytes warrant_text(struct desk *d, const struct warrant *warrant)
{
	struct buf text;
	struct bytes kept;
	struct err err;

	buf_init(&text, WARRANT_TEXT_MAX);
	assert_int_equal(warrant_write(warrant, &text, &err), 0);
	assert_int_equal(pool_bytes(d->rig.pool, buf_get(&text), &kept, &err), 0);
	buf_free(&text);
	return kept;
}

static struct bytes encode(struct desk *d, const struct question *q)
{
	struct envelope_request request = {.warrant = q->text.data != NULL ? q->text : warrant_text(d, &q->warrant),
	                                   .spki = BYTES_ARRAY(q->spki)};
	struct buf signature, body;
	struct bytes kept;
	struct err err;

	buf_init(&signature, 80);
	buf_init(&body, 8192);
	assert_int_equal(
	    signed_text_sign(q->kind, q->signer, q->signed_text.data != NULL ? q->signed_text : request.warrant, &signature, &err), 0);
	request.warrant_signature = buf_get(&signature);
	assert_int_equal(body_encode(&envelope_request_body, &request, &body, &err), 0);
	assert_int_equal(pool_bytes(d->rig.pool, buf_get(&body), &kept, &err), 0);
	buf_free(&signature);
	buf_free(&body);
	return kept;
}

static enum err_code ask(struct desk *d, const struct question *q, struct envelope_reply *reply)
{
	struct bytes kept;
	struct buf answer;
	struct err err = {0};

	buf_init(&answer, 4096);
	if (call_ask(d->call, ESCROW_ENVELOPE, encode(d, q), &answer, 10000, &err) < 0) {
		buf_free(&answer);
		return err.code;
	}
	assert_int_equal(pool_bytes(d->rig.pool, buf_get(&answer), &kept, &err), 0);
	buf_free(&answer);
	assert_int_equal(body_decode(&envelope_reply_body, kept, d->rig.pool, reply, &err), 0);
	return HF_NONE;
}

static void refused(struct desk *d, const struct question *q, enum err_code code)
{
	struct envelope_reply reply;
	enum err_code got = ask(d, q, &reply);

	if (got != code)
		fail_msg("HF-%d instead of HF-%d", (int)got, (int)code);
}

static int64_t held(struct desk *d)
{
	struct escrow_state_reply state;
	struct buf answer;
	struct err err;

	buf_init(&answer, 4096);
	assert_int_equal(call_ask(d->call, ESCROW_STATE, BYTES_NONE, &answer, 10000, &err), 0);
	assert_int_equal(body_decode(&escrow_state_reply_body, buf_get(&answer), d->rig.pool, &state, &err), 0);
	buf_free(&answer);
	return state.held;
}

static void test_the_same_again(void **state)
{
	struct desk *d = *state;
	struct question q = right(d, 1), other = right(d, 1);
	struct envelope_reply reply, again;
	struct sm2_private *opened = NULL;
	struct sm2_public *key = NULL;
	struct err err;

	assert_int_equal(ask(d, &q, &reply), HF_NONE);
	assert_int_equal(sm2_public_from_spki(&key, reply.spki, &err), 0);
	assert_int_equal(envelope_open(q.key, reply.envelope, &opened, &err), 0);
	assert_true(sm2_public_equal(key, sm2_private_public(opened)));
	assert_int_equal(ask(d, &q, &again), HF_NONE);
	assert_true(bytes_equal(reply.envelope, again.envelope));
	q.warrant.nonce[0] = 7; /* a fresh warrant for the same */
	assert_int_equal(ask(d, &q, &again), HF_NONE);
	assert_true(bytes_equal(reply.envelope, again.envelope));
	assert_true(bytes_equal(reply.spki, again.spki));
	/* the same application under another key is another pair */
	assert_int_equal(ask(d, &other, &again), HF_NONE);
	assert_false(bytes_equal(reply.spki, again.spki));
	assert_int_equal(held(d), 2);
	sm2_private_free(&q.key);
	sm2_private_free(&other.key);
	sm2_private_free(&opened);
	sm2_public_free(&key);
}

/* Nothing but a right warrant, over the question's own pair, is answered. */
static void refused_without_a_right_warrant(struct desk *d, const struct question *good)
{
	struct question q = *good, other = right(d, 3);
	int64_t before = held(d), now = rig_now();

	q.text = (struct bytes){(const uint8_t *)"", 0};
	refused(d, &q, HF_WARRANT_MISSING);
	q.text = BYTES_LITERAL("{}");
	refused(d, &q, HF_ORDER_MEMBER);
	q.text = BYTES_LITERAL("{ }");
	refused(d, &q, HF_ORDER_NOT_CANONICAL);
	/* signed by somebody else: the issuing key, a person, the holder; or as something else */
	q = *good;
	q.signer = d->rig.authority.keys[AUTHORITY_ISSUING];
	refused(d, &q, HF_WARRANT_SIGNATURE);
	q.signer = d->rig.persons[RIG_ADMIN_A].key;
	refused(d, &q, HF_WARRANT_SIGNATURE);
	q.signer = q.key;
	refused(d, &q, HF_WARRANT_SIGNATURE);
	q = *good;
	q.kind = SIGNED_RECEIPT;
	refused(d, &q, HF_WARRANT_SIGNATURE);
	/* over, not yet begun, too long */
	q = *good;
	q.warrant.made = now - 700;
	q.warrant.until = now - 100;
	refused(d, &q, HF_WARRANT_EXPIRED);
	q.warrant.made = now + 100;
	q.warrant.until = now + 200;
	refused(d, &q, HF_WARRANT_EXPIRED);
	q.warrant.made = now - 10;
	q.warrant.until = now + 600;
	refused(d, &q, HF_WARRANT_EXPIRED);
	/* another key than the warrant's, another CA */
	q = *good;
	memcpy(q.spki, other.spki, sizeof(q.spki));
	refused(d, &q, HF_WARRANT_KEY);
	q = *good;
	q.warrant.ca[0] ^= 1;
	refused(d, &q, HF_ORDER_OTHER_CA);
	/* no key at all, a point that is not on the curve */
	q = *good;
	q.spki[90] ^= 1;
	refused(d, &q, HF_DER);
	/* a right signature, of another text */
	q = *good;
	q.signed_text = warrant_text(d, &q.warrant);
	q.warrant.until++;
	refused(d, &q, HF_WARRANT_SIGNATURE);
	q.warrant.until--;
	q.warrant.application[15] ^= 1;
	refused(d, &q, HF_WARRANT_SIGNATURE);
	q = *good;
	q.signed_text = warrant_text(d, &q.warrant);
	memcpy(q.spki, other.spki, sizeof(q.spki));
	memcpy(q.warrant.key, other.warrant.key, sizeof(q.warrant.key));
	refused(d, &q, HF_WARRANT_SIGNATURE);
	assert_int_equal(held(d), before);
	sm2_private_free(&other.key);
}

/* The pair that was served needs a right warrant again, each time: the store alone answers nobody. */
static void test_without_a_right_warrant(void **state)
{
	struct desk *d = *state;
	struct question good = right(d, 2);
	struct envelope_reply reply, again;
	int64_t before = held(d);

	refused_without_a_right_warrant(d, &good);
	assert_int_equal(ask(d, &good, &reply), HF_NONE);
	assert_int_equal(held(d), before + 1);
	refused_without_a_right_warrant(d, &good);
	assert_int_equal(ask(d, &good, &again), HF_NONE);
	assert_true(bytes_equal(reply.envelope, again.envelope));
	assert_int_equal(held(d), before + 1);
	sm2_private_free(&good.key);
}

/* Many at once, some of them the same and some wrong: each gets its own answer, all are there after a kill. */
static void test_a_batch(void **state)
{
	struct desk *d = *state;
	struct question q[BATCH];
	struct call_item items[BATCH];
	struct envelope_reply replies[BATCH], again;
	int64_t before = held(d);
	struct err err;

	memset(items, 0, sizeof(items));
	for (int i = 0; i < BATCH; i++) {
		q[i] = i % 4 == 3 ? q[i - 1] : right(d, (uint8_t)(100 + i));
		if (i % 4 == 1)
			q[i].warrant.until = q[i].warrant.made - 1;
		items[i].type = ESCROW_ENVELOPE;
		items[i].body = encode(d, &q[i]);
		buf_init(&items[i].answer, 4096);
	}
	assert_int_equal(call_ask_many(d->call, items, BATCH, 10000, &err), -1);
	for (int i = 0; i < BATCH; i++) {
		struct bytes kept;

		if (i % 4 == 1) {
			assert_int_equal(items[i].err.code, HF_WARRANT_EXPIRED);
			continue;
		}
		assert_int_equal(items[i].result, 0);
		assert_int_equal(pool_bytes(d->rig.pool, buf_get(&items[i].answer), &kept, &err), 0);
		assert_int_equal(body_decode(&envelope_reply_body, kept, d->rig.pool, &replies[i], &err), 0);
		if (i % 4 == 3)
			assert_true(bytes_equal(replies[i].envelope, replies[i - 1].envelope));
	}
	assert_int_equal(held(d), before + BATCH / 2);
	call_free(&d->call);
	rig_kill(&d->rig.escrow);
	assert_true(rig_start_escrow(&d->rig, NULL));
	assert_int_equal(call_new(&d->call, socket_connect_unix(rig_format(&d->rig, "%s/run/escrow.sock", d->rig.folder), &err), &err), 0);
	for (int i = 0; i < BATCH; i += 4) {
		assert_int_equal(ask(d, &q[i], &again), HF_NONE);
		assert_true(bytes_equal(replies[i].envelope, again.envelope));
	}
	assert_int_equal(held(d), before + BATCH / 2);
	for (int i = 0; i < BATCH; i++) {
		buf_free(&items[i].answer);
		if (i % 4 != 3)
			sm2_private_free(&q[i].key);
	}
}

/* A pair is asked for by its own signer only: the file under another master key, or changed, is never opened. */
static void test_a_file_that_is_not_its_own(void **state)
{
	struct desk *d = *state;
	struct rig other;

	rig_make(&other, false);
	call_free(&d->call);
	rig_stop(&d->rig);
	assert_int_equal(
	    rename(rig_format(&d->rig, "%s/escrow/pairs", d->rig.folder), rig_format(&d->rig, "%s/escrow/kept", d->rig.folder)), 0);
	assert_false(rig_start_escrow(&d->rig, NULL)); /* missing is no new beginning */
	assert_int_equal(rename(rig_format(&other, "%s/escrow/pairs", other.folder), rig_format(&d->rig, "%s/escrow/pairs", d->rig.folder)),
	                 0);
	assert_false(rig_start_escrow(&d->rig, NULL));
	assert_int_equal(
	    rename(rig_format(&d->rig, "%s/escrow/kept", d->rig.folder), rig_format(&d->rig, "%s/escrow/pairs", d->rig.folder)), 0);
	assert_true(rig_start_escrow(&d->rig, NULL));
	rig_free(&other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_the_same_again),
	    cmocka_unit_test(test_without_a_right_warrant),
	    cmocka_unit_test(test_a_batch),
	    cmocka_unit_test(test_a_file_that_is_not_its_own),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
