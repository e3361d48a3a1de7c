/* journal: how long a signer with many certificates takes to start, and how much memory its register needs. A made journal: orders,
 * certificates and receipts of the usual size with real keys, but junk for signatures, which the start does not look at.
 *
 * usage: journal FOLDER CERTIFICATES     the first time makes the journal in FOLDER, then reads it as the signer does at its start */
#include "cert_build.h"
#include "clock.h"
#include "crypto_load.h"
#include "file.h"
#include "random.h"
#include "receipt.h"
#include "replay.h"
#include "signer.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define NAME "北京某某科技有限公司"
#define GROUP 64 /* issues written with one fsync; keys are made so many at a time */
#define QUOTA 1000000
#define YEAR (365 * 86400)

struct maker {
	struct journal *journal;
	struct cert *root; /* stands for all three of the CA */
	struct sm2_private *root_key;
	struct buf signature; /* one for all */
	struct buf body, receipt, tbs, order;
	int64_t now;
};

static int add(struct maker *m, const struct journal_event *event, struct err *err)
{
	struct journal_record record;

	buf_clear(&m->body);
	if (journal_event_write(event, EVENT_VIEW_FULL, &m->body, err) != 0)
		return -1;
	return journal_add(m->journal, m->now, buf_get(&m->body), &record, err);
}

/* The event of an order: the order's text and a receipt are added to what is there. */
static int add_deed(struct maker *m, struct journal_event *event, struct order *order, struct err *err)
{
	struct receipt receipt = {.deed = (int)order->deed, .made = m->now, .number = journal_state_get(m->journal).number, .v = 1};

	random_bytes(order->nonce, sizeof(order->nonce));
	buf_clear(&m->order);
	buf_clear(&m->receipt);
	if (order_write(order, &m->order, err) != 0)
		return -1;
	receipt.serials = event->serials;
	memcpy(receipt.application, order->application, sizeof(receipt.application));
	if (receipt_write(&receipt, &m->receipt, err) != 0)
		return -1;
	memcpy(event->application, order->application, sizeof(event->application));
	event->order = (struct signed_bytes){buf_get(&m->signature), buf_get(&m->order)};
	event->receipt = (struct signed_bytes){buf_get(&m->signature), buf_get(&m->receipt)};
	return add(m, event, err);
}

static int make_certificate(struct maker *m, enum profile profile, const uint8_t serial[16], const struct sm2_public *key, struct buf *der,
                            struct err *err)
{
	struct cert_plan plan = {
	    .profile = profile,
	    .subject = {.country = BYTES_LITERAL("CN"), .organisation = BYTES_LITERAL(NAME), .common_name = BYTES_LITERAL(NAME)},
	    .code = BYTES_LITERAL("91110108123456788E"),
	    .not_before = m->now,
	    .not_after = profile_end(profile, m->now, m->root->not_after),
	    .key = key,
	    .issuer = m->root,
	    .urls = {.crl = BYTES_LITERAL("http://status.example.cn/crl/issuing.crl"),
	             .ocsp = BYTES_LITERAL("http://status.example.cn/ocsp"),
	             .issuers = BYTES_LITERAL("http://status.example.cn/ca/issuing.crt")},
	};

	memcpy(plan.serial.bytes, serial, sizeof(plan.serial.bytes));
	buf_clear(&m->tbs);
	buf_clear(der);
	if (cert_build(&plan, &m->tbs, err) != 0)
		return -1;
	return cert_assemble(buf_get(&m->tbs), buf_get(&m->signature), der, err);
}

static struct order usual_order(const struct maker *m, enum order_deed deed)
{
	static const uint8_t papers[2 * 32] = {1, [32] = 2};
	struct order order = {.deed = deed, .kind = ORDER_KIND_NEW, .made = m->now, .v = 1, .notafter = m->now + YEAR};

	order.holder = (struct order_holder){BYTES_LITERAL("91110108123456788E"), BYTES_LITERAL(NAME)};
	order.subject = (struct order_subject){.cn = BYTES_LITERAL(NAME), .o = BYTES_LITERAL(NAME)};
	order.key.serial = BYTES_LITERAL("HUFUV12345678901");
	order.papers = (struct octets_list){papers, 2};
	return order;
}

