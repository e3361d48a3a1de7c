/* The common beginning of the provider's operations. */
#include "operation.h"

#include <stdlib.h>
#include <string.h>

void *operation_alloc(const struct provider *provider, size_t size)
{
	struct operation *o = calloc(1, size);

	if (o != NULL)
		o->provider = provider;
	return o;
}

void *operation_copy(const void *from, size_t size)
{
	struct operation *copy = malloc(size);

	if (copy == NULL)
		return NULL;
	memcpy(copy, from, size);
	if (copy->key != NULL)
		provider_key_hold(copy->key);
	return copy;
}

void operation_free(void *operation)
{
	struct operation *o = operation;

	if (o == NULL)
		return;
	provider_key_free(o->key);
	free(o);
}

bool operation_set_key(struct operation *o, struct provider_key *key, bool private_needed)
{
	if (key != NULL) {
		provider_key_hold(key);
		provider_key_free(o->key);
		o->key = key;
	}
	return o->key != NULL && o->key->has_public && (!private_needed || o->key->secret.size != 0);
}
