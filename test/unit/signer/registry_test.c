/* The register follows the journal, and refuses what contradicts it. */
#include "registry.h"

#include "authority.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#define HOUR 3600

struct desk {
	struct authority authority;
	struct registry *registry;
	struct journal_record record; /* of the next event */
	struct err err;
};

/* A pair of certificates with the serials of both in one list. */
struct pair {
	struct cert *sign, *encryption;
	uint8_t serials[2 * ORDER_SERIAL_SIZE], key_hash[32];
};

static struct cert *certificate(struct desk *d, enum profile profile, const struct sm2_private *key, uint8_t serial[ORDER_SERIAL_SIZE])
{
	struct cert_plan plan = authority_plan(&d->authority, profile, key);
	struct cert *cert;

	serial_draw(&plan.serial);
	cert = authority_issue(&d->authority, &plan);
	memcpy(serial, plan.serial.bytes, ORDER_SERIAL_SIZE);
	return cert;
}

static struct pair pair_with(struct desk *d, bool staff, const struct sm2_private *sign, const struct sm2_private *encryption)
{
	struct pair p;

	p.sign = certificate(d, staff ? PROFILE_STAFF_SIGN : PROFILE_ENTERPRISE_SIGN, sign, p.serials);
	p.encryption =
	    certificate(d, staff ? PROFILE_STAFF_ENCRYPTION : PROFILE_ENTERPRISE_ENCRYPTION, encryption, p.serials + ORDER_SERIAL_SIZE);
	sm2_public_hash(sm2_private_public(sign), p.key_hash);
	return p;
}

static struct pair pair_of(struct desk *d, bool staff)
{
	struct sm2_private *sign = NULL, *encryption = NULL;
	struct pair p;

	assert_int_equal(sm2_private_generate(&sign, &d->err), 0);
	assert_int_equal(sm2_private_generate(&encryption, &d->err), 0);
	p = pair_with(d, staff, sign, encryption);
	sm2_private_free(&sign);
	sm2_private_free(&encryption);
	return p;
}

static void pair_free(struct pair *p)
{
	cert_free(&p->sign);
	cert_free(&p->encryption);
}

static int apply(struct desk *d, const struct journal_event *event, const struct order *order)
{
	struct registry_addition addition;

	if (registry_check(d->registry, event, order, &addition, &d->err) < 0)
		return -1;
	d->record.number++;
	d->record.offset += 1000;
	return registry_apply(d->registry, &d->record, event, order, &addition, &d->err);
}

static int apply_issued(struct desk *d, const struct pair *p, const uint8_t application, const uint8_t by[ORDER_SERIAL_SIZE],
                        struct octets_list ends)
{
	struct journal_event event = {
	    .type = EVENT_ISSUED, .serials = {p->serials, 2}, .signature = p->sign->der, .encryption = p->encryption->der, .ends = ends};
	struct order order = {.deed = ORDER_APPROVE, .kind = ORDER_KIND_NEW, .application = {application}};

	memcpy(order.key.hash, p->key_hash, sizeof(order.key.hash));
	memcpy(order.by, by, sizeof(order.by));
	return apply(d, &event, &order);
}

static int apply_status(struct desk *d, const uint8_t *serials, size_t count, int status, int reason)
{
	struct journal_event event = {.type = EVENT_STATUS, .serials = {serials, count}, .status = status, .reason = reason};
	struct order order = {.deed = ORDER_REVOKE, .application = {0xee, (uint8_t)d->record.number}};

	return apply(d, &event, &order);
}

static int apply_person(struct desk *d, const struct pair *p, const char *id, uint32_t roles)
{
	return apply(d,
	             &(struct journal_event){.type = EVENT_PERSON,
	                                     .certificate = p->sign->der,
	                                     .encryption = p->encryption->der,
	                                     .person = {bytes_text(id), BYTES_LITERAL("某人")},
	                                     .roles = roles},
	             NULL);
}

static int set_up(void **state)
{
	static struct desk d;
	const struct journal_event begin = {.type = EVENT_BEGIN, .evaluation = 1};

	memset(&d, 0, sizeof(d));
	authority_make(&d.authority, true);
	assert_int_equal(registry_new(&d.registry, 60, &d.err), 0);
	d.record.time = 1000000;
	*state = &d;
	return apply(&d, &begin, NULL);
}

static int tear_down(void **state)
{
	struct desk *d = *state;

	registry_free(&d->registry);
	authority_free(&d->authority);
	return 0;
}

