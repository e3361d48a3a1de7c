/* Orders at the signer's sockets that somebody has every key for but no right: each is refused, and leaves nothing behind. */
#include "cert.h"
#include "envelope.h"
#include "order_check.h"
#include "random.h"
#include "signer_rig.h"
#include "text_code.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <time.h>

#define CODE_A "91330100MA27XF8U4K"
#define CODE_B "91330100MA2B0G7R1T"
#define TIMEOUT_MS 20000

#define TAKEN(rig, door, order, reply) assert_int_equal(rig_ask(rig, door, order, reply), HF_NONE)

/* A number for one more application. */
static const char *fresh_id(struct rig *rig)
{
	uint8_t id[16];

	random_bytes(id, sizeof(id));
	return rig_hex(rig, id, sizeof(id));
}

static struct rig_order accept_by(struct rig *rig, const struct rig_signer *by, const struct rig_application *a)
{
	return rig_sign(rig, by, rig_now(), rig_accept_draft(rig, a));
}

static struct rig_order approve_by(struct rig *rig, const struct rig_signer *by, const struct rig_application *a,
                                   const struct rig_order *accept)
{
	struct rig_order o = rig_sign(rig, by, rig_now(), rig_approve_draft(rig, a, &accept->order, rig_now() + 86400));

	o.csr = a->csr;
	return o;
}

/* A person of the service, whose certificate can be suspended and revoked like any other. */
struct hired {
	struct rig_application application;
	struct deed_reply issued;
	struct rig_signer signer;
	const char *id, *serial;
};

static void hire(struct rig *rig, struct hired *h, const char *id, const char *role)
{
	const char *application = fresh_id(rig), *roles = rig_format(rig, "\"%s\"", role);
	struct rig_order first, second;
	struct deed_reply reply;

	rig_application_new(rig, &h->application, CODE_A);
	rig_issue(rig, &h->application, &h->issued);
	h->signer = rig_holder(&h->application, &h->issued);
	h->id = id;
	h->serial = rig_hex(rig, h->signer.serial, ORDER_SERIAL_SIZE);
	first = rig_sign(rig, &rig->persons[RIG_ADMIN_A], rig_now(), rig_staff_draft(rig, application, h->serial, "", id, roles));
	TAKEN(rig, rig->order, &first, &reply);
	second = rig_sign(rig, &rig->persons[RIG_ADMIN_B], rig_now(),
	                  rig_staff_draft(rig, application, h->serial, rig_hex(rig, first.order.hash, 32), id, roles));
	TAKEN(rig, rig->order, &second, &reply);
}

static void suspend(struct rig *rig, const struct hired *h)
{
	struct rig_order o = rig_status_order(rig, &rig->persons[RIG_INTAKE], CODE_A, fresh_id(rig), rig_two_serials(rig, &h->issued),
	                                      "suspend", "certificateHold");
	struct deed_reply reply;

	TAKEN(rig, rig->portal, &o, &reply);
}

static void revoke(struct rig *rig, const struct hired *h)
{
	struct rig_order o =
	    rig_status_order(rig, &h->signer, CODE_A, fresh_id(rig), rig_two_serials(rig, &h->issued), "revoke", "keyCompromise");
	struct deed_reply reply;

	TAKEN(rig, rig->portal, &o, &reply);
}

static void withdraw(struct rig *rig, const struct hired *h)
{
	struct rig_order o =
	    rig_sign(rig, &rig->persons[RIG_ADMIN_A], rig_now(), rig_staff_draft(rig, fresh_id(rig), h->serial, "", h->id, ""));
	struct deed_reply reply;

	TAKEN(rig, rig->order, &o, &reply);
}

