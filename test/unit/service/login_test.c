/* Login by certificate in the order of login.md, sessions and their ends, revocation, and the words of the days left. */
#include "crl_build.h"
#include "file.h"
#include "holding.h"
#include "revoke.h"
#include "service_fixture.h"
#include "set_clock.h"
#include "text_code.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static void test_login_and_out(void **state)
{
	struct fixture *fx = *state;
	struct browser b;
	char visitor[SESSION_TOKEN_SIZE + 1];
	struct session old;
	struct err err;

	fixture_visit(fx, &b);
	memcpy(visitor, b.token, sizeof(visitor));
	assert_true(session_is_visitor(&b.session));
	fixture_login(fx, &fx->operator, LOGIN_STAFF, &b);
	assert_true(session_is_staff(&b.session));
	assert_string_equal(b.session.name, "王受理");
	assert_string_not_equal(b.token, visitor);
	assert_int_equal(fixture_refresh(fx, &b, &err), 0);
	assert_int_equal(session_end(fx->service, &b.actor, &err), 0);
	assert_int_equal(fixture_refresh(fx, &b, &err), -1);
	assert_int_equal(err.code, HF_SESSION_ENDED);
	assert_int_equal(session_find(fx->service, BYTES_LITERAL("no token"), fx->pool, &old, &err), -1);
	assert_int_equal(err.code, HF_SESSION_NONE);
}

static void test_wrong_door_and_unknown(void **state)
{
	struct fixture *fx = *state;
	struct fake_holder stranger = fx->operator;
	struct browser b;
	struct err err;

	assert_int_equal(fixture_try_login(fx, &fx->operator, LOGIN_ENTERPRISE, &b, &err), -1);
	assert_int_equal(err.code, HF_LOGIN_ROLE);
	memcpy(stranger.serial, "0123456789abcdef0123456789abcdef", 33);
	assert_int_equal(fixture_try_login(fx, &stranger, LOGIN_STAFF, &b, &err), -1);
	assert_int_equal(err.code, HF_LOGIN_UNKNOWN);
	stranger = fx->operator; /* another certificate under this serial */
	stranger.sign = fx->reviewer.sign;
	assert_int_equal(fixture_try_login(fx, &stranger, LOGIN_STAFF, &b, &err), -1);
	assert_int_equal(err.code, HF_LOGIN_UNKNOWN);
	stranger = fx->operator; /* another key */
	stranger.key = fx->reviewer.key;
	assert_int_equal(fixture_try_login(fx, &stranger, LOGIN_STAFF, &b, &err), -1);
	assert_int_equal(err.code, HF_LOGIN_SIGNATURE);
	stranger = fx->operator; /* the encryption certificate */
	stranger.sign = fx->operator.encryption;
	memcpy(stranger.serial, fx->operator.pair, 33);
	assert_int_equal(fixture_try_login(fx, &stranger, LOGIN_STAFF, &b, &err), -1);
	assert_int_equal(err.code, HF_LOGIN_PROFILE);
}

static void test_challenge_is_used_once_and_ends(void **state)
{
	struct fixture *fx = *state;
	uint8_t challenge[CHALLENGE_SIZE];
	struct login_answer answer = {.serial = bytes_text(fx->operator.serial), .certificate = fx->operator.sign->der };
	struct browser b;
	char token[SESSION_TOKEN_SIZE + 1], digits[5];
	struct session session;
	struct err err;
	int64_t audited = fixture_audit_count(fx);

	fixture_visit(fx, &b);
	assert_int_equal(login(fx->service, &b.actor, LOGIN_STAFF, &answer, token, fx->pool, &session, &err), -1);
	assert_int_equal(err.code, HF_CHALLENGE_OLD);
	assert_int_equal(login_challenge(fx->service, &b.actor, challenge, digits, &err), 0);
	assert_int_equal(strlen(digits), 4);
	assert_int_equal(login(fx->service, &b.actor, LOGIN_STAFF, &answer, token, fx->pool, &session, &err), -1);
	assert_int_equal(err.code, HF_LOGIN_SIGNATURE);
	assert_int_equal(login(fx->service, &b.actor, LOGIN_STAFF, &answer, token, fx->pool, &session, &err), -1);
	assert_int_equal(err.code, HF_CHALLENGE_USED);          /* a failed try spends it */
	assert_int_equal(fixture_audit_count(fx), audited + 1); /* the one that had a challenge */
	assert_int_equal(login_challenge(fx->service, &b.actor, challenge, digits, &err), 0);
	clock_add(121);
	assert_int_equal(login(fx->service, &b.actor, LOGIN_STAFF, &answer, token, fx->pool, &session, &err), -1);
	assert_int_equal(err.code, HF_CHALLENGE_OLD);
}

