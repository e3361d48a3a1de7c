/* Renewals: who may, when and with which key; what the order must say; and the same end whichever way the signer's answer comes. */
#include "renew.h"

#include "audit.h"
#include "collect.h"
#include "holding.h"
#include "progress.h"
#include "remind.h"
#include "service_fixture.h"
#include "service_state.h"
#include "set_clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#define DAY 86400
#define KEY "HUFU-T0001" /* as fixture_key names it */

static void must(int rc, const struct err *err)
{
	if (rc != 0)
		fail_msg("%s", err->text);
}

/* An enterprise with so many days left, logged in. */
struct holder {
	struct fixture *fx;
	struct fake_holder pair;
	struct browser b;
};

static void holder_make(struct fixture *fx, int64_t days, struct holder *h)
{
	h->fx = fx;
	fixture_enterprise(fx, &h->pair);
	clock_set(h->pair.sign->not_after - days * DAY);
	fixture_login(fx, &h->pair, LOGIN_ENTERPRISE, &h->b);
}

static struct renewal look(struct holder *h)
{
	struct renewal r;
	struct err err;

	must(renew_look(h->fx->service, &h->b.actor, h->fx->pool, &r, &err), &err);
	return r;
}

static struct application begin(struct holder *h)
{
	struct renewal r;
	struct err err;

	must(renew_begin(h->fx->service, &h->b.actor, "en", h->fx->pool, &r, &err), &err);
	return r.application;
}

static enum err_code begin_refused(struct holder *h, struct renewal *r)
{
	struct err err;

	assert_int_equal(renew_begin(h->fx->service, &h->b.actor, "en", h->fx->pool, r, &err), -1);
	return err.code;
}

static int bring(struct holder *h, const struct application *a, const char *serial, struct bytes csr, struct application *saved,
                 struct err *err)
{
	return renew_key(h->fx->service, &h->b.actor, a->number, a->version, serial, csr, h->fx->pool, saved, err);
}

/* A draft with its key. */
static struct application keyed(struct holder *h, struct sm2_private **key)
{
	struct application a = begin(h), saved;
	struct err err;

	assert_int_equal(sm2_private_generate(key, NULL), 0);
	must(bring(h, &a, KEY, fake_csr(*key, h->fx->pool), &saved, &err), &err);
	return saved;
}

static const char *draft_of(struct holder *h, const char *number)
{
	struct renewal r;
	struct buf draft;
	const char *text;
	struct err err;

	buf_init(&draft, ORDER_TEXT_MAX);
	must(renew_draft(h->fx->service, &h->b.actor, number, h->fx->pool, &r, &draft, &err), &err);
	text = pool_text(h->fx->pool, buf_get(&draft));
	buf_free(&draft);
	return text;
}

static struct signed_order sign(struct holder *h, const char *draft)
{
	return fake_sign(&h->fx->signer, bytes_text(draft), h->pair.key, h->pair.serial, h->fx->pool);
}

static int give(struct holder *h, const struct application *a, const struct signed_order *order, struct deed *deed, struct err *err)
{
	return renew_take(h->fx->service, &h->b.actor, a->number, a->version, order, h->fx->pool, deed, err);
}

/* The draft with one part replaced. */
static const char *altered(struct holder *h, const char *draft, const char *part, const char *by)
{
	const char *at = strstr(draft, part);

	assert_non_null(at);
	return pool_format(h->fx->pool, "%.*s%s%s", (int)(at - draft), draft, by, at + strlen(part));
}

/* The last digit of the second serial is another one. */
static const char *with_other_serial(struct holder *h, const char *draft)
{
	char *text = pool_text(h->fx->pool, bytes_text(draft)), *digit = strchr(strstr(text, "\"serials\":"), ']') - 2;

	*digit = *digit == '0' ? '1' : '0';
	return text;
}

static void test_the_last_ninety_days(void **state)
{
	struct holder h;
	struct renewal r;

	holder_make(*state, 91, &h);
	r = look(&h);
	assert_int_equal(r.refusal, HF_RENEW_EARLY);
	assert_int_equal(r.from, h.pair.sign->not_after - 90 * DAY);
	assert_string_equal(r.application.number, "");
	assert_int_equal(begin_refused(&h, &r), HF_RENEW_EARLY);
	clock_set(h.pair.sign->not_after - 90 * DAY);
	fixture_login(h.fx, &h.pair, LOGIN_ENTERPRISE, &h.b);
	r = look(&h);
	assert_int_equal(r.refusal, HF_NONE);
	assert_true(r.notafter > r.certificate.notafter + 364 * DAY && r.notafter <= r.certificate.notafter + 366 * DAY);
	assert_int_equal(begin(&h).state, STATE_DRAFT);
	fake_holder_free(&h.pair);
}

