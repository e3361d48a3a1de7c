/* A container of the key that is open: what is read from it before a window opens, and what it signs. */
#include "key_container.h"

#include "log.h"
#include "signed_text.h"

#include <string.h>

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

int container_key_hash(struct token *token, const char *container, uint8_t hash[32], struct err *err)
{
	struct sm2_public *key = NULL;

	if (token_public_key(token, container, TOKEN_SIGN, &key, err) != 0)
		return -1;
	sm2_public_hash(key, hash);
	sm2_public_free(&key);
	return 0;
}

int container_pass_over(const struct err *why, struct err *err)
{
	if (why->code == HF_MEMORY || why->code == HF_KEY_ABSENT)
		return err_set(err, why->code, "%s", why->text);
	log_fault("container.unreadable", why);
	return 0;
}

int container_check_new(struct token *token, const uint8_t hash[32], struct pool *pool, struct err *err)
{
	struct token_container *list = pool_alloc(pool, TOKEN_CONTAINERS_MAX * sizeof(*list));
	size_t count = 0;
	uint8_t own[32];

	if (list == NULL)
		return err_set(err, HF_MEMORY, "containers");
	if (token_containers(token, list, &count, err) != 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		const struct token_container *c = &list[i];
		struct err why = {0};

		if (!c->key[TOKEN_SIGN] || c->certificate[TOKEN_SIGN] || c->certificate[TOKEN_ENCRYPT])
			continue;
		if (container_key_hash(token, c->name, own, &why) != 0) {
			if (container_pass_over(&why, err) != 0)
				return -1;
		} else if (memcmp(own, hash, sizeof(own)) == 0) {
			return 0;
		}
	}
	return err_set(err, HF_KEY_OTHER, "no container of the key holds this signature key without a certificate");
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
