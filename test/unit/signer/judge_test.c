/* The truth table of the judge: for each order one set of facts that is enough, and every change of it that is not. */
#include "judge.h"

#include "order_check.h"
#include "profile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#define NOW INT64_C(1800000000)
#define CODE BYTES_LITERAL("91330100MA27XF8U4K")
#define NAME BYTES_LITERAL("杭州虎符科技有限公司")

static const uint8_t ca[20] = {1}, issued_serials[32] = {0x20, [16] = 0x10};
static const uint8_t serials[2 * ORDER_SERIAL_SIZE] = {0x10, [16] = 0x20}, paper[32] = {7};

/* An order with its facts, made to be enough and then changed. */
struct bench {
	struct order order, accept, first;
	struct judge_facts facts;
};

static struct signatory person(const char *id, uint32_t roles)
{
	return (struct signatory){.known = true,
	                          .signs = true,
	                          .status = EVENT_GOOD,
	                          .not_before = NOW - 10,
	                          .not_after = NOW + 10,
	                          .person = bytes_text(id),
	                          .roles = roles};
}

static struct signatory holder(void)
{
	struct signatory s = person("", 0);

	s.person = BYTES_NONE;
	s.code = CODE;
	s.name = NAME;
	return s;
}

static struct order order_of(enum order_deed deed, enum order_kind kind)
{
	struct order o = {.deed = deed, .kind = kind, .made = NOW - 5, .v = 1, .holder = {CODE, NAME}};

	memcpy(o.ca, ca, sizeof(ca));
	o.hash[0] = (uint8_t)(0x40 + deed);
	return o;
}

static void about_serials(struct bench *b, int status)
{
	b->order.serials = (struct octets_list){serials, 2};
	for (int i = 0; i < 2; i++)
		b->facts.serials[i] = (struct subject_certificate){true, status, CODE, NAME};
}

static void make_new(struct order *o)
{
	o->subject = (struct order_subject){.cn = NAME, .o = NAME};
	o->key = (struct order_key){{9}, BYTES_LITERAL("3K0001")};
	o->papers = (struct octets_list){paper, 1};
}

/* Facts under which the judge says yes. */
static void accept_of(struct bench *b, enum order_kind kind)
{
	memset(b, 0, sizeof(*b));
	b->order = order_of(ORDER_ACCEPT, kind);
	b->facts = (struct judge_facts){.now = NOW, .ca = ca, .issuing_end = NOW + 400 * 86400, .quota = 10};
	b->facts.by = person("intake", ROLE_BIT(ROLE_INTAKE_OPERATOR));
	if (kind == ORDER_KIND_NEW)
		make_new(&b->order);
	else
		about_serials(b, kind == ORDER_KIND_REVOKE ? EVENT_GOOD : EVENT_SUSPENDED);
}

static void approve_of(struct bench *b, enum order_kind kind)
{
	accept_of(b, kind);
	b->accept = b->order;
	b->facts.accept = &b->accept;
	b->facts.accepted_by = b->facts.by;
	b->facts.by = person("reviewer", ROLE_BIT(ROLE_REVIEWER));
	b->order.deed = ORDER_APPROVE;
	memcpy(b->order.accept, b->accept.hash, sizeof(b->accept.hash));
	b->order.hash[0] = 0x99;
	if (kind == ORDER_KIND_NEW)
		b->order.notafter = NOW + 86400;
}

static void status_of(struct bench *b, enum order_deed deed)
{
	accept_of(b, ORDER_KIND_NEW);
	b->order = order_of(deed, ORDER_KIND_NONE);
	b->facts.by = holder();
	about_serials(b, EVENT_GOOD);
}

static void installed_of(struct bench *b)
{
	accept_of(b, ORDER_KIND_NEW);
	b->order = order_of(ORDER_INSTALLED, ORDER_KIND_NONE);
	b->order.serials = (struct octets_list){serials, 2};
	memcpy(b->order.by, issued_serials, ORDER_SERIAL_SIZE);
	b->facts.by = holder();
	b->facts.issued = true;
	b->facts.issued_serials = issued_serials;
}