/* Nothing outlives the CA that issues it: a year may be less, and a pair that ends with the CA is not renewed. */
static void test_not_beyond_the_ca(void **state)
{
	struct holder h;
	struct renewal r;

	holder_make(*state, 20, &h);
	h.fx->service->issuing->not_after = h.pair.sign->not_after + 30 * DAY;
	r = look(&h);
	assert_int_equal(r.refusal, HF_NONE);
	assert_int_equal(r.notafter, h.fx->service->issuing->not_after);
	h.fx->service->issuing->not_after = h.pair.sign->not_after;
	assert_int_equal(look(&h).refusal, HF_CERT_TIME);
	assert_int_equal(begin_refused(&h, &r), HF_CERT_TIME);
	fake_holder_free(&h.pair);
}

/* The holder as the certificate says it, the rest as it was told when applying; and no second draft. */
static void test_the_draft(void **state)
{
	struct holder h;
	struct application a;

	holder_make(*state, 20, &h);
	a = begin(&h);
	assert_int_equal(a.kind, APPLICATION_RENEW);
	assert_string_equal(a.name, fixture_form.name);
	assert_string_equal(a.code, FIXTURE_CODE);
	assert_string_equal(a.province, fixture_form.province);
	assert_string_equal(a.city, ""); /* the certificate has none */
	assert_string_equal(a.handler_name, fixture_form.handler_name);
	assert_string_equal(a.mail, fixture_form.mail);
	assert_string_equal(a.handler_mask, "");
	assert_string_equal(a.key_serial, KEY);
	assert_string_equal(a.language, "en");
	assert_non_null(strstr(a.serials, h.pair.serial));
	assert_non_null(strstr(a.serials, h.pair.pair));
	assert_string_equal(begin(&h).number, a.number);
	assert_string_equal(look(&h).application.number, a.number);
	fake_holder_free(&h.pair);
}

static void test_who_may_not(void **state)
{
	struct holder h, other;
	struct browser visitor, staff;
	struct application a;
	struct renewal r;
	struct err err;

	holder_make(*state, 20, &h);
	a = begin(&h);
	fixture_visit(h.fx, &visitor);
	assert_int_equal(renew_look(h.fx->service, &visitor.actor, h.fx->pool, &r, &err), -1);
	assert_int_equal(err.code, HF_SESSION_NONE);
	clock_set(FIXTURE_NOW);
	fixture_login(h.fx, &h.fx->operator, LOGIN_STAFF, &staff);
	assert_int_equal(renew_begin(h.fx->service, &staff.actor, "zh", h.fx->pool, &r, &err), -1);
	assert_int_equal(err.code, HF_PERMISSION);
	holder_make(*state, 20, &other); /* another pair of the same enterprise */
	assert_int_equal(renew_load(h.fx->service, &other.b.actor, a.number, h.fx->pool, &a, &err), -1);
	assert_int_equal(err.code, HF_APPLICATION_UNKNOWN);
	assert_string_not_equal(begin(&other).number, a.number);
	fake_holder_free(&other.pair);
	fake_holder_free(&h.pair);
}

static void test_which_key(void **state)
{
	struct sm2_private *key;
	struct application a, saved;
	struct holder h;
	struct err err;

	holder_make(*state, 20, &h);
	a = begin(&h);
	assert_int_equal(sm2_private_generate(&key, NULL), 0);
	assert_int_equal(bring(&h, &a, "HUFU-T0002", fake_csr(key, h.fx->pool), &saved, &err), -1);
	assert_int_equal(err.code, HF_KEY_OTHER);
	assert_int_equal(bring(&h, &a, KEY, fake_csr(h.pair.key, h.fx->pool), &saved, &err), -1);
	assert_int_equal(err.code, HF_KEY_CERTIFIED_BEFORE);
	assert_int_equal(bring(&h, &a, KEY, BYTES_LITERAL("0"), &saved, &err), -1);
	assert_int_equal(err.code, HF_CSR_FORMAT);
	a.version--;
	assert_int_equal(bring(&h, &a, KEY, fake_csr(key, h.fx->pool), &saved, &err), -1);
	assert_int_equal(err.code, HF_APPLICATION_VERSION);
	a.version++;
	must(bring(&h, &a, KEY, fake_csr(key, h.fx->pool), &saved, &err), &err);
	assert_int_equal(strlen(saved.key_hash), 64);
	sm2_private_free(&key);
	fake_holder_free(&h.pair);
}

