/* The signer's doors: the feed in both views, CRLs, the responder's key, the hold of revocations, and a start that must be refused. */
#include "crl.h"
#include "feed.h"
#include "file.h"
#include "journal.h"
#include "log.h"
#include "signer_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define CODE "91330100MA27XF8U4K"
#define TIMEOUT_MS 20000

static int set_up(void **state)
{
	static struct rig rig;

	log_start("test", LOG_LEVEL_ERROR);
	rig_make(&rig, true);
	rig_start(&rig);
	*state = &rig;
	return 0;
}

static int tear_down(void **state)
{
	rig_free(*state);
	return 0;
}

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Asks with a body and gives the answer's bytes, or the code of the refusal. */
static enum err_code ask(struct rig *rig, struct call *door, uint16_t type, const struct body *shape, const void *from,
                         struct bytes *answer)
{
	struct buf body, got;
	struct err err = {0};
	int result;

	buf_init(&body, FRAME_BODY_MAX);
	buf_init(&got, FRAME_BODY_MAX);
	if (shape != NULL)
		assert_int_equal(body_encode(shape, from, &body, &err), 0);
	result = call_ask(door, type, buf_get(&body), &got, TIMEOUT_MS, &err);
	if (result == 0)
		assert_int_equal(pool_bytes(rig->pool, buf_get(&got), answer, &err), 0);
	buf_free(&body);
	buf_free(&got);
	return result == 0 ? HF_NONE : err.code;
}

static enum err_code feed(struct rig *rig, struct call *door, enum event_view view, int64_t from, uint32_t wait_ms, struct feed *batch)
{
	struct feed_request request = {from, wait_ms};
	struct feed_reply reply;
	struct bytes answer;
	struct err err = {0};
	enum err_code code = ask(rig, door, SIGNER_FEED, &feed_request_body, &request, &answer);

	if (code != HF_NONE)
		return code;
	assert_int_equal(body_decode(&feed_reply_body, answer, rig->pool, &reply, &err), 0);
	if (feed_read(batch, view, reply.text, reply.signature, rig->authority.certs[AUTHORITY_JOURNAL]->key, from, 0, rig->pool, &err) < 0)
		fail_msg("feed: %s", err.text);
	return HF_NONE;
}

static struct crl *newest_crl(struct rig *rig, int64_t have, uint32_t wait_ms, int64_t *number)
{
	struct crl_request request = {have, wait_ms};
	struct crl_reply reply;
	struct bytes answer;
	struct crl *crl = NULL;
	struct err err = {0};

	assert_int_equal(ask(rig, rig->responder, SIGNER_CRL, &crl_request_body, &request, &answer), HF_NONE);
	assert_int_equal(body_decode(&crl_reply_body, answer, rig->pool, &reply, &err), 0);
	if (crl_parse(&crl, reply.der, &err) < 0 || crl_verify(crl, rig->authority.certs[AUTHORITY_ISSUING], &err) < 0)
		fail_msg("CRL: %s", err.text);
	assert_int_equal(crl->number, reply.number);
	*number = reply.number;
	return crl;
}

static void test_the_full_feed(void **state)
{
	struct rig *rig = *state;
	struct rig_application a;
	struct deed_reply issued;
	struct feed batch;

	rig_application_new(rig, &a, CODE);
	rig_issue(rig, &a, &issued);
	assert_int_equal(feed(rig, rig->portal, EVENT_VIEW_FULL, 1, 0, &batch), HF_NONE);
	assert_int_equal(batch.entries[0].event.type, EVENT_BEGIN);
	assert_int_equal(batch.entries[0].event.evaluation, 1);
	assert_int_equal(batch.entries[1].event.type, EVENT_PERSON);
	assert_int_equal(batch.next, batch.last + 1);
	assert_int_equal(batch.count, batch.last);
	assert_int_equal(batch.entries[issued.number - 1].event.type, EVENT_ISSUED);
	assert_true(bytes_equal(batch.entries[issued.number - 1].event.signature, issued.sign_cert));
	assert_true(bytes_equal(batch.entries[issued.number - 1].event.receipt.text, issued.receipt));
	/* nothing new: at once without waiting, after the time with it; beyond the end: refused */
	assert_int_equal(feed(rig, rig->portal, EVENT_VIEW_FULL, batch.last + 1, 0, &batch), HF_NONE);
	assert_int_equal(batch.count, 0);
	int64_t began = now_ms();
	assert_int_equal(feed(rig, rig->portal, EVENT_VIEW_FULL, batch.last + 1, 300, &batch), HF_NONE);
	assert_true(now_ms() - began >= 290);
	assert_int_equal(feed(rig, rig->portal, EVENT_VIEW_FULL, batch.last + 2, 0, &batch), HF_JOURNAL_BEHIND);
	assert_int_equal(feed(rig, rig->portal, EVENT_VIEW_FULL, 0, 0, &batch), HF_JOURNAL_BEHIND);
	assert_int_equal(feed(rig, rig->responder, EVENT_VIEW_STATUS, INT64_MIN, 0, &batch), HF_JOURNAL_BEHIND);
	rig_application_free(&a);
}