static void renew_of(struct bench *b)
{
	accept_of(b, ORDER_KIND_NEW);
	b->order = order_of(ORDER_RENEW, ORDER_KIND_NONE);
	b->order.subject = b->facts.subject = (struct order_subject){.cn = NAME, .o = NAME, .ou = BYTES_LITERAL("财务部")};
	b->order.key = (struct order_key){{9}, BYTES_LITERAL("3K0001")};
	b->facts.by = holder();
	b->facts.by.not_after = NOW + 20 * 86400;
	b->facts.issuing_end = NOW + 1000 * 86400;
	b->facts.one_pair = true;
	b->order.notafter = profile_end(PROFILE_ENTERPRISE_SIGN, b->facts.by.not_after + 1, b->facts.issuing_end);
	about_serials(b, EVENT_GOOD);
	memcpy(b->order.by, serials + ORDER_SERIAL_SIZE, ORDER_SERIAL_SIZE);
}

static void staff_of(struct bench *b, enum order_deed deed)
{
	accept_of(b, ORDER_KIND_NEW);
	b->first = order_of(deed, ORDER_KIND_NONE);
	b->first.certificate[0] = 5;
	b->first.person = (struct order_person){BYTES_LITERAL("new"), BYTES_LITERAL("新人")};
	b->first.roles = ROLE_BIT(ROLE_REVIEWER);
	b->first.from = NOW - 1;
	b->first.to = NOW + 1000;
	b->first.quota.issue_per_reviewer_hour = 5;
	b->order = b->first;
	memcpy(b->order.first, b->first.hash, sizeof(b->first.hash));
	b->facts.first = &b->first;
	b->facts.first_by = person("admin-a", ROLE_BIT(ROLE_SUPER_ADMINISTRATOR));
	b->facts.by = person("admin-b", ROLE_BIT(ROLE_SUPER_ADMINISTRATOR));
	b->facts.appointed = holder();
}

static void withdrawal_of(struct bench *b)
{
	staff_of(b, ORDER_STAFF);
	memset(b->order.first, 0, sizeof(b->order.first));
	b->order.roles = 0;
	b->facts.first = NULL;
	b->facts.appointed.person = BYTES_LITERAL("new");
}

static void cancel_of(struct bench *b)
{
	accept_of(b, ORDER_KIND_NEW);
	b->accept = b->order;
	b->facts.accept = &b->accept;
	b->order = order_of(ORDER_CANCEL, ORDER_KIND_NONE);
	b->facts.by = person("reviewer", ROLE_BIT(ROLE_REVIEWER));
}

static void yes(const struct bench *b)
{
	struct err err;

	if (judge(&b->order, &b->facts, &err) < 0)
		fail_msg("refused: HF-%d %s", (int)err.code, err.text);
}

static void no(const struct bench *b, enum err_code code)
{
	struct err err = {0};

	if (judge(&b->order, &b->facts, &err) == 0)
		fail_msg("taken, HF-%d expected", (int)code);
	if (err.code != code)
		fail_msg("HF-%d instead of HF-%d: %s", (int)err.code, (int)code, err.text);
}

/* Whoever signs must be able to sign at all; `by` of every order, and the signer of the order before it. */
static void bad_signatories(struct bench *b, struct signatory *s)
{
	struct signatory good = *s;

	s->known = false;
	no(b, HF_SERIAL_UNKNOWN);
	*s = good;
	s->signs = false;
	no(b, HF_ORDER_ROLE);
	*s = good;
	s->status = EVENT_REVOKED;
	no(b, HF_ORDER_SIGNER_WITHDRAWN);
	s->status = EVENT_SUSPENDED;
	no(b, HF_ORDER_SIGNER_WITHDRAWN);
	*s = good;
	s->not_after = NOW - 1;
	no(b, HF_ORDER_SIGNER_WITHDRAWN);
	*s = good;
	s->not_before = NOW + 1;
	no(b, HF_ORDER_SIGNER_WITHDRAWN);
	*s = good;
	yes(b);
}

/* A person in the wrong role, none, or withdrawn. Leaves the facts as they were. */
static void bad_roles(struct bench *b, struct signatory *s, uint32_t enough)
{
	struct signatory good = *s;

	for (int role = 0; role < ROLE_COUNT; role++) {
		s->roles = ROLE_BIT(role);
		if ((enough & ROLE_BIT(role)) != 0)
			yes(b);
		else
			no(b, HF_ORDER_ROLE);
	}
	s->roles = 0;
	no(b, HF_ORDER_SIGNER_WITHDRAWN);
	*s = good;
}

