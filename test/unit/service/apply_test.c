/* Applying: drafts, papers, keys, submission and every refusal of it. */
#include "collect.h"
#include "connection.h"
#include "envelope.h"
#include "progress.h"
#include "service_fixture.h"
#include "set_clock.h"
#include "upload.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static void test_draft_gets_number_and_mailed_code(void **state)
{
	struct fixture *fx = *state;
	struct browser b;
	struct mail mail;

	fixture_visit(fx, &b);
	struct application a = fixture_draft(fx, &b);
	assert_string_equal(a.number, "2026112200001");
	assert_int_equal(a.state, STATE_DRAFT);
	assert_string_equal(a.name, fixture_form.name);
	assert_string_equal(a.handler_mask, "110***********1233");
	assert_string_equal(b.session.applications, a.number);
	assert_true(fixture_mail(fx, MAIL_CODE, &mail));
	assert_string_equal(mail.address, "li@example.cn");
	assert_string_equal(mail.number, a.number);
	assert_int_equal(strlen(mail.detail), RESUME_CODE_SIZE);
	a = fixture_draft(fx, &b);
	assert_string_equal(a.number, "2026112200002");
	clock_add(16 * 3600 + 1); /* after midnight in Shanghai */
	fixture_visit(fx, &b);
	a = fixture_draft(fx, &b);
	assert_string_equal(a.number, "2026112300001");
}

static void test_draft_needs_a_mail_address(void **state)
{
	struct fixture *fx = *state;
	struct application_form form = {.name = "某厂", .mail = "nobody"};
	struct entry_faults faults;
	struct application a;
	struct browser b;
	struct mail mail;
	struct err err;

	fixture_visit(fx, &b);
	assert_int_equal(apply_save(fx->service, &b.actor, &(struct apply_saving){"", 0, "", "zh", &form}, &faults, fx->pool, &a, &err),
	                 -1);
	assert_int_equal(err.code, HF_MAIL_ADDRESS);
	assert_int_equal(faults.count, 1);
	assert_false(fixture_mail(fx, MAIL_CODE, &mail));
	form.mail = "a@b.cn";
	assert_int_equal(apply_save(fx->service, &b.actor, &(struct apply_saving){"", 0, "", "en", &form}, &faults, fx->pool, &a, &err), 0);
	assert_string_equal(a.number, "2026112200001"); /* the failed one used no number */
	assert_string_equal(a.language, "en");
}

static void test_save_keeps_what_can_be_kept(void **state)
{
	struct fixture *fx = *state;
	struct application_form form = fixture_form;
	struct entry_faults faults;
	struct application a, again;
	struct browser b;
	struct mail mail;
	struct err err;

	fixture_visit(fx, &b);
	a = fixture_draft(fx, &b);
	assert_true(fixture_mail(fx, MAIL_CODE, &mail));
	form.name = "新名\xe2\x80\xae字";
	form.city = "西城区";
	form.mail = "wrong";
	form.handler_id = "";
	assert_int_equal(apply_save(fx->service, &b.actor, &(struct apply_saving){a.number, a.version, "", "zh", &form}, &faults, fx->pool,
	                            &again, &err),
	                 0);
	assert_int_equal(faults.count, 2);
	assert_string_equal(again.name, fixture_form.name);
	assert_string_equal(again.city, "西城区");
	assert_string_equal(again.mail, "li@example.cn");
	assert_string_equal(again.handler_mask, "110***********1233"); /* empty keeps it */
	assert_false(fixture_mail(fx, MAIL_CODE, &mail));
	form = fixture_form;
	form.handler_id = "110101199003071234"; /* another check character */
	a = fixture_load(fx, &b, a.number);
	assert_int_equal(apply_save(fx->service, &b.actor, &(struct apply_saving){a.number, a.version, "", "zh", &form}, &faults, fx->pool,
	                            &again, &err),
	                 0);
	assert_int_equal(faults.count, 1);
	assert_int_equal(faults.items[0].code, HF_RESIDENT_ID);
	assert_string_equal(again.handler_mask, "110***********1233");
	form.handler_id = "";
	form.city = "东城区";
	assert_int_equal(apply_save(fx->service, &b.actor, &(struct apply_saving){a.number, a.version, "", "zh", &form}, &faults, fx->pool,
	                            &again, &err),
	                 -1);
	assert_int_equal(err.code, HF_APPLICATION_VERSION);
	form.mail = "other@example.cn";
	a = fixture_load(fx, &b, a.number);
	assert_int_equal(apply_save(fx->service, &b.actor, &(struct apply_saving){a.number, a.version, "", "zh", &form}, &faults, fx->pool,
	                            &again, &err),
	                 0);
	assert_true(fixture_mail(fx, MAIL_CODE, &mail)); /* the new address gets a new code */
	assert_string_equal(mail.address, "other@example.cn");
}