/* What the journal has of one application: taken on, issued, installed. */
static int add_issue(struct maker *m, const struct sm2_private *sign, const struct sm2_private *encryption, struct err *err)
{
	uint8_t serials[2 * ORDER_SERIAL_SIZE], envelope[240] = {0x30};
	struct order accept = usual_order(m, ORDER_ACCEPT), approve = usual_order(m, ORDER_APPROVE), installed;
	struct journal_event event = {.type = EVENT_ACCEPTED};
	struct buf der[2];
	int result = -1;

	buf_init(&der[0], CERT_DER_MAX);
	buf_init(&der[1], CERT_DER_MAX);
	random_bytes(serials, sizeof(serials));
	serials[0] = 1;
	serials[ORDER_SERIAL_SIZE] = 2; /* so that they are sorted, as an order has them */
	random_bytes(accept.application, sizeof(accept.application));
	sm2_public_hash(sm2_private_public(sign), accept.key.hash);
	memcpy(approve.application, accept.application, sizeof(accept.application));
	approve.key = accept.key;
	installed = (struct order){.deed = ORDER_INSTALLED, .kind = ORDER_KIND_NONE, .made = m->now, .v = 1, .proof = ORDER_PROOF_OPENED};
	memcpy(installed.application, accept.application, sizeof(accept.application));
	installed.serials = (struct octets_list){serials, 2};
	if (add_deed(m, &event, &accept, err) != 0)
		goto out;
	if (make_certificate(m, PROFILE_ENTERPRISE_SIGN, serials, sm2_private_public(sign), &der[0], err) != 0 ||
	    make_certificate(m, PROFILE_ENTERPRISE_ENCRYPTION, serials + ORDER_SERIAL_SIZE, sm2_private_public(encryption), &der[1], err) !=
	        0)
		goto out;
	event = (struct journal_event){.type = EVENT_ISSUED,
	                               .serials = {serials, 2},
	                               .code = approve.holder.code,
	                               .signature = buf_get(&der[0]),
	                               .encryption = buf_get(&der[1]),
	                               .envelope = BYTES_ARRAY(envelope)};
	if (add_deed(m, &event, &approve, err) != 0)
		goto out;
	event = (struct journal_event){.type = EVENT_INSTALLED, .serials = {serials, 2}};
	result = add_deed(m, &event, &installed, err);
out:
	buf_free(&der[0]);
	buf_free(&der[1]);
	return result;
}

static int add_group(struct maker *m, size_t issues, struct err *err)
{
	struct sm2_private *keys[2 * GROUP] = {NULL};
	int result = sm2_private_generate_many(keys, 2 * issues, err);

	for (size_t i = 0; i < issues && result == 0; i++)
		result = add_issue(m, keys[2 * i], keys[2 * i + 1], err);
	for (size_t i = 0; i < 2 * issues; i++)
		sm2_private_free(&keys[i]);
	return result == 0 ? journal_commit(m->journal, err) : -1;
}

/* A root, kept beside the journal for the reading. */
static int make_root(struct maker *m, const char *path, struct err *err)
{
	struct cert_plan plan = {.profile = PROFILE_ROOT,
	                         .subject = {.country = BYTES_LITERAL("CN"), .common_name = BYTES_LITERAL("bench")},
	                         .not_before = m->now,
	                         .not_after = profile_end(PROFILE_ROOT, m->now, INT64_MAX)};
	struct buf der;
	int result = -1;

	buf_init(&der, CERT_DER_MAX);
	serial_draw(&plan.serial);
	if (sm2_private_generate(&m->root_key, err) == 0) {
		plan.key = sm2_private_public(m->root_key);
		if (cert_issue(&plan, m->root_key, &der, err) == 0 && cert_parse(&m->root, buf_get(&der), err) == 0 &&
		    sm2_sign(m->root_key, BYTES_LITERAL("anything"), &m->signature, err) == 0)
			result = file_create(AT_FDCWD, path, buf_get(&der), 0600, err);
	}
	buf_free(&der);
	return result;
}

