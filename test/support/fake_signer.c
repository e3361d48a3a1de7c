/* The signer of the tests. */
#include "fake_signer.h"

#include "clock.h"
#include "csr.h"
#include "envelope.h"
#include "feed.h"
#include "order_build.h"
#include "receipt.h"
#include "signer_message.h"
#include "text_code.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#define POOL_MAX (8u << 20)

static void must(int rc, const struct err *err)
{
	if (rc != 0)
		fail_msg("%s", err->text);
}

void fake_signer_ca(const struct fake_signer *f, uint8_t ca[20])
{
	sm2_public_id(f->authority.issuing->key, ca);
}

static void append(struct fake_signer *f, const struct journal_event *event)
{
	struct fake_record *r = &f->records[f->count];
	struct err err;

	assert_true(f->count < FAKE_RECORDS);
	f->count++;
	r->number = (int64_t)f->count;
	r->time = clock_now();
	buf_init(&r->body, EVENT_BODY_MAX);
	must(journal_event_write(event, EVENT_VIEW_FULL, &r->body, &err), &err);
}

void fake_signer_make(struct fake_signer *f)
{
	struct cert_plan plan;

	memset(f, 0, sizeof(*f));
	authority_make(&f->authority, false);
	assert_int_equal(sm2_private_generate(&f->journal_key, NULL), 0);
	plan = authority_plan(&f->authority, PROFILE_JOURNAL, f->journal_key);
	f->journal = authority_issue(&f->authority, &plan);
	append(f,
	       &(struct journal_event){
	           .type = EVENT_BEGIN, .root = f->authority.root->der, .issuing = f->authority.issuing->der, .journal = f->journal->der});
}

void fake_signer_free(struct fake_signer *f)
{
	for (size_t i = 0; i < f->count; i++)
		buf_free(&f->records[i].body);
	cert_free(&f->journal);
	sm2_private_free(&f->journal_key);
	authority_free(&f->authority);
}

static struct cert *issue_now(const struct fake_signer *f, enum profile profile, const struct sm2_public *key, struct bytes name,
                              struct bytes code, int64_t notafter)
{
	struct sm2_private *any;
	assert_int_equal(sm2_private_generate(&any, NULL), 0);
	struct cert_plan plan = authority_plan(&f->authority, profile, any);

	plan.key = key;
	plan.subject.organisation = plan.subject.common_name = name;
	plan.code = code;
	plan.not_before = clock_now();
	plan.not_after = notafter > 0 ? notafter : profile_end(profile, clock_now(), f->authority.issuing->not_after);
	plan.life_from = plan.not_after - 364 * 86400; /* whatever end is ordered */
	struct cert *cert = authority_issue(&f->authority, &plan);
	sm2_private_free(&any);
	return cert;
}

static void serial_of(const struct cert *cert, char text[33])
{
	struct serial serial;

	assert_int_equal(cert_serial(cert, &serial, NULL), 0);
	serial_text(&serial, text);
}

void fake_person_make(struct fake_signer *f, const char *id, const char *name, uint32_t roles, struct fake_holder *holder)
{
	struct sm2_private *encryption;

	assert_int_equal(sm2_private_generate(&holder->key, NULL), 0);
	assert_int_equal(sm2_private_generate(&encryption, NULL), 0);
	holder->sign = issue_now(f, PROFILE_STAFF_SIGN, sm2_private_public(holder->key), bytes_text(name), BYTES_NONE, 0);
	holder->encryption = issue_now(f, PROFILE_STAFF_ENCRYPTION, sm2_private_public(encryption), bytes_text(name), BYTES_NONE, 0);
	sm2_private_free(&encryption);
	serial_of(holder->sign, holder->serial);
	serial_of(holder->encryption, holder->pair);
	append(f, &(struct journal_event){.type = EVENT_PERSON,
	                                  .person = {bytes_text(id), bytes_text(name)},
	                                  .roles = roles,
	                                  .certificate = holder->sign->der,
	                                  .encryption = holder->encryption->der});
}

void fake_holder_free(struct fake_holder *holder)
{
	cert_free(&holder->sign);
	cert_free(&holder->encryption);
	sm2_private_free(&holder->key);
}

/* What one deed makes. */
struct made {
	struct cert *sign, *encryption;
	struct buf envelope, receipt, receipt_signature;
	uint8_t serials[2 * ORDER_SERIAL_SIZE];
};

static void made_free(struct made *m)
{
	cert_free(&m->sign);
	cert_free(&m->encryption);
	buf_free(&m->envelope);
	buf_free(&m->receipt);
	buf_free(&m->receipt_signature);
}