/* However a person's power ends, it is over for the next order, and for the acceptance that nobody has approved yet. */
static void test_a_person_whose_power_ended(void **state)
{
	static const struct {
		void (*end)(struct rig *, const struct hired *);
		const char *operator, * reviewer;
	} rows[] = {{suspend, "operator-1", "reviewer-1"}, {revoke, "operator-2", "reviewer-2"}, {withdraw, "operator-3", "reviewer-3"}};
	struct rig *rig = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct hired operator, reviewer;
		struct rig_application a, b;
		struct rig_order accept, approve;
		struct deed_reply reply;

		hire(rig, &operator, rows[i].operator, "intake-operator");
		hire(rig, &reviewer, rows[i].reviewer, "reviewer");
		rig_application_new(rig, &a, CODE_A);
		rig_application_new(rig, &b, CODE_A);
		a.accept = accept_by(rig, &operator.signer, &a);
		TAKEN(rig, rig->portal, &a.accept, &reply);
		rows[i].end(rig, &operator);
		accept = accept_by(rig, &operator.signer, &b);
		REFUSED(rig, rig->portal, &accept, HF_ORDER_SIGNER_WITHDRAWN);
		a.approve = approve_by(rig, &rig->persons[RIG_REVIEWER], &a, &a.accept);
		REFUSED(rig, rig->portal, &a.approve, HF_ORDER_SIGNER_WITHDRAWN);
		b.accept = accept_by(rig, &rig->persons[RIG_INTAKE], &b);
		TAKEN(rig, rig->portal, &b.accept, &reply);
		rows[i].end(rig, &reviewer);
		approve = approve_by(rig, &reviewer.signer, &b, &b.accept);
		REFUSED(rig, rig->portal, &approve, HF_ORDER_SIGNER_WITHDRAWN);
		rig_stop(rig); /* the journal knows it as well */
		rig_start(rig);
		REFUSED(rig, rig->portal, &accept, HF_ORDER_REPLAYED); /* another one accepted it meanwhile */
		REFUSED(rig, rig->portal, &a.approve, HF_ORDER_SIGNER_WITHDRAWN);
		REFUSED(rig, rig->portal, &approve, HF_ORDER_SIGNER_WITHDRAWN);
		b.approve = approve_by(rig, &rig->persons[RIG_REVIEWER], &b, &b.accept);
		TAKEN(rig, rig->portal, &b.approve, &reply);
		rig_application_free(&a);
		rig_application_free(&b);
		rig_application_free(&operator.application);
		rig_application_free(&reviewer.application);
	}
}

/* An acceptance lives as long as an order: then it is approved no more, and gives way to a new one. */
static void test_an_acceptance_that_expired(void **state)
{
	struct rig *rig = *state;
	struct rig_application a;
	struct rig_order old, early, late;
	struct deed_reply accepted, issued, again;

	rig_application_new(rig, &a, CODE_A);
	old = rig_sign(rig, &rig->persons[RIG_INTAKE], rig_now() - ORDER_LIFE + 4, rig_accept_draft(rig, &a));
	TAKEN(rig, rig->portal, &old, &accepted);
	early = accept_by(rig, &rig->persons[RIG_INTAKE], &a);
	REFUSED(rig, rig->portal, &early, HF_ORDER_REPLAYED);
	while (rig_now() <= old.order.made + ORDER_LIFE)
		nanosleep(&(struct timespec){0, 100000000}, NULL);
	late = approve_by(rig, &rig->persons[RIG_REVIEWER], &a, &old);
	REFUSED(rig, rig->portal, &late, HF_ORDER_EXPIRED);
	a.accept = accept_by(rig, &rig->persons[RIG_INTAKE], &a);
	TAKEN(rig, rig->portal, &a.accept, &accepted);
	REFUSED(rig, rig->portal, &old, HF_ORDER_REPLAYED);
	late = approve_by(rig, &rig->persons[RIG_REVIEWER], &a, &old);
	REFUSED(rig, rig->portal, &late, HF_ORDER_MISMATCH);
	a.approve = approve_by(rig, &rig->persons[RIG_REVIEWER], &a, &a.accept);
	TAKEN(rig, rig->portal, &a.approve, &issued);
	rig_stop(rig);
	rig_start(rig);
	TAKEN(rig, rig->portal, &a.accept, &again);
	assert_true(bytes_equal(accepted.receipt_signature, again.receipt_signature));
	TAKEN(rig, rig->portal, &a.approve, &again);
	assert_true(bytes_equal(issued.receipt_signature, again.receipt_signature));
	assert_true(bytes_equal(issued.sign_cert, again.sign_cert));
	REFUSED(rig, rig->portal, &early, HF_ORDER_REPLAYED);
	rig_application_free(&a);
}