/* A login at asked, whose answer was signed at signed_at. */
static int login_at(struct fixture *fx, const char *signed_at, const char *asked, struct err *err)
{
	uint8_t challenge[CHALLENGE_SIZE];
	char digits[5], hex[2 * CHALLENGE_SIZE + 1], token[SESSION_TOKEN_SIZE + 1];
	struct session session;
	struct browser b;
	struct buf signature;
	const char *text;
	int rc;

	fixture_visit(fx, &b);
	assert_int_equal(login_challenge(fx->service, &b.actor, challenge, digits, err), 0);
	hex_write(hex, challenge, sizeof(challenge));
	text = pool_format(fx->pool, "hufu-login-v1\n%s\n%s\n%s", signed_at, hex, fx->operator.serial);
	buf_init(&signature, SM2_SIGNATURE_MAX);
	assert_int_equal(sm2_sign(fx->operator.key, bytes_text(text), &signature, err), 0);
	struct login_answer answer = {.serial = bytes_text(fx->operator.serial),
	                              .certificate = fx->operator.sign->der,
	                              .signature = buf_get(&signature),
	                              .origin = asked};
	rc = login(fx->service, &b.actor, LOGIN_STAFF, &answer, token, fx->pool, &session, err);
	buf_free(&signature);
	return rc;
}

static void test_every_origin_of_the_settings_logs_in(void **state)
{
	static const char first[] = "http://127.0.0.1:8080", second[] = FIXTURE_SECOND_ORIGIN, other[] = "https://evil.example";
	struct fixture *fx = *state;
	struct err err;

	assert_int_equal(login_at(fx, first, first, &err), 0);
	assert_int_equal(login_at(fx, second, second, &err), 0);
	assert_int_equal(login_at(fx, first, NULL, &err), 0);
	assert_int_equal(login_at(fx, first, second, &err), -1);
	assert_int_equal(err.code, HF_LOGIN_SIGNATURE);
	assert_int_equal(login_at(fx, other, other, &err), -1);
	assert_int_equal(err.code, HF_LOGIN_ORIGIN);
}

static void test_sessions_time_out(void **state)
{
	struct fixture *fx = *state;
	struct browser b;
	struct err err;

	fixture_login(fx, &fx->operator, LOGIN_STAFF, &b);
	for (int i = 0; i < 17; i++) { /* used every 1700 s: alive until 28800 s */
		clock_add(1700);
		if (i < 16)
			assert_int_equal(fixture_refresh(fx, &b, &err), 0);
	}
	assert_int_equal(fixture_refresh(fx, &b, &err), -1);
	assert_int_equal(err.code, HF_SESSION_ENDED);
	fixture_login(fx, &fx->operator, LOGIN_STAFF, &b);
	clock_add(1801);
	assert_int_equal(fixture_refresh(fx, &b, &err), -1);
	assert_int_equal(err.code, HF_SESSION_ENDED);
}

static struct deed revoke_own(struct fixture *fx, struct browser *b, const struct fake_holder *who, enum revoke_deed what,
                              const char *serial)
{
	struct signed_order order;
	struct deed deed;
	struct buf draft;
	struct err err;

	buf_init(&draft, 65536);
	if (revoke_draft(fx->service, &b->actor, what, serial, "keyCompromise", &draft, &err) != 0)
		fail_msg("%s", err.text);
	order = fake_sign(&fx->signer, buf_get(&draft), who->key, who->serial, fx->pool);
	if (revoke_take(fx->service, &b->actor, &order, fx->pool, &deed, &err) != 0)
		fail_msg("%s", err.text);
	buf_free(&draft);
	return deed;
}

static void test_revocation_ends_logins_at_once(void **state)
{
	struct fixture *fx = *state;
	struct fake_holder enterprise;
	struct browser b, again;
	struct certificate_list list;
	struct mail mail;
	struct err err;

	fixture_enterprise(fx, &enterprise);
	fixture_login(fx, &enterprise, LOGIN_ENTERPRISE, &b);
	assert_true(session_is_holder(&b.session));
	assert_string_equal(b.session.code, FIXTURE_CODE);
	assert_int_equal(holding_mine(fx->service, &b.actor, fx->pool, &list, &err), 0);
	assert_int_equal(list.count, 2);
	assert_true(list.items[0].installed > 0);
	assert_int_equal(fixture_refresh(fx, &b, &err), 0);
	revoke_own(fx, &b, &enterprise, REVOKE_FOR_GOOD, enterprise.pair);
	assert_int_equal(fixture_refresh(fx, &b, &err), -1);
	assert_int_equal(err.code, HF_LOGIN_REVOKED);
	assert_int_equal(fixture_try_login(fx, &enterprise, LOGIN_ENTERPRISE, &again, &err), -1);
	assert_int_equal(err.code, HF_LOGIN_REVOKED);
	assert_true(fixture_mail(fx, MAIL_REVOKED, &mail));
	int64_t audited = fixture_audit_count(fx);
	fixture_follow(fx);
	assert_int_equal(fixture_audit_count(fx), audited);
	fake_holder_free(&enterprise);
}

