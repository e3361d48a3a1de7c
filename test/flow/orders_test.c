/* Orders at the sockets of the real signer: the whole main job, and everything that must be refused. */
#include "clock.h"
#include "feed.h"
#include "order_check.h"
#include "receipt.h"
#include "signer_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CODE_A "91330100MA27XF8U4K"
#define CODE_B "91330100MA2B0G7R1T"
#define YEAR (365 * 86400)

static struct cert *parse(struct bytes der)
{
	struct cert *cert = NULL;
	struct err err;

	assert_int_equal(cert_parse(&cert, der, &err), 0);
	return cert;
}

static void same_bytes(struct bytes a, struct bytes b)
{
	assert_true(bytes_equal(a, b));
}

/* The text alone asks for nothing, also once it was done: its signature and its request must be right again. */
static void asked_again_otherwise(struct rig *rig, struct rig_application *a, const struct deed_reply *issued)
{
	const struct rig_signer *reviewer = &rig->persons[RIG_REVIEWER], *intake = &rig->persons[RIG_INTAKE];
	struct rig_order again = a->approve;
	struct rig_application other;
	struct deed_reply reply;

	rig_application_new(rig, &other, CODE_A);
	again.signature = rig_sign_text(rig, intake, again.text);
	REFUSED(rig, rig->portal, &again, HF_ORDER_SIGNATURE);
	again.signature = BYTES_NONE;
	REFUSED(rig, rig->portal, &again, HF_ORDER_SIGNATURE);
	again.signature = rig_sign_text(rig, reviewer, again.text);
	again.csr = other.csr;
	REFUSED(rig, rig->portal, &again, HF_KEY_OTHER);
	again.csr = BYTES_NONE;
	REFUSED(rig, rig->portal, &again, HF_CSR_FORMAT);
	again.csr = a->csr;
	((uint8_t *)a->csr.data)[a->csr.size - 1] ^= 1;
	REFUSED(rig, rig->portal, &again, HF_CSR_PROOF);
	((uint8_t *)a->csr.data)[a->csr.size - 1] ^= 1;
	assert_int_equal(rig_ask(rig, rig->portal, &again, &reply), HF_NONE);
	same_bytes(issued->receipt_signature, reply.receipt_signature);
	rig_application_free(&other);
}

static void test_the_main_job(void **state)
{
	struct rig *rig = *state;
	struct rig_application a;
	struct deed_reply issued, again, reply;
	struct rig_order installed;
	struct rig_signer holder;
	const char *serials;

	rig_application_new(rig, &a, CODE_A);
	rig_issue(rig, &a, &issued);
	rig_assert_receipt(rig, &a.approve, &issued);
	rig_assert_pair(rig, &a, &a.approve, &issued);
	/* asked again: the same bytes, also at the other door and after both were killed */
	assert_int_equal(rig_ask(rig, rig->order, &a.approve, &again), HF_NONE);
	same_bytes(issued.receipt, again.receipt);
	same_bytes(issued.receipt_signature, again.receipt_signature);
	same_bytes(issued.sign_cert, again.sign_cert);
	same_bytes(issued.envelope, again.envelope);
	asked_again_otherwise(rig, &a, &issued);
	rig_stop(rig);
	rig_start(rig);
	assert_int_equal(rig_ask(rig, rig->portal, &a.approve, &again), HF_NONE);
	same_bytes(issued.receipt_signature, again.receipt_signature);
	same_bytes(issued.enc_cert, again.enc_cert);
	same_bytes(issued.envelope, again.envelope);
	assert_int_equal(rig_ask(rig, rig->portal, &a.accept, &again), HF_NONE);
	rig_assert_receipt(rig, &a.accept, &again);
	/* the holder takes them over, and revokes them */
	installed = rig_installed_order(rig, &a, &issued);
	assert_int_equal(rig_ask(rig, rig->portal, &installed, &reply), HF_NONE);
	rig_assert_receipt(rig, &installed, &reply);
	holder = rig_holder(&a, &issued);
	serials = rig_two_serials(rig, &issued);
	installed = rig_status_order(rig, &holder, CODE_A, "11111111111111111111111111111111", serials, "revoke", "superseded");
	assert_int_equal(rig_ask(rig, rig->portal, &installed, &reply), HF_NONE);
	rig_assert_receipt(rig, &installed, &reply);
	/* revoked for good: neither again, nor does its key sign any more */
	installed = rig_status_order(rig, &rig->persons[RIG_INTAKE], CODE_A, "21111111111111111111111111111111", serials, "suspend",
	                             "certificateHold");
	REFUSED(rig, rig->portal, &installed, HF_STATUS_CHANGE);
	installed = rig_status_order(rig, &holder, CODE_A, "31111111111111111111111111111111", serials, "revoke", "superseded");
	REFUSED(rig, rig->portal, &installed, HF_ORDER_SIGNER_WITHDRAWN);
	rig_application_free(&a);
}