/* Every deed that could be signed with this key is refused: it is no signature key of anybody. */
static void refuses_to_let_sign(struct rig *rig, const struct rig_signer *by, const struct rig_application *issued_to,
                                const struct deed_reply *issued)
{
	const char *serials = rig_two_serials(rig, issued);
	struct rig_application a;
	struct rig_order o;
	struct deed_reply reply;

	rig_application_new(rig, &a, CODE_A);
	o = accept_by(rig, by, &a);
	REFUSED(rig, rig->portal, &o, HF_ORDER_ROLE);
	a.accept = accept_by(rig, &rig->persons[RIG_INTAKE], &a);
	TAKEN(rig, rig->portal, &a.accept, &reply);
	o = approve_by(rig, by, &a, &a.accept);
	REFUSED(rig, rig->portal, &o, HF_ORDER_ROLE);
	o = rig_sign(rig, by, rig_now(), rig_format(rig, "{\"application\":\"%s\",\"order\":\"cancel\"}", a.id));
	REFUSED(rig, rig->portal, &o, HF_ORDER_ROLE);
	o = rig_status_order(rig, by, CODE_A, fresh_id(rig), serials, "revoke", "superseded");
	REFUSED(rig, rig->portal, &o, HF_ORDER_ROLE);
	o = rig_status_order(rig, by, CODE_A, fresh_id(rig), serials, "suspend", "certificateHold");
	REFUSED(rig, rig->portal, &o, HF_ORDER_ROLE);
	o = rig_sign(rig, by, rig_now(),
	             rig_format(rig, "{\"application\":\"%s\",\"order\":\"installed\",\"proof\":\"opened\",%s}", issued_to->id, serials));
	REFUSED(rig, rig->portal, &o, HF_ORDER_ROLE);
	o = rig_sign(rig, by, rig_now(), rig_staff_draft(rig, fresh_id(rig), rig_hex(rig, by->serial, ORDER_SERIAL_SIZE), "", "new", ""));
	REFUSED(rig, rig->order, &o, HF_ORDER_ROLE);
	rig_application_free(&a);
}

static void serial_of(struct bytes der, uint8_t serial[ORDER_SERIAL_SIZE])
{
	struct cert *cert = NULL;
	struct serial own;
	struct err err;

	assert_int_equal(cert_parse(&cert, der, &err), 0);
	assert_int_equal(cert_serial(cert, &own, &err), 0);
	memcpy(serial, own.bytes, ORDER_SERIAL_SIZE);
	cert_free(&cert);
}

/* Escrow holds this key, so whoever holds escrow would be everybody. */
static void test_an_encryption_key_signs_nothing(void **state)
{
	struct rig *rig = *state;
	struct rig_signer by = {0};
	struct rig_application a;
	struct deed_reply issued;
	struct err err;

	rig_application_new(rig, &a, CODE_A);
	rig_issue(rig, &a, &issued);
	assert_int_equal(envelope_open(a.key, issued.envelope, &by.key, &err), 0);
	serial_of(issued.enc_cert, by.serial);
	refuses_to_let_sign(rig, &by, &a, &issued);
	sm2_private_free(&by.key);
	rig_application_free(&a);
}

/* The responder has its own key certified whenever it likes. */
static void certify_ocsp(struct rig *rig, struct rig_signer *by)
{
	uint8_t spki[SM2_SPKI_SIZE];
	struct ocsp_key_request request = {.spki = BYTES_ARRAY(spki)};
	struct ocsp_key_reply reply;
	struct buf message, proof, body, answer;
	struct err err;

	buf_init(&message, 256);
	buf_init(&proof, 80);
	buf_init(&body, FRAME_BODY_MAX);
	buf_init(&answer, FRAME_BODY_MAX);
	assert_int_equal(sm2_private_generate(&by->key, &err), 0);
	sm2_public_spki(sm2_private_public(by->key), spki);
	assert_int_equal(buf_append(&message, BYTES_LITERAL("hufu-ocsp-key-v1\n"), &err), 0);
	assert_int_equal(buf_append(&message, BYTES_ARRAY(spki), &err), 0);
	assert_int_equal(sm2_sign(by->key, buf_get(&message), &proof, &err), 0);
	request.proof = buf_get(&proof);
	assert_int_equal(body_encode(&ocsp_key_request_body, &request, &body, &err), 0);
	assert_int_equal(call_ask(rig->responder, SIGNER_OCSP_KEY, buf_get(&body), &answer, TIMEOUT_MS, &err), 0);
	assert_int_equal(body_decode(&ocsp_key_reply_body, buf_get(&answer), rig->pool, &reply, &err), 0);
	serial_of(reply.cert, by->serial);
	buf_free(&message);
	buf_free(&proof);
	buf_free(&body);
	buf_free(&answer);
}