static void test_what_the_order_must_say(void **state)
{
	struct sm2_private *key;
	struct application a, stale;
	struct renewal r;
	struct deed deed, again;
	struct signed_order order;
	struct holder h;
	const char *draft, *wrong[4];
	struct buf none;
	struct err err;

	holder_make(*state, 20, &h);
	a = begin(&h);
	buf_init(&none, ORDER_TEXT_MAX);
	assert_int_equal(renew_draft(h.fx->service, &h.b.actor, a.number, h.fx->pool, &r, &none, &err), -1);
	assert_int_equal(err.code, HF_KEY_ABSENT);
	buf_free(&none);
	a = keyed(&h, &key);
	draft = draft_of(&h, a.number);
	wrong[0] = altered(&h, draft, pool_format(h.fx->pool, "\"notafter\":%lld", (long long)look(&h).notafter),
	                   pool_format(h.fx->pool, "\"notafter\":%lld", (long long)look(&h).notafter - 1));
	wrong[1] = altered(&h, draft, "\"o\":", "\"l\":\"天津市\",\"o\":");
	wrong[2] = with_other_serial(&h, draft);
	wrong[3] = altered(&h, draft, "\"profile\":\"enterprise\"", "\"profile\":\"evaluation-short\"");
	int asked = h.fx->signer.asked;
	for (size_t i = 0; i < 4; i++) {
		order = sign(&h, wrong[i]);
		assert_int_equal(give(&h, &a, &order, &deed, &err), -1);
		assert_int_equal(err.code, HF_ORDER_MISMATCH);
	}
	order = fake_sign(&h.fx->signer, bytes_text(draft), h.fx->operator.key, h.pair.serial, h.fx->pool);
	assert_int_equal(give(&h, &a, &order, &deed, &err), -1);
	assert_int_equal(err.code, HF_ORDER_SIGNATURE);
	order = sign(&h, draft);
	stale = a;
	stale.version--;
	assert_int_equal(give(&h, &stale, &order, &deed, &err), -1);
	assert_int_equal(err.code, HF_APPLICATION_VERSION);
	assert_int_equal(h.fx->signer.asked, asked); /* none of it reached the signer */
	must(give(&h, &a, &order, &deed, &err), &err);
	assert_int_equal(h.fx->signer.asked, asked + 1);
	must(give(&h, &a, &order, &again, &err), &err); /* the page sends the same again */
	assert_true(bytes_equal(deed.receipt, again.receipt));
	order = sign(&h, draft);
	assert_int_equal(give(&h, &a, &order, &deed, &err), -1); /* and once more */
	assert_int_equal(err.code, HF_RENEWED);
	assert_int_equal(begin_refused(&h, &r), HF_RENEWED);
	assert_string_equal(r.application.number, a.number);
	assert_int_equal(r.application.state, STATE_ISSUED);
	assert_int_equal(h.fx->signer.asked, asked + 1);
	sm2_private_free(&key);
	fake_holder_free(&h.pair);
}

/* Ways that the signer's word comes. */
enum way { ANSWERED, LOST, FEED_FIRST, WAYS };

static void follow(void *fx)
{
	fixture_follow(fx);
}

static void take_way(struct fixture *fx, enum way way)
{
	fx->signer.lose_answer = way == LOST;
	fx->signer.before_answer = way == FEED_FIRST ? follow : NULL;
	fx->signer.before_answer_ctx = fx;
}

static void come(struct fixture *fx, enum way way, int rc, const struct err *err)
{
	assert_int_equal(rc, way == LOST ? -1 : 0);
	if (way == LOST)
		assert_int_equal(err->code, HF_PEER_GONE);
	fixture_follow(fx);
}

static int mails(struct fixture *fx, enum mail_kind kind)
{
	struct mail mail;
	int n = 0;

	while (fixture_mail(fx, kind, &mail))
		n++;
	return n;
}

static int reminders(struct fixture *fx)
{
	struct err err;

	must(remind_all(fx->service, &err), &err);
	return mails(fx, MAIL_EXPIRING);
}