static void test_operator_may_only_suspend(void **state)
{
	struct fixture *fx = *state;
	struct fake_holder enterprise;
	struct browser staff, b;
	struct buf draft;
	struct err err;

	fixture_enterprise(fx, &enterprise);
	fixture_login(fx, &fx->operator, LOGIN_STAFF, &staff);
	buf_init(&draft, 65536);
	assert_int_equal(revoke_draft(fx->service, &staff.actor, REVOKE_FOR_GOOD, enterprise.serial, "keyCompromise", &draft, &err), -1);
	assert_int_equal(err.code, HF_PERMISSION);
	assert_int_equal(revoke_draft(fx->service, &staff.actor, REVOKE_SUSPEND, fx->reviewer.serial, NULL, &draft, &err), -1);
	assert_int_equal(err.code, HF_ORDER_HOLDER); /* not an enterprise's */
	assert_int_equal(revoke_draft(fx->service, &staff.actor, REVOKE_SUSPEND, "0123456789abcdef0123456789abcdef", NULL, &draft, &err),
	                 -1);
	assert_int_equal(err.code, HF_SERIAL_UNKNOWN);
	revoke_own(fx, &staff, &fx->operator, REVOKE_SUSPEND, enterprise.serial);
	assert_int_equal(fixture_try_login(fx, &enterprise, LOGIN_ENTERPRISE, &b, &err), -1);
	assert_int_equal(err.code, HF_LOGIN_SUSPENDED);
	assert_int_equal(revoke_draft(fx->service, &staff.actor, REVOKE_SUSPEND, enterprise.serial, NULL, &draft, &err), -1);
	assert_int_equal(err.code, HF_STATUS_CHANGE);
	buf_free(&draft);
	fake_holder_free(&enterprise);
}

static void test_two_persons_resume_and_revoke(void **state)
{
	struct fixture *fx = *state;
	struct fake_holder enterprise;
	struct application entered, second;
	struct mail mail;
	struct browser staff, b;
	struct err err;

	fixture_enterprise(fx, &enterprise);
	fixture_login(fx, &fx->operator, LOGIN_STAFF, &staff);
	assert_int_equal(revoke_enter(fx->service, &staff.actor, APPLICATION_RESUME, enterprise.serial, NULL, fx->pool, &entered, &err),
	                 -1);
	assert_int_equal(err.code, HF_STATUS_CHANGE);
	revoke_own(fx, &staff, &fx->operator, REVOKE_SUSPEND, enterprise.serial);
	assert_int_equal(revoke_enter(fx->service, &staff.actor, APPLICATION_RESUME, enterprise.serial, NULL, fx->pool, &entered, &err), 0);
	assert_int_equal(entered.state, STATE_SUBMITTED);
	assert_int_equal(revoke_enter(fx->service, &staff.actor, APPLICATION_RESUME, enterprise.pair, NULL, fx->pool, &second, &err), -1);
	assert_int_equal(err.code, HF_APPLICATION_LIVE);
	fixture_accept(fx, entered.number);
	fixture_approve(fx, entered.number);
	assert_true(fixture_mail(fx, MAIL_RESUMED, &mail));
	assert_true(strcmp(mail.detail, enterprise.serial) == 0 || strcmp(mail.detail, enterprise.pair) == 0);
	fixture_login(fx, &enterprise, LOGIN_ENTERPRISE, &b);
	assert_int_equal(
	    revoke_enter(fx->service, &staff.actor, APPLICATION_REVOKE, enterprise.serial, "because", fx->pool, &entered, &err), -1);
	assert_int_equal(err.code, HF_FIELD_CHOICE);
	assert_int_equal(revoke_enter(fx->service, &staff.actor, APPLICATION_REVOKE, enterprise.serial, "cessationOfOperation", fx->pool,
	                              &entered, &err),
	                 0);
	fixture_accept(fx, entered.number);
	fixture_approve(fx, entered.number);
	assert_int_equal(fixture_refresh(fx, &b, &err), -1);
	assert_int_equal(err.code, HF_LOGIN_REVOKED);
	fake_holder_free(&enterprise);
}

