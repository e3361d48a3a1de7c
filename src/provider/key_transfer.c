/* Keys coming in and going out: from and to other providers, decoders, encoders and whoever has their parts. */
#include "fault.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>
#include <openssl/param_build.h>
#include <string.h>

/* Points may be compressed where they come from another provider. */
static bool read_point(const struct provider *provider, struct bytes from, uint8_t xy[64])
{
	EC_GROUP *group = EC_GROUP_new_by_curve_name_ex(provider->libctx, NULL, NID_sm2);
	EC_POINT *point = group != NULL ? EC_POINT_new(group) : NULL;
	uint8_t octets[PROVIDER_POINT_SIZE];

	bool good = point != NULL && EC_POINT_oct2point(group, point, from.data, from.size, NULL) == 1 &&
	            EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, octets, sizeof(octets), NULL) == sizeof(octets);
	EC_POINT_free(point);
	EC_GROUP_free(group);
	if (good)
		memcpy(xy, octets + 1, 64);
	return good;
}

static bool take_public(struct provider_key *key, const OSSL_PARAM *p)
{
	uint8_t xy[64];
	const void *data;
	size_t size;

	if (!OSSL_PARAM_get_octet_string_ptr(p, &data, &size))
		return FAULT(key->provider, FAULT_PARAMETER);
	if (size == PROVIDER_POINT_SIZE && *(const uint8_t *)data == 0x04)
		memcpy(xy, (const uint8_t *)data + 1, sizeof(xy));
	else if (!read_point(key->provider, (struct bytes){data, size}, xy))
		return FAULT(key->provider, FAULT_POINT);
	return provider_key_set_public(key, xy);
}

static bool take_private(struct provider_key *key, const OSSL_PARAM *p)
{
	uint8_t d[1][32];
	BIGNUM *scalar = BN_secure_new();

	bool read = scalar != NULL && OSSL_PARAM_get_BN(p, &scalar) && BN_bn2binpad(scalar, d[0], 32) == 32;
	bool good = read ? provider_key_set_private(key, (const uint8_t(*)[32])d) : FAULT(key->provider, FAULT_SCALAR);
	BN_clear_free(scalar);
	secret_wipe(d, sizeof(d));
	return good;
}

int provider_key_import(void *keydata, int selection, const OSSL_PARAM params[])
{
	struct provider_key *key = keydata;
	const OSSL_PARAM *point = OSSL_PARAM_locate_const(params, OSSL_PKEY_PARAM_PUB_KEY);
	const OSSL_PARAM *scalar = OSSL_PARAM_locate_const(params, OSSL_PKEY_PARAM_PRIV_KEY);

	if (key->has_public)
		return FAULT(key->provider, FAULT_KEY_FIXED);
	if (!provider_group_fits(key->provider, params))
		return 0;
	if ((selection & OSSL_KEYMGMT_SELECT_KEYPAIR) == 0)
		return 1;
	if (point != NULL && !take_public(key, point))
		return 0;
	if ((selection & OSSL_KEYMGMT_SELECT_PRIVATE_KEY) != 0 && scalar != NULL && !take_private(key, scalar))
		return 0;
	return key->has_public || FAULT(key->provider, FAULT_NO_PUBLIC);
}

const OSSL_PARAM *provider_key_types(int selection)
{
	static const OSSL_PARAM types[] = {
	    OSSL_PARAM_DEFN(OSSL_PKEY_PARAM_GROUP_NAME, OSSL_PARAM_UTF8_STRING, NULL, 0),
	    OSSL_PARAM_DEFN(OSSL_PKEY_PARAM_PUB_KEY, OSSL_PARAM_OCTET_STRING, NULL, 0),
	    OSSL_PARAM_DEFN(OSSL_PKEY_PARAM_PRIV_KEY, OSSL_PARAM_UNSIGNED_INTEGER, NULL, 0),
	    OSSL_PARAM_END,
	};

	return types;
}

int provider_key_export(void *keydata, int selection, OSSL_CALLBACK *take, void *arg)
{
	const struct provider_key *key = keydata;
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	uint8_t octets[PROVIDER_POINT_SIZE];
	OSSL_PARAM *params = NULL;
	BIGNUM *scalar = NULL;
	int result = 0;

	provider_key_point(key, octets);
	if (build == NULL || !OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, PROVIDER_GROUP, 0))
		goto out;
	if ((selection & OSSL_KEYMGMT_SELECT_PUBLIC_KEY) != 0 && key->has_public &&
	    !OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, octets, sizeof(octets)))
		goto out;
	if ((selection & OSSL_KEYMGMT_SELECT_PRIVATE_KEY) != 0 && key->secret.size != 0) {
		scalar = BN_secure_new();
		if (scalar == NULL || BN_bin2bn(private_part(key)->d, 32, scalar) == NULL ||
		    !OSSL_PARAM_BLD_push_BN_pad(build, OSSL_PKEY_PARAM_PRIV_KEY, scalar, 32))
			goto out;
	}
	params = OSSL_PARAM_BLD_to_param(build);
	if (params != NULL)
		result = take(params, arg);
out:
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(build);
	BN_clear_free(scalar);
	return result;
}