static void test_persons(void **state)
{
	struct desk *d = *state;
	struct pair p = pair_of(d, true), q = pair_of(d, false);
	const struct person *person;
	const struct cert *cert = NULL;
	struct journal_event staff = {.type = EVENT_STAFF,
	                              .person = {BYTES_LITERAL("reviewer"), BYTES_LITERAL("审核员")},
	                              .roles = ROLE_BIT(ROLE_REVIEWER),
	                              .from = 5,
	                              .to = 9};
	struct order order = {.deed = ORDER_STAFF, .application = {1}, .roles = 1, .first = {1}};
	struct cert *kept = p.sign;

	assert_int_equal(apply_person(d, &p, "intake", ROLE_BIT(ROLE_INTAKE_OPERATOR)), 0);
	person = registry_person_of(d->registry, p.serials, &cert);
	assert_string_equal(person->id, "intake");
	assert_int_equal(person->to, INT64_MAX);
	assert_null(cert);
	registry_person_keep(d->registry, p.serials, &kept);
	assert_null(kept);
	assert_non_null(registry_person_of(d->registry, p.serials, &cert));
	assert_ptr_equal(cert, p.sign);
	assert_null(registry_person_of(d->registry, p.serials + ORDER_SERIAL_SIZE, &cert)); /* the encryption half signs nothing */
	p.sign = NULL;
	/* appointed with a certificate that was issued, then withdrawn */
	assert_int_equal(apply_issued(d, &q, 7, p.serials, (struct octets_list){NULL, 0}), 0);
	memcpy(staff.certificate_serial, q.serials, ORDER_SERIAL_SIZE);
	assert_int_equal(apply(d, &staff, &order), 0);
	person = registry_person_of(d->registry, q.serials, &cert);
	assert_int_equal(person->roles, ROLE_BIT(ROLE_REVIEWER));
	assert_int_equal(person->from, 5);
	staff.roles = 0;
	assert_int_equal(apply(d, &staff, &order), 0);
	assert_int_equal(registry_person_of(d->registry, q.serials, &cert)->roles, 0);
	pair_free(&p);
	pair_free(&q);
}

/* A key that was lost speaks for its person no longer once he is appointed with another one. */
static void test_the_newest_certificate_is_the_persons(void **state)
{
	struct desk *d = *state;
	struct pair lost = pair_of(d, true), fresh = pair_of(d, false);
	const struct cert *cert = NULL;
	struct journal_event staff = {.type = EVENT_STAFF, .person = {BYTES_LITERAL("intake"), BYTES_LITERAL("某人")}, .roles = 1, .to = 9};
	struct order order = {.deed = ORDER_STAFF, .application = {1}, .roles = 1, .first = {1}};

	assert_int_equal(apply_person(d, &lost, "intake", ROLE_BIT(ROLE_INTAKE_OPERATOR)), 0);
	registry_person_keep(d->registry, lost.serials, &lost.sign);
	assert_int_equal(apply_issued(d, &fresh, 7, lost.serials, (struct octets_list){NULL, 0}), 0);
	memcpy(staff.certificate_serial, fresh.serials, ORDER_SERIAL_SIZE);
	assert_int_equal(apply(d, &staff, &order), 0);
	assert_string_equal(registry_person_of(d->registry, fresh.serials, &cert)->id, "intake");
	assert_null(registry_person_of(d->registry, lost.serials, &cert));
	/* and again when the first one is found and named anew */
	memcpy(staff.certificate_serial, lost.serials, ORDER_SERIAL_SIZE);
	assert_int_equal(apply(d, &staff, &order), 0);
	assert_string_equal(registry_person_of(d->registry, lost.serials, &cert)->id, "intake");
	assert_null(registry_person_of(d->registry, fresh.serials, &cert));
	pair_free(&lost);
	pair_free(&fresh);
}

static void test_certificates_and_deeds(void **state)
{
	struct desk *d = *state;
	struct pair p = pair_of(d, false);
	struct registry_certificate found;
	uint8_t application[16] = {9}, by[ORDER_SERIAL_SIZE] = {0};
	uint64_t offset;

	assert_true(registry_serial_is_free(d->registry, p.serials));
	assert_false(registry_key_is_known(d->registry, p.key_hash));
	assert_int_equal(apply_issued(d, &p, 9, by, (struct octets_list){NULL, 0}), 0);
	for (int half = 0; half < 2; half++) {
		assert_true(registry_certificate_find(d->registry, p.serials + half * ORDER_SERIAL_SIZE, &found));
		assert_int_equal(found.offset, d->record.offset);
		assert_int_equal(found.use, half == 0 ? REGISTRY_SIGN : REGISTRY_ENCRYPTION);
		assert_int_equal(found.status, EVENT_GOOD);
		assert_false(registry_serial_is_free(d->registry, p.serials + half * ORDER_SERIAL_SIZE));
	}
	assert_true(registry_key_is_known(d->registry, p.key_hash));
	assert_true(registry_deed_find(d->registry, application, ORDER_APPROVE, false, &offset));
	assert_int_equal(offset, d->record.offset);
	assert_false(registry_deed_find(d->registry, application, ORDER_ACCEPT, false, &offset));
	assert_false(registry_deed_find(d->registry, application, ORDER_APPROVE, true, &offset));
	application[0]++;
	assert_false(registry_deed_find(d->registry, application, ORDER_APPROVE, false, &offset));
	assert_int_equal(registry_summary_get(d->registry).certificates, 2);
	pair_free(&p);
}

