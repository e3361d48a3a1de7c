/* Renewals at the sockets of the real signer: the holder alone, once, in time, and the old pair ends with the acceptance of the new one. */
#include "feed.h"
#include "order_check.h"
#include "profile.h"
#include "signer_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#define CODE_A "91330100MA27XF8U4K"
#define CODE_B "91330100MA2B0G7R1T"
#define TIMEOUT_MS 20000

/* A pair that ends soon, and the application for its renewal. */
struct scene {
	struct rig_application old, new;
	struct deed_reply issued;
	struct rig_signer holder;
	int64_t end;
	struct rig_order renew;
};

static int64_t end_of(const struct rig *rig, int64_t old_end)
{
	return profile_end(PROFILE_ENTERPRISE_SIGN, old_end + 1, rig->authority.certs[AUTHORITY_ISSUING]->not_after);
}

static struct rig_order renew_by(struct rig *rig, const struct rig_signer *by, const struct rig_application *a, const char *draft)
{
	struct rig_order o = rig_sign(rig, by, rig_now(), draft);

	o.csr = a->csr;
	return o;
}

static void begin(struct rig *rig, struct scene *s, int days)
{
	rig_application_new(rig, &s->old, CODE_A);
	rig_issue_for(rig, &s->old, days, &s->issued);
	s->holder = rig_holder(&s->old, &s->issued);
	s->end = s->old.approve.order.notafter;
	rig_application_new(rig, &s->new, CODE_A);
	s->renew = renew_by(rig, &s->holder, &s->new, rig_renew_draft(rig, &s->new, rig_two_serials(rig, &s->issued), end_of(rig, s->end)));
}

static void end(struct scene *s)
{
	rig_application_free(&s->old);
	rig_application_free(&s->new);
}

/* What the responder's door shows of the newest record: two revocations as superseded, of this pair. */
static void assert_status_shown(struct rig *rig, int64_t number, const struct rig_order *renew)
{
	struct feed_request request = {number, 0};
	struct feed_reply reply;
	struct buf body, answer;
	struct feed batch;
	struct err err;

	buf_init(&body, FRAME_BODY_MAX);
	buf_init(&answer, FRAME_BODY_MAX);
	assert_int_equal(body_encode(&feed_request_body, &request, &body, &err), 0);
	assert_int_equal(call_ask(rig->responder, SIGNER_FEED, buf_get(&body), &answer, TIMEOUT_MS, &err), 0);
	assert_int_equal(body_decode(&feed_reply_body, buf_get(&answer), rig->pool, &reply, &err), 0);
	assert_int_equal(feed_read(&batch, EVENT_VIEW_STATUS, reply.text, reply.signature, rig->authority.certs[AUTHORITY_JOURNAL]->key,
	                           number, 0, rig->pool, &err),
	                 0);
	assert_true(batch.count >= 1);
	assert_int_equal(batch.entries[0].number, number);
	assert_int_equal(batch.entries[0].event.status, EVENT_REVOKED);
	assert_int_equal(batch.entries[0].event.reason, ORDER_REASON_SUPERSEDED);
	assert_int_equal(batch.entries[0].event.serials.count, 2);
	assert_memory_equal(batch.entries[0].event.serials.data, renew->order.serials.data, 2 * ORDER_SERIAL_SIZE);
	buf_free(&answer);
	buf_free(&body);
}