static void test_the_responders_key_signs_nothing(void **state)
{
	struct rig *rig = *state;
	struct rig_signer by = {0};
	struct rig_application a;
	struct deed_reply issued;

	rig_application_new(rig, &a, CODE_A);
	rig_issue(rig, &a, &issued);
	certify_ocsp(rig, &by);
	refuses_to_let_sign(rig, &by, &a, &issued);
	sm2_private_free(&by.key);
	rig_application_free(&a);
}

/* What one enterprise's key may say of its own certificates, another's may not, nor of others. */
static void test_another_holder(void **state)
{
	struct rig *rig = *state;
	struct rig_application a, b, c;
	struct deed_reply issued, other, reply;
	struct rig_signer holder, stranger;
	struct rig_order o;

	rig_application_new(rig, &a, CODE_A);
	rig_application_new(rig, &b, CODE_B);
	rig_application_new(rig, &c, CODE_A);
	rig_issue(rig, &a, &issued);
	rig_issue(rig, &b, &other);
	holder = rig_holder(&a, &issued);
	stranger = rig_holder(&b, &other);
	o = rig_sign(rig, &stranger, rig_now(),
	             rig_format(rig, "{\"application\":\"%s\",\"order\":\"installed\",\"proof\":\"opened\",%s}", a.id,
	                        rig_two_serials(rig, &issued)));
	REFUSED(rig, rig->portal, &o, HF_ORDER_HOLDER);
	o = rig_sign(rig, &holder, rig_now(),
	             rig_format(rig, "{\"application\":\"%s\",\"order\":\"installed\",\"proof\":\"opened\",%s}", a.id,
	                        rig_two_serials(rig, &other)));
	REFUSED(rig, rig->portal, &o, HF_ORDER_MISMATCH);
	o = rig_sign(rig, &holder, rig_now(),
	             rig_format(rig, "{\"application\":\"%s\",\"order\":\"installed\",\"proof\":\"opened\",%s}", c.id,
	                        rig_two_serials(rig, &issued)));
	REFUSED(rig, rig->portal, &o, HF_ORDER_INCOMPLETE);
	o = rig_installed_order(rig, &a, &issued);
	TAKEN(rig, rig->portal, &o, &reply);
	/* cancelling: before the acceptance nobody knows whose it is; then the holder alone */
	o = rig_sign(rig, &holder, rig_now(), rig_format(rig, "{\"application\":\"%s\",\"order\":\"cancel\"}", c.id));
	REFUSED(rig, rig->portal, &o, HF_ORDER_HOLDER);
	c.accept = accept_by(rig, &rig->persons[RIG_INTAKE], &c);
	TAKEN(rig, rig->portal, &c.accept, &reply);
	o = rig_sign(rig, &stranger, rig_now(), rig_format(rig, "{\"application\":\"%s\",\"order\":\"cancel\"}", c.id));
	REFUSED(rig, rig->portal, &o, HF_ORDER_HOLDER);
	o = rig_sign(rig, &holder, rig_now(), rig_format(rig, "{\"application\":\"%s\",\"order\":\"cancel\"}", c.id));
	TAKEN(rig, rig->portal, &o, &reply);
	rig_application_free(&a);
	rig_application_free(&b);
	rig_application_free(&c);
}