static void test_status(void **state)
{
	struct desk *d = *state;
	struct pair p = pair_of(d, false), q = pair_of(d, false);
	struct registry_certificate found;
	const struct crl_entry *revoked;
	uint8_t by[ORDER_SERIAL_SIZE] = {0};
	size_t count;

	assert_int_equal(apply_issued(d, &p, 1, by, (struct octets_list){NULL, 0}), 0);
	assert_false(registry_summary_get(d->registry).crl_due);
	assert_int_equal(apply_status(d, p.serials, 2, EVENT_SUSPENDED, ORDER_REASON_HOLD), 0);
	assert_true(registry_summary_get(d->registry).crl_due);
	revoked = registry_revoked(d->registry, &count);
	assert_int_equal(count, 2);
	assert_true(memcmp(revoked[0].serial.bytes, revoked[1].serial.bytes, ORDER_SERIAL_SIZE) < 0);
	assert_int_equal(revoked[0].reason, CRL_HOLD);
	assert_int_equal(apply_status(d, p.serials, 2, EVENT_GOOD, ORDER_REASON_UNSPECIFIED), 0);
	registry_revoked(d->registry, &count);
	assert_int_equal(count, 0);
	assert_int_equal(apply_status(d, p.serials, 1, EVENT_REVOKED, ORDER_REASON_KEY_COMPROMISE), 0);
	assert_true(registry_certificate_find(d->registry, p.serials, &found));
	assert_int_equal(found.status, EVENT_REVOKED);
	assert_int_equal(found.use, REGISTRY_SIGN);
	/* a new pair that ends the other half */
	assert_int_equal(apply_issued(d, &q, 2, by, (struct octets_list){p.serials + ORDER_SERIAL_SIZE, 1}), 0);
	revoked = registry_revoked(d->registry, &count);
	assert_int_equal(count, 2);
	assert_int_equal(revoked[memcmp(revoked[0].serial.bytes, p.serials, 16) == 0 ? 1 : 0].reason, CRL_SUPERSEDED);
	assert_int_equal(apply(d, &(struct journal_event){.type = EVENT_CRL, .thisupdate = 1, .nextupdate = 2}, NULL), 0);
	assert_false(registry_summary_get(d->registry).crl_due);
	assert_int_equal(registry_summary_get(d->registry).crl_number, d->record.number);
	pair_free(&p);
	pair_free(&q);
}

static void refused(struct desk *d, int result)
{
	assert_int_equal(result, -1);
	assert_int_equal(d->err.code, HF_JOURNAL_BROKEN);
}

/* What is refused leaves the register as it was: the right pair is taken after all the wrong ones. */
static void test_contradictions(void **state)
{
	struct desk *d = *state;
	struct pair p = pair_of(d, false), q = pair_of(d, false), right = q;
	uint8_t by[ORDER_SERIAL_SIZE] = {0};
	struct octets_list none = {NULL, 0};

	refused(d, apply(d, &(struct journal_event){.type = EVENT_BEGIN}, NULL));
	assert_int_equal(apply_issued(d, &p, 1, by, none), 0);
	refused(d, apply_issued(d, &p, 2, by, none)); /* the same serials */
	q.key_hash[9] ^= 1;
	refused(d, apply_issued(d, &q, 3, by, none)); /* another key than its order's */
	q = right;
	q.serials[3] ^= 1;
	refused(d, apply_issued(d, &q, 4, by, none)); /* other certificates than its serials */
	q = right;
	q.serials[ORDER_SERIAL_SIZE + 3] ^= 1;
	refused(d, apply_issued(d, &q, 4, by, none));
	q = right;
	refused(d, apply_issued(d, &q, 5, by, (struct octets_list){(const uint8_t[16]){0x77}, 1})); /* ends what never was */
	refused(d, apply_status(d, (const uint8_t[16]){0x77}, 1, EVENT_REVOKED, ORDER_REASON_UNSPECIFIED));
	memcpy(q.serials, p.serials, ORDER_SERIAL_SIZE);
	memcpy(q.serials + ORDER_SERIAL_SIZE, p.serials, ORDER_SERIAL_SIZE);
	refused(d, apply_status(d, q.serials, 2, EVENT_REVOKED, ORDER_REASON_UNSPECIFIED)); /* one certificate twice */
	assert_int_equal(apply_status(d, p.serials, 1, EVENT_REVOKED, ORDER_REASON_UNSPECIFIED), 0);
	refused(d, apply_status(d, p.serials, 1, EVENT_GOOD, ORDER_REASON_UNSPECIFIED)); /* revoked is for good */
	assert_int_equal(registry_summary_get(d->registry).certificates, 2);
	assert_int_equal(apply_issued(d, &right, 6, by, none), 0);
	pair_free(&p);
	pair_free(&right);
}