/* As the browser does: the new token takes the place of the old one. */
static int open_by_code(struct fixture *fx, struct browser *b, const char *number, const char *code, struct err *err)
{
	char token[SESSION_TOKEN_SIZE + 1];

	if (progress_open(fx->service, &b->actor, number, code, token, err) != 0)
		return -1;
	memcpy(b->token, token, sizeof(token));
	return fixture_refresh(fx, b, err);
}

static void test_application_is_its_sessions_alone(void **state)
{
	struct fixture *fx = *state;
	struct browser b, other, old;
	struct paper_list papers;
	struct application a, found;
	struct mail mail;
	char wrong[RESUME_CODE_SIZE + 1], before[SESSION_TOKEN_SIZE + 1];
	struct err err;

	fixture_visit(fx, &b);
	fixture_visit(fx, &other);
	memcpy(before, other.token, sizeof(before));
	a = fixture_draft(fx, &b);
	assert_int_equal(apply_load(fx->service, &other.actor, a.number, fx->pool, &found, &papers, &err), -1);
	assert_int_equal(err.code, HF_APPLICATION_UNKNOWN);
	assert_true(fixture_mail(fx, MAIL_CODE, &mail));
	memcpy(wrong, mail.detail, sizeof(wrong));
	wrong[0] = wrong[0] == 'A' ? 'B' : 'A';
	assert_int_equal(open_by_code(fx, &other, a.number, wrong, &err), -1);
	assert_int_equal(err.code, HF_CODE_WRONG);
	assert_int_equal(open_by_code(fx, &other, "2026112299999", mail.detail, &err), -1);
	assert_int_equal(err.code, HF_CODE_WRONG);
	old = other;
	old.actor.session = &old.session;
	assert_int_equal(open_by_code(fx, &other, a.number, mail.detail, &err), 0);
	assert_string_not_equal(other.token, old.token);
	assert_string_equal(other.session.csrf, old.session.csrf); /* forms of other tabs stay good */
	assert_int_equal(fixture_refresh(fx, &old, &err), 0);
	assert_int_equal(apply_load(fx->service, &old.actor, a.number, fx->pool, &found, &papers, &err), -1);
	assert_int_equal(err.code, HF_APPLICATION_UNKNOWN);                       /* who knew the session before is not let in */
	assert_int_equal(open_by_code(fx, &old, a.number, mail.detail, &err), 0); /* a second click */
	clock_add(10);
	memcpy(old.token, before, sizeof(before));
	assert_int_equal(fixture_refresh(fx, &old, &err), -1);
	assert_int_equal(err.code, HF_SESSION_ENDED);
	assert_int_equal(apply_load(fx->service, &other.actor, a.number, fx->pool, &found, &papers, &err), 0);
	assert_int_equal(session_end(fx->service, &other.actor, &err), 0); /* and a visitor can go */
	assert_int_equal(fixture_refresh(fx, &other, &err), -1);
}