static void test_the_status_feed(void **state)
{
	struct rig *rig = *state;
	struct feed batch;
	size_t issues = 0;

	assert_int_equal(feed(rig, rig->responder, EVENT_VIEW_STATUS, 1, 0, &batch), HF_NONE);
	for (size_t i = 0; i < batch.count; i++) {
		assert_int_equal(batch.entries[i].event.type, EVENT_ISSUED);
		assert_int_equal(batch.entries[i].event.certificate.size, 0);
		issues++;
	}
	assert_int_equal(issues, RIG_PERSONS + 1); /* the persons' pairs, and one that was issued */
}

/* What each door does not know. */
static void test_doors_are_closed_for_others(void **state)
{
	struct rig *rig = *state;
	struct crl_request crl = {0, 0};
	struct feed_request from = {1, 0};
	struct audit_head_request head = {1, BYTES_LITERAL("00000000000000000000000000000000")};
	struct state_reply before = rig_state(rig), after;
	struct bytes answer;

	assert_int_equal(ask(rig, rig->portal, SIGNER_CRL, &crl_request_body, &crl, &answer), HF_MESSAGE_UNKNOWN);
	assert_int_equal(ask(rig, rig->portal, SIGNER_OCSP_KEY, NULL, NULL, &answer), HF_MESSAGE_UNKNOWN);
	assert_int_equal(ask(rig, rig->order, SIGNER_FEED, &feed_request_body, &from, &answer), HF_MESSAGE_UNKNOWN);
	assert_int_equal(ask(rig, rig->responder, SIGNER_DEED, NULL, NULL, &answer), HF_MESSAGE_UNKNOWN);
	assert_int_equal(ask(rig, rig->responder, SIGNER_AUDIT_HEAD, &audit_head_request_body, &head, &answer), HF_MESSAGE_UNKNOWN);
	after = rig_state(rig);
	assert_int_equal(after.number, before.number);
	assert_int_equal(after.ocsp_until, before.ocsp_until);
	assert_int_equal(after.deeds, before.deeds);
}

static struct rig_order revocation(struct rig *rig, const struct rig_application *a, const struct deed_reply *issued,
                                   const char *application)
{
	struct rig_signer holder = rig_holder(a, issued);

	return rig_sign(rig, &holder, rig_now(),
	                rig_format(rig,
	                           "{\"application\":\"%s\",\"holder\":{\"code\":\"" CODE
	                           "\",\"name\":\"杭州虎符科技有限公司\"},\"order\":\"revoke\","
	                           "\"reason\":\"keyCompromise\",\"serials\":[\"%s\"]}",
	                           application, rig_hex(rig, holder.serial, 16)));
}

/* The CRL names the certificate within 10 s, and its anchor the journal as it was. */
static void test_a_revocation_reaches_the_crl(void **state)
{
	struct rig *rig = *state;
	struct rig_application a;
	struct deed_reply issued, reply;
	struct rig_order order;
	struct rig_signer holder;
	struct serial serial;
	struct crl *before, *after;
	int64_t number, newer;

	rig_application_new(rig, &a, CODE);
	rig_issue(rig, &a, &issued);
	holder = rig_holder(&a, &issued);
	memcpy(serial.bytes, holder.serial, sizeof(serial.bytes));
	before = newest_crl(rig, 0, 0, &number);
	assert_null(crl_find(before, &serial));
	order = revocation(rig, &a, &issued, "51111111111111111111111111111111");
	assert_int_equal(rig_ask(rig, rig->portal, &order, &reply), HF_NONE);
	after = newest_crl(rig, number, 10000, &newer);
	assert_true(newer > number);
	assert_non_null(crl_find(after, &serial));
	assert_int_equal(crl_find(after, &serial)->reason, CRL_KEY_COMPROMISE);
	assert_true(after->has_anchor);
	assert_int_equal(after->anchor.journal_number, newer - 1);
	assert_int_equal(after->next_update - after->this_update, 172800);
	crl_free(&before);
	crl_free(&after);
	rig_application_free(&a);
}

