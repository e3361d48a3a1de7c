/* What OpenSSL's key management asks: making keys, and what they tell of themselves. */
#include "fault.h"
#include "key_pair.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/params.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define SIGNATURE_MAX 72

static int key_has(const void *keydata, int selection)
{
	const struct provider_key *key = keydata;

	if (key == NULL)
		return 0;
	if ((selection & OSSL_KEYMGMT_SELECT_PUBLIC_KEY) != 0 && !key->has_public)
		return 0;
	return (selection & OSSL_KEYMGMT_SELECT_PRIVATE_KEY) == 0 || key->secret.size != 0;
}

static int key_match(const void *one, const void *two, int selection)
{
	const struct provider_key *a = one, *b = two;

	if ((selection & OSSL_KEYMGMT_SELECT_KEYPAIR) == 0)
		return 1;
	return a->has_public && b->has_public && memcmp(a->xy, b->xy, sizeof(a->xy)) == 0;
}

/* Points were checked when they came in, and private halves against them. */
static int key_validate(const void *keydata, int selection, int check_type)
{
	return key_has(keydata, selection);
}

static const OSSL_PARAM *key_gettable(void *provctx)
{
	static const OSSL_PARAM params[] = {
	    OSSL_PARAM_DEFN(OSSL_PKEY_PARAM_BITS, OSSL_PARAM_INTEGER, NULL, 0),
	    OSSL_PARAM_DEFN(OSSL_PKEY_PARAM_SECURITY_BITS, OSSL_PARAM_INTEGER, NULL, 0),
	    OSSL_PARAM_DEFN(OSSL_PKEY_PARAM_MAX_SIZE, OSSL_PARAM_INTEGER, NULL, 0),
	    OSSL_PARAM_DEFN(OSSL_PKEY_PARAM_DEFAULT_DIGEST, OSSL_PARAM_UTF8_STRING, NULL, 0),
	    OSSL_PARAM_DEFN(OSSL_PKEY_PARAM_GROUP_NAME, OSSL_PARAM_UTF8_STRING, NULL, 0),
	    OSSL_PARAM_DEFN(OSSL_PKEY_PARAM_ENCODED_PUBLIC_KEY, OSSL_PARAM_OCTET_STRING, NULL, 0),
	    OSSL_PARAM_DEFN(OSSL_PKEY_PARAM_PUB_KEY, OSSL_PARAM_OCTET_STRING, NULL, 0),
	    OSSL_PARAM_DEFN(OSSL_PKEY_PARAM_EC_PUB_X, OSSL_PARAM_UNSIGNED_INTEGER, NULL, 0),
	    OSSL_PARAM_DEFN(OSSL_PKEY_PARAM_EC_PUB_Y, OSSL_PARAM_UNSIGNED_INTEGER, NULL, 0),
	    OSSL_PARAM_DEFN(OSSL_PKEY_PARAM_PRIV_KEY, OSSL_PARAM_UNSIGNED_INTEGER, NULL, 0),
	    OSSL_PARAM_END,
	};

	return params;
}

static bool give_number(OSSL_PARAM params[], const char *name, const uint8_t octets[32])
{
	OSSL_PARAM *p = OSSL_PARAM_locate(params, name);
	BIGNUM *number;

	if (p == NULL)
		return true;
	number = BN_secure_new();
	bool given = number != NULL && BN_bin2bn(octets, 32, number) != NULL && OSSL_PARAM_set_BN(p, number);
	BN_clear_free(number);
	return given;
}

static bool give_point(const struct provider_key *key, OSSL_PARAM params[])
{
	static const char *const names[] = {OSSL_PKEY_PARAM_ENCODED_PUBLIC_KEY, OSSL_PKEY_PARAM_PUB_KEY};
	uint8_t octets[PROVIDER_POINT_SIZE];

	provider_key_point(key, octets);
	for (size_t i = 0; i < 2; i++) {
		OSSL_PARAM *p = OSSL_PARAM_locate(params, names[i]);
		if (p != NULL && !OSSL_PARAM_set_octet_string(p, octets, sizeof(octets)))
			return false;
	}
	return give_number(params, OSSL_PKEY_PARAM_EC_PUB_X, key->xy) && give_number(params, OSSL_PKEY_PARAM_EC_PUB_Y, key->xy + 32);
}