#define EIGHT "𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷"
#define LONGEST_NAME EIGHT EIGHT EIGHT EIGHT EIGHT EIGHT EIGHT EIGHT

/* The draft with another name of the holder wherever it stands. */
static const char *renamed(struct rig *rig, const char *draft, const char *name)
{
	static const char usual[] = "杭州虎符科技有限公司";
	const char *text = "", *at;

	for (; (at = strstr(draft, usual)) != NULL; draft = at + sizeof(usual) - 1)
		text = rig_format(rig, "%s%.*s%s", text, (int)(at - draft), draft, name);
	return rig_format(rig, "%s%s", text, draft);
}

/* 64 characters of 4 bytes: accepted, approved, and the certificate's name to the last one. */
static void test_the_longest_name(void **state)
{
	struct rig *rig = *state;
	struct rig_application a;
	struct deed_reply reply;
	struct cert *sign;

	rig_application_new(rig, &a, CODE_A);
	a.accept = rig_sign(rig, &rig->persons[RIG_INTAKE], rig_now(), renamed(rig, rig_accept_draft(rig, &a), LONGEST_NAME));
	assert_int_equal(rig_ask(rig, rig->portal, &a.accept, &reply), HF_NONE);
	a.approve = rig_sign(rig, &rig->persons[RIG_REVIEWER], rig_now(),
	                     renamed(rig, rig_approve_draft(rig, &a, &a.accept.order, rig_now() + 1000), LONGEST_NAME));
	a.approve.csr = a.csr;
	assert_int_equal(rig_ask(rig, rig->portal, &a.approve, &reply), HF_NONE);
	sign = parse(reply.sign_cert);
	assert_true(bytes_is_text(sign->subject_name.common_name, LONGEST_NAME));
	assert_true(bytes_is_text(sign->subject_name.organisation, LONGEST_NAME));
	cert_free(&sign);
	rig_application_free(&a);
}

static void test_forged_and_altered(void **state)
{
	struct rig *rig = *state;
	struct rig_application a;
	struct rig_order good, wrong;
	struct deed_reply reply;
	struct sm2_private *stranger = NULL;
	struct rig_signer forger = rig->persons[RIG_INTAKE];
	struct err err;
	char *text;

	rig_application_new(rig, &a, CODE_A);
	good = rig_sign(rig, &rig->persons[RIG_INTAKE], rig_now(), rig_accept_draft(rig, &a));
	/* signed with a key of his own under the operator's serial */
	assert_int_equal(sm2_private_generate(&stranger, &err), 0);
	forger.key = stranger;
	wrong = good;
	wrong.signature = rig_sign_text(rig, &forger, good.text);
	REFUSED(rig, rig->portal, &wrong, HF_ORDER_SIGNATURE);
	/* one letter of the name changed after signing */
	wrong = good;
	text = rig_format(rig, "%.*s", (int)good.text.size, (const char *)good.text.data);
	memcpy(strstr(text, "虎符"), "虎狼", strlen("虎狼"));
	wrong.text = bytes_text(text);
	REFUSED(rig, rig->portal, &wrong, HF_ORDER_MEMBER);
	text = rig_format(rig, "%.*s", (int)good.text.size, (const char *)good.text.data);
	memcpy(strstr(text, "3K0001"), "3K0002", 6);
	wrong.text = bytes_text(text);
	REFUSED(rig, rig->portal, &wrong, HF_ORDER_SIGNATURE);
	/* no signature, another's signature, a truncated one */
	wrong = good;
	wrong.signature = BYTES_NONE;
	REFUSED(rig, rig->portal, &wrong, HF_ORDER_SIGNATURE);
	wrong.signature = rig_sign_text(rig, &rig->persons[RIG_REVIEWER], good.text);
	REFUSED(rig, rig->portal, &wrong, HF_ORDER_SIGNATURE);
	wrong.signature = (struct bytes){good.signature.data, good.signature.size - 1};
	REFUSED(rig, rig->portal, &wrong, HF_ORDER_SIGNATURE);
	/* a serial nobody has */
	memset(forger.serial, 0x77, sizeof(forger.serial));
	wrong = rig_sign(rig, &forger, rig_now(), rig_accept_draft(rig, &a));
	REFUSED(rig, rig->portal, &wrong, HF_SERIAL_UNKNOWN);
	/* none of them took the application's place */
	assert_int_equal(rig_ask(rig, rig->portal, &good, &reply), HF_NONE);
	rig_assert_receipt(rig, &good, &reply);
	sm2_private_free(&stranger);
	rig_application_free(&a);
}

