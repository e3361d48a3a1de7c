/* Two persons decide; the signer does; the store follows, also when an answer is lost. */
#include "audit.h"
#include "collect.h"
#include "progress.h"
#include "queue.h"
#include "review.h"
#include "service_fixture.h"
#include "set_clock.h"
#include "upload.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static struct application look(struct fixture *fx, const struct browser *staff, const char *number)
{
	struct review review;
	struct err err;

	if (review_load(fx->service, &staff->actor, number, fx->pool, &review, &err) != 0)
		fail_msg("%s", err.text);
	return review.application;
}

static struct signed_order sign_accept(struct fixture *fx, const struct browser *staff, const struct fake_holder *who,
                                       const struct application *a)
{
	struct signed_order order;
	struct buf draft;
	struct err err;

	buf_init(&draft, 65536);
	if (review_draft_accept(fx->service, &staff->actor, a->number, a->version, &draft, &err) != 0)
		fail_msg("%s", err.text);
	order = fake_sign(&fx->signer, buf_get(&draft), who->key, who->serial, fx->pool);
	buf_free(&draft);
	return order;
}

static void test_from_submission_to_installed(void **state)
{
	struct fixture *fx = *state;
	struct sm2_private *key;
	struct application a;
	struct browser b;
	struct collect collect;
	struct deed deed;
	struct mail mail;
	struct err err;

	a = fixture_submitted(fx, &b, &key);
	fixture_accept(fx, a.number);
	assert_int_equal(fixture_load(fx, &b, a.number).state, STATE_ACCEPTED);
	assert_int_equal(collect_load(fx->service, &b.actor, a.number, fx->pool, &collect, &err), -1);
	assert_int_equal(err.code, HF_APPLICATION_STATE);
	fixture_approve(fx, a.number);
	assert_int_equal(fixture_load(fx, &b, a.number).state, STATE_ISSUED);
	assert_true(fixture_mail(fx, MAIL_READY, &mail));
	assert_int_equal(collect_load(fx->service, &b.actor, a.number, fx->pool, &collect, &err), 0);
	assert_true(collect.sign.size > 0 && collect.encryption.size > 0 && collect.envelope.size > 0);
	assert_false(collect.installed);
	struct signed_order order = fake_sign_installed(&fx->signer, collect.application, key, collect.sign, collect.encryption, fx->pool);
	assert_int_equal(collect_installed(fx->service, &b.actor, a.number, &order, fx->pool, &deed, &err), 0);
	assert_true(deed.number > 0);
	a = fixture_load(fx, &b, a.number);
	assert_int_equal(a.state, STATE_INSTALLED);
	assert_true(fixture_mail(fx, MAIL_COLLECTED, &mail));
	int64_t audited = fixture_audit_count(fx);
	fixture_follow(fx); /* the feed tells it all once more */
	assert_int_equal(fixture_audit_count(fx), audited);
	assert_false(fixture_mail(fx, MAIL_COLLECTED, &mail));
	assert_int_equal(fixture_load(fx, &b, a.number).version, a.version);
	sm2_private_free(&key);
}