/* Two tabs of one browser: what is done in one takes nothing from the other. */
static void test_a_session_works_on_several_applications(void **state)
{
	struct fixture *fx = *state;
	struct application_form form = fixture_form;
	struct entry_faults faults;
	struct application first, second, third;
	struct browser b, other;
	struct mail mail;
	struct err err;

	fixture_visit(fx, &b);
	fixture_visit(fx, &other);
	first = fixture_draft(fx, &b);
	second = fixture_draft(fx, &b);
	third = fixture_draft(fx, &other);
	for (int i = 0; i < 3; i++)
		assert_true(fixture_mail(fx, MAIL_CODE, &mail));
	assert_string_equal(mail.number, third.number);
	assert_int_equal(open_by_code(fx, &b, third.number, mail.detail, &err), 0);
	assert_string_equal(b.session.applications, "2026112200001 2026112200002 2026112200003");
	form.city = "西城区";
	assert_int_equal(apply_save(fx->service, &b.actor, &(struct apply_saving){first.number, first.version, "", "zh", &form}, &faults,
	                            fx->pool, &first, &err),
	                 0);
	assert_int_equal(apply_save(fx->service, &b.actor, &(struct apply_saving){second.number, second.version, "", "zh", &form}, &faults,
	                            fx->pool, &second, &err),
	                 0);
	fixture_paper(fx, &b, first.number);
}

/* A second click sends the first save again, before the browser has read the answer to the first. */
static void test_a_first_save_makes_one_draft(void **state)
{
	struct fixture *fx = *state;
	struct application_form form = fixture_form;
	struct apply_saving saving = {"", 0, "0123456789abcdef0123456789abcdef", "zh", &form};
	struct entry_faults faults;
	struct application first, again;
	struct browser b;
	struct mail mail;
	struct err err;

	fixture_visit(fx, &b);
	assert_int_equal(apply_save(fx->service, &b.actor, &saving, &faults, fx->pool, &first, &err), 0);
	assert_int_equal(apply_save(fx->service, &b.actor, &saving, &faults, fx->pool, &again, &err), 0);
	assert_string_equal(again.number, first.number);
	assert_int_equal(again.version, first.version);
	assert_true(fixture_mail(fx, MAIL_CODE, &mail));
	assert_false(fixture_mail(fx, MAIL_CODE, &mail));
	form.city = "西城区"; /* gone back to, changed, and sent */
	assert_int_equal(apply_save(fx->service, &b.actor, &saving, &faults, fx->pool, &again, &err), 0);
	assert_string_equal(again.number, first.number);
	assert_string_equal(again.city, "西城区");
	form.city = "东城区"; /* another change came between */
	assert_int_equal(apply_save(fx->service, &b.actor, &saving, &faults, fx->pool, &again, &err), -1);
	assert_int_equal(err.code, HF_APPLICATION_VERSION);
	assert_string_equal(again.number, first.number);
	fixture_visit(fx, &b); /* the name of a form is its session's */
	assert_int_equal(apply_save(fx->service, &b.actor, &saving, &faults, fx->pool, &again, &err), 0);
	assert_string_not_equal(again.number, first.number);
}

static void test_wrong_codes_are_counted(void **state)
{
	struct fixture *fx = *state;
	struct browser b, other;
	struct mail mail;
	struct err err;

	fixture_visit(fx, &b);
	fixture_visit(fx, &other);
	struct application a = fixture_draft(fx, &b);
	assert_true(fixture_mail(fx, MAIL_CODE, &mail));
	for (int i = 0; i < 5; i++) {
		assert_int_equal(open_by_code(fx, &other, a.number, "AAAAAAAAAA", &err), -1);
		assert_int_equal(err.code, HF_CODE_WRONG);
	}
	assert_int_equal(open_by_code(fx, &other, a.number, mail.detail, &err), -1);
	assert_int_equal(err.code, HF_CODE_TRIES);
	fixture_visit(fx, &b);
	b.actor.address = "192.0.2.8"; /* one address keeps no other one out */
	assert_int_equal(open_by_code(fx, &b, a.number, mail.detail, &err), 0);
	assert_int_equal(progress_send_code(fx->service, &other.actor, a.number, &err), 0);
	assert_true(fixture_mail(fx, MAIL_CODE, &mail)); /* a new code begins anew */
	assert_int_equal(open_by_code(fx, &other, a.number, mail.detail, &err), 0);
	for (int i = 0; i < 5; i++) { /* as if there were such an application */
		assert_int_equal(open_by_code(fx, &other, "2026112299999", "AAAAAAAAAA", &err), -1);
		assert_int_equal(err.code, HF_CODE_WRONG);
	}
	assert_int_equal(open_by_code(fx, &other, "2026112299999", "AAAAAAAAAA", &err), -1);
	assert_int_equal(err.code, HF_CODE_TRIES);
}