static void test_time_and_ca(void **state)
{
	struct rig *rig = *state;
	struct rig_application a;
	struct rig_order o;
	struct deed_reply reply;

	rig_application_new(rig, &a, CODE_A);
	o = rig_sign(rig, &rig->persons[RIG_INTAKE], rig_now() - ORDER_LIFE - 10, rig_accept_draft(rig, &a));
	REFUSED(rig, rig->portal, &o, HF_ORDER_EXPIRED);
	o = rig_sign(rig, &rig->persons[RIG_INTAKE], rig_now() + ORDER_AHEAD_MAX + 60, rig_accept_draft(rig, &a));
	REFUSED(rig, rig->portal, &o, HF_ORDER_AHEAD);
	rig->ca[0] ^= 1;
	o = rig_sign(rig, &rig->persons[RIG_INTAKE], rig_now(), rig_accept_draft(rig, &a));
	rig->ca[0] ^= 1;
	REFUSED(rig, rig->portal, &o, HF_ORDER_OTHER_CA);
	/* nearly over, nearly ahead */
	o = rig_sign(rig, &rig->persons[RIG_INTAKE], rig_now() - ORDER_LIFE + 30, rig_accept_draft(rig, &a));
	assert_int_equal(rig_ask(rig, rig->portal, &o, &reply), HF_NONE);
	rig_application_free(&a);
}

/* Nothing but operator and reviewer, two persons, over the same facts, makes a pair. */
static void test_who_may_issue(void **state)
{
	struct rig *rig = *state;
	struct rig_application a, b, own;
	struct rig_order accept, approve;
	struct deed_reply reply;
	int64_t end = rig_now() + YEAR - 3600;

	rig_application_new(rig, &a, CODE_A);
	rig_application_new(rig, &b, CODE_B);
	rig_application_new(rig, &own, CODE_A);
	/* roles of the acceptance */
	for (enum rig_person p = 0; p < RIG_PERSONS; p++) {
		if (p == RIG_INTAKE || p == RIG_BOTH)
			continue;
		accept = rig_sign(rig, &rig->persons[p], rig_now(), rig_accept_draft(rig, &a));
		REFUSED(rig, rig->portal, &accept, HF_ORDER_ROLE);
	}
	/* an approval without acceptance */
	accept = rig_sign(rig, &rig->persons[RIG_INTAKE], rig_now(), rig_accept_draft(rig, &a));
	approve = rig_sign(rig, &rig->persons[RIG_REVIEWER], rig_now(), rig_approve_draft(rig, &a, &accept.order, end));
	approve.csr = a.csr;
	REFUSED(rig, rig->portal, &approve, HF_ORDER_INCOMPLETE);
	assert_int_equal(rig_ask(rig, rig->portal, &accept, &reply), HF_NONE);
	/* roles of the approval */
	for (enum rig_person p = 0; p < RIG_PERSONS; p++) {
		if (p == RIG_REVIEWER || p == RIG_REVIEWER_B || p == RIG_BOTH)
			continue;
		approve = rig_sign(rig, &rig->persons[p], rig_now(), rig_approve_draft(rig, &a, &accept.order, end));
		approve.csr = a.csr;
		REFUSED(rig, rig->portal, &approve, HF_ORDER_ROLE);
	}
	/* one person for both */
	accept = rig_sign(rig, &rig->persons[RIG_BOTH], rig_now(), rig_accept_draft(rig, &own));
	assert_int_equal(rig_ask(rig, rig->portal, &accept, &reply), HF_NONE);
	approve = rig_sign(rig, &rig->persons[RIG_BOTH], rig_now(), rig_approve_draft(rig, &own, &accept.order, end));
	approve.csr = own.csr;
	REFUSED(rig, rig->portal, &approve, HF_ORDER_SAME_PERSON);
	/* an acceptance of another application, of other papers, of another key */
	accept = rig_sign(rig, &rig->persons[RIG_INTAKE], rig_now(), rig_accept_draft(rig, &b));
	approve = rig_sign(rig, &rig->persons[RIG_REVIEWER], rig_now(), rig_approve_draft(rig, &a, &accept.order, end));
	approve.csr = a.csr;
	REFUSED(rig, rig->portal, &approve, HF_ORDER_MISMATCH);
	rig_application_free(&a);
	rig_application_free(&b);
	rig_application_free(&own);
}