struct follower {
	struct rig *rig;
	int64_t from;
	bool go_on; /* asks past what it got */
	int64_t saw;
};

static void *follow(void *ctx)
{
	struct follower *f = ctx;
	struct feed_request request = {f->from, 5000};
	struct buf body, got;
	struct err err;

	buf_init(&body, 64);
	buf_init(&got, FRAME_BODY_MAX);
	for (int round = 0; round < (f->go_on ? 2 : 1); round++) {
		buf_clear(&body);
		buf_clear(&got);
		if (body_encode(&feed_request_body, &request, &body, &err) < 0 ||
		    call_ask(f->rig->responder, SIGNER_FEED, buf_get(&body), &got, f->go_on && round == 1 ? 300 : TIMEOUT_MS, &err) < 0)
			break;
		f->saw = now_ms();
		request.from = f->from + 1;
	}
	buf_free(&body);
	buf_free(&got);
	return NULL;
}

/* The answer to a revocation waits for the responder's next question, and no longer than 200 ms. */
static void test_a_revocation_waits_for_the_responder(void **state)
{
	struct rig *rig = *state;

	for (int go_on = 0; go_on < 2; go_on++) {
		struct follower f = {.rig = rig, .go_on = go_on == 1};
		struct rig_application a;
		struct deed_reply issued, reply;
		struct rig_order order;
		struct feed batch;
		pthread_t thread;
		int64_t began, took;

		rig_application_new(rig, &a, CODE);
		rig_issue(rig, &a, &issued);
		order = revocation(rig, &a, &issued, go_on ? "61111111111111111111111111111111" : "71111111111111111111111111111111");
		f.from = rig_state(rig).number + 1;
		assert_int_equal(feed(rig, rig->responder, EVENT_VIEW_STATUS, f.from, 0, &batch), HF_NONE);
		assert_int_equal(pthread_create(&thread, NULL, follow, &f), 0);
		usleep(50000);
		began = now_ms();
		assert_int_equal(rig_ask(rig, rig->portal, &order, &reply), HF_NONE);
		took = now_ms() - began;
		pthread_join(thread, NULL);
		if (go_on)
			assert_true(took < 150);
		else
			assert_true(took >= 190 && took < 1000);
		assert_true(f.saw - began < 190); /* it had the news before the answer went out */
		rig_application_free(&a);
	}
}

static enum err_code ocsp_key(struct rig *rig, struct bytes spki, struct bytes proof, struct ocsp_key_reply *reply)
{
	struct ocsp_key_request request = {spki, proof};
	struct bytes answer;
	struct err err = {0};
	enum err_code code = ask(rig, rig->responder, SIGNER_OCSP_KEY, &ocsp_key_request_body, &request, &answer);

	if (code == HF_NONE)
		assert_int_equal(body_decode(&ocsp_key_reply_body, answer, rig->pool, reply, &err), 0);
	return code;
}

static void test_the_responders_key(void **state)
{
	struct rig *rig = *state;
	struct sm2_private *key = NULL;
	struct ocsp_key_reply reply;
	struct cert *cert = NULL;
	struct buf message, proof, other;
	uint8_t spki[SM2_SPKI_SIZE];
	struct err err;

	buf_init(&message, 256);
	buf_init(&proof, 80);
	buf_init(&other, 80);
	assert_int_equal(sm2_private_generate(&key, &err), 0);
	sm2_public_spki(sm2_private_public(key), spki);
	assert_int_equal(buf_append(&message, BYTES_LITERAL("hufu-ocsp-key-v1\n"), &err), 0);
	assert_int_equal(buf_append(&message, BYTES_ARRAY(spki), &err), 0);
	assert_int_equal(sm2_sign(key, buf_get(&message), &proof, &err), 0);
	assert_int_equal(sm2_sign(key, BYTES_ARRAY(spki), &other, &err), 0);
	assert_int_equal(ocsp_key(rig, BYTES_ARRAY(spki), buf_get(&other), &reply), HF_CSR_PROOF);
	assert_int_equal(ocsp_key(rig, BYTES_ARRAY(spki), BYTES_NONE, &reply), HF_CSR_PROOF);
	assert_int_equal(ocsp_key(rig, BYTES_LITERAL("x"), buf_get(&proof), &reply), HF_DER);
	assert_int_equal(rig_state(rig).ocsp_until, 0); /* no key is certified yet */
	assert_int_equal(ocsp_key(rig, BYTES_ARRAY(spki), buf_get(&proof), &reply), HF_NONE);
	assert_int_equal(cert_parse(&cert, reply.cert, &err), 0);
	assert_true((cert->extended & CERT_USE_OCSP) != 0 && cert->ocsp_no_check);
	assert_int_equal(cert->not_after - cert->not_before, 86399);
	assert_int_equal(cert_verify(cert, rig->authority.certs[AUTHORITY_ISSUING]->key, &err), 0);
	assert_int_equal(ocsp_key(rig, BYTES_ARRAY(spki), buf_get(&proof), &reply), HF_KEY_CERTIFIED_BEFORE);
	cert_free(&cert);
	sm2_private_free(&key);
	buf_free(&message);
	buf_free(&proof);
	buf_free(&other);
}