static void test_a_renewal(void **state)
{
	struct rig *rig = *state;
	struct scene s;
	struct deed_reply renewed, again, reply;
	struct rig_order installed, o;
	struct rig_signer fresh;

	begin(rig, &s, 20);
	assert_int_equal(rig_ask(rig, rig->portal, &s.renew, &renewed), HF_NONE);
	rig_assert_receipt(rig, &s.renew, &renewed);
	rig_assert_pair(rig, &s.new, &s.renew, &renewed);
	o = rig_status_order(rig, &s.holder, CODE_A, "41111111111111111111111111111111", rig_two_serials(rig, &s.issued), "revoke",
	                     "superseded");
	rig_stop(rig);
	rig_start(rig);
	assert_int_equal(rig_ask(rig, rig->order, &s.renew, &again), HF_NONE);
	assert_true(bytes_equal(again.receipt_signature, renewed.receipt_signature));
	assert_true(bytes_equal(again.sign_cert, renewed.sign_cert));
	/* the acceptance ends the old one, which the responder hears at once */
	installed = rig_installed_order(rig, &s.new, &renewed);
	assert_int_equal(rig_ask(rig, rig->portal, &installed, &reply), HF_NONE);
	rig_assert_receipt(rig, &installed, &reply);
	assert_status_shown(rig, reply.number, &s.renew);
	REFUSED(rig, rig->portal, &o, HF_ORDER_SIGNER_WITHDRAWN); /* its key signs no more */
	assert_int_equal(rig_ask(rig, rig->portal, &installed, &again), HF_NONE);
	assert_true(bytes_equal(again.receipt_signature, reply.receipt_signature));
	/* the journal holds together, and the new pair is far from its end */
	rig_stop(rig);
	rig_start(rig);
	fresh = rig_holder(&s.new, &renewed);
	rig_application_free(&s.old);
	rig_application_new(rig, &s.old, CODE_A);
	o = renew_by(rig, &fresh, &s.old,
	             rig_renew_draft(rig, &s.old, rig_two_serials(rig, &renewed), end_of(rig, s.renew.order.notafter)));
	REFUSED(rig, rig->portal, &o, HF_RENEW_EARLY);
	end(&s);
}

/* The holder ends the old pair by himself before he takes the new one over: then the acceptance ends nothing. */
static void test_the_old_pair_is_gone_already(void **state)
{
	struct rig *rig = *state;
	struct scene s;
	struct deed_reply renewed, reply;
	struct rig_order o;

	begin(rig, &s, 20);
	assert_int_equal(rig_ask(rig, rig->portal, &s.renew, &renewed), HF_NONE);
	o = rig_status_order(rig, &s.holder, CODE_A, "51111111111111111111111111111111", rig_two_serials(rig, &s.issued), "revoke",
	                     "keyCompromise");
	assert_int_equal(rig_ask(rig, rig->portal, &o, &reply), HF_NONE);
	o = rig_installed_order(rig, &s.new, &renewed);
	assert_int_equal(rig_ask(rig, rig->portal, &o, &reply), HF_NONE);
	rig_assert_receipt(rig, &o, &reply);
	rig_stop(rig);
	rig_start(rig);
	end(&s);
}

static void test_refused_by_time_and_end(void **state)
{
	struct rig *rig = *state;
	struct scene s;
	struct rig_order o;
	const char *serials;

	begin(rig, &s, 200);
	REFUSED(rig, rig->portal, &s.renew, HF_RENEW_EARLY);
	end(&s);
	begin(rig, &s, 20);
	serials = rig_two_serials(rig, &s.issued);
	o = renew_by(rig, &s.holder, &s.new, rig_renew_draft(rig, &s.new, serials, end_of(rig, s.end) + 1));
	REFUSED(rig, rig->portal, &o, HF_ORDER_MISMATCH);
	o = renew_by(rig, &s.holder, &s.new, rig_renew_draft(rig, &s.new, serials, s.end));
	REFUSED(rig, rig->portal, &o, HF_ORDER_MISMATCH);
	end(&s);
}