static void test_order_must_say_what_the_application_does(void **state)
{
	struct fixture *fx = *state;
	struct sm2_private *key;
	struct application a;
	struct browser b, staff, reviewer;
	struct deed deed, again;
	struct err err;

	a = fixture_submitted(fx, &b, &key);
	fixture_login(fx, &fx->operator, LOGIN_STAFF, &staff);
	fixture_login(fx, &fx->reviewer, LOGIN_STAFF, &reviewer);
	struct signed_order order = sign_accept(fx, &staff, &fx->operator, & a);
	int asked = fx->signer.asked;

	/* signed by another than who is logged in */
	assert_int_equal(fixture_give(fx, review_accept, &reviewer.actor, a.number, a.version, &order, &deed, &err), -1);
	assert_int_equal(err.code, HF_ORDER_MISMATCH);
	/* a signature by another key */
	struct signed_order forged =
	    fake_sign(&fx->signer, BYTES_LITERAL("{\"application\":\"00000000000000000000000000000000\",\"order\":\"cancel\"}"),
	              fx->reviewer.key, fx->operator.serial, fx->pool);
	assert_int_equal(fixture_give(fx, review_accept, &staff.actor, a.number, a.version, &forged, &deed, &err), -1);
	assert_int_equal(err.code, HF_ORDER_SIGNATURE);
	/* another order, signed rightly */
	forged = fake_sign(&fx->signer, BYTES_LITERAL("{\"application\":\"00000000000000000000000000000000\",\"order\":\"cancel\"}"),
	                   fx->operator.key, fx->operator.serial, fx->pool);
	assert_int_equal(fixture_give(fx, review_accept, &staff.actor, a.number, a.version, &forged, &deed, &err), -1);
	assert_int_equal(err.code, HF_ORDER_MISMATCH);
	/* not canonical */
	forged = (struct signed_order){BYTES_LITERAL("{ }"), order.signature};
	assert_int_equal(fixture_give(fx, review_accept, &staff.actor, a.number, a.version, &forged, &deed, &err), -1);
	assert_int_equal(err.kind, ERR_INPUT);
	/* another version */
	assert_int_equal(fixture_give(fx, review_accept, &staff.actor, a.number, a.version - 1, &order, &deed, &err), -1);
	assert_int_equal(err.code, HF_APPLICATION_VERSION);
	assert_int_equal(fx->signer.asked, asked); /* none of it reached the signer */
	assert_int_equal(fixture_give(fx, review_accept, &staff.actor, a.number, a.version, &order, &deed, &err), 0);
	/* the answer was lost, and the page sends the same again */
	asked = fx->signer.asked;
	assert_int_equal(fixture_give(fx, review_accept, &staff.actor, a.number, a.version, &order, &again, &err), 0);
	assert_int_equal(fx->signer.asked, asked);
	assert_true(bytes_equal(again.receipt, deed.receipt));
	assert_true(bytes_equal(again.signature, deed.signature));
	assert_int_equal(again.number, deed.number);
	assert_int_equal(fixture_give(fx, review_accept, &reviewer.actor, a.number, a.version, &order, &again, &err), -1);
	assert_int_equal(err.code, HF_APPLICATION_STATE);
	sm2_private_free(&key);
}

static void test_accept_and_approve_are_two_persons(void **state)
{
	struct fixture *fx = *state;
	struct sm2_private *key;
	struct application a;
	struct browser b, reviewer;
	struct review review;
	struct deed deed;
	struct buf draft;
	struct err err;

	a = fixture_submitted(fx, &b, &key);
	fixture_login(fx, &fx->reviewer, LOGIN_STAFF, &reviewer); /* is an operator too */
	struct signed_order order = sign_accept(fx, &reviewer, &fx->reviewer, &a);
	assert_int_equal(fixture_give(fx, review_accept, &reviewer.actor, a.number, a.version, &order, &deed, &err), 0);
	a = look(fx, &reviewer, a.number);
	buf_init(&draft, 65536);
	assert_int_equal(review_draft_approve(fx->service, &reviewer.actor, a.number, a.version, REVIEW_ENTERPRISE, &draft, &err), -1);
	assert_int_equal(err.code, HF_ORDER_SAME_PERSON);
	assert_int_equal(review_load(fx->service, &reviewer.actor, a.number, fx->pool, &review, &err), 0);
	assert_true(review.own_acceptance);
	assert_false(review.may_approve);
	assert_true(review.may_reject);
	assert_string_equal(review.accepted_by, "张审核");
	buf_free(&draft);
	sm2_private_free(&key);
}

static void test_old_acceptance_goes_back(void **state)
{
	struct fixture *fx = *state;
	struct sm2_private *key;
	struct application a;
	struct browser b, reviewer;
	struct history_list history;
	struct buf draft;
	struct err err;

	a = fixture_submitted(fx, &b, &key);
	fixture_accept(fx, a.number);
	clock_add(7 * 86400 + 1);
	fixture_login(fx, &fx->reviewer, LOGIN_STAFF, &reviewer);
	a = look(fx, &reviewer, a.number);
	assert_int_equal(a.state, STATE_ACCEPTED);
	buf_init(&draft, 65536);
	assert_int_equal(review_draft_approve(fx->service, &reviewer.actor, a.number, a.version, REVIEW_ENTERPRISE, &draft, &err), -1);
	assert_int_equal(err.code, HF_ORDER_EXPIRED);
	assert_int_equal(look(fx, &reviewer, a.number).state, STATE_SUBMITTED);
	assert_int_equal(progress_load(fx->service, &b.actor, a.number, fx->pool, &a, &history, &err), 0);
	assert_string_equal(history.items[history.count - 1].note, NOTE_ACCEPT_EXPIRED);
	fixture_accept(fx, a.number);
	fixture_approve(fx, a.number);
	assert_int_equal(look(fx, &reviewer, a.number).state, STATE_ISSUED);
	buf_free(&draft);
	sm2_private_free(&key);
}