static enum err_code audit(struct rig *rig, int64_t count, uint8_t first, int64_t *number)
{
	uint8_t head[32] = {first};
	struct audit_head_request request = {count, BYTES_ARRAY(head)};
	struct number_reply reply;
	struct bytes answer;
	struct err err;
	enum err_code code = ask(rig, rig->portal, SIGNER_AUDIT_HEAD, &audit_head_request_body, &request, &answer);

	if (code == HF_NONE) {
		assert_int_equal(body_decode(&number_reply_body, answer, rig->pool, &reply, &err), 0);
		*number = reply.number;
	}
	return code;
}

static void test_the_audit_head(void **state)
{
	struct rig *rig = *state;
	int64_t first = 0, again = 0;

	assert_int_equal(audit(rig, 10, 1, &first), HF_NONE);
	assert_int_equal(audit(rig, 10, 1, &again), HF_NONE);
	assert_int_equal(first, again);
	assert_int_equal(audit(rig, 10, 2, &again), HF_AUDIT_BROKEN);
	assert_int_equal(audit(rig, 9, 1, &again), HF_AUDIT_BROKEN);
	assert_int_equal(audit(rig, 11, 2, &again), HF_NONE);
	assert_true(again > first);
}

/* A signer whose journal is shorter than its own CRL, changed, or from the future, does not start. */
static void test_starts_that_are_refused(void **state)
{
	struct rig *rig = *state;
	char *journal = rig_format(rig, "%s/signer/journal", rig->folder);
	struct buf whole;
	struct err err;
	int64_t number;
	struct crl *crl;
	int fd;

	buf_init(&whole, 64u << 20);
	crl = newest_crl(rig, 0, 0, &number);
	crl_free(&crl);
	rig_stop(rig);
	assert_int_equal(file_read(&whole, AT_FDCWD, journal, &err), 0);
	assert_true(rig_start_escrow(rig, NULL));
	/* cut behind the seventh record, a whole file in itself */
	fd = open(journal, O_RDWR);
	size_t at = 0;
	for (int i = 0; i < 7; i++)
		at += 4 + ((size_t)whole.data[at] << 24 | (size_t)whole.data[at + 1] << 16 | (size_t)whole.data[at + 2] << 8 |
		           whole.data[at + 3]);
	assert_int_equal(ftruncate(fd, (off_t)at), 0);
	assert_false(rig_start_signer(rig, NULL));
	/* one bit changed in the middle */
	assert_int_equal(pwrite(fd, whole.data, whole.size, 0), (ssize_t)whole.size);
	whole.data[whole.size / 2] ^= 4;
	assert_int_equal(pwrite(fd, whole.data, whole.size, 0), (ssize_t)whole.size);
	assert_false(rig_start_signer(rig, NULL));
	whole.data[whole.size / 2] ^= 4;
	assert_int_equal(pwrite(fd, whole.data, whole.size, 0), (ssize_t)whole.size);
	close(fd);
	assert_true(rig_start_signer(rig, NULL));
	rig_connect(rig);
	buf_free(&whole);
}

/* Keeps a batch of the feed as it came, as an auditor would. */
static void keep_feed(struct rig *rig, const char *name)
{
	struct feed_request request = {1, 0};
	struct feed_reply reply;
	struct bytes answer;
	struct err err;

	assert_int_equal(ask(rig, rig->portal, SIGNER_FEED, &feed_request_body, &request, &answer), HF_NONE);
	assert_int_equal(body_decode(&feed_reply_body, answer, rig->pool, &reply, &err), 0);
	assert_int_equal(file_replace(AT_FDCWD, rig_format(rig, "%s/%s.feed", rig->folder, name), reply.text, 0600, &err), 0);
	assert_int_equal(file_replace(AT_FDCWD, rig_format(rig, "%s/%s.feed.sig", rig->folder, name), reply.signature, 0600, &err), 0);
}