static void issue_pair(const struct fake_signer *f, const struct order *order, struct bytes csr, struct made *m)
{
	struct sm2_private *encryption;
	struct csr request;
	struct err err;

	must(csr_read(&request, csr, &err), &err);
	assert_int_equal(sm2_private_generate(&encryption, NULL), 0);
	m->sign = issue_now(f, PROFILE_ENTERPRISE_SIGN, request.key, order->holder.name, order->holder.code, order->notafter);
	m->encryption = issue_now(f, PROFILE_ENTERPRISE_ENCRYPTION, sm2_private_public(encryption), order->holder.name, order->holder.code,
	                          order->notafter);
	must(envelope_seal(request.key, encryption, &m->envelope, &err), &err);
	sm2_private_free(&encryption);
	csr_free(&request);
	memcpy(m->serials, m->sign->serial.data, ORDER_SERIAL_SIZE);
	memcpy(m->serials + ORDER_SERIAL_SIZE, m->encryption->serial.data, ORDER_SERIAL_SIZE);
}

static bool issues(const struct order *order)
{
	return order->deed == ORDER_RENEW || (order->deed == ORDER_APPROVE && order->kind == ORDER_KIND_NEW);
}

/* Whether the order takes over the newest renewal. */
static bool takes_over(const struct fake_signer *f, const struct order *order)
{
	return order->deed == ORDER_INSTALLED && memcmp(order->application, f->renewal, sizeof(f->renewal)) == 0;
}

static int compare_serials(const void *a, const void *b)
{
	return memcmp(a, b, ORDER_SERIAL_SIZE);
}

/* What the receipt names. */
static struct octets_list named_serials(const struct fake_signer *f, const struct order *order, const struct made *m,
                                        uint8_t sorted[4 * ORDER_SERIAL_SIZE])
{
	size_t n = 2;

	if (!issues(order) && !takes_over(f, order))
		return order->serials;
	memcpy(sorted, issues(order) ? m->serials : order->serials.data, 2 * ORDER_SERIAL_SIZE);
	if (takes_over(f, order)) {
		memcpy(sorted + 2 * ORDER_SERIAL_SIZE, f->renewed, sizeof(f->renewed));
		n = 4;
	}
	qsort(sorted, n, ORDER_SERIAL_SIZE, compare_serials);
	return (struct octets_list){sorted, n};
}

static void write_receipt(const struct fake_signer *f, const struct order *order, struct octets_list serials, struct made *m)
{
	struct receipt receipt = {
	    .deed = (int)order->deed, .made = clock_now(), .number = (int64_t)f->count + 1, .serials = serials, .v = 1};
	struct err err;

	memcpy(receipt.application, order->application, sizeof(receipt.application));
	memcpy(receipt.ca, order->ca, sizeof(receipt.ca));
	memcpy(receipt.order, order->hash, sizeof(receipt.order));
	must(receipt_write(&receipt, &m->receipt, &err), &err);
	must(signed_text_sign(SIGNED_RECEIPT, f->journal_key, buf_get(&m->receipt), &m->receipt_signature, &err), &err);
}

static void sort_two(uint8_t out[2 * ORDER_SERIAL_SIZE], const uint8_t in[2 * ORDER_SERIAL_SIZE])
{
	bool swap = memcmp(in, in + ORDER_SERIAL_SIZE, ORDER_SERIAL_SIZE) > 0;

	memcpy(out, in + (swap ? ORDER_SERIAL_SIZE : 0), ORDER_SERIAL_SIZE);
	memcpy(out + ORDER_SERIAL_SIZE, in + (swap ? 0 : ORDER_SERIAL_SIZE), ORDER_SERIAL_SIZE);
}

static void write_event(struct fake_signer *f, const struct order *order, struct bytes signature, const struct made *m)
{
	struct journal_event e = {.order = {signature, order->text},
	                          .receipt = {buf_get(&m->receipt_signature), buf_get(&m->receipt)},
	                          .code = order->holder.code,
	                          .reason = order->reason,
	                          .serials = order->serials};

	memcpy(e.application, order->application, sizeof(e.application));
	if (order->deed == ORDER_ACCEPT || order_is_first_of_two(order)) {
		e.type = EVENT_ACCEPTED;
	} else if (order->deed == ORDER_STAFF || order->deed == ORDER_POLICY) {
		e.type = order->deed == ORDER_STAFF ? EVENT_STAFF : EVENT_POLICY;
		e.orders = (struct object_list){&e.order, 1};
		e.person = order->person;
		e.roles = order->roles;
		e.from = order->from;
		e.to = order->to;
		e.quota = order->quota;
		memcpy(e.certificate_serial, order->certificate, sizeof(e.certificate_serial));
	} else if (order->deed == ORDER_CANCEL) {
		e.type = EVENT_CANCELLED;
	} else if (order->deed == ORDER_INSTALLED) {
		e.type = takes_over(f, order) ? EVENT_RENEWED : EVENT_INSTALLED;
		if (takes_over(f, order))
			e.ends = (struct octets_list){f->renewed, 2};
	} else if (issues(order)) {
		e.type = EVENT_ISSUED;
		e.signature = m->sign->der;
		e.encryption = m->encryption->der;
		e.envelope = buf_get(&m->envelope);
		e.serials = (struct octets_list){m->serials, 2};
	} else {
		e.type = EVENT_STATUS;
		e.status = order->deed == ORDER_SUSPEND ? EVENT_SUSPENDED : order->kind == ORDER_KIND_RESUME ? EVENT_GOOD : EVENT_REVOKED;
	}
	append(f, &e);
}

