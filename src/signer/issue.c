/* One pair of certificates on its way. */
#include "issue.h"

#include "envelope.h"
#include "escrow_message.h"
#include "lint.h"
#include "random.h"
#include "warrant.h"

#include <string.h>

#define SERIAL_DRAWS 8

static const enum profile profiles[][ISSUE_HALVES] = {
    [ORDER_PROFILE_ENTERPRISE] = {PROFILE_ENTERPRISE_SIGN, PROFILE_ENTERPRISE_ENCRYPTION},
    [ORDER_PROFILE_EVALUATION_SHORT] = {PROFILE_EVALUATION_SIGN, PROFILE_EVALUATION_ENCRYPTION},
};

static struct name name_of(const struct order_subject *subject)
{
	return (struct name){
	    .country = BYTES_LITERAL("CN"),
	    .state = subject->st,
	    .locality = subject->l,
	    .organisation = subject->o,
	    .unit = subject->ou,
	    .common_name = subject->cn,
	};
}

int issue_read(struct issue *issue, const struct order *approve, struct bytes csr, struct err *err)
{
	uint8_t hash[32];

	memset(issue, 0, sizeof(*issue));
	buf_init(&issue->warrant, WARRANT_TEXT_MAX);
	buf_init(&issue->warrant_message, WARRANT_TEXT_MAX + 64);
	for (int half = 0; half < ISSUE_HALVES; half++) {
		buf_init(&issue->tbs[half], CERT_DER_MAX);
		buf_init(&issue->der[half], CERT_DER_MAX);
	}
	if (csr_parse(&issue->csr, csr, err) < 0)
		return -1;
	sm2_public_hash(issue->csr.key, hash);
	if (memcmp(hash, approve->key.hash, sizeof(hash)) != 0)
		return err_set(err, HF_KEY_OTHER, "the request is for another key than the approval");
	return 0;
}

static int draw_serials(struct issue *issue, const struct registry *registry, struct err *err)
{
	for (int half = 0; half < ISSUE_HALVES; half++) {
		int draws = 0;

		do {
			if (draws++ == SERIAL_DRAWS)
				return err_set(err, HF_CRYPTO, "no free serial number in %d draws", SERIAL_DRAWS);
			serial_draw(&issue->serials[half]);
		} while (!registry_serial_is_free(registry, issue->serials[half].bytes));
	}
	return 0;
}

static int write_warrant(struct issue *issue, const struct order *approve, const struct ca *ca, int64_t now, struct err *err)
{
	struct warrant warrant = {.made = now, .until = now + WARRANT_LIFE, .v = 1};

	memcpy(warrant.application, approve->application, sizeof(warrant.application));
	memcpy(warrant.ca, ca->id, sizeof(warrant.ca));
	memcpy(warrant.key, approve->key.hash, sizeof(warrant.key));
	random_bytes(warrant.nonce, sizeof(warrant.nonce));
	if (warrant_write(&warrant, &issue->warrant, err) < 0)
		return -1;
	return signed_text_message(SIGNED_WARRANT, buf_get(&issue->warrant), &issue->warrant_message, err);
}

int issue_begin(struct issue *issue, const struct order *approve, const struct ca *ca, const struct registry *registry, int64_t now,
                struct err *err)
{
	struct name certified = name_of(&approve->subject);

	if (registry_key_is_known(registry, approve->key.hash))
		return err_set(err, HF_KEY_CERTIFIED_BEFORE, "the key was certified before");
	if (csr_check_name(&issue->csr.subject, &certified, approve->key.serial, err) < 0)
		return -1;
	sm2_public_spki(issue->csr.key, issue->spki);
	if (draw_serials(issue, registry, err) < 0)
		return -1;
	return write_warrant(issue, approve, ca, now, err);
}

int issue_ask(const struct issue *issue, struct bytes warrant_signature, struct buf *body, struct err *err)
{
	struct envelope_request request = {
	    .warrant = buf_get(&issue->warrant),
	    .warrant_signature = warrant_signature,
	    .spki = BYTES_ARRAY(issue->spki),
	};

	return body_encode(&envelope_request_body, &request, body, err);
}

int issue_take(struct issue *issue, struct bytes answer, const struct registry *registry, struct pool *pool, struct err *err)
{
	struct envelope_reply reply;
	struct envelope envelope;
	uint8_t point[SM2_POINT_SIZE], hash[32];

	if (body_decode(&envelope_reply_body, answer, pool, &reply, err) < 0)
		return -1;
	if (sm2_public_from_spki(&issue->encryption_key, reply.spki, err) < 0)
		return -1;
	if (envelope_read(&envelope, reply.envelope, err) < 0)
		return -1;
	sm2_public_point(issue->encryption_key, point);
	if (memcmp(point, envelope.point, sizeof(point)) != 0)
		return err_set(err, HF_ENVELOPE, "escrow's envelope is of another key than its public key");
	sm2_public_hash(issue->encryption_key, hash);
	if (registry_key_is_known(registry, hash) || sm2_public_equal(issue->encryption_key, issue->csr.key))
		return err_set(err, HF_KEY_CERTIFIED_BEFORE, "escrow gave a key that was certified before");
	return pool_bytes(pool, reply.envelope, &issue->envelope, err);
}

int issue_build(struct issue *issue, const struct order *approve, const struct ca *ca, bool evaluation, int64_t now, struct err *err)
{
	struct cert_plan plan = {
	    .subject = name_of(&approve->subject),
	    .code = approve->holder.code,
	    .not_before = now,
	    .not_after = approve->notafter,
	    .life_from = issue->old_end != 0 ? issue->old_end + 1 : 0,
	    .issuer = ca->issuing,
	    .urls = ca->urls,
	    .evaluation = evaluation,
	};

	for (int half = 0; half < ISSUE_HALVES; half++) {
		struct lint_report report;

		plan.profile = profiles[approve->profile][half];
		plan.serial = issue->serials[half];
		plan.key = half == ISSUE_SIGN ? issue->csr.key : issue->encryption_key;
		if (cert_build(&plan, &issue->tbs[half], err) < 0)
			return -1;
		lint_certificate(buf_get(&issue->tbs[half]), plan.profile, &report);
		if (lint_verdict(&report, err) < 0)
			return -1;
	}
	return 0;
}

int issue_assemble(struct issue *issue, enum issue_half half, struct bytes signature, struct err *err)
{
	buf_clear(&issue->der[half]);
	return cert_assemble(buf_get(&issue->tbs[half]), signature, &issue->der[half], err);
}

int issue_assemble_unsigned(struct issue *issue, struct err *err)
{
	static const uint8_t none[] = {0x30, 6, 2, 1, 1, 2, 1, 1}; /* r and s are 1 */

	for (int half = 0; half < ISSUE_HALVES; half++) {
		if (issue_assemble(issue, (enum issue_half)half, BYTES_ARRAY(none), err) < 0)
			return -1;
	}
	return 0;
}

void issue_free(struct issue *issue)
{
	csr_free(&issue->csr);
	sm2_public_free(&issue->encryption_key);
	buf_free(&issue->warrant);
	buf_free(&issue->warrant_message);
	for (int half = 0; half < ISSUE_HALVES; half++) {
		buf_free(&issue->tbs[half]);
		buf_free(&issue->der[half]);
	}
}