/* The approval names the key that was accepted, whosever request comes with it. */
static void test_another_key_in_the_approval(void **state)
{
	struct rig *rig = *state;
	struct rig_application a, b;
	struct rig_order accept, approve;
	struct deed_reply reply;

	rig_application_new(rig, &a, CODE_A);
	rig_application_new(rig, &b, CODE_A);
	accept = accept_by(rig, &rig->persons[RIG_INTAKE], &a);
	TAKEN(rig, rig->portal, &accept, &reply);
	memcpy(b.id, a.id, sizeof(b.id));
	approve = approve_by(rig, &rig->persons[RIG_REVIEWER], &b, &accept);
	REFUSED(rig, rig->portal, &approve, HF_ORDER_MISMATCH);
	approve.csr = a.csr;
	REFUSED(rig, rig->portal, &approve, HF_ORDER_MISMATCH);
	approve = approve_by(rig, &rig->persons[RIG_REVIEWER], &a, &accept);
	TAKEN(rig, rig->portal, &approve, &reply);
	rig_application_free(&a);
	rig_application_free(&b);
}

static struct rig_order policy_by(struct rig *rig, enum rig_person p, const char *application, const char *first, int quota)
{
	return rig_sign(
	    rig, &rig->persons[p], rig_now(),
	    rig_format(rig, "{\"application\":\"%s\",\"first\":\"%s\",\"order\":\"policy\",\"quota\":{\"issue-per-reviewer-hour\":%d}}",
	               application, first, quota));
}

static void test_a_policy_of_one_person(void **state)
{
	struct rig *rig = *state;
	const char *application = fresh_id(rig), *hash;
	uint32_t quota = rig_state(rig).quota_issue;
	struct rig_order first = policy_by(rig, RIG_ADMIN_A, application, "", 77), second;
	struct deed_reply reply;

	TAKEN(rig, rig->order, &first, &reply);
	hash = rig_hex(rig, first.order.hash, 32);
	second = policy_by(rig, RIG_ADMIN_A, application, hash, 77);
	REFUSED(rig, rig->order, &second, HF_ORDER_SAME_PERSON);
	second = policy_by(rig, RIG_REVIEWER, application, hash, 77);
	REFUSED(rig, rig->order, &second, HF_ORDER_ROLE);
	second = policy_by(rig, RIG_ADMIN_B, application, hash, 78);
	REFUSED(rig, rig->order, &second, HF_ORDER_MISMATCH);
	assert_int_equal(rig_state(rig).quota_issue, quota);
	second = policy_by(rig, RIG_ADMIN_B, application, hash, 77);
	TAKEN(rig, rig->order, &second, &reply);
	assert_int_equal(rig_state(rig).quota_issue, 77);
}

/* The first place of a in text is b's. */
static struct bytes replaced(struct rig *rig, struct bytes text, const char *a, const char *b)
{
	const char *whole = rig_format(rig, "%.*s", (int)text.size, (const char *)text.data), *at = strstr(whole, a);

	assert_non_null(at);
	return bytes_text(rig_format(rig, "%.*s%s%s", (int)(at - whole), whole, b, at + strlen(a)));
}