/* The approval must repeat the acceptance; the request must be for the approved key, and the key new. */
static void test_other_facts_and_keys(void **state)
{
	struct rig *rig = *state;
	struct rig_application a, b;
	struct rig_order accept, approve;
	struct deed_reply reply;
	int64_t end = rig_now() + 86400;
	static const char *const changes[][2] = {{"[\"2222", "[\"2223"}, {"浙江省", "江苏省"}, {"3K0001", "3K0009"}, {CODE_A, CODE_B}};

	rig_application_new(rig, &a, CODE_A);
	rig_application_new(rig, &b, CODE_A);
	accept = rig_sign(rig, &rig->persons[RIG_INTAKE], rig_now(), rig_accept_draft(rig, &a));
	assert_int_equal(rig_ask(rig, rig->portal, &accept, &reply), HF_NONE);
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		char *draft = rig_format(rig, "%s", rig_approve_draft(rig, &a, &accept.order, end));

		memcpy(strstr(draft, changes[i][0]), changes[i][1], strlen(changes[i][1]));
		approve = rig_sign(rig, &rig->persons[RIG_REVIEWER], rig_now(), draft);
		approve.csr = a.csr;
		REFUSED(rig, rig->portal, &approve, HF_ORDER_MISMATCH);
	}
	approve = rig_sign(rig, &rig->persons[RIG_REVIEWER], rig_now(), rig_approve_draft(rig, &a, &accept.order, end + 2 * YEAR));
	approve.csr = a.csr;
	REFUSED(rig, rig->portal, &approve, HF_ORDER_MISMATCH);
	approve = rig_sign(rig, &rig->persons[RIG_REVIEWER], rig_now(), rig_approve_draft(rig, &a, &accept.order, rig_now() - 5));
	approve.csr = a.csr;
	REFUSED(rig, rig->portal, &approve, HF_ORDER_MISMATCH);
	/* requests */
	approve = rig_sign(rig, &rig->persons[RIG_REVIEWER], rig_now(), rig_approve_draft(rig, &a, &accept.order, end));
	approve.csr = b.csr;
	REFUSED(rig, rig->portal, &approve, HF_KEY_OTHER);
	approve.csr = BYTES_NONE;
	REFUSED(rig, rig->portal, &approve, HF_CSR_FORMAT);
	approve.csr = a.csr;
	((uint8_t *)a.csr.data)[a.csr.size - 1] ^= 1;
	REFUSED(rig, rig->portal, &approve, HF_CSR_PROOF);
	((uint8_t *)a.csr.data)[a.csr.size - 1] ^= 1;
	approve.csr = rig_csr(rig, a.key, "另一家公司");
	REFUSED(rig, rig->portal, &approve, HF_CSR_NAME);
	approve.csr = a.csr;
	assert_int_equal(rig_ask(rig, rig->portal, &approve, &reply), HF_NONE);
	/* the same key for another application, by other orders */
	memcpy(b.key_hash, a.key_hash, sizeof(b.key_hash));
	accept = rig_sign(rig, &rig->persons[RIG_INTAKE], rig_now(), rig_accept_draft(rig, &b));
	assert_int_equal(rig_ask(rig, rig->portal, &accept, &reply), HF_NONE);
	approve = rig_sign(rig, &rig->persons[RIG_REVIEWER], rig_now(), rig_approve_draft(rig, &b, &accept.order, end));
	approve.csr = a.csr;
	REFUSED(rig, rig->portal, &approve, HF_KEY_CERTIFIED_BEFORE);
	rig_application_free(&a);
	rig_application_free(&b);
}