static void test_right_codes_are_not_counted(void **state)
{
	struct fixture *fx = *state;
	struct browser b;
	struct mail mail;
	struct err err;

	fixture_visit(fx, &b);
	struct application a = fixture_draft(fx, &b);
	assert_true(fixture_mail(fx, MAIL_CODE, &mail));
	for (int i = 0; i < 12; i++)
		assert_int_equal(open_by_code(fx, &b, a.number, mail.detail, &err), 0);
}

/* A stranger has spent his mails: the applicant still gets one. */
static void test_mails_of_codes_are_counted_by_address(void **state)
{
	struct fixture *fx = *state;
	struct browser b, other;
	struct err err;

	fixture_visit(fx, &b);
	fixture_visit(fx, &other);
	other.actor.address = "2001:db8:1:2:3::4";
	struct application a = fixture_draft(fx, &b);
	for (int i = 0; i < 3; i++)
		assert_int_equal(progress_send_code(fx->service, &other.actor, a.number, &err), 0);
	other.actor.address = "2001:db8:1:2:ffff::1"; /* of the same /64 */
	assert_int_equal(progress_send_code(fx->service, &other.actor, a.number, &err), -1);
	assert_int_equal(err.code, HF_RATE);
	other.actor.address = "2001:db8:1:3::1";
	assert_int_equal(progress_send_code(fx->service, &other.actor, a.number, &err), 0);
	assert_int_equal(progress_send_code(fx->service, &b.actor, a.number, &err), 0);
}

static void test_new_code_replaces_the_old(void **state)
{
	struct fixture *fx = *state;
	struct browser b, other;
	struct mail first, second;
	struct err err;

	fixture_visit(fx, &b);
	fixture_visit(fx, &other);
	struct application a = fixture_draft(fx, &b);
	assert_true(fixture_mail(fx, MAIL_CODE, &first));
	assert_int_equal(progress_send_code(fx->service, &other.actor, a.number, &err), 0);
	assert_int_equal(progress_send_code(fx->service, &other.actor, "2026112299999", &err), 0); /* tells nothing */
	assert_true(fixture_mail(fx, MAIL_CODE, &second));
	assert_int_equal(open_by_code(fx, &other, a.number, first.detail, &err), -1);
	clock_add(31 * 86400);
	fixture_visit(fx, &other);
	assert_int_equal(open_by_code(fx, &other, a.number, second.detail, &err), -1); /* and it ends */
}

static enum err_code submit_fault(struct fixture *fx, struct browser *b, const char *number, struct entry_faults *faults, char live[14])
{
	struct application a = fixture_load(fx, b, number), out;
	struct err err = {ERR_NONE};

	return apply_submit(fx->service, &b->actor, number, a.version, faults, live, fx->pool, &out, &err) == 0 ? HF_NONE : err.code;
}