/* Nobody but the holder, with the signature key of the very pair, for a key that is new. */
static void test_refused_for_who_and_what(void **state)
{
	struct rig *rig = *state;
	struct scene s;
	struct rig_application other;
	struct deed_reply theirs;
	struct rig_signer stranger;
	struct rig_order o;
	const char *serials;
	char *draft;

	begin(rig, &s, 20);
	serials = rig_two_serials(rig, &s.issued);
	rig_application_new(rig, &other, CODE_B);
	rig_issue_for(rig, &other, 20, &theirs);
	stranger = rig_holder(&other, &theirs);
	draft = rig_format(rig, "%s", rig_renew_draft(rig, &s.new, serials, end_of(rig, s.end)));
	o = renew_by(rig, &stranger, &s.new, draft);
	REFUSED(rig, rig->portal, &o, HF_ORDER_HOLDER);
	o = renew_by(rig, &rig->persons[RIG_REVIEWER], &s.new, draft);
	REFUSED(rig, rig->portal, &o, HF_ORDER_HOLDER);
	o = renew_by(rig, &s.holder, &s.new, rig_renew_draft(rig, &s.new, rig_two_serials(rig, &theirs), end_of(rig, s.end)));
	REFUSED(rig, rig->portal, &o, HF_ORDER_HOLDER);
	memcpy(strstr(draft, "杭州市"), "杭县市", strlen("杭县市"));
	o = renew_by(rig, &s.holder, &s.new, draft);
	REFUSED(rig, rig->portal, &o, HF_ORDER_MISMATCH);
	/* a request for another key, none, and a key that has a certificate */
	o = s.renew;
	o.csr = other.csr;
	REFUSED(rig, rig->portal, &o, HF_KEY_OTHER);
	o.csr = BYTES_NONE;
	REFUSED(rig, rig->portal, &o, HF_CSR_FORMAT);
	memcpy(s.new.key_hash, s.old.key_hash, sizeof(s.new.key_hash));
	o = renew_by(rig, &s.holder, &s.old, rig_renew_draft(rig, &s.new, serials, end_of(rig, s.end)));
	REFUSED(rig, rig->portal, &o, HF_KEY_CERTIFIED_BEFORE);
	rig_application_free(&other);
	end(&s);
}

static void test_once_for_each_pair_and_application(void **state)
{
	struct rig *rig = *state;
	struct scene s;
	struct rig_application second;
	struct deed_reply reply;
	struct rig_order o;
	const char *serials;

	begin(rig, &s, 20);
	serials = rig_two_serials(rig, &s.issued);
	rig_application_new(rig, &second, CODE_A);
	/* under the number of the application that two persons decided */
	memcpy(second.id, s.old.id, sizeof(second.id));
	o = renew_by(rig, &s.holder, &second, rig_renew_draft(rig, &second, serials, end_of(rig, s.end)));
	REFUSED(rig, rig->portal, &o, HF_ORDER_REPLAYED);
	assert_int_equal(rig_ask(rig, rig->portal, &s.renew, &reply), HF_NONE);
	rig_application_free(&second);
	rig_application_new(rig, &second, CODE_A);
	o = renew_by(rig, &s.holder, &second, rig_renew_draft(rig, &second, serials, end_of(rig, s.end)));
	REFUSED(rig, rig->portal, &o, HF_RENEWED);
	/* and no operator takes the renewal's application over */
	memcpy(second.id, s.new.id, sizeof(second.id));
	o = rig_sign(rig, &rig->persons[RIG_INTAKE], rig_now(), rig_accept_draft(rig, &second));
	REFUSED(rig, rig->portal, &o, HF_ORDER_REPLAYED);
	rig_application_free(&second);
	end(&s);
}

static void test_a_suspended_pair_is_not_renewed(void **state)
{
	struct rig *rig = *state;
	struct scene s;
	struct deed_reply reply;
	struct rig_order o;

	begin(rig, &s, 20);
	o = rig_status_order(rig, &rig->persons[RIG_INTAKE], CODE_A, "61111111111111111111111111111111", rig_two_serials(rig, &s.issued),
	                     "suspend", "certificateHold");
	assert_int_equal(rig_ask(rig, rig->portal, &o, &reply), HF_NONE);
	REFUSED(rig, rig->portal, &s.renew, HF_ORDER_SIGNER_WITHDRAWN);
	end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_renewal),
	    cmocka_unit_test(test_the_old_pair_is_gone_already),
	    cmocka_unit_test(test_refused_by_time_and_end),
	    cmocka_unit_test(test_refused_for_who_and_what),
	    cmocka_unit_test(test_once_for_each_pair_and_application),
	    cmocka_unit_test(test_a_suspended_pair_is_not_renewed),
	};

	return cmocka_run_group_tests(tests, rig_set_up, rig_tear_down);
}
