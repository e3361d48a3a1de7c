/* A key: its halves, and who holds it. */
#include "fault.h"
#include "key_pair.h"

#include <openssl/core_names.h>
#include <openssl/params.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct provider_key *provider_key_new(const struct provider *provider)
{
	struct provider_key *key = calloc(1, sizeof(*key));

	if (key == NULL) {
		FAULT(provider, FAULT_MEMORY);
		return NULL;
	}
	key->provider = provider;
	key->references = 1;
	return key;
}

struct provider_key *provider_key_hold(struct provider_key *key)
{
	__atomic_fetch_add(&key->references, 1, __ATOMIC_RELAXED);
	return key;
}

void provider_key_free(void *keydata)
{
	struct provider_key *key = keydata;

	if (key == NULL || __atomic_sub_fetch(&key->references, 1, __ATOMIC_ACQ_REL) != 0)
		return;
	secret_free(&key->secret);
	free(key);
}

bool provider_key_set_public(struct provider_key *key, const uint8_t xy[64])
{
	const struct provider *provider = key->provider;

	if (provider->engine->read(&key->at, xy) != 0)
		return FAULT(provider, FAULT_POINT);
	memcpy(key->xy, xy, sizeof(key->xy));
	user_digest(key->default_z, (struct bytes){provider->default_id, provider->default_id_size}, xy);
	key->has_public = true;
	return true;
}

bool provider_key_set_private(struct provider_key *key, const uint8_t d[1][32])
{
	const struct provider *provider = key->provider;
	uint8_t point[1][64];

	if (!scalar_fits(d[0]) || public_of_many(provider->engine, point, d, 1) != 0)
		return FAULT(provider, FAULT_SCALAR);
	if (!key->has_public && !provider_key_set_public(key, point[0]))
		return false;
	if (memcmp(key->xy, point[0], 64) != 0)
		return FAULT(provider, FAULT_HALVES);
	if (secret_new(&key->secret, sizeof(struct private_part), NULL) != 0)
		return FAULT(provider, FAULT_MEMORY);
	struct private_part *part = (struct private_part *)(void *)key->secret.data;
	memcpy(part->d, d[0], 32);
	return signer_init(&part->signer, d[0]) == 0 || FAULT(provider, FAULT_SCALAR);
}

void provider_key_point(const struct provider_key *key, uint8_t octets[PROVIDER_POINT_SIZE])
{
	octets[0] = 0x04;
	memcpy(octets + 1, key->xy, 64);
}

bool provider_group_fits(const struct provider *provider, const OSSL_PARAM params[])
{
	const OSSL_PARAM *p = params != NULL ? OSSL_PARAM_locate_const(params, OSSL_PKEY_PARAM_GROUP_NAME) : NULL;
	const char *name;

	if (p == NULL)
		return true;
	if (!OSSL_PARAM_get_utf8_string_ptr(p, &name))
		return FAULT(provider, FAULT_PARAMETER);
	return strcasecmp(name, PROVIDER_GROUP) == 0 || strcmp(name, "1.2.156.10197.1.301") == 0 || FAULT(provider, FAULT_GROUP);
}
