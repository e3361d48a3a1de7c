/* A container of the key that is open: what is read from it before a window opens, and what it signs. */
#include "key_container.h"

#include "signed_text.h"

int container_check_key(struct token *token, const char *container, const struct sm2_public *key, enum err_code other, struct err *err)
{
	struct sm2_public *own = NULL;
	int rc = 0;

	if (token_public_key(token, container, TOKEN_SIGN, &own, err) != 0)
		return -1;
	if (!sm2_public_equal(own, key))
		rc = err_set(err, other, "the signature certificate is for another key than that of container %s", container);
	sm2_public_free(&own);
	return rc;
}

int container_certificate(struct token *token, const char *container, struct cert **cert, struct err *err)
{
	struct buf der;
	int rc = -1;

	*cert = NULL;
	buf_init(&der, TOKEN_CERTIFICATE_MAX);
	if (token_certificate(token, container, TOKEN_SIGN, &der, err) == 0 && cert_parse(cert, buf_get(&der), err) == 0)
		rc = container_check_key(token, container, (*cert)->key, HF_CONTAINER, err);
	if (rc != 0)
		cert_free(cert);
	buf_free(&der);
	return rc;
}

int container_sign_order(struct token *token, const char *container, const struct order *order, struct pool *pool,
                         struct keydoor_outcome_reply *reply, struct err *err)
{
	struct buf message, signature;
	int rc = -1;

	buf_init(&message, ORDER_TEXT_MAX + 64);
	buf_init(&signature, SM2_SIGNATURE_MAX);
	if (signed_text_message(SIGNED_ORDER, order->text, &message, err) == 0 &&
	    token_sign(token, container, buf_get(&message), &signature, err) == 0 && pool_bytes(pool, order->text, &reply->text, err) == 0)
		rc = pool_bytes(pool, buf_get(&signature), &reply->signature, err);
	buf_free(&signature);
	buf_free(&message);
	return rc;
}