static void test_signer_decides(void **state)
{
	struct fixture *fx = *state;
	struct sm2_private *key;
	struct application a;
	struct browser b, staff;
	struct deed deed;
	struct err err;

	a = fixture_submitted(fx, &b, &key);
	fixture_login(fx, &fx->operator, LOGIN_STAFF, &staff);
	struct signed_order order = sign_accept(fx, &staff, &fx->operator, & a);
	fx->signer.refuse_with = HF_QUOTA;
	assert_int_equal(fixture_give(fx, review_accept, &staff.actor, a.number, a.version, &order, &deed, &err), -1);
	assert_int_equal(err.code, HF_QUOTA);
	assert_int_equal(look(fx, &staff, a.number).state, STATE_SUBMITTED);
	sm2_private_free(&key);
}

/* Of several given at once each is judged by itself. */
static void test_orders_given_together(void **state)
{
	struct fixture *fx = *state;
	struct sm2_private *key;
	struct application a;
	struct browser b, staff, reviewer;

	a = fixture_submitted(fx, &b, &key);
	fixture_login(fx, &fx->operator, LOGIN_STAFF, &staff);
	fixture_login(fx, &fx->reviewer, LOGIN_STAFF, &reviewer);
	struct signed_order order = sign_accept(fx, &staff, &fx->operator, & a);
	struct review_turn turns[] = {
	    {.actor = &reviewer.actor, .number = a.number, .version = a.version, .order = order, .pool = fx->pool},
	    {.actor = &staff.actor, .number = a.number, .version = a.version, .order = order, .pool = fx->pool},
	    {.actor = &staff.actor, .number = "none", .version = a.version, .order = order, .pool = fx->pool},
	};
	int asked = fx->signer.asked;

	review_accept(fx->service, turns, 3);
	assert_int_equal(fx->signer.asked, asked + 1);
	assert_int_equal(turns[0].result, -1);
	assert_int_equal(turns[0].err.code, HF_ORDER_MISMATCH);
	assert_int_equal(turns[1].result, 0);
	assert_true(turns[1].deed.number > 0);
	assert_int_equal(turns[2].result, -1);
	assert_int_equal(turns[2].err.code, HF_APPLICATION_UNKNOWN);
	assert_int_equal(look(fx, &staff, a.number).state, STATE_ACCEPTED);
	sm2_private_free(&key);
}

static void test_lost_answer_is_repaired_by_the_feed(void **state)
{
	struct fixture *fx = *state;
	struct sm2_private *key;
	struct application a;
	struct browser b, staff;
	struct collect collect;
	struct review review;
	struct deed deed;
	struct err err;

	a = fixture_submitted(fx, &b, &key);
	fixture_login(fx, &fx->operator, LOGIN_STAFF, &staff);
	struct signed_order order = sign_accept(fx, &staff, &fx->operator, & a);
	fx->signer.lose_answer = true;
	assert_int_equal(fixture_give(fx, review_accept, &staff.actor, a.number, a.version, &order, &deed, &err), -1);
	assert_int_equal(err.code, HF_PEER_GONE);
	fx->signer.lose_answer = false;
	fixture_follow(fx);
	assert_int_equal(review_load(fx->service, &staff.actor, a.number, fx->pool, &review, &err), 0);
	assert_int_equal(review.application.state, STATE_ACCEPTED);
	assert_string_equal(review.accepted_by, "王受理");
	fixture_approve(fx, a.number);
	assert_int_equal(collect_load(fx->service, &b.actor, a.number, fx->pool, &collect, &err), 0);
	sm2_private_free(&key);
}