/* Once for this number, by the certificate that signed it. */
static void check_audit(struct holder *h, const char *deed, const char *number, const char *actor)
{
	struct audit_filter filter = {.deed = deed, .subject = number};
	struct audit_page page;
	struct browser auditor;
	struct err err;

	fixture_login(h->fx, &h->fx->auditor, LOGIN_STAFF, &auditor);
	must(audit_list(h->fx->service, &auditor.actor, &filter, h->fx->pool, &page, &err), &err);
	assert_int_equal(page.count, 1);
	assert_string_equal(page.items[0].actor, actor);
}

/* Taken over: the holder logs in with the new pair, the old one has ended. */
static void check_renewed(struct holder *h, struct fake_holder *new, const char *number)
{
	struct certificate_list list;
	struct application_lines lines;
	struct browser b;
	struct err err;

	assert_int_equal(fixture_refresh(h->fx, &h->b, &err), -1);
	assert_int_equal(err.code, HF_LOGIN_REVOKED);
	fixture_login(h->fx, new, LOGIN_ENTERPRISE, &b);
	must(holding_mine(h->fx->service, &b.actor, h->fx->pool, &list, &err), &err);
	assert_int_equal(list.count, 4);
	for (size_t i = 0; i < list.count; i++) {
		bool old = i >= 2; /* newest first */

		assert_int_equal(list.items[i].status, old ? CERTIFICATE_REVOKED : CERTIFICATE_GOOD);
		assert_string_equal(list.items[i].reason, old ? "superseded" : "");
		assert_string_equal(list.items[i].key_serial, KEY);
		assert_true(list.items[i].installed > 0);
	}
	assert_true(holding_days_left(list.items[0].notafter, FIXTURE_NOW) > 2 * 364);
	must(holding_applications(h->fx->service, &b.actor, h->fx->pool, &lines, &err), &err);
	assert_string_equal(lines.items[0].number, number);
	assert_int_equal(lines.items[0].state, STATE_INSTALLED);
	assert_true(lines.items[0].submitted > 0);
	assert_int_equal(mails(h->fx, MAIL_RENEWED), 1);
	check_audit(h, "certificate.renew", number, h->pair.serial);
	check_audit(h, "certificate.install", number, new->serial);
	assert_int_equal(reminders(h->fx), 0);
}

static void renew_by(struct fixture *fx, enum way way)
{
	struct fake_holder new = {NULL};
	struct signed_order order;
	struct application a;
	struct collect collect;
	struct deed deed;
	struct holder h;
	struct err err;

	holder_make(fx, 20, &h);
	a = keyed(&h, &new.key);
	order = sign(&h, draft_of(&h, a.number));
	take_way(fx, way);
	come(fx, way, give(&h, &a, &order, &deed, &err), &err);
	must(fixture_refresh(fx, &h.b, &err), &err); /* the old pair is good until then */
	assert_int_equal(mails(fx, MAIL_RENEWAL), 1);
	assert_int_equal(reminders(fx), 1);
	must(collect_load(fx->service, &h.b.actor, a.number, fx->pool, &collect, &err), &err);
	order = fake_sign_installed(&fx->signer, collect.application, new.key, collect.sign, collect.encryption, fx->pool);
	come(fx, way, collect_installed(fx->service, &h.b.actor, a.number, &order, fx->pool, &deed, &err), &err);
	fixture_read_holder(&new, collect.sign, collect.encryption);
	take_way(fx, ANSWERED);
	check_renewed(&h, &new, a.number);
	int64_t audited = fixture_audit_count(fx);
	fixture_follow(fx); /* the feed tells it all once more */
	assert_int_equal(fixture_audit_count(fx), audited);
	fake_holder_free(&new);
	fake_holder_free(&h.pair);
}

static void test_answered(void **state)
{
	renew_by(*state, ANSWERED);
}

static void test_answers_lost(void **state)
{
	renew_by(*state, LOST);
}

static void test_feed_first(void **state)
{
	renew_by(*state, FEED_FIRST);
}