static void test_submission_refuses_what_is_missing(void **state)
{
	struct fixture *fx = *state;
	struct application_form form = fixture_form;
	struct entry_faults faults;
	struct application a;
	struct sm2_private *key;
	struct browser b;
	struct paper paper;
	char live[14];
	struct err err;

	fixture_visit(fx, &b);
	form.code = "91110108123456788F";
	form.handler_id = "110101199003071234";
	assert_int_equal(apply_save(fx->service, &b.actor, &(struct apply_saving){"", 0, "", "zh", &form}, &faults, fx->pool, &a, &err), 0);
	assert_int_equal(faults.count, 1); /* a draft keeps what is not right yet, but a number that it could not show again */
	assert_int_equal(faults.items[0].code, HF_RESIDENT_ID);
	assert_int_equal(fixture_refresh(fx, &b, &err), 0);
	assert_int_equal(submit_fault(fx, &b, a.number, &faults, live), HF_FIELD_FORMAT);
	assert_int_equal(faults.count, 2);
	assert_int_equal(faults.items[0].code, HF_CREDIT_CODE);
	assert_int_equal(faults.items[1].code, HF_FIELD_MISSING);
	a = fixture_load(fx, &b, a.number);
	assert_int_equal(apply_save(fx->service, &b.actor, &(struct apply_saving){a.number, a.version, "", "zh", &fixture_form}, &faults,
	                            fx->pool, &a, &err),
	                 0);
	assert_int_equal(submit_fault(fx, &b, a.number, &faults, live), HF_PAPER_MISSING);
	assert_int_equal(upload_create(fx->service, &b.actor, a.number, BYTES_LITERAL("x.pdf"), 100, fx->pool, &paper, &err), 0);
	assert_int_equal(submit_fault(fx, &b, a.number, &faults, live), HF_PAPER_EXPIRED);
	assert_int_equal(upload_remove(fx->service, &b.actor, paper.id, &err), 0);
	fixture_paper(fx, &b, a.number);
	assert_int_equal(submit_fault(fx, &b, a.number, &faults, live), HF_KEY_ABSENT);
	fixture_key(fx, &b, a.number, &key);
	assert_int_equal(submit_fault(fx, &b, a.number, &faults, live), HF_NONE);
	sm2_private_free(&key);
}

static void test_submission_is_idempotent_and_unique(void **state)
{
	struct fixture *fx = *state;
	struct sm2_private *key, *other_key;
	struct entry_faults faults;
	struct application first, second, again;
	struct browser b, other;
	struct mail mail;
	char live[14];
	struct err err;

	first = fixture_submitted(fx, &b, &key);
	assert_int_equal(first.state, STATE_SUBMITTED);
	assert_int_equal(first.submitted, FIXTURE_NOW);
	assert_true(fixture_mail(fx, MAIL_RECEIVED, &mail));
	assert_int_equal(apply_submit(fx->service, &b.actor, first.number, first.version - 1, &faults, live, fx->pool, &again, &err), 0);
	assert_int_equal(again.version, first.version);
	assert_false(fixture_mail(fx, MAIL_RECEIVED, &mail));
	fixture_visit(fx, &other);
	second = fixture_draft(fx, &other);
	fixture_paper(fx, &other, second.number);
	fixture_key(fx, &other, second.number, &other_key);
	assert_int_equal(submit_fault(fx, &other, second.number, &faults, live), HF_APPLICATION_LIVE);
	assert_string_equal(live, first.number);
	assert_int_equal(apply_withdraw(fx->service, &b.actor, first.number, first.version, &err), 0);
	assert_int_equal(apply_withdraw(fx->service, &b.actor, first.number, first.version, &err), 0);
	assert_int_equal(submit_fault(fx, &other, second.number, &faults, live), HF_NONE);
	sm2_private_free(&key);
	sm2_private_free(&other_key);
}

static void test_key_is_checked(void **state)
{
	struct fixture *fx = *state;
	struct sm2_private *key;
	struct application a, b2, out;
	struct browser b, other;
	uint8_t broken[2048];
	struct bytes csr;
	struct err err;

	fixture_visit(fx, &b);
	a = fixture_draft(fx, &b);
	fixture_paper(fx, &b, a.number);
	a = fixture_key(fx, &b, a.number, &key);
	assert_int_equal(strlen(a.key_hash), 64);
	assert_string_equal(a.key_serial, "HUFU-T0001");
	csr = fake_csr(key, fx->pool);
	memcpy(broken, csr.data, csr.size);
	broken[csr.size - 1] ^= 1;
	assert_int_equal(apply_key(fx->service, &b.actor, a.number, a.version, "K", (struct bytes){broken, csr.size}, fx->pool, &out, &err),
	                 -1);
	assert_int_equal(err.code, HF_CSR_PROOF);
	assert_int_equal(apply_key(fx->service, &b.actor, a.number, a.version, "K\n", csr, fx->pool, &out, &err), -1);
	assert_int_equal(err.code, HF_FIELD_FORMAT);
	assert_int_equal(apply_key(fx->service, &b.actor, a.number, a.version, "K", BYTES_LITERAL("0"), fx->pool, &out, &err), -1);
	assert_int_equal(err.code, HF_CSR_FORMAT);
	fixture_submit(fx, &b, a.number);
	fixture_visit(fx, &other);
	b2 = fixture_draft(fx, &other);
	assert_int_equal(apply_key(fx->service, &other.actor, b2.number, b2.version, "K", csr, fx->pool, &out, &err), -1);
	assert_int_equal(err.code, HF_KEY_CERTIFIED_BEFORE);
	sm2_private_free(&key);
}