/* One order has one text. Each of these says the same or more, and is signed as it stands by who may accept. */
static void test_only_the_canonical_text(void **state)
{
	static const struct {
		const char *from, *to;
		enum err_code code;
	} rows[] = {
	    {"{", "{ ", HF_ORDER_NOT_CANONICAL},
	    {",\"v\":1}", ",\"v\":1}\n", HF_ORDER_CHARACTER},
	    {",\"v\":1}", ",\"v\":1}x", HF_ORDER_NOT_CANONICAL},
	    {",\"v\":1}", ",\"v\":1", HF_ORDER_NOT_CANONICAL},
	    {",\"v\":1}", ",\"v\":1,\"v\":1}", HF_ORDER_NOT_CANONICAL}, /* twice */
	    {",\"v\":1}", ",\"v\":1,\"u\":1}", HF_ORDER_NOT_CANONICAL}, /* not sorted */
	    {",\"v\":1}", ",\"v\":1,\"w\":1}", HF_ORDER_MEMBER},        /* unknown */
	    {",\"v\":1}", "}", HF_ORDER_MEMBER},                        /* missing */
	    {",\"v\":1}", ",\"v\":2}", HF_ORDER_MEMBER},
	    {",\"v\":1}", ",\"v\":1.0}", HF_ORDER_NOT_CANONICAL},
	    {",\"v\":1}", ",\"v\":1e0}", HF_ORDER_NOT_CANONICAL},
	    {",\"v\":1}", ",\"v\":01}", HF_ORDER_NOT_CANONICAL},
	    {"3K0001", "\\u0033K0001", HF_ORDER_NOT_CANONICAL},
	    {"3K0001", "3K\\/001", HF_ORDER_NOT_CANONICAL},
	    {"3K0001", "3K\\u00070001", HF_ORDER_CHARACTER},
	    {"3K0001",
	     "3K\x7f"
	     "0001",
	     HF_ORDER_CHARACTER},
	    {"3K0001",
	     "3K\xe2\x80\xae"
	     "0001",
	     HF_ORDER_CHARACTER},                          /* turned around */
	    {"3K0001", "3Ke\xcc\x81", HF_ORDER_CHARACTER}, /* not composed */
	    {"3K0001", "3K\xc0\x80", HF_ORDER_NOT_CANONICAL},
	};
	struct rig *rig = *state;
	struct rig_application a;
	struct rig_order good, o = {0};
	struct deed_reply reply;

	rig_application_new(rig, &a, CODE_A);
	good = accept_by(rig, &rig->persons[RIG_INTAKE], &a);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		o.text = replaced(rig, good.text, rows[i].from, rows[i].to);
		o.signature = rig_sign_text(rig, &rig->persons[RIG_INTAKE], o.text);
		rig_refused(rig, rig->portal, &o, rows[i].code, "row", (int)i);
	}
	o.text = BYTES_NONE;
	REFUSED(rig, rig->portal, &o, HF_ORDER_NOT_CANONICAL);
	TAKEN(rig, rig->portal, &good, &reply);
	rig_application_free(&a);
}

/* The registry finds deeds by half of an application's number: whoever draws another's half gets nothing, and takes nothing away. */
static void test_half_of_anothers_number(void **state)
{
	struct rig *rig = *state;
	struct rig_application a, b;
	struct rig_order o;
	struct deed_reply issued, reply;

	rig_application_new(rig, &a, CODE_A);
	rig_application_new(rig, &b, CODE_B);
	memcpy(b.id, a.id, 16);
	a.accept = accept_by(rig, &rig->persons[RIG_INTAKE], &a);
	TAKEN(rig, rig->portal, &a.accept, &reply);
	b.accept = accept_by(rig, &rig->persons[RIG_INTAKE], &b);
	REFUSED(rig, rig->portal, &b.accept, HF_ORDER_REPLAYED);
	o = approve_by(rig, &rig->persons[RIG_REVIEWER], &b, &b.accept);
	REFUSED(rig, rig->portal, &o, HF_ORDER_REPLAYED);
	o = rig_sign(rig, &rig->persons[RIG_REVIEWER], rig_now(), rig_format(rig, "{\"application\":\"%s\",\"order\":\"cancel\"}", b.id));
	REFUSED(rig, rig->portal, &o, HF_ORDER_REPLAYED);
	a.approve = approve_by(rig, &rig->persons[RIG_REVIEWER], &a, &a.accept);
	TAKEN(rig, rig->portal, &a.approve, &issued);
	rig_stop(rig);
	rig_start(rig);
	REFUSED(rig, rig->portal, &b.accept, HF_ORDER_REPLAYED);
	TAKEN(rig, rig->portal, &a.approve, &reply);
	assert_true(bytes_equal(issued.receipt_signature, reply.receipt_signature));
	rig_application_free(&a);
	rig_application_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_person_whose_power_ended),
	    cmocka_unit_test(test_an_acceptance_that_expired),
	    cmocka_unit_test(test_an_encryption_key_signs_nothing),
	    cmocka_unit_test(test_the_responders_key_signs_nothing),
	    cmocka_unit_test(test_another_holder),
	    cmocka_unit_test(test_another_key_in_the_approval),
	    cmocka_unit_test(test_a_policy_of_one_person),
	    cmocka_unit_test(test_only_the_canonical_text),
	    cmocka_unit_test(test_half_of_anothers_number),
	};
	return cmocka_run_group_tests(tests, rig_set_up, rig_tear_down);
}