static int do_deed(struct fake_signer *f, struct bytes body, struct buf *answer, struct pool *pool, struct err *err)
{
	struct deed_request request;
	struct order order;
	struct made m = {NULL};
	uint8_t sorted[4 * ORDER_SERIAL_SIZE];
	int rc;

	buf_init(&m.envelope, 1024);
	buf_init(&m.receipt, ORDER_TEXT_MAX);
	buf_init(&m.receipt_signature, SM2_SIGNATURE_MAX);
	must(body_decode(&deed_request_body, body, pool, &request, err), err);
	must(order_parse(&order, request.text, pool, err), err);
	if (issues(&order))
		issue_pair(f, &order, request.csr, &m);
	write_receipt(f, &order, named_serials(f, &order, &m, sorted), &m);
	write_event(f, &order, request.signature, &m);
	if (order.deed == ORDER_RENEW) {
		memcpy(f->renewal, order.application, sizeof(f->renewal));
		memcpy(f->renewed, order.serials.data, sizeof(f->renewed));
	}
	if (f->before_answer != NULL)
		f->before_answer(f->before_answer_ctx);
	struct deed_reply reply = {.receipt = buf_get(&m.receipt),
	                           .receipt_signature = buf_get(&m.receipt_signature),
	                           .number = (int64_t)f->count,
	                           .sign_cert = m.sign != NULL ? m.sign->der : BYTES_NONE,
	                           .enc_cert = m.encryption != NULL ? m.encryption->der : BYTES_NONE,
	                           .envelope = buf_get(&m.envelope)};
	rc = f->lose_answer ? err_set(err, HF_PEER_GONE, "the answer was lost") : body_encode(&deed_reply_body, &reply, answer, err);
	made_free(&m);
	return rc;
}

static int tell_feed(struct fake_signer *f, struct bytes body, struct buf *answer, struct pool *pool, struct err *err)
{
	static const uint8_t head[32] = {1};
	struct feed_request request;
	struct json_writer w;
	struct buf text, signature;
	uint8_t ca[20];
	int rc;

	must(body_decode(&feed_request_body, body, pool, &request, err), err);
	buf_init(&text, FEED_TEXT_MAX);
	buf_init(&signature, SM2_SIGNATURE_MAX);
	fake_signer_ca(f, ca);
	feed_write_begin(&w, &text, ca);
	for (size_t i = (size_t)request.from - 1; i < f->count; i++)
		feed_write_entry(&w, f->records[i].number, f->records[i].time, buf_get(&f->records[i].body));
	must(feed_write_end(&w, request.from, head, (int64_t)f->count, clock_now(), (int64_t)f->count + 1, err), err);
	must(signed_text_sign(SIGNED_FEED, f->journal_key, buf_get(&text), &signature, err), err);
	rc = body_encode(&feed_reply_body, &(struct feed_reply){buf_get(&text), buf_get(&signature)}, answer, err);
	buf_free(&text);
	buf_free(&signature);
	return rc;
}

static int note_head(struct fake_signer *f, struct bytes body, struct buf *answer, struct pool *pool, struct err *err)
{
	struct audit_head_request request;

	must(body_decode(&audit_head_request_body, body, pool, &request, err), err);
	assert_int_equal(request.head.size, sizeof(f->audit_head));
	f->audit_count = request.count;
	memcpy(f->audit_head, request.head.data, sizeof(f->audit_head));
	return body_encode(&number_reply_body, &(struct number_reply){(int64_t)f->count}, answer, err);
}