static enum err_code bring_key(struct fixture *fx, struct browser *b, const char *number, const struct sm2_private *key)
{
	struct application a = fixture_load(fx, b, number), out;
	struct err err = {ERR_NONE};

	return apply_key(fx->service, &b->actor, number, a.version, "HUFU-T0001", fake_csr(key, fx->pool), fx->pool, &out, &err) == 0
	           ? HF_NONE
	           : err.code;
}

/* Two drafts may bring one key: whoever submits first has it. */
static void test_key_of_two_drafts_is_submitted_once(void **state)
{
	struct fixture *fx = *state;
	struct sm2_private *key;
	struct application first, second;
	struct entry_faults faults;
	struct browser b, other;
	char live[14];
	struct err err;

	fixture_visit(fx, &b);
	fixture_visit(fx, &other);
	first = fixture_draft(fx, &b);
	second = fixture_draft(fx, &other);
	fixture_paper(fx, &b, first.number);
	fixture_paper(fx, &other, second.number);
	fixture_key(fx, &b, first.number, &key);
	assert_int_equal(bring_key(fx, &other, second.number, key), HF_NONE);
	fixture_submit(fx, &b, first.number);
	assert_int_equal(submit_fault(fx, &other, second.number, &faults, live), HF_KEY_CERTIFIED_BEFORE);
	assert_int_equal(fixture_load(fx, &other, second.number).state, STATE_DRAFT);
	first = fixture_load(fx, &b, first.number);
	assert_int_equal(apply_withdraw(fx->service, &b.actor, first.number, first.version, &err), 0);
	assert_int_equal(submit_fault(fx, &other, second.number, &faults, live), HF_NONE);
	sm2_private_free(&key);
}

static void test_certified_key_is_refused(void **state)
{
	struct fixture *fx = *state;
	struct sm2_private *key, *encryption;
	struct application issued, draft;
	struct collect collect;
	struct browser b, other;
	struct err err;

	issued = fixture_submitted(fx, &b, &key);
	fixture_accept(fx, issued.number);
	fixture_approve(fx, issued.number);
	assert_int_equal(collect_load(fx->service, &b.actor, issued.number, fx->pool, &collect, &err), 0);
	assert_int_equal(envelope_open(key, collect.envelope, &encryption, &err), 0);
	fixture_visit(fx, &other);
	draft = fixture_draft(fx, &other);
	assert_int_equal(bring_key(fx, &other, draft.number, fx->operator.key), HF_KEY_CERTIFIED_BEFORE);
	assert_int_equal(bring_key(fx, &other, draft.number, key), HF_KEY_CERTIFIED_BEFORE);
	assert_int_equal(bring_key(fx, &other, draft.number, encryption), HF_KEY_CERTIFIED_BEFORE);
	assert_string_equal(fixture_load(fx, &other, draft.number).key_hash, "");
	sm2_private_free(&encryption);
	sm2_private_free(&key);
}

static int forget_keys(void *ctx, struct connection *c, struct err *err)
{
	(void)ctx;
	return connection_execute(c, "UPDATE certificate SET key_hash = ''", err);
}