static void bad_for_all(struct bench *b)
{
	int64_t now = b->facts.now;

	b->order.ca[3] ^= 1;
	no(b, HF_ORDER_OTHER_CA);
	b->order.ca[3] ^= 1;
	b->order.made = now - ORDER_LIFE - 1;
	no(b, HF_ORDER_EXPIRED);
	b->order.made = now + ORDER_AHEAD_MAX + 1;
	no(b, HF_ORDER_AHEAD);
	b->order.made = now;
	b->facts.cancelled = true;
	no(b, HF_ORDER_CANCELLED);
	b->facts.cancelled = false;
	bad_signatories(b, &b->facts.by);
}

static void bad_serials(struct bench *b, unsigned good_states)
{
	int before = b->facts.serials[1].status;

	b->facts.serials[1].known = false;
	no(b, HF_SERIAL_UNKNOWN);
	b->facts.serials[1].known = true;
	b->facts.serials[1].code = BYTES_LITERAL("91330100MA2B0G7R1T");
	no(b, HF_ORDER_HOLDER);
	b->facts.serials[1].code = BYTES_NONE;
	no(b, HF_ORDER_HOLDER);
	b->facts.serials[1].code = CODE;
	b->facts.serials[1].name = BYTES_LITERAL("另一家");
	no(b, HF_ORDER_HOLDER);
	b->facts.serials[1].name = NAME;
	for (int status = EVENT_GOOD; status <= EVENT_SUSPENDED; status++) {
		b->facts.serials[1].status = status;
		if ((good_states & 1u << status) != 0)
			yes(b);
		else
			no(b, HF_STATUS_CHANGE);
	}
	b->facts.serials[1].status = before;
}

static void test_accept(void **state)
{
	struct bench b;

	(void)state;
	accept_of(&b, ORDER_KIND_NEW);
	yes(&b);
	bad_for_all(&b);
	bad_roles(&b, &b.facts.by, ROLE_BIT(ROLE_INTAKE_OPERATOR));
	b.facts.by = holder();
	no(&b, HF_ORDER_ROLE);
	accept_of(&b, ORDER_KIND_REVOKE);
	yes(&b);
	bad_serials(&b, 1u << EVENT_GOOD | 1u << EVENT_SUSPENDED);
	accept_of(&b, ORDER_KIND_RESUME);
	yes(&b);
	bad_serials(&b, 1u << EVENT_SUSPENDED);
}

static void test_virtual_keys(void **state)
{
	static const char *const names[] = {"HUFUV0001", "HUFUV", "file"};
	struct bench b;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		accept_of(&b, ORDER_KIND_NEW);
		b.order.key.serial = bytes_text(names[i]);
		no(&b, HF_KEY_OTHER);
		b.facts.evaluation = true;
		yes(&b);
		approve_of(&b, ORDER_KIND_NEW);
		b.order.key.serial = b.accept.key.serial = bytes_text(names[i]);
		no(&b, HF_KEY_OTHER);
	}
	accept_of(&b, ORDER_KIND_NEW);
	b.order.key.serial = BYTES_LITERAL("HUFU1");
	yes(&b);
}

static void test_approve_new(void **state)
{
	struct bench b;

	(void)state;
	approve_of(&b, ORDER_KIND_NEW);
	yes(&b);
	bad_for_all(&b);
	bad_roles(&b, &b.facts.by, ROLE_BIT(ROLE_REVIEWER));
	bad_signatories(&b, &b.facts.accepted_by);
	bad_roles(&b, &b.facts.accepted_by, ROLE_BIT(ROLE_INTAKE_OPERATOR));
	/* one person, even with both roles */
	b.facts.by = b.facts.accepted_by = person("both", ROLE_BIT(ROLE_INTAKE_OPERATOR) | ROLE_BIT(ROLE_REVIEWER));
	no(&b, HF_ORDER_SAME_PERSON);
	approve_of(&b, ORDER_KIND_NEW);
	b.facts.accept = NULL;
	no(&b, HF_ORDER_INCOMPLETE);
	b.facts.accept = &b.accept;
	b.accept.made = NOW - ORDER_LIFE - 1;
	no(&b, HF_ORDER_EXPIRED);
	b.accept.made = NOW;
	yes(&b);
	b.order.accept[1] ^= 1;
	no(&b, HF_ORDER_MISMATCH);
	b.order.accept[1] ^= 1;
	b.order.key.hash[0] ^= 1;
	no(&b, HF_ORDER_MISMATCH);
	b.order.key.hash[0] ^= 1;
	b.order.ends = (struct octets_list){serials, 1};
	no(&b, HF_ORDER_MISMATCH);
}