static int ask_one(struct fake_signer *f, uint16_t type, struct bytes body, struct buf *answer, struct err *err)
{
	struct pool *pool = pool_new(POOL_MAX);
	int rc;

	f->asked++;
	if (f->refuse_with != HF_NONE)
		rc = err_set(err, f->refuse_with, "refused by the test");
	else if (type == SIGNER_DEED)
		rc = do_deed(f, body, answer, pool, err);
	else if (type == SIGNER_FEED)
		rc = tell_feed(f, body, answer, pool, err);
	else if (type == SIGNER_AUDIT_HEAD)
		rc = note_head(f, body, answer, pool, err);
	else
		rc = err_set(err, HF_MESSAGE_UNKNOWN, "message %u", type);
	pool_free(&pool);
	return rc;
}

static void ask(void *ctx, struct call_item *items, size_t n, int timeout_ms)
{
	for (size_t i = 0; i < n; i++)
		items[i].result = ask_one(ctx, items[i].type, items[i].body, &items[i].answer, &items[i].err);
}

struct signer_door fake_signer_door(struct fake_signer *f)
{
	return (struct signer_door){ask, f, NULL};
}

struct signed_order fake_sign(const struct fake_signer *f, struct bytes draft, const struct sm2_private *key, const char *serial,
                              struct pool *pool)
{
	struct order_facts facts = {.made = clock_now()};
	struct buf text, signature;
	struct signed_order out;
	struct order order;
	struct err err;

	fake_signer_ca(f, facts.ca);
	assert_int_equal(hex_read(facts.by, sizeof(facts.by), bytes_text(serial), false), 0);
	buf_init(&text, ORDER_TEXT_MAX);
	buf_init(&signature, SM2_SIGNATURE_MAX);
	must(order_complete_text(draft, &facts, pool, &text, &order, &err), &err);
	must(signed_text_sign(SIGNED_ORDER, key, buf_get(&text), &signature, &err), &err);
	must(pool_bytes(pool, buf_get(&text), &out.text, &err), &err);
	must(pool_bytes(pool, buf_get(&signature), &out.signature, &err), &err);
	buf_free(&text);
	buf_free(&signature);
	return out;
}

void fake_take(struct fake_signer *f, const struct signed_order *order, struct pool *pool)
{
	struct made m = {NULL};
	struct order read;
	struct err err;

	buf_init(&m.receipt, ORDER_TEXT_MAX);
	buf_init(&m.receipt_signature, SM2_SIGNATURE_MAX);
	must(order_parse(&read, order->text, pool, &err), &err);
	write_receipt(f, &read, read.serials, &m);
	write_event(f, &read, order->signature, &m);
	made_free(&m);
}

struct signed_order fake_sign_installed(const struct fake_signer *f, const char *application, const struct sm2_private *key,
                                        struct bytes sign, struct bytes encryption, struct pool *pool)
{
	struct order order = {.deed = ORDER_INSTALLED, .kind = ORDER_KIND_NONE, .proof = ORDER_PROOF_OPENED};
	struct cert *certs[2];
	uint8_t both[2 * ORDER_SERIAL_SIZE], sorted[2 * ORDER_SERIAL_SIZE];
	char serial[33];
	struct buf draft;
	struct err err;

	must(cert_parse(&certs[0], sign, &err), &err);
	must(cert_parse(&certs[1], encryption, &err), &err);
	serial_of(certs[0], serial);
	for (size_t i = 0; i < 2; i++)
		memcpy(both + i * ORDER_SERIAL_SIZE, certs[i]->serial.data, ORDER_SERIAL_SIZE);
	sort_two(sorted, both);
	order.serials = (struct octets_list){sorted, 2};
	assert_int_equal(hex_read(order.application, 16, bytes_text(application), false), 0);
	buf_init(&draft, 4096);
	must(order_write_draft(&order, &draft, &err), &err);
	struct signed_order out = fake_sign(f, buf_get(&draft), key, serial, pool);
	buf_free(&draft);
	cert_free(&certs[0]);
	cert_free(&certs[1]);
	return out;
}

struct bytes fake_csr(const struct sm2_private *key, struct pool *pool)
{
	struct name subject = {.country = BYTES_LITERAL("CN"), .common_name = BYTES_LITERAL("HUFU-T0001")};
	struct buf tbs, request;
	struct bytes out;
	uint8_t e[32], rs[64];
	struct err err;

	buf_init(&tbs, 1024);
	buf_init(&request, 2048);
	must(csr_build(&subject, sm2_private_public(key), &tbs, &err), &err);
	must(sm2_digest(sm2_private_public(key), buf_get(&tbs), e, &err), &err);
	must(sm2_sign_digest(key, e, rs, &err), &err);
	must(csr_assemble(buf_get(&tbs), rs, &request, &err), &err);
	must(pool_bytes(pool, buf_get(&request), &out, &err), &err);
	buf_free(&tbs);
	buf_free(&request);
	return out;
}
