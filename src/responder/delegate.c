/* Keeping a certified key while others sign with the one before. */
#include "delegate.h"

#include "chain.h"
#include "clock.h"
#include "log.h"
#include "signer_message.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>

#define ASK_MS 10000
#define ANSWER_LEAST 60 /* seconds an answer must have before it */

static const char proof_prefix[] = "hufu-ocsp-key-v1\n";

struct delegate {
	pthread_rwlock_t lock; /* held for reading while signing */
	const struct cert *issuing;
	struct sm2_private *key;
	struct cert *cert;
};

int delegate_new(struct delegate **delegate, const struct cert *issuing, struct err *err)
{
	*delegate = calloc(1, sizeof(**delegate));
	if (*delegate == NULL)
		return err_set(err, HF_MEMORY, "no memory for a key");
	pthread_rwlock_init(&(*delegate)->lock, NULL);
	(*delegate)->issuing = issuing;
	return 0;
}

void delegate_free(struct delegate **delegate)
{
	if (*delegate == NULL)
		return;
	sm2_private_free(&(*delegate)->key);
	cert_free(&(*delegate)->cert);
	pthread_rwlock_destroy(&(*delegate)->lock);
	free(*delegate);
	*delegate = NULL;
}

/* Asks for a certificate for the key; the reply's bytes go to out. */
static int certificate_ask(struct call *signer, const struct sm2_private *key, struct buf *out, struct err *err)
{
	uint8_t spki[SM2_SPKI_SIZE];
	struct ocsp_key_request request = {.spki = BYTES_ARRAY(spki)};
	struct buf text, proof, body;
	int result = -1;

	buf_init(&text, sizeof(proof_prefix) + sizeof(spki));
	buf_init(&proof, SM2_SIGNATURE_MAX);
	buf_init(&body, 1024);
	sm2_public_spki(sm2_private_public(key), spki);
	if (buf_append_text(&text, proof_prefix, err) != 0 || buf_append(&text, request.spki, err) != 0 ||
	    sm2_sign(key, buf_get(&text), &proof, err) != 0)
		goto out;
	request.proof = buf_get(&proof);
	if (body_encode(&ocsp_key_request_body, &request, &body, err) != 0)
		goto out;
	result = call_ask(signer, SIGNER_OCSP_KEY, buf_get(&body), out, ASK_MS, err);
out:
	buf_free(&text);
	buf_free(&proof);
	buf_free(&body);
	return result;
}

static int certificate_check(const struct delegate *delegate, const struct sm2_private *key, const struct cert *cert, struct err *err)
{
	if (!sm2_public_equal(cert->key, sm2_private_public(key)) || cert->extended != CERT_USE_OCSP)
		return err_set(err, HF_CERT_CHAIN, "the signer certified another key, or for another use");
	return chain_check_leaf(cert, delegate->issuing, clock_now(), err);
}

static int reply_take(const struct delegate *delegate, const struct sm2_private *key, struct bytes body, struct cert **cert,
                      struct err *err)
{
	struct pool *pool = pool_new(64u << 10);
	struct ocsp_key_reply reply;
	int result = -1;

	if (pool == NULL)
		return err_set(err, HF_MEMORY, "no memory for a certificate");
	if (body_decode(&ocsp_key_reply_body, body, pool, &reply, err) == 0 && cert_parse(cert, reply.cert, err) == 0)
		result = certificate_check(delegate, key, *cert, err);
	pool_free(&pool);
	return result;
}

static void swap(struct delegate *delegate, struct sm2_private **key, struct cert **cert)
{
	struct sm2_private *old_key = delegate->key;
	struct cert *old_cert = delegate->cert;

	pthread_rwlock_wrlock(&delegate->lock);
	delegate->key = *key;
	delegate->cert = *cert;
	pthread_rwlock_unlock(&delegate->lock);
	*key = old_key;
	*cert = old_cert;
}

int delegate_renew(struct delegate *delegate, struct call *signer, struct err *err)
{
	struct sm2_private *key = NULL;
	struct cert *cert = NULL;
	struct buf answer;
	int result = -1;

	buf_init(&answer, 3 * CERT_DER_MAX + 64);
	if (sm2_private_generate(&key, err) != 0 || certificate_ask(signer, key, &answer, err) != 0 ||
	    reply_take(delegate, key, buf_get(&answer), &cert, err) != 0)
		goto out;
	log_info("key.certified", "answers are signed by a new key until %" PRId64, cert->not_after);
	swap(delegate, &key, &cert);
	result = 0;
out:
	sm2_private_free(&key);
	cert_free(&cert);
	buf_free(&answer);
	return result;
}

bool delegate_wants_renewal(struct delegate *delegate, int64_t now)
{
	bool wants;

	pthread_rwlock_rdlock(&delegate->lock);
	wants = delegate->cert == NULL || now - delegate->cert->not_before >= delegate->cert->not_after - now;
	pthread_rwlock_unlock(&delegate->lock);
	return wants;
}

int64_t delegate_not_after(struct delegate *delegate)
{
	int64_t not_after;

	pthread_rwlock_rdlock(&delegate->lock);
	not_after = delegate->cert != NULL ? delegate->cert->not_after : 0;
	pthread_rwlock_unlock(&delegate->lock);
	return not_after;
}

int delegate_answer(struct delegate *delegate, struct ocsp_plan *plan, struct buf *out, struct err *err)
{
	int result = -1;

	pthread_rwlock_rdlock(&delegate->lock);
	if (delegate->cert != NULL && plan->next_update > delegate->cert->not_after)
		plan->next_update = delegate->cert->not_after;
	if (delegate->cert == NULL || plan->next_update < plan->produced_at + ANSWER_LEAST) {
		err_set(err, HF_OCSP_STALE, "no certified key, or nothing known that is new enough");
	} else {
		plan->responder = delegate->cert;
		result = ocsp_response_build(plan, delegate->key, out, err);
	}
	pthread_rwlock_unlock(&delegate->lock);
	plan->responder = NULL;
	return result;
}