/* Who came too late to log in with the old pair collects by number and mailed code. */
static void test_collected_after_the_end(void **state)
{
	struct sm2_private *key;
	struct signed_order order;
	struct application a;
	struct collect collect;
	struct deed deed;
	struct mail mail;
	struct holder h;
	struct err err;

	holder_make(*state, 1, &h);
	a = keyed(&h, &key);
	order = sign(&h, draft_of(&h, a.number));
	must(give(&h, &a, &order, &deed, &err), &err);
	clock_add(2 * DAY);
	assert_int_equal(fixture_refresh(h.fx, &h.b, &err), -1);
	assert_int_equal(err.code, HF_LOGIN_EXPIRED);
	fixture_visit(h.fx, &h.b);
	must(progress_send_code(h.fx->service, &h.b.actor, a.number, &err), &err);
	while (fixture_mail(h.fx, MAIL_CODE, &mail) && strcmp(mail.number, a.number) != 0)
		;
	assert_string_equal(mail.number, a.number);
	must(progress_open(h.fx->service, &h.b.actor, a.number, mail.detail, h.b.token, &err), &err);
	must(fixture_refresh(h.fx, &h.b, &err), &err);
	must(collect_load(h.fx->service, &h.b.actor, a.number, h.fx->pool, &collect, &err), &err);
	order = fake_sign_installed(&h.fx->signer, collect.application, key, collect.sign, collect.encryption, h.fx->pool);
	must(collect_installed(h.fx->service, &h.b.actor, a.number, &order, h.fx->pool, &deed, &err), &err);
	assert_int_equal(fixture_load(h.fx, &h.b, a.number).state, STATE_INSTALLED);
	sm2_private_free(&key);
	fake_holder_free(&h.pair);
}

/* A draft that was withdrawn while its order was done: the journal stands, also beside a new draft. */
static void test_withdrawn_too_late(void **state)
{
	struct sm2_private *key;
	struct application a, second;
	struct signed_order order;
	struct renewal r;
	struct deed deed;
	struct holder h;
	struct err err;

	holder_make(*state, 20, &h);
	a = keyed(&h, &key);
	order = sign(&h, draft_of(&h, a.number));
	h.fx->signer.lose_answer = true;
	assert_int_equal(give(&h, &a, &order, &deed, &err), -1);
	must(apply_withdraw(h.fx->service, &h.b.actor, a.number, a.version, &err), &err);
	h.fx->signer.lose_answer = false;
	second = begin(&h);
	assert_string_not_equal(second.number, a.number);
	fixture_follow(h.fx);
	r = look(&h);
	assert_int_equal(r.refusal, HF_RENEWED);
	assert_string_equal(r.application.number, a.number);
	assert_int_equal(bring(&h, &second, KEY, fake_csr(key, h.fx->pool), &second, &err), -1);
	assert_int_equal(err.code, HF_KEY_CERTIFIED_BEFORE);
	sm2_private_free(&key);
	fake_holder_free(&h.pair);
}

/* Form, papers and submission are not a renewal's. */
static void test_a_renewal_is_no_application(void **state)
{
	char live[APPLICATION_NUMBER_SIZE + 1];
	struct entry_faults faults;
	struct application a, saved;
	struct holder h;
	struct err err;

	holder_make(*state, 20, &h);
	a = begin(&h);
	assert_int_equal(apply_save(h.fx->service, &h.b.actor, &(struct apply_saving){a.number, a.version, "", "zh", &fixture_form},
	                            &faults, h.fx->pool, &saved, &err),
	                 -1);
	assert_int_equal(err.code, HF_APPLICATION_STATE);
	assert_int_equal(apply_key(h.fx->service, &h.b.actor, a.number, a.version, KEY, fake_csr(h.fx->operator.key, h.fx->pool),
	                           h.fx->pool, &saved, &err),
	                 -1);
	assert_int_equal(err.code, HF_APPLICATION_STATE);
	assert_int_equal(apply_submit(h.fx->service, &h.b.actor, a.number, a.version, &faults, live, h.fx->pool, &saved, &err), -1);
	assert_int_equal(err.code, HF_APPLICATION_STATE);
	fake_holder_free(&h.pair);
}

#define FIXED(test) cmocka_unit_test_setup_teardown(test, fixture_make, fixture_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    FIXED(test_the_last_ninety_days),
	    FIXED(test_not_beyond_the_ca),
	    FIXED(test_the_draft),
	    FIXED(test_who_may_not),
	    FIXED(test_which_key),
	    FIXED(test_what_the_order_must_say),
	    FIXED(test_answered),
	    FIXED(test_answers_lost),
	    FIXED(test_feed_first),
	    FIXED(test_collected_after_the_end),
	    FIXED(test_withdrawn_too_late),
	    FIXED(test_a_renewal_is_no_application),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
