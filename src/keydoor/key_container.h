/* A container of the key that is open: what is read from it before a window opens, and what it signs. */
#ifndef HUFU_KEYDOOR_KEY_CONTAINER_H
#define HUFU_KEYDOOR_KEY_CONTAINER_H

#include "keydoor.h"
#include "order.h"

/* The signature certificate of a container, whose key is the container's. HF_CONTAINER. */
int container_certificate(struct token *token, const char *container, struct cert **cert, struct err *err) MUST_CHECK;
/* Whether the container's signature key is this one. HF_CONTAINER when it has none, other when it is another. */
int container_check_key(struct token *token, const char *container, const struct sm2_public *key, enum err_code other,
                        struct err *err) MUST_CHECK;
int container_key_hash(struct token *token, const char *container, uint8_t hash[32], struct err *err) MUST_CHECK;
/* One of several could not be read: it is another maker's, of another algorithm, and passed over; but without memory or key all ends. */
int container_pass_over(const struct err *why, struct err *err) MUST_CHECK;
/* Whether some container of the key holds this signature key and no certificate: made for one to come. HF_KEY_OTHER. */
int container_check_new(struct token *token, const uint8_t hash[32], struct pool *pool, struct err *err) MUST_CHECK;
/* Signs the order's text; text and signature go to the reply. The PIN must be verified. */
int container_sign_order(struct token *token, const char *container, const struct order *order, struct pool *pool,
                         struct keydoor_outcome_reply *reply, struct err *err) MUST_CHECK;

#endif