static void test_validity_and_profile(void **state)
{
	struct bench b;

	(void)state;
	approve_of(&b, ORDER_KIND_NEW);
	b.order.notafter = NOW;
	no(&b, HF_ORDER_MISMATCH);
	b.order.notafter = profile_end(PROFILE_ENTERPRISE_SIGN, NOW, b.facts.issuing_end);
	yes(&b);
	b.order.notafter++;
	no(&b, HF_ORDER_MISMATCH);
	b.facts.issuing_end = NOW + 100;
	b.order.notafter = NOW + 101;
	no(&b, HF_ORDER_MISMATCH);
	b.order.notafter = NOW + 100;
	yes(&b);
	approve_of(&b, ORDER_KIND_NEW);
	b.order.profile = ORDER_PROFILE_EVALUATION_SHORT;
	no(&b, HF_ORDER_MISMATCH);
	b.facts.evaluation = true;
	yes(&b);
	b.order.notafter = NOW + 21 * 86400;
	no(&b, HF_ORDER_MISMATCH);
}

static void test_quota(void **state)
{
	struct bench b;

	(void)state;
	approve_of(&b, ORDER_KIND_NEW);
	b.facts.issued_this_hour = 9;
	yes(&b);
	b.facts.issued_this_hour = 10;
	no(&b, HF_QUOTA);
	/* what ends or stops certificates is never limited */
	approve_of(&b, ORDER_KIND_REVOKE);
	b.facts.issued_this_hour = 10;
	yes(&b);
}

static void test_approve_status(void **state)
{
	struct bench b;

	(void)state;
	approve_of(&b, ORDER_KIND_REVOKE);
	yes(&b);
	bad_for_all(&b);
	bad_serials(&b, 1u << EVENT_GOOD | 1u << EVENT_SUSPENDED);
	b.order.reason = ORDER_REASON_CESSATION;
	no(&b, HF_ORDER_MISMATCH);
	approve_of(&b, ORDER_KIND_RESUME);
	yes(&b);
	bad_serials(&b, 1u << EVENT_SUSPENDED);
	b.order.serials.count = 1;
	no(&b, HF_ORDER_MISMATCH);
	approve_of(&b, ORDER_KIND_RESUME);
	b.facts.accepted_by.person = b.facts.by.person;
	no(&b, HF_ORDER_SAME_PERSON);
	/* an approval of one kind never rests on an acceptance of another */
	approve_of(&b, ORDER_KIND_RESUME);
	b.accept.kind = ORDER_KIND_REVOKE;
	no(&b, HF_ORDER_MISMATCH);
}

static void test_revoke(void **state)
{
	struct bench b;

	(void)state;
	status_of(&b, ORDER_REVOKE);
	yes(&b);
	bad_for_all(&b);
	bad_serials(&b, 1u << EVENT_GOOD | 1u << EVENT_SUSPENDED);
	b.facts.by.name = BYTES_LITERAL("另一家");
	no(&b, HF_ORDER_HOLDER);
	b.facts.by = person("reviewer", ROLE_BIT(ROLE_REVIEWER) | ROLE_BIT(ROLE_INTAKE_OPERATOR));
	no(&b, HF_ORDER_HOLDER);
}