static void test_replayed_and_cancelled(void **state)
{
	struct rig *rig = *state;
	struct rig_application a, b;
	struct rig_order accept, approve, cancel;
	struct deed_reply reply;

	rig_application_new(rig, &a, CODE_A);
	rig_application_new(rig, &b, CODE_A);
	rig_issue(rig, &a, &reply);
	/* the same facts, signed anew */
	accept = rig_sign(rig, &rig->persons[RIG_INTAKE], rig_now(), rig_accept_draft(rig, &a));
	REFUSED(rig, rig->portal, &accept, HF_ORDER_REPLAYED);
	approve = rig_sign(rig, &rig->persons[RIG_REVIEWER], rig_now(), rig_approve_draft(rig, &a, &a.accept.order, rig_now() + 1000));
	approve.csr = a.csr;
	REFUSED(rig, rig->portal, &approve, HF_ORDER_REPLAYED);
	cancel =
	    rig_sign(rig, &rig->persons[RIG_REVIEWER], rig_now(), rig_format(rig, "{\"application\":\"%s\",\"order\":\"cancel\"}", a.id));
	REFUSED(rig, rig->portal, &cancel, HF_STATUS_CHANGE);
	/* cancelled between the two */
	accept = rig_sign(rig, &rig->persons[RIG_INTAKE], rig_now(), rig_accept_draft(rig, &b));
	assert_int_equal(rig_ask(rig, rig->portal, &accept, &reply), HF_NONE);
	cancel =
	    rig_sign(rig, &rig->persons[RIG_INTAKE], rig_now(), rig_format(rig, "{\"application\":\"%s\",\"order\":\"cancel\"}", b.id));
	REFUSED(rig, rig->portal, &cancel, HF_ORDER_ROLE);
	cancel =
	    rig_sign(rig, &rig->persons[RIG_REVIEWER], rig_now(), rig_format(rig, "{\"application\":\"%s\",\"order\":\"cancel\"}", b.id));
	assert_int_equal(rig_ask(rig, rig->portal, &cancel, &reply), HF_NONE);
	rig_assert_receipt(rig, &cancel, &reply);
	approve = rig_sign(rig, &rig->persons[RIG_REVIEWER], rig_now(), rig_approve_draft(rig, &b, &accept.order, rig_now() + 1000));
	approve.csr = b.csr;
	REFUSED(rig, rig->portal, &approve, HF_ORDER_CANCELLED);
	rig_application_free(&a);
	rig_application_free(&b);
}

static const char *const not_built[] = {"produce", "recover"};

static void test_what_is_not_built(void **state)
{
	struct rig *rig = *state;
	struct rig_order o;

	for (size_t i = 0; i < sizeof(not_built) / sizeof(not_built[0]); i++) {
		struct bytes text = bytes_text(rig_format(
		    rig,
		    "{\"application\":\"000102030405060708090a0b0c0d0e0f\",\"by\":\"%s\",\"ca\":\"%s\",\"made\":%lld,"
		    "\"nonce\":\"000102030405060708090a0b0c0d0e0f\",\"order\":\"%s\",\"v\":1}",
		    rig_hex(rig, rig->persons[RIG_INTAKE].serial, 16), rig_hex(rig, rig->ca, 20), (long long)rig_now(), not_built[i]));

		o = (struct rig_order){.text = text, .signature = rig_sign_text(rig, &rig->persons[RIG_INTAKE], text)};
		REFUSED(rig, rig->portal, &o, HF_ORDER_NOT_BUILT);
	}
}

static void test_a_virtual_key(void **state)
{
	struct rig *rig = *state;
	struct rig_application a;
	struct rig_order accept;
	char *draft;

	rig_application_new(rig, &a, CODE_A);
	draft = rig_format(rig, "%s", rig_accept_draft(rig, &a));
	memcpy(strstr(draft, "3K0001"), "HUFUV1", 6);
	accept = rig_sign(rig, &rig->persons[RIG_INTAKE], rig_now(), draft);
	REFUSED(rig, rig->portal, &accept, HF_KEY_OTHER);
	rig_application_free(&a);
}