/* Keys that escrow must not give: one that was certified, the holder's own, and what is no certificate at all. */
static void test_keys_are_certified_once(void **state)
{
	struct desk *d = *state;
	struct sm2_private *a = NULL, *b = NULL, *c = NULL;
	struct octets_list none = {NULL, 0};
	uint8_t by[ORDER_SERIAL_SIZE] = {0};
	struct pair first, again, same, broken;

	assert_int_equal(sm2_private_generate(&a, &d->err), 0);
	assert_int_equal(sm2_private_generate(&b, &d->err), 0);
	assert_int_equal(sm2_private_generate(&c, &d->err), 0);
	first = pair_with(d, false, a, b);
	again = pair_with(d, false, c, b);
	same = pair_with(d, false, c, c);
	broken = pair_of(d, false);
	assert_int_equal(apply_issued(d, &first, 1, by, none), 0);
	refused(d, apply_issued(d, &again, 2, by, none));
	refused(d, apply_issued(d, &same, 3, by, none));
	refused(d, apply(d, &(struct journal_event){.type = EVENT_OCSP, .certificate = first.sign->der}, NULL));
	broken.sign->der.size--;
	assert_int_equal(apply_issued(d, &broken, 4, by, none), -1);
	broken.sign->der.size++;
	assert_int_equal(apply_issued(d, &broken, 5, by, none), 0);
	sm2_private_free(&a);
	sm2_private_free(&b);
	sm2_private_free(&c);
	pair_free(&first);
	pair_free(&again);
	pair_free(&same);
	pair_free(&broken);
}

static int apply_renewal(struct desk *d, const struct pair *old, const struct pair *new, uint8_t application)
{
	struct journal_event event = {
	    .type = EVENT_ISSUED, .serials = {new->serials, 2}, .signature = new->sign->der, .encryption = new->encryption->der};
	struct order order = {.deed = ORDER_RENEW, .kind = ORDER_KIND_NONE, .application = {application}, .serials = {old->serials, 2}};

	memcpy(order.key.hash, new->key_hash, sizeof(order.key.hash));
	memcpy(order.by, old->serials, sizeof(order.by));
	return apply(d, &event, &order);
}

static int apply_renewed(struct desk *d, const struct pair *old, const struct pair *new, uint8_t application)
{
	struct journal_event event = {.type = EVENT_RENEWED, .serials = {new->serials, 2}, .ends = {old->serials, 2}};
	struct order order = {.deed = ORDER_INSTALLED, .application = {application}};

	return apply(d, &event, &order);
}