static void test_renew(void **state)
{
	struct bench b;

	(void)state;
	renew_of(&b);
	yes(&b);
	bad_for_all(&b);
	bad_serials(&b, 1u << EVENT_GOOD);
	b.facts.by.name = BYTES_LITERAL("另一家");
	no(&b, HF_ORDER_HOLDER);
	renew_of(&b);
	b.facts.by = person("reviewer", ROLE_BIT(ROLE_REVIEWER));
	no(&b, HF_ORDER_HOLDER);
	renew_of(&b);
	b.facts.one_pair = false;
	no(&b, HF_ORDER_MISMATCH);
	b.facts.one_pair = true;
	b.order.by[0] ^= 1;
	no(&b, HF_ORDER_MISMATCH);
	renew_of(&b);
	b.order.subject.ou = BYTES_NONE;
	no(&b, HF_ORDER_MISMATCH);
	renew_of(&b);
	b.facts.renewed = true;
	no(&b, HF_RENEWED);
	renew_of(&b);
	b.order.key.serial = BYTES_LITERAL("HUFUV0001");
	no(&b, HF_KEY_OTHER);
	b.facts.evaluation = true;
	yes(&b);
	/* the application's number is one of two persons' */
	renew_of(&b);
	b.facts.issued = true;
	no(&b, HF_ORDER_REPLAYED);
	renew_of(&b);
	b.facts.accept = &b.accept;
	no(&b, HF_ORDER_REPLAYED);
	accept_of(&b, ORDER_KIND_NEW);
	b.facts.issued = b.facts.renewal = true;
	no(&b, HF_ORDER_REPLAYED);
}

static void test_when_a_renewal_is_due_and_ends(void **state)
{
	struct bench b;

	(void)state;
	renew_of(&b);
	b.order.notafter++;
	no(&b, HF_ORDER_MISMATCH);
	b.order.notafter = b.facts.by.not_after;
	no(&b, HF_ORDER_MISMATCH);
	b.order.notafter++;
	yes(&b);
	b.facts.issuing_end = b.facts.by.not_after;
	no(&b, HF_ORDER_MISMATCH);
	renew_of(&b);
	b.order.profile = ORDER_PROFILE_EVALUATION_SHORT;
	b.facts.evaluation = true;
	no(&b, HF_ORDER_MISMATCH);
	renew_of(&b);
	b.facts.by.not_after = NOW + ORDER_RENEW_WINDOW;
	b.order.notafter = b.facts.by.not_after + 1;
	yes(&b);
	b.facts.by.not_after = ++b.order.notafter - 1;
	no(&b, HF_RENEW_EARLY);
}

static void test_suspend(void **state)
{
	struct bench b;

	(void)state;
	status_of(&b, ORDER_SUSPEND);
	yes(&b);
	bad_for_all(&b);
	bad_serials(&b, 1u << EVENT_GOOD);
	b.facts.by.code = BYTES_LITERAL("91330100MA2B0G7R1T");
	no(&b, HF_ORDER_HOLDER);
	b.facts.by = person("intake", ROLE_BIT(ROLE_INTAKE_OPERATOR));
	yes(&b);
	bad_roles(&b, &b.facts.by, ROLE_BIT(ROLE_INTAKE_OPERATOR));
}

static void test_installed(void **state)
{
	static const uint8_t others[32] = {0x10, [16] = 0x21};
	struct bench b;

	(void)state;
	installed_of(&b);
	yes(&b);
	bad_for_all(&b);
	b.order.by[0] ^= 1;
	no(&b, HF_ORDER_HOLDER);
	installed_of(&b);
	b.order.serials.data = others;
	no(&b, HF_ORDER_MISMATCH);
	installed_of(&b);
	b.facts.issued = false;
	no(&b, HF_ORDER_INCOMPLETE);
}

static void test_two_administrators(void **state)
{
	static const enum order_deed deeds[] = {ORDER_STAFF, ORDER_POLICY};
	struct bench b;

	(void)state;
	for (int i = 0; i < 2; i++) {
		staff_of(&b, deeds[i]);
		yes(&b);
		bad_for_all(&b);
		bad_roles(&b, &b.facts.by, ROLE_BIT(ROLE_SUPER_ADMINISTRATOR));
		bad_signatories(&b, &b.facts.first_by);
		bad_roles(&b, &b.facts.first_by, ROLE_BIT(ROLE_SUPER_ADMINISTRATOR));
		b.facts.first_by.person = b.facts.by.person;
		no(&b, HF_ORDER_SAME_PERSON);
		staff_of(&b, deeds[i]);
		b.facts.first = NULL;
		no(&b, HF_ORDER_INCOMPLETE);
		staff_of(&b, deeds[i]);
		b.first.made = NOW - ORDER_LIFE - 1;
		no(&b, HF_ORDER_EXPIRED);
		staff_of(&b, deeds[i]);
		b.order.first[4] ^= 1;
		no(&b, HF_ORDER_MISMATCH);
		/* the first of the two stands alone */
		staff_of(&b, deeds[i]);
		memset(b.order.first, 0, sizeof(b.order.first));
		b.facts.first = NULL;
		yes(&b);
	}
	staff_of(&b, ORDER_POLICY);
	b.order.quota.issue_per_reviewer_hour = b.first.quota.issue_per_reviewer_hour = 0;
	no(&b, HF_ORDER_MISMATCH);
}