static int make_all(struct maker *m, const char *file, const char *root, size_t issues, struct err *err)
{
	struct journal_event begin = {.type = EVENT_BEGIN, .evaluation = 1};

	if (make_root(m, root, err) != 0 || journal_create(&m->journal, AT_FDCWD, file, err) != 0)
		return -1;
	begin.root = begin.issuing = begin.journal = m->root->der;
	if (add(m, &begin, err) != 0 || journal_commit(m->journal, err) != 0)
		return -1;
	for (size_t i = 0; i < issues; i += GROUP) {
		if (add_group(m, issues - i < GROUP ? issues - i : GROUP, err) != 0)
			return -1;
	}
	return 0;
}

static int make(const char *file, const char *root, size_t issues, struct err *err)
{
	struct maker m = {.now = clock_now()};
	int result;

	buf_init(&m.signature, SM2_SIGNATURE_MAX);
	buf_init(&m.body, EVENT_BODY_MAX);
	buf_init(&m.receipt, 8192);
	buf_init(&m.tbs, CERT_DER_MAX);
	buf_init(&m.order, ORDER_TEXT_MAX);
	result = make_all(&m, file, root, issues, err);
	journal_free(&m.journal);
	cert_free(&m.root);
	sm2_private_free(&m.root_key);
	buf_free(&m.signature);
	buf_free(&m.body);
	buf_free(&m.receipt);
	buf_free(&m.tbs);
	buf_free(&m.order);
	return result;
}

/* Kilobytes; 0 when the kernel does not tell. */
static long memory(void)
{
	FILE *f = fopen("/proc/self/smaps_rollup", "re");
	char line[256];
	long kilobytes = 0;

	while (f != NULL && fgets(line, sizeof(line), f) != NULL) {
		if (sscanf(line, "Pss: %ld", &kilobytes) == 1)
			break;
	}
	if (f != NULL)
		fclose(f);
	return kilobytes;
}

static int start_signer(const char *root, struct err *err)
{
	static struct signer signer;
	int64_t from = clock_monotonic_ms();
	struct timespec cpu;
	struct buf der;
	int result = -1;

	buf_init(&der, CERT_DER_MAX);
	if (file_read(&der, AT_FDCWD, root, err) == 0 && cert_parse(&signer.ca.root, buf_get(&der), err) == 0) {
		signer.ca.issuing = signer.ca.journal = signer.ca.root;
		result = replay_open(&signer, QUOTA, err);
	}
	buf_free(&der);
	if (result == 0) {
		struct journal_state state = journal_state_get(signer.journal);

		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu);
		(void)printf("{\"certificates\":%lld,\"records\":%lld,\"bytes\":%llu,\"ms\":%lld,\"cpu_ms\":%lld,\"pss_kib\":%ld}\n",
		             (long long)registry_summary_get(signer.registry).certificates, (long long)state.number,
		             (unsigned long long)state.size, (long long)(clock_monotonic_ms() - from),
		             (long long)cpu.tv_sec * 1000 + cpu.tv_nsec / 1000000, memory());
	}
	status_tail_close(&signer.tail);
	registry_free(&signer.registry);
	journal_free(&signer.journal);
	cert_free(&signer.ca.root);
	return result;
}

/* The signer reads the file "journal" of its working directory. */
static int measure(const char *folder, size_t certificates, struct err *err)
{
	if (chdir(folder) != 0)
		return err_set_errno(err, HF_FILE, "%s", folder);
	if (access("journal", F_OK) != 0)
		return make("journal", "root.der", certificates / 2, err);
	return start_signer("root.der", err);
}

int main(int argc, char **argv)
{
	struct err err = {0};

	crypto_load();
	if (argc != 3)
		(void)fprintf(stderr, "usage: journal FOLDER CERTIFICATES\n");
	else if (measure(argv[1], strtoul(argv[2], NULL, 10), &err) == 0)
		return EXIT_SUCCESS;
	else
		(void)fprintf(stderr, "journal: %s\n", err.text);
	return EXIT_FAILURE;
}