/* Suspend by one operator, resume by two persons, revoke by two persons; and never another enterprise's certificates. */
static void test_status_changes(void **state)
{
	struct rig *rig = *state;
	struct rig_application a, b;
	struct deed_reply issued, other, reply;
	struct rig_order o, accept;
	struct rig_signer holder, stranger;
	const char *serials;

	rig_application_new(rig, &a, CODE_A);
	rig_application_new(rig, &b, CODE_B);
	rig_issue(rig, &a, &issued);
	rig_issue(rig, &b, &other);
	serials = rig_two_serials(rig, &issued);
	holder = rig_holder(&a, &issued);
	stranger = rig_holder(&b, &other);
	o = rig_status_order(rig, &stranger, CODE_A, "12111111111111111111111111111111", serials, "revoke", "keyCompromise");
	REFUSED(rig, rig->portal, &o, HF_ORDER_HOLDER);
	o = rig_status_order(rig, &stranger, CODE_B, "12111111111111111111111111111111", serials, "revoke", "keyCompromise");
	REFUSED(rig, rig->portal, &o, HF_ORDER_HOLDER);
	o = rig_status_order(rig, &rig->persons[RIG_INTAKE], CODE_A, "12111111111111111111111111111111", serials, "revoke",
	                     "keyCompromise");
	REFUSED(rig, rig->portal, &o, HF_ORDER_HOLDER);
	o = rig_status_order(rig, &rig->persons[RIG_REVIEWER], CODE_A, "12111111111111111111111111111111", serials, "suspend",
	                     "certificateHold");
	REFUSED(rig, rig->portal, &o, HF_ORDER_ROLE);
	o = rig_status_order(rig, &rig->persons[RIG_INTAKE], CODE_A, "12111111111111111111111111111111",
	                     "\"serials\":[\"77777777777777777777777777777777\"]", "suspend", "certificateHold");
	REFUSED(rig, rig->portal, &o, HF_SERIAL_UNKNOWN);
	o = rig_status_order(rig, &rig->persons[RIG_INTAKE], CODE_A, "12111111111111111111111111111111", serials, "suspend",
	                     "certificateHold");
	assert_int_equal(rig_ask(rig, rig->portal, &o, &reply), HF_NONE);
	/* a suspended certificate orders nothing */
	o = rig_status_order(rig, &holder, CODE_A, "22111111111111111111111111111111", serials, "revoke", "superseded");
	REFUSED(rig, rig->portal, &o, HF_ORDER_SIGNER_WITHDRAWN);
	/* resume needs both */
	accept = rig_sign(rig, &rig->persons[RIG_INTAKE], rig_now(),
	                  rig_format(rig,
	                             "{\"application\":\"32111111111111111111111111111111\",\"holder\":{\"code\":\"" CODE_A
	                             "\",\"name\":\"杭州虎符科技有限公司\"},\"kind\":\"resume\",\"order\":\"accept\",\"papers\":[],%s}",
	                             serials));
	assert_int_equal(rig_ask(rig, rig->portal, &accept, &reply), HF_NONE);
	o = rig_sign(rig, &rig->persons[RIG_REVIEWER], rig_now(),
	             rig_format(rig,
	                        "{\"accept\":\"%s\",\"application\":\"32111111111111111111111111111111\",\"holder\":{\"code\":\"" CODE_A
	                        "\",\"name\":\"杭州虎符科技有限公司\"},\"kind\":\"resume\",\"order\":\"approve\",\"papers\":[],%s}",
	                        rig_hex(rig, accept.order.hash, 32), serials));
	assert_int_equal(rig_ask(rig, rig->portal, &o, &reply), HF_NONE);
	o = rig_status_order(rig, &holder, CODE_A, "42111111111111111111111111111111", serials, "revoke", "superseded");
	assert_int_equal(rig_ask(rig, rig->portal, &o, &reply), HF_NONE);
	rig_application_free(&a);
	rig_application_free(&b);
}

/* A new operator is appointed by two administrators, works, and is withdrawn by one. */
static void test_staff(void **state)
{
	struct rig *rig = *state;
	struct rig_application a, b;
	struct deed_reply issued, reply;
	struct rig_order first, second;
	struct rig_signer person;
	const char *serial, *hash, *roles = "\"intake-operator\"";

	rig_application_new(rig, &a, CODE_A);
	rig_application_new(rig, &b, CODE_A);
	rig_issue(rig, &a, &issued);
	person = rig_holder(&a, &issued);
	serial = rig_hex(rig, person.serial, 16);
	first = rig_sign(rig, &rig->persons[RIG_REVIEWER], rig_now(),
	                 rig_staff_draft(rig, "13111111111111111111111111111111", serial, "", "new", roles));
	REFUSED(rig, rig->order, &first, HF_ORDER_ROLE);
	first = rig_sign(rig, &rig->persons[RIG_ADMIN_A], rig_now(),
	                 rig_staff_draft(rig, "13111111111111111111111111111111", serial, "", "admin-a", roles));
	REFUSED(rig, rig->order, &first, HF_ORDER_SAME_PERSON);
	first = rig_sign(rig, &rig->persons[RIG_ADMIN_A], rig_now(),
	                 rig_staff_draft(rig, "13111111111111111111111111111111", serial, "", "new", roles));
	hash = rig_hex(rig, first.order.hash, 32);
	second = rig_sign(rig, &rig->persons[RIG_ADMIN_B], rig_now(),
	                  rig_staff_draft(rig, "13111111111111111111111111111111", serial, hash, "new", roles));
	REFUSED(rig, rig->order, &second, HF_ORDER_INCOMPLETE);
	assert_int_equal(rig_ask(rig, rig->order, &first, &reply), HF_NONE);
	rig_assert_receipt(rig, &first, &reply);
	/* not yet appointed; the same administrator twice; more roles in the second */
	b.accept = rig_sign(rig, &person, rig_now(), rig_accept_draft(rig, &b));
	REFUSED(rig, rig->portal, &b.accept, HF_ORDER_ROLE);
	second = rig_sign(rig, &rig->persons[RIG_ADMIN_A], rig_now(),
	                  rig_staff_draft(rig, "13111111111111111111111111111111", serial, hash, "new", roles));
	REFUSED(rig, rig->order, &second, HF_ORDER_SAME_PERSON);
	second = rig_sign(
	    rig, &rig->persons[RIG_ADMIN_B], rig_now(),
	    rig_staff_draft(rig, "13111111111111111111111111111111", serial, hash, "new", "\"intake-operator\",\"super-administrator\""));
	REFUSED(rig, rig->order, &second, HF_ORDER_MISMATCH);
	second = rig_sign(rig, &rig->persons[RIG_ADMIN_B], rig_now(),
	                  rig_staff_draft(rig, "13111111111111111111111111111111", serial, hash, "new", roles));
	assert_int_equal(rig_ask(rig, rig->order, &second, &reply), HF_NONE);
	rig_assert_receipt(rig, &second, &reply);
	rig_stop(rig);
	rig_start(rig);
	assert_int_equal(rig_ask(rig, rig->portal, &b.accept, &reply), HF_NONE);
	/* the certificate is his alone now; withdrawn by one, who is not himself */
	first = rig_sign(rig, &rig->persons[RIG_ADMIN_A], rig_now(),
	                 rig_staff_draft(rig, "23111111111111111111111111111111", serial, "", "other", roles));
	REFUSED(rig, rig->order, &first, HF_ORDER_MISMATCH);
	first = rig_sign(rig, &rig->persons[RIG_ADMIN_B], rig_now(),
	                 rig_staff_draft(rig, "33111111111111111111111111111111", serial, "", "new", ""));
	assert_int_equal(rig_ask(rig, rig->order, &first, &reply), HF_NONE);
	rig_application_free(&b);
	rig_application_new(rig, &b, CODE_A);
	b.accept = rig_sign(rig, &person, rig_now(), rig_accept_draft(rig, &b));
	REFUSED(rig, rig->portal, &b.accept, HF_ORDER_SIGNER_WITHDRAWN);
	rig_application_free(&a);
	rig_application_free(&b);
}

