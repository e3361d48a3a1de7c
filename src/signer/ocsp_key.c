/* Certifies the responder's fresh key for a day. */
#include "ocsp_key.h"

#include "signer_message.h"

#include <string.h>

#define PROOF_PREFIX "hufu-ocsp-key-v1\n"
#define HOUR 3600

/* The public key, its holder's proof checked. */
static int check_request(const struct signer *s, const struct ocsp_key_request *asked, struct sm2_public **key, struct err *err)
{
	struct err cause = {0};
	struct buf message;
	uint8_t hash[32];
	int result = -1;

	buf_init(&message, sizeof(PROOF_PREFIX) + SM2_SPKI_SIZE);
	if (sm2_public_from_spki(key, asked->spki, err) < 0)
		goto out;
	if (buf_append(&message, BYTES_LITERAL(PROOF_PREFIX), err) < 0 || buf_append(&message, asked->spki, err) < 0)
		goto out;
	if (sm2_verify(*key, buf_get(&message), asked->proof, &cause) < 0) {
		err_set(err, HF_CSR_PROOF, "the responder does not hold the key: %s", cause.text);
		goto out;
	}
	sm2_public_hash(*key, hash);
	if (registry_key_is_known(s->registry, hash)) {
		err_set(err, HF_KEY_CERTIFIED_BEFORE, "the key was certified before");
		goto out;
	}
	result = 0;
out:
	buf_free(&message);
	return result;
}

static int check_rate(struct signer *s, int64_t now, struct err *err)
{
	if (s->ocsp_hour != now / HOUR) {
		s->ocsp_hour = now / HOUR;
		s->ocsp_count = 0;
	}
	if (s->ocsp_count >= OCSP_KEYS_PER_HOUR)
		return err_set(err, HF_RATE, "%d keys of the responder were certified in this hour", OCSP_KEYS_PER_HOUR);
	return 0;
}

static int issue_certificate(struct signer *s, const struct sm2_public *key, struct buf *der, struct err *err)
{
	struct journal_event event = {.type = EVENT_OCSP};
	struct cert_plan plan = {
	    .profile = PROFILE_OCSP,
	    .subject = s->ca.issuing->subject_name,
	    .key = key,
	    .issuer = s->ca.issuing,
	    .evaluation = registry_summary_get(s->registry).evaluation,
	};
	struct journal_record record;
	int64_t now;

	if (signer_now(s, &now, err) < 0 || check_rate(s, now, err) < 0)
		return -1;
	plan.subject.common_name = BYTES_LITERAL("OCSP");
	plan.not_before = now;
	plan.not_after = profile_end(PROFILE_OCSP, now, s->ca.issuing->not_after);
	do
		serial_draw(&plan.serial);
	while (!registry_serial_is_free(s->registry, plan.serial.bytes));
	if (cert_issue(&plan, s->ca.issuing_key, der, err) < 0)
		return -1;
	event.certificate = buf_get(der);
	if (signer_record(s, &event, now, &record, err) < 0)
		return -1;
	s->ocsp_count++;
	return 0;
}

static int serve(struct signer *s, struct request *request)
{
	struct ocsp_key_request asked;
	struct ocsp_key_reply reply = {.issuing = s->ca.issuing->der, .journal = s->ca.journal->der};
	struct sm2_public *key = NULL;
	struct buf der;
	int result = -1;

	buf_init(&der, CERT_DER_MAX);
	if (body_decode(&ocsp_key_request_body, request->body, request->pool, &asked, &request->err) < 0)
		goto out;
	if (check_request(s, &asked, &key, &request->err) < 0)
		goto out;
	if (issue_certificate(s, key, &der, &request->err) < 0)
		goto out;
	reply.cert = buf_get(&der);
	result = body_encode(&ocsp_key_reply_body, &reply, &request->reply, &request->err);
out:
	sm2_public_free(&key);
	buf_free(&der);
	return result;
}

void ocsp_key_serve(struct signer *s, struct request *request)
{
	request->result = serve(s, request);
}