static void follow_now(void *ctx)
{
	fixture_follow(ctx);
}

/* The feed brings the deed before the answer does: it is done once, and still says from where it came. */
static void test_feed_quicker_than_the_answer(void **state)
{
	struct fixture *fx = *state;
	struct audit_filter filter = {.deed = "application.accept"};
	struct sm2_private *key;
	struct audit_page page;
	struct application a;
	struct browser b, auditor;
	struct err err;

	a = fixture_submitted(fx, &b, &key);
	fx->signer.before_answer = follow_now;
	fx->signer.before_answer_ctx = fx;
	fixture_accept(fx, a.number);
	fx->signer.before_answer = NULL;
	fixture_login(fx, &fx->auditor, LOGIN_STAFF, &auditor);
	assert_int_equal(audit_list(fx->service, &auditor.actor, &filter, fx->pool, &page, &err), 0);
	assert_int_equal(page.count, 1);
	assert_string_equal(page.items[0].address, "192.0.2.7");
	sm2_private_free(&key);
}

static void cancel(struct fixture *fx, const struct browser *reviewer, const struct application *a, struct bytes note)
{
	struct review_turn turn = {.actor = &reviewer->actor, .number = a->number, .version = a->version, .pool = fx->pool};
	struct buf draft;
	struct err err;

	buf_init(&draft, 65536);
	assert_int_equal(review_draft_cancel(fx->service, &reviewer->actor, a->number, a->version, BYTES_LITERAL(" "), &draft, &err), -1);
	assert_int_equal(err.code, HF_FIELD_MISSING);
	assert_int_equal(review_draft_cancel(fx->service, &reviewer->actor, a->number, a->version, note, &draft, &err), 0);
	turn.order = fake_sign(&fx->signer, buf_get(&draft), fx->reviewer.key, fx->reviewer.serial, fx->pool);
	review_cancel(fx->service, &turn, 1);
	assert_int_equal(turn.result, -1);
	assert_int_equal(turn.err.code, HF_FIELD_MISSING);
	turn.note = note;
	fx->signer.refuse_with = HF_PEER_GONE; /* nothing is decided before the signer answered */
	review_cancel(fx->service, &turn, 1);
	assert_int_equal(turn.result, -1);
	assert_int_equal(look(fx, reviewer, a->number).state, STATE_ACCEPTED);
	fx->signer.refuse_with = HF_NONE;
	review_cancel(fx->service, &turn, 1);
	assert_int_equal(turn.result, 0);
	buf_free(&draft);
}

static void test_return_and_reject(void **state)
{
	struct fixture *fx = *state;
	struct sm2_private *key;
	struct application a;
	struct browser b, staff, reviewer;
	struct history_list history;
	struct mail mail;
	struct err err;

	a = fixture_submitted(fx, &b, &key);
	fixture_login(fx, &fx->operator, LOGIN_STAFF, &staff);
	fixture_login(fx, &fx->reviewer, LOGIN_STAFF, &reviewer);
	assert_int_equal(review_return(fx->service, &staff.actor, a.number, a.version, BYTES_LITERAL("  "), &err), -1);
	assert_int_equal(err.code, HF_FIELD_MISSING);
	assert_int_equal(review_return(fx->service, &b.actor, a.number, a.version, BYTES_LITERAL("x"), &err), -1);
	assert_int_equal(err.code, HF_SESSION_NONE);
	assert_int_equal(review_return(fx->service, &staff.actor, a.number, a.version, BYTES_LITERAL("公章不清晰"), &err), 0);
	assert_true(fixture_mail(fx, MAIL_RETURNED, &mail));
	assert_string_equal(mail.detail, "公章不清晰");
	a = fixture_load(fx, &b, a.number);
	assert_int_equal(a.state, STATE_RETURNED);
	assert_string_equal(a.note, "公章不清晰");
	a = fixture_submit(fx, &b, a.number);
	fixture_accept(fx, a.number);
	assert_true(fixture_mail(fx, MAIL_ACCEPTED, &mail));
	assert_string_equal(mail.number, a.number);
	a = look(fx, &reviewer, a.number);
	assert_int_equal(review_reject(fx->service, &staff.actor, a.number, a.version, BYTES_LITERAL("x"), &err), -1);
	assert_int_equal(err.code, HF_PERMISSION); /* what was accepted is the reviewer's */
	assert_int_equal(review_reject(fx->service, &reviewer.actor, a.number, a.version, BYTES_LITERAL("执照已注销"), &err), -1);
	assert_int_equal(err.code, HF_ORDER_INCOMPLETE); /* the acceptance is an order, and lives on until one ends it */
	cancel(fx, &reviewer, &a, BYTES_LITERAL("执照已注销"));
	assert_true(fixture_mail(fx, MAIL_REJECTED, &mail));
	assert_string_equal(mail.detail, "执照已注销");
	assert_int_equal(progress_load(fx->service, &b.actor, a.number, fx->pool, &a, &history, &err), 0);
	assert_int_equal(a.state, STATE_REJECTED);
	assert_int_equal(history.count, 5);
	assert_string_equal(history.items[1].actor, "王受理");
	assert_string_equal(history.items[1].note, "公章不清晰");
	assert_int_equal(history.items[4].state, STATE_REJECTED);
	sm2_private_free(&key);
}