/* A store whose certificates are older than the column. */
static void test_keys_of_an_older_store_are_read_at_start(void **state)
{
	struct fixture *fx = *state;
	struct application draft;
	struct browser b;
	struct err err;

	assert_int_equal(store_change(fx->outbox, forget_keys, NULL, &err), 0);
	assert_int_equal(service_start(fx->service, fake_signer_door(&fx->signer), &err), 0);
	fixture_visit(fx, &b);
	draft = fixture_draft(fx, &b);
	assert_int_equal(bring_key(fx, &b, draft.number, fx->operator.key), HF_KEY_CERTIFIED_BEFORE);
	assert_int_equal(bring_key(fx, &b, draft.number, fx->auditor.key), HF_KEY_CERTIFIED_BEFORE);
}

static void test_submitted_is_closed(void **state)
{
	struct fixture *fx = *state;
	struct sm2_private *key;
	struct entry_faults faults;
	struct application a, out;
	struct browser b;
	struct paper paper;
	struct err err;

	a = fixture_submitted(fx, &b, &key);
	assert_int_equal(apply_save(fx->service, &b.actor, &(struct apply_saving){a.number, a.version, "", "zh", &fixture_form}, &faults,
	                            fx->pool, &out, &err),
	                 -1);
	assert_int_equal(err.code, HF_APPLICATION_STATE);
	assert_int_equal(upload_create(fx->service, &b.actor, a.number, BYTES_LITERAL("x.pdf"), 100, fx->pool, &paper, &err), -1);
	assert_int_equal(err.code, HF_APPLICATION_STATE);
	sm2_private_free(&key);
}

static void test_drafts_are_limited_by_address(void **state)
{
	struct fixture *fx = *state;
	struct entry_faults faults;
	struct application a;
	struct browser b;
	struct err err;

	fixture_visit(fx, &b);
	for (int i = 0; i < 20; i++)
		fixture_draft(fx, &b);
	assert_int_equal(
	    apply_save(fx->service, &b.actor, &(struct apply_saving){"", 0, "", "zh", &fixture_form}, &faults, fx->pool, &a, &err), -1);
	assert_int_equal(err.code, HF_RATE);
	b.actor.address = "192.0.2.8";
	assert_int_equal(
	    apply_save(fx->service, &b.actor, &(struct apply_saving){"", 0, "", "zh", &fixture_form}, &faults, fx->pool, &a, &err), 0);
	assert_int_equal(fixture_audit_count(fx), 3 + 21); /* three people, 21 drafts */
}

static void test_changes_of_an_application_are_limited(void **state)
{
	struct fixture *fx = *state;
	struct application_form form = fixture_form;
	struct entry_faults faults;
	struct browser b;
	struct err err;
	int rc;

	fixture_visit(fx, &b);
	struct application a = fixture_draft(fx, &b);
	for (int i = 0; i < 201; i++) {
		form.city = i % 2 == 0 ? "西城区" : "东城区";
		rc = apply_save(fx->service, &b.actor, &(struct apply_saving){a.number, a.version, "", "zh", &form}, &faults, fx->pool, &a,
		                &err);
		assert_int_equal(rc, i < 200 ? 0 : -1);
	}
	assert_int_equal(err.code, HF_RATE);
}

#define FIXED(test) cmocka_unit_test_setup_teardown(test, fixture_make, fixture_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    FIXED(test_draft_gets_number_and_mailed_code),
	    FIXED(test_draft_needs_a_mail_address),
	    FIXED(test_save_keeps_what_can_be_kept),
	    FIXED(test_application_is_its_sessions_alone),
	    FIXED(test_a_session_works_on_several_applications),
	    FIXED(test_a_first_save_makes_one_draft),
	    FIXED(test_wrong_codes_are_counted),
	    FIXED(test_right_codes_are_not_counted),
	    FIXED(test_mails_of_codes_are_counted_by_address),
	    FIXED(test_new_code_replaces_the_old),
	    FIXED(test_submission_refuses_what_is_missing),
	    FIXED(test_submission_is_idempotent_and_unique),
	    FIXED(test_key_is_checked),
	    FIXED(test_key_of_two_drafts_is_submitted_once),
	    FIXED(test_certified_key_is_refused),
	    FIXED(test_keys_of_an_older_store_are_read_at_start),
	    FIXED(test_submitted_is_closed),
	    FIXED(test_drafts_are_limited_by_address),
	    FIXED(test_changes_of_an_application_are_limited),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
