/* The common beginning of the provider's operations. */
#include "operation.h"

#include "fault.h"

#include <openssl/params.h>
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

bool operation_digest_fits(const struct operation *o, const OSSL_PARAM *p)
{
	const char *name;

	if (!OSSL_PARAM_get_utf8_string_ptr(p, &name))
		return FAULT(o->provider, FAULT_PARAMETER);
	return provider_digest_fits(o->provider, name);
}

int operation_give(const struct operation *o, uint8_t *out, size_t *out_size, size_t room, struct bytes answer)
{
	if (answer.size > room)
		return FAULT(o->provider, FAULT_ROOM);
	memcpy(out, answer.data, answer.size);
	*out_size = answer.size;
	return 1;
}

bool operation_set_key(struct operation *o, struct provider_key *key, bool private_needed)
{
	if (key != NULL) {
		provider_key_hold(key);
		provider_key_free(o->key);
		o->key = key;
	}
	if (o->key == NULL || !o->key->has_public)
		return FAULT(o->provider, FAULT_NO_PUBLIC);
	return !private_needed || o->key->secret.size != 0 || FAULT(o->provider, FAULT_NO_PRIVATE);
}