static void test_checks_and_queue(void **state)
{
	struct fixture *fx = *state;
	struct sm2_private *key;
	struct application a;
	struct browser b, staff, auditor;
	struct queue_filter filter = {.state = -1, .after_number = ""};
	struct queue_page page;
	struct queue_counts counts;
	struct review review;
	struct paper paper;
	struct buf content;
	struct err err;

	a = fixture_submitted(fx, &b, &key);
	fixture_login(fx, &fx->operator, LOGIN_STAFF, &staff);
	fixture_login(fx, &fx->auditor, LOGIN_STAFF, &auditor);
	assert_int_equal(queue_list(fx->service, &staff.actor, &filter, fx->pool, &page, &err), 0);
	assert_int_equal(page.count, 1);
	assert_false(page.more);
	assert_string_equal(page.items[0].number, a.number);
	filter.after_time = page.items[0].submitted;
	filter.after_number = page.items[0].number;
	assert_int_equal(queue_list(fx->service, &staff.actor, &filter, fx->pool, &page, &err), 0);
	assert_int_equal(page.count, 0);
	assert_int_equal(queue_count(fx->service, &staff.actor, &counts, &err), 0);
	assert_int_equal(counts.by_state[STATE_SUBMITTED], 1);
	assert_int_equal(queue_list(fx->service, &auditor.actor, &filter, fx->pool, &page, &err), -1);
	assert_int_equal(err.code, HF_PERMISSION);
	assert_int_equal(review_load(fx->service, &staff.actor, a.number, fx->pool, &review, &err), 0);
	assert_true(review.checks.code_valid && review.checks.organisation_code_valid && review.checks.id_valid);
	assert_true(review.checks.organisation_code_same);
	assert_true(review.may_accept && review.may_return && review.may_reject);
	assert_false(review.may_approve);
	assert_int_equal(review.papers.count, 1);
	int64_t audited = fixture_audit_count(fx);
	buf_init(&content, 100000);
	assert_int_equal(upload_read(fx->service, &staff.actor, review.papers.items[0].id, fx->pool, &paper, &content, &err), 0);
	assert_int_equal(content.size, paper.size);
	assert_int_equal(fixture_audit_count(fx), audited + 1); /* the view is audited */
	buf_clear(&content);
	assert_int_equal(upload_read(fx->service, &auditor.actor, review.papers.items[0].id, fx->pool, &paper, &content, &err), -1);
	assert_int_equal(err.code, HF_PERMISSION);
	buf_free(&content);
	sm2_private_free(&key);
}

#define FIXED(test) cmocka_unit_test_setup_teardown(test, fixture_make, fixture_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    FIXED(test_from_submission_to_installed),
	    FIXED(test_order_must_say_what_the_application_does),
	    FIXED(test_accept_and_approve_are_two_persons),
	    FIXED(test_old_acceptance_goes_back),
	    FIXED(test_signer_decides),
	    FIXED(test_orders_given_together),
	    FIXED(test_lost_answer_is_repaired_by_the_feed),
	    FIXED(test_feed_quicker_than_the_answer),
	    FIXED(test_return_and_reject),
	    FIXED(test_checks_and_queue),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