static int key_get_params(void *keydata, OSSL_PARAM params[])
{
	static const struct {
		const char *name;
		int value;
	} numbers[] = {{OSSL_PKEY_PARAM_BITS, 256}, {OSSL_PKEY_PARAM_SECURITY_BITS, 128}, {OSSL_PKEY_PARAM_MAX_SIZE, SIGNATURE_MAX}};
	static const struct {
		const char *name, *value;
	} texts[] = {{OSSL_PKEY_PARAM_DEFAULT_DIGEST, "SM3"}, {OSSL_PKEY_PARAM_GROUP_NAME, PROVIDER_GROUP}};
	const struct provider_key *key = keydata;
	OSSL_PARAM *p;

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		p = OSSL_PARAM_locate(params, numbers[i].name);
		if (p != NULL && !OSSL_PARAM_set_int(p, numbers[i].value))
			return 0;
	}
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		p = OSSL_PARAM_locate(params, texts[i].name);
		if (p != NULL && !OSSL_PARAM_set_utf8_string(p, texts[i].value))
			return 0;
	}
	if (key->has_public && !give_point(key, params))
		return 0;
	return key->secret.size == 0 || give_number(params, OSSL_PKEY_PARAM_PRIV_KEY, private_part(key)->d);
}

/* A key does not change, and gives its point in one form. */
static int key_set_params(void *keydata, const OSSL_PARAM params[])
{
	const struct provider_key *key = keydata;
	const OSSL_PARAM *p;
	const char *form;

	if (OSSL_PARAM_locate_const(params, OSSL_PKEY_PARAM_ENCODED_PUBLIC_KEY) != NULL)
		return FAULT(key->provider, FAULT_KEY_FIXED);
	p = OSSL_PARAM_locate_const(params, OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT);
	if (p == NULL)
		return 1;
	if (!OSSL_PARAM_get_utf8_string_ptr(p, &form))
		return FAULT(key->provider, FAULT_PARAMETER);
	return strcasecmp(form, OSSL_PKEY_EC_POINT_CONVERSION_FORMAT_UNCOMPRESSED) == 0 || FAULT(key->provider, FAULT_POINT_FORM);
}

static const OSSL_PARAM *key_settable(void *provctx)
{
	static const OSSL_PARAM params[] = {
	    OSSL_PARAM_DEFN(OSSL_PKEY_PARAM_ENCODED_PUBLIC_KEY, OSSL_PARAM_OCTET_STRING, NULL, 0),
	    OSSL_PARAM_DEFN(OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT, OSSL_PARAM_UTF8_STRING, NULL, 0),
	    OSSL_PARAM_END,
	};

	return params;
}

static void *key_dup(const void *from, int selection)
{
	const struct provider_key *key = from;
	struct provider_key *copy = provider_key_new(key->provider);

	if (copy == NULL || (selection & OSSL_KEYMGMT_SELECT_KEYPAIR) == 0 || !key->has_public)
		return copy;
	copy->at = key->at;
	memcpy(copy->xy, key->xy, sizeof(copy->xy));
	memcpy(copy->default_z, key->default_z, sizeof(copy->default_z));
	copy->has_public = true;
	if ((selection & OSSL_KEYMGMT_SELECT_PRIVATE_KEY) != 0 && key->secret.size != 0 &&
	    secret_copy(&copy->secret, secret_get(&key->secret), NULL) != 0) {
		provider_key_free(copy);
		return NULL;
	}
	return copy;
}

struct generation {
	const struct provider *provider;
	int selection;
};