static void test_a_pair_is_renewed_once(void **state)
{
	struct desk *d = *state;
	struct pair old = pair_of(d, false), new = pair_of(d, false), third = pair_of(d, false);
	struct registry_certificate c;
	uint64_t offset;
	size_t count;

	refused(d, apply_renewal(d, &old, &new, 1));
	assert_int_equal(apply_issued(d, &old, 1, (uint8_t[ORDER_SERIAL_SIZE]){0}, (struct octets_list){0}), 0);
	assert_false(registry_is_renewed(d->registry, old.serials));
	assert_int_equal(apply_renewal(d, &old, &new, 2), 0);
	assert_true(registry_deed_find(d->registry, (uint8_t[16]){2}, ORDER_RENEW, false, &offset));
	for (size_t i = 0; i < 2; i++) {
		assert_true(registry_is_renewed(d->registry, old.serials + i * ORDER_SERIAL_SIZE));
		assert_false(registry_is_renewed(d->registry, new.serials + i *ORDER_SERIAL_SIZE));
	}
	refused(d, apply_renewal(d, &old, &third, 3));
	/* it stays good until the new one is taken over */
	assert_true(registry_certificate_find(d->registry, old.serials, &c));
	assert_int_equal(c.status, EVENT_GOOD);
	assert_int_equal(apply_renewed(d, &old, &new, 2), 0);
	assert_int_equal(registry_summary_get(d->registry).status_number, d->record.number);
	assert_true(registry_summary_get(d->registry).crl_due);
	for (size_t i = 0; i < 2; i++) {
		assert_true(registry_certificate_find(d->registry, old.serials + i * ORDER_SERIAL_SIZE, &c));
		assert_int_equal(c.status, EVENT_REVOKED);
		assert_true(registry_certificate_find(d->registry, new.serials + i *ORDER_SERIAL_SIZE, &c));
		assert_int_equal(c.status, EVENT_GOOD);
	}
	assert_int_equal(registry_revoked(d->registry, &count)[0].reason, CRL_SUPERSEDED);
	assert_int_equal(count, 2);
	refused(d, apply_renewed(d, &old, &new, 2));
	pair_free(&old);
	pair_free(&new);
	pair_free(&third);
}

static void test_a_journal_begins_with_its_beginning(void **state)
{
	struct desk *d = *state;
	struct registry *empty = NULL;
	struct registry_addition addition;

	assert_int_equal(registry_new(&empty, 1, &d->err), 0);
	refused(d, registry_check(empty, &(struct journal_event){.type = EVENT_AUDIT}, NULL, &addition, &d->err));
	registry_free(&empty);
}

/* Two that the register cannot tell apart meet, however they differ behind what it keeps. */
static void test_additions_that_meet(void **state)
{
	struct registry_addition a = {1, {{.serial = {1}, .key_hash = {1}}}}, b = {1, {{.serial = {2}, .key_hash = {2}}}};

	(void)state;
	assert_false(registry_addition_meets(&a, &b));
	assert_false(registry_addition_meets(&a, &a));
	memset(b.certificates[0].serial + REGISTRY_KEPT, 9, ORDER_SERIAL_SIZE - REGISTRY_KEPT);
	b.certificates[0].serial[0] = 1;
	assert_true(registry_addition_meets(&a, &b));
	b.certificates[0].serial[REGISTRY_KEPT - 1] = 1;
	assert_false(registry_addition_meets(&a, &b));
	b.certificates[0].key_hash[0] = 1;
	b.certificates[0].key_hash[REGISTRY_KEPT] = 9;
	assert_true(registry_addition_meets(&a, &b));
	a.certificates[1] = b.certificates[0];
	a.count = 2;
	assert_true(registry_addition_meets(&a, &a));
}

static void test_quota_and_policy(void **state)
{
	struct desk *d = *state;
	struct pair reviewer = pair_of(d, true), p = pair_of(d, false), q = pair_of(d, false);
	struct order policy = {.deed = ORDER_POLICY, .application = {0x50}, .first = {1}};

	assert_int_equal(registry_summary_get(d->registry).quota, 60);
	assert_int_equal(apply(d, &(struct journal_event){.type = EVENT_POLICY, .quota = {5}}, &policy), 0);
	assert_int_equal(registry_summary_get(d->registry).quota, 5);
	assert_int_equal(apply_person(d, &reviewer, "reviewer", ROLE_BIT(ROLE_REVIEWER)), 0);
	d->record.time = 500 * HOUR + 10;
	assert_int_equal(apply_issued(d, &p, 1, reviewer.serials, (struct octets_list){NULL, 0}), 0);
	assert_int_equal(apply_issued(d, &q, 2, reviewer.serials, (struct octets_list){NULL, 0}), 0);
	assert_int_equal(registry_issued_in_hour(d->registry, BYTES_LITERAL("reviewer"), 501 * HOUR - 1), 2);
	assert_int_equal(registry_issued_in_hour(d->registry, BYTES_LITERAL("reviewer"), 501 * HOUR), 0);
	assert_int_equal(registry_issued_in_hour(d->registry, BYTES_LITERAL("nobody"), 500 * HOUR), 0);
	pair_free(&reviewer);
	pair_free(&p);
	pair_free(&q);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_persons, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_the_newest_certificate_is_the_persons, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_certificates_and_deeds, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_status, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_contradictions, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_keys_are_certified_once, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_a_pair_is_renewed_once, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_a_journal_begins_with_its_beginning, set_up, tear_down),
	    cmocka_unit_test(test_additions_that_meet),
	    cmocka_unit_test_setup_teardown(test_quota_and_policy, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