static void put_feed(struct rig *rig, const char *name, bool there)
{
	static const char *const endings[] = {"feed", "feed.sig"};

	for (int i = 0; i < 2; i++) {
		const char *kept = rig_format(rig, "%s/%s.%s", rig->folder, name, endings[i]);
		const char *put = rig_format(rig, "%s/signer/crl/%s.%s", rig->folder, name, endings[i]);

		assert_int_equal(there ? link(kept, put) : unlink(put), 0);
	}
}

/* A journal that went another way than the one a follower saw: as long, as well chained, and not the same. */
static void test_a_journal_that_was_rewritten(void **state)
{
	struct rig *rig = *state;
	char *journal = rig_format(rig, "%s/signer/journal", rig->folder), *crl = rig_format(rig, "%s/signer/crl/newest.crl", rig->folder);
	struct rig_application a;
	struct deed_reply issued;
	struct buf before;
	struct err err;

	buf_init(&before, 64u << 20);
	rig_stop(rig);
	assert_int_equal(file_read(&before, AT_FDCWD, journal, &err), 0);
	rig_start(rig);
	rig_application_new(rig, &a, CODE);
	rig_issue(rig, &a, &issued);
	rig_application_free(&a);
	keep_feed(rig, "seen");
	rig_stop(rig);
	/* back to before, and on with other deeds */
	assert_int_equal(file_replace(AT_FDCWD, journal, buf_get(&before), 0600, &err), 0);
	unlink(crl);
	assert_true(rig_start_escrow(rig, NULL));
	put_feed(rig, "seen", true);
	assert_false(rig_start_signer(rig, NULL)); /* shorter than what was seen */
	put_feed(rig, "seen", false);
	assert_true(rig_start_signer(rig, NULL));
	rig_connect(rig);
	for (int i = 0; i < 2; i++) {
		rig_application_new(rig, &a, CODE);
		rig_issue(rig, &a, &issued);
		rig_application_free(&a);
	}
	keep_feed(rig, "later");
	rig_disconnect(rig);
	rig_kill(&rig->signer);
	put_feed(rig, "later", true);
	assert_true(rig_start_signer(rig, NULL)); /* its own */
	rig_kill(&rig->signer);
	put_feed(rig, "seen", true);
	assert_false(rig_start_signer(rig, NULL)); /* long enough, and another */
	put_feed(rig, "seen", false);
	assert_true(rig_start_signer(rig, NULL));
	rig_connect(rig);
	buf_free(&before);
}

static void append_record(struct rig *rig, int64_t time, const struct journal_event *event)
{
	struct journal *journal = NULL;
	struct journal_record record;
	struct buf body;
	struct err err;

	buf_init(&body, EVENT_BODY_MAX);
	assert_int_equal(journal_open(&journal, AT_FDCWD, rig_format(rig, "%s/signer/journal", rig->folder), NULL, NULL, &err), 0);
	assert_int_equal(journal_event_write(event, EVENT_VIEW_FULL, &body, &err), 0);
	assert_int_equal(journal_add(journal, time, buf_get(&body), &record, &err), 0);
	assert_int_equal(journal_commit(journal, &err), 0);
	journal_free(&journal);
	buf_free(&body);
}

static void test_a_clock_that_went_back(void **state)
{
	struct rig *rig = *state;

	rig_stop(rig);
	assert_true(rig_start_escrow(rig, NULL));
	append_record(rig, rig_now() + 3600, &(struct journal_event){.type = EVENT_AUDIT, .count = 100});
	assert_false(rig_start_signer(rig, NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_the_full_feed),
	    cmocka_unit_test(test_the_status_feed),
	    cmocka_unit_test(test_doors_are_closed_for_others),
	    cmocka_unit_test(test_a_revocation_reaches_the_crl),
	    cmocka_unit_test(test_a_revocation_waits_for_the_responder),
	    cmocka_unit_test(test_the_responders_key),
	    cmocka_unit_test(test_the_audit_head),
	    cmocka_unit_test(test_starts_that_are_refused),
	    cmocka_unit_test(test_a_journal_that_was_rewritten),
	    cmocka_unit_test(test_a_clock_that_went_back),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
