/* What every operation of the provider begins with: whose key it works with. */
#ifndef HUFU_PROVIDER_OPERATION_H
#define HUFU_PROVIDER_OPERATION_H

#include "provider.h"

struct operation {
	const struct provider *provider;
	struct provider_key *key; /* held; NULL until it is set */
};

/* Zeroed memory of size octets that begins with a struct operation; NULL when there is none. */
void *operation_alloc(const struct provider *provider, size_t size);
/* A copy of all size octets, with a hold of its own on the key. */
void *operation_copy(const void *from, size_t size);
/* Releases the key, and frees; NULL is nothing. */
void operation_free(void *operation);

/* Takes a key, or keeps the one of before where key is NULL. False, with a fault raised, when there is none, or it lacks the half
 * that is needed. */
bool operation_set_key(struct operation *o, struct provider_key *key, bool private_needed);

/* The parameter names the digest that there is. */
bool operation_digest_fits(const struct operation *o, const OSSL_PARAM *p);

/* Copies an answer out, when there is room for it. */
int operation_give(const struct operation *o, uint8_t *out, size_t *out_size, size_t room, struct bytes answer);

#endif