static void test_staff(void **state)
{
	struct bench b;

	(void)state;
	/* nobody about himself, first or second */
	staff_of(&b, ORDER_STAFF);
	b.facts.by.person = BYTES_LITERAL("new");
	no(&b, HF_ORDER_SAME_PERSON);
	staff_of(&b, ORDER_STAFF);
	b.facts.first_by.person = BYTES_LITERAL("new");
	no(&b, HF_ORDER_SAME_PERSON);
	/* the certificate */
	staff_of(&b, ORDER_STAFF);
	bad_signatories(&b, &b.facts.appointed);
	b.facts.appointed.person = BYTES_LITERAL("other");
	no(&b, HF_ORDER_MISMATCH);
	b.facts.appointed.person = BYTES_LITERAL("new");
	yes(&b);
	staff_of(&b, ORDER_STAFF);
	b.order.to = b.first.to = NOW;
	no(&b, HF_ORDER_MISMATCH);
	staff_of(&b, ORDER_STAFF);
	b.order.roles |= ROLE_BIT(ROLE_SUPER_ADMINISTRATOR);
	no(&b, HF_ORDER_MISMATCH);
}

static void test_withdrawal(void **state)
{
	struct bench b;

	(void)state;
	withdrawal_of(&b);
	yes(&b);
	bad_for_all(&b);
	bad_roles(&b, &b.facts.by, ROLE_BIT(ROLE_SUPER_ADMINISTRATOR));
	b.facts.by.person = BYTES_LITERAL("new");
	no(&b, HF_ORDER_SAME_PERSON);
	withdrawal_of(&b);
	b.facts.appointed.person = BYTES_NONE;
	no(&b, HF_ORDER_MISMATCH);
	b.facts.appointed.person = BYTES_LITERAL("other");
	no(&b, HF_ORDER_MISMATCH);
	/* also of one whose certificate is revoked or over */
	withdrawal_of(&b);
	b.facts.appointed.status = EVENT_REVOKED;
	b.facts.appointed.not_after = NOW - 1;
	yes(&b);
	/* never as the second of two */
	staff_of(&b, ORDER_STAFF);
	b.order.roles = b.first.roles = 0;
	b.facts.appointed.person = BYTES_LITERAL("new");
	no(&b, HF_ORDER_MISMATCH);
}

static void test_cancel(void **state)
{
	struct bench b;

	(void)state;
	cancel_of(&b);
	yes(&b);
	bad_for_all(&b);
	bad_roles(&b, &b.facts.by, ROLE_BIT(ROLE_REVIEWER));
	b.facts.by = holder();
	yes(&b);
	b.facts.by.name = BYTES_LITERAL("另一家");
	no(&b, HF_ORDER_HOLDER);
	b.facts.by = holder();
	b.facts.accept = NULL;
	no(&b, HF_ORDER_HOLDER);
	cancel_of(&b);
	b.facts.issued = true;
	no(&b, HF_STATUS_CHANGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_accept),
	    cmocka_unit_test(test_virtual_keys),
	    cmocka_unit_test(test_approve_new),
	    cmocka_unit_test(test_validity_and_profile),
	    cmocka_unit_test(test_quota),
	    cmocka_unit_test(test_approve_status),
	    cmocka_unit_test(test_revoke),
	    cmocka_unit_test(test_renew),
	    cmocka_unit_test(test_when_a_renewal_is_due_and_ends),
	    cmocka_unit_test(test_suspend),
	    cmocka_unit_test(test_installed),
	    cmocka_unit_test(test_two_administrators),
	    cmocka_unit_test(test_staff),
	    cmocka_unit_test(test_withdrawal),
	    cmocka_unit_test(test_cancel),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