/* The quota falls to one and holds; suspensions are never counted. */
static void test_policy(void **state)
{
	struct rig *rig = *state;
	struct rig_application a;
	struct rig_order first, second, accept, approve;
	struct deed_reply reply;
	const char *application = "14111111111111111111111111111111";

	first = rig_sign(
	    rig, &rig->persons[RIG_ADMIN_A], rig_now(),
	    rig_format(rig, "{\"application\":\"%s\",\"first\":\"\",\"order\":\"policy\",\"quota\":{\"issue-per-reviewer-hour\":1}}",
	               application));
	assert_int_equal(rig_ask(rig, rig->order, &first, &reply), HF_NONE);
	assert_int_not_equal(rig_state(rig).quota_issue, 1);
	second = rig_sign(
	    rig, &rig->persons[RIG_ADMIN_B], rig_now(),
	    rig_format(rig, "{\"application\":\"%s\",\"first\":\"%s\",\"order\":\"policy\",\"quota\":{\"issue-per-reviewer-hour\":1}}",
	               application, rig_hex(rig, first.order.hash, 32)));
	assert_int_equal(rig_ask(rig, rig->order, &second, &reply), HF_NONE);
	assert_int_equal(rig_state(rig).quota_issue, 1);
	for (int i = 0; i < 2; i++) {
		rig_application_new(rig, &a, CODE_A);
		accept = rig_sign(rig, &rig->persons[RIG_INTAKE], rig_now(), rig_accept_draft(rig, &a));
		assert_int_equal(rig_ask(rig, rig->portal, &accept, &reply), HF_NONE);
		approve = rig_sign(rig, &rig->persons[RIG_BOTH], rig_now(), rig_approve_draft(rig, &a, &accept.order, rig_now() + 1000));
		approve.csr = a.csr;
		if (i == 0)
			assert_int_equal(rig_ask(rig, rig->portal, &approve, &reply), HF_NONE);
		else
			REFUSED(rig, rig->portal, &approve, HF_QUOTA);
		rig_application_free(&a);
	}
}

#define MANY 48