static void test_expired_certificate(void **state)
{
	struct fixture *fx = *state;
	struct fake_holder enterprise;
	struct browser b;
	struct err err;

	fixture_enterprise(fx, &enterprise);
	clock_set(enterprise.sign->not_after);
	fixture_login(fx, &enterprise, LOGIN_ENTERPRISE, &b); /* the last second counts */
	clock_add(1);
	assert_int_equal(fixture_refresh(fx, &b, &err), -1);
	assert_int_equal(err.code, HF_LOGIN_EXPIRED);
	assert_int_equal(fixture_try_login(fx, &enterprise, LOGIN_ENTERPRISE, &b, &err), -1);
	assert_int_equal(err.code, HF_LOGIN_EXPIRED);
	fake_holder_free(&enterprise);
}

static const char *prompt(int64_t notafter, int64_t now)
{
	static char words[HOLDING_PROMPT_MAX];

	holding_prompt(holding_days_left(notafter, now), words);
	return words;
}

static void test_days_left(void **state)
{
	const int64_t midnight = INT64_C(1795276800) + 86400; /* 2026-11-23 00:00 in Shanghai */
	const int64_t day = 86400;

	assert_string_equal(prompt(midnight + 3600, midnight + 60), "您的证书今天到期，请及时更新！");
	assert_string_equal(prompt(midnight + 3600, midnight - 1), "您的证书还有1天到期，请及时更新！");
	assert_string_equal(prompt(midnight + 30 * day, midnight), "您的证书还有30天到期，请及时更新！");
	assert_string_equal(prompt(midnight + 30 * day + 86399, midnight), "您的证书还有30天到期，请及时更新！");
	assert_string_equal(prompt(midnight + 31 * day, midnight), "");
	assert_string_equal(prompt(midnight + 31 * day, midnight + day), "您的证书还有30天到期，请及时更新！");
	assert_int_equal(holding_days_left(midnight, midnight + 1), -1); /* ended a second ago, on this day */
	assert_int_equal(holding_days_left(midnight, midnight), 0);
	assert_int_equal(holding_days_left(midnight - 5 * day, midnight), -5);
	assert_string_equal(prompt(midnight, midnight + 1), "");
}

/* As the signer puts it there. */
static void put_crl(struct fixture *fx, int64_t number, const struct crl_entry *entry, const struct sm2_private *key)
{
	struct crl_plan plan = {.issuer = fx->signer.authority.issuing,
	                        .number = number,
	                        .this_update = FIXTURE_NOW,
	                        .next_update = FIXTURE_NOW + 172800,
	                        .entries = entry,
	                        .count = entry != NULL};
	int dir = open(fx->dir, O_RDONLY | O_DIRECTORY);
	struct buf der;
	struct err err;

	buf_init(&der, 4096);
	assert_int_equal(crl_issue(&plan, key, &der, &err), 0);
	assert_int_equal(file_replace(dir, "newest.crl", buf_get(&der), 0644, &err), 0);
	buf_free(&der);
	close(dir);
}

static void test_newest_crl(void **state)
{
	struct fixture *fx = *state;
	struct crl_entry entry = {.time = FIXTURE_NOW, .reason = CRL_HOLD};
	const struct sm2_private *issuing = fx->signer.authority.issuing_key;
	struct browser b;
	struct err err;

	assert_int_equal(serial_from_text(&entry.serial, bytes_text(fx->operator.serial)), 0);
	put_crl(fx, 7, &entry, issuing); /* a suspension is the record's to say */
	fixture_login(fx, &fx->operator, LOGIN_STAFF, &b);
	entry.reason = CRL_KEY_COMPROMISE;
	put_crl(fx, 8, &entry, fx->reviewer.key); /* not the CA's */
	assert_int_equal(fixture_refresh(fx, &b, &err), 0);
	put_crl(fx, 6, &entry, issuing); /* older than the one known */
	assert_int_equal(fixture_refresh(fx, &b, &err), 0);
	put_crl(fx, 9, &entry, issuing);
	assert_int_equal(fixture_refresh(fx, &b, &err), -1); /* logins that are open end, too */
	assert_int_equal(err.code, HF_LOGIN_REVOKED);
	assert_int_equal(fixture_try_login(fx, &fx->operator, LOGIN_STAFF, &b, &err), -1);
	assert_int_equal(err.code, HF_LOGIN_REVOKED);
	fixture_login(fx, &fx->reviewer, LOGIN_STAFF, &b);
}

#define FIXED(test) cmocka_unit_test_setup_teardown(test, fixture_make, fixture_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    FIXED(test_login_and_out),
	    FIXED(test_wrong_door_and_unknown),
	    FIXED(test_challenge_is_used_once_and_ends),
	    FIXED(test_every_origin_of_the_settings_logs_in),
	    FIXED(test_sessions_time_out),
	    FIXED(test_revocation_ends_logins_at_once),
	    FIXED(test_operator_may_only_suspend),
	    FIXED(test_two_persons_resume_and_revoke),
	    FIXED(test_expired_certificate),
	    FIXED(test_newest_crl),
	    cmocka_unit_test(test_days_left),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