static int generate_set_params(void *genctx, const OSSL_PARAM params[])
{
	const struct generation *g = genctx;

	return provider_group_fits(g->provider, params);
}

static void *generate_init(void *provctx, int selection, const OSSL_PARAM params[])
{
	struct generation *g;

	if (!provider_group_fits(provctx, params))
		return NULL;
	g = malloc(sizeof(*g));
	if (g == NULL) {
		FAULT(provctx, FAULT_MEMORY);
		return NULL;
	}
	*g = (struct generation){provctx, selection};
	return g;
}

static const OSSL_PARAM *generate_settable(void *genctx, void *provctx)
{
	static const OSSL_PARAM params[] = {OSSL_PARAM_DEFN(OSSL_PKEY_PARAM_GROUP_NAME, OSSL_PARAM_UTF8_STRING, NULL, 0), OSSL_PARAM_END};

	return params;
}

static void *generate(void *genctx, OSSL_CALLBACK *progress, void *arg)
{
	const struct generation *g = genctx;
	struct provider_key *key = provider_key_new(g->provider);
	uint8_t d[1][32];
	bool made = key != NULL;

	if (made && (g->selection & OSSL_KEYMGMT_SELECT_KEYPAIR) != 0) {
		do
			made = provider_random(g->provider, d[0], 32);
		while (made && !scalar_fits(d[0]));
		made = made && provider_key_set_private(key, (const uint8_t(*)[32])d);
		secret_wipe(d, sizeof(d));
	}
	if (made)
		return key;
	provider_key_free(key);
	return NULL;
}

static void generate_cleanup(void *genctx)
{
	free(genctx);
}

static const char *operation_name(int operation)
{
	return "SM2";
}

const OSSL_DISPATCH provider_key_functions[] = {
    {OSSL_FUNC_KEYMGMT_NEW, (void (*)(void))provider_key_new},
    {OSSL_FUNC_KEYMGMT_FREE, (void (*)(void))provider_key_free},
    {OSSL_FUNC_KEYMGMT_HAS, (void (*)(void))key_has},
    {OSSL_FUNC_KEYMGMT_MATCH, (void (*)(void))key_match},
    {OSSL_FUNC_KEYMGMT_VALIDATE, (void (*)(void))key_validate},
    {OSSL_FUNC_KEYMGMT_IMPORT, (void (*)(void))provider_key_import},
    {OSSL_FUNC_KEYMGMT_IMPORT_TYPES, (void (*)(void))provider_key_types},
    {OSSL_FUNC_KEYMGMT_EXPORT, (void (*)(void))provider_key_export},
    {OSSL_FUNC_KEYMGMT_EXPORT_TYPES, (void (*)(void))provider_key_types},
    {OSSL_FUNC_KEYMGMT_GET_PARAMS, (void (*)(void))key_get_params},
    {OSSL_FUNC_KEYMGMT_GETTABLE_PARAMS, (void (*)(void))key_gettable},
    {OSSL_FUNC_KEYMGMT_SET_PARAMS, (void (*)(void))key_set_params},
    {OSSL_FUNC_KEYMGMT_SETTABLE_PARAMS, (void (*)(void))key_settable},
    {OSSL_FUNC_KEYMGMT_DUP, (void (*)(void))key_dup},
    {OSSL_FUNC_KEYMGMT_GEN_INIT, (void (*)(void))generate_init},
    {OSSL_FUNC_KEYMGMT_GEN_SET_PARAMS, (void (*)(void))generate_set_params},
    {OSSL_FUNC_KEYMGMT_GEN_SETTABLE_PARAMS, (void (*)(void))generate_settable},
    {OSSL_FUNC_KEYMGMT_GEN, (void (*)(void))generate},
    {OSSL_FUNC_KEYMGMT_GEN_CLEANUP, (void (*)(void))generate_cleanup},
    {OSSL_FUNC_KEYMGMT_QUERY_OPERATION_NAME, (void (*)(void))operation_name},
    {0, NULL},
};