/* Asks all at once on one connection; codes[i] tells how each went. */
static void ask_all(struct rig *rig, const struct rig_order *const *orders, size_t n, enum err_code *codes, struct deed_reply *replies)
{
	struct call_item *items = calloc(n, sizeof(*items));
	struct buf *bodies = calloc(n, sizeof(*bodies));
	struct err err;

	for (size_t i = 0; i < n; i++) {
		struct deed_request request = {orders[i]->text, orders[i]->signature, orders[i]->csr};

		buf_init(&bodies[i], FRAME_BODY_MAX);
		buf_init(&items[i].answer, FRAME_BODY_MAX);
		assert_int_equal(body_encode(&deed_request_body, &request, &bodies[i], &err), 0);
		items[i].type = SIGNER_DEED;
		items[i].body = buf_get(&bodies[i]);
	}
	(void)!call_ask_many(rig->portal, items, n, 60000, &err);
	for (size_t i = 0; i < n; i++) {
		struct bytes kept;

		codes[i] = items[i].result == 0 ? HF_NONE : items[i].err.code;
		if (items[i].result == 0) {
			assert_int_equal(pool_bytes(rig->pool, buf_get(&items[i].answer), &kept, &err), 0);
			assert_int_equal(body_decode(&deed_reply_body, kept, rig->pool, &replies[i], &err), 0);
		}
		buf_free(&bodies[i]);
		buf_free(&items[i].answer);
	}
	free(items);
	free(bodies);
}

/* Many deeds at once, right ones and wrong ones mixed: each gets its own answer, and one write serves many. */
static void test_many_at_once(void **state)
{
	struct rig *rig = *state;
	static struct rig_application a[MANY];
	static struct rig_order approve[MANY], wrong[MANY];
	const struct rig_order *orders[3 * MANY];
	enum err_code codes[3 * MANY];
	static struct deed_reply replies[3 * MANY];
	struct state_reply before = rig_state(rig), after;
	size_t n = 0;

	for (int i = 0; i < MANY; i++) {
		rig_application_new(rig, &a[i], CODE_A);
		a[i].accept = rig_sign(rig, &rig->persons[RIG_INTAKE], rig_now(), rig_accept_draft(rig, &a[i]));
		approve[i] = rig_sign(rig, &rig->persons[RIG_REVIEWER], rig_now(),
		                      rig_approve_draft(rig, &a[i], &a[i].accept.order, rig_now() + 1000));
		approve[i].csr = a[i].csr;
		/* the same facts by another reviewer, and another key's request for every third */
		wrong[i] = rig_sign(rig, &rig->persons[RIG_REVIEWER_B], rig_now(),
		                    rig_approve_draft(rig, &a[i], &a[i].accept.order, rig_now() + 1000));
		wrong[i].csr = a[i].csr;
		if (i % 3 == 2)
			approve[i].csr = a[i - 1].csr;
	}
	for (int i = 0; i < MANY; i++)
		orders[n++] = &a[i].accept;
	for (int i = 0; i < MANY; i++)
		orders[n++] = &approve[i];
	for (int i = 0; i < MANY; i++)
		orders[n++] = i % 3 == 0 ? &approve[i] : &wrong[i];
	ask_all(rig, orders, n, codes, replies);
	for (int i = 0; i < MANY; i++) {
		const struct deed_reply *issued = &replies[MANY + i];

		assert_int_equal(codes[i], HF_NONE);
		rig_assert_receipt(rig, &a[i].accept, &replies[i]);
		assert_int_equal(codes[MANY + i], i % 3 == 2 ? HF_KEY_OTHER : HF_NONE);
		assert_int_equal(codes[2 * MANY + i], i % 3 == 1 ? HF_ORDER_REPLAYED : HF_NONE);
		if (i % 3 == 2)
			issued = &replies[2 * MANY + i]; /* the other reviewer's went through instead */
		a[i].approve = i % 3 == 2 ? wrong[i] : approve[i];
		rig_assert_receipt(rig, &a[i].approve, issued);
		rig_assert_pair(rig, &a[i], &a[i].approve, issued);
		if (i % 3 == 0)
			same_bytes(issued->receipt_signature, replies[2 * MANY + i].receipt_signature);
	}
	after = rig_state(rig);
	assert_int_equal(after.deeds - before.deeds, 2 * MANY);
	assert_true(after.fsyncs - before.fsyncs < MANY);
	for (int i = 0; i < MANY; i++)
		rig_application_free(&a[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_the_main_job),
	    cmocka_unit_test(test_the_longest_name),
	    cmocka_unit_test(test_forged_and_altered),
	    cmocka_unit_test(test_time_and_ca),
	    cmocka_unit_test(test_who_may_issue),
	    cmocka_unit_test(test_other_facts_and_keys),
	    cmocka_unit_test(test_replayed_and_cancelled),
	    cmocka_unit_test(test_what_is_not_built),
	    cmocka_unit_test(test_a_virtual_key),
	    cmocka_unit_test(test_status_changes),
	    cmocka_unit_test(test_staff),
	    cmocka_unit_test(test_many_at_once),
	    cmocka_unit_test(test_policy),
	};
	return cmocka_run_group_tests(tests, rig_set_up, rig_tear_down);
}
