/* Key management: making, taking and giving keys. */
#include "key_pair.h"
#include "provider.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>
#include <openssl/param_build.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define GROUP "SM2"
#define SIGNATURE_MAX 72
#define POINT_SIZE 65

static void *key_new(void *provctx)
{
	struct provider_key *key = calloc(1, sizeof(*key));

	if (key == NULL)
		return NULL;
	key->provider = provctx;
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

static bool set_public(struct provider_key *key, const uint8_t xy[64])
{
	const struct provider *provider = key->provider;

	if (provider->engine->read(&key->at, xy) != 0)
		return false;
	memcpy(key->xy, xy, sizeof(key->xy));
	user_digest(key->default_z, (struct bytes){provider->default_id, provider->default_id_size}, xy);
	key->has_public = true;
	return true;
}

/* d, and its public point unless the key has one (which then must be that). */
static bool set_private(struct provider_key *key, const uint8_t d[1][32])
{
	uint8_t point[1][64];

	if (!scalar_fits(d[0]) || public_of_many(key->provider->engine, point, d, 1) != 0)
		return false;
	if (key->has_public ? memcmp(key->xy, point[0], 64) != 0 : !set_public(key, point[0]))
		return false;
	if (secret_new(&key->secret, sizeof(struct private_part), NULL) != 0)
		return false;
	struct private_part *part = (struct private_part *)(void *)key->secret.data;
	memcpy(part->d, d[0], 32);
	return signer_init(&part->signer, d[0]) == 0;
}

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

static bool group_fits(const OSSL_PARAM params[])
{
	const OSSL_PARAM *p = OSSL_PARAM_locate_const(params, OSSL_PKEY_PARAM_GROUP_NAME);
	const char *name;

	if (p == NULL)
		return true;
	return OSSL_PARAM_get_utf8_string_ptr(p, &name) && (strcasecmp(name, GROUP) == 0 || strcmp(name, "1.2.156.10197.1.301") == 0);
}

/* Points may be compressed where they come from another provider. */
static bool read_point(const struct provider *provider, const OSSL_PARAM *p, uint8_t xy[64])
{
	EC_GROUP *group = EC_GROUP_new_by_curve_name_ex(provider->libctx, NULL, NID_sm2);
	EC_POINT *point = group != NULL ? EC_POINT_new(group) : NULL;
	uint8_t octets[POINT_SIZE];
	const void *data;
	size_t size;

	bool good = point != NULL && OSSL_PARAM_get_octet_string_ptr(p, &data, &size) &&
	            EC_POINT_oct2point(group, point, data, size, NULL) == 1 &&
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

	if (OSSL_PARAM_get_octet_string_ptr(p, &data, &size) && size == POINT_SIZE && *(const uint8_t *)data == 0x04)
		memcpy(xy, (const uint8_t *)data + 1, sizeof(xy));
	else if (!read_point(key->provider, p, xy))
		return false;
	return set_public(key, xy);
}

static bool take_private(struct provider_key *key, const OSSL_PARAM *p)
{
	uint8_t d[1][32];
	BIGNUM *scalar = BN_secure_new();

	bool good = scalar != NULL && OSSL_PARAM_get_BN(p, &scalar) && BN_bn2binpad(scalar, d[0], 32) == 32 &&
	            set_private(key, (const uint8_t(*)[32])d);
	BN_clear_free(scalar);
	secret_wipe(d, sizeof(d));
	return good;
}

static int key_import(void *keydata, int selection, const OSSL_PARAM params[])
{
	struct provider_key *key = keydata;
	const OSSL_PARAM *point = OSSL_PARAM_locate_const(params, OSSL_PKEY_PARAM_PUB_KEY);
	const OSSL_PARAM *scalar = OSSL_PARAM_locate_const(params, OSSL_PKEY_PARAM_PRIV_KEY);

	if (key == NULL || key->has_public || !group_fits(params))
		return 0;
	if ((selection & OSSL_KEYMGMT_SELECT_KEYPAIR) == 0)
		return 1;
	if (point != NULL && !take_public(key, point))
		return 0;
	if ((selection & OSSL_KEYMGMT_SELECT_PRIVATE_KEY) != 0 && scalar != NULL && !take_private(key, scalar))
		return 0;
	return key->has_public;
}

static const OSSL_PARAM *key_types(int selection)
{
	static const OSSL_PARAM types[] = {
	    OSSL_PARAM_DEFN(OSSL_PKEY_PARAM_GROUP_NAME, OSSL_PARAM_UTF8_STRING, NULL, 0),
	    OSSL_PARAM_DEFN(OSSL_PKEY_PARAM_PUB_KEY, OSSL_PARAM_OCTET_STRING, NULL, 0),
	    OSSL_PARAM_DEFN(OSSL_PKEY_PARAM_PRIV_KEY, OSSL_PARAM_UNSIGNED_INTEGER, NULL, 0),
	    OSSL_PARAM_END,
	};

	return types;
}

static void octets_of_point(const struct provider_key *key, uint8_t octets[POINT_SIZE])
{
	octets[0] = 0x04;
	memcpy(octets + 1, key->xy, 64);
}

static int key_export(void *keydata, int selection, OSSL_CALLBACK *take, void *arg)
{
	const struct provider_key *key = keydata;
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	uint8_t octets[POINT_SIZE];
	OSSL_PARAM *params = NULL;
	BIGNUM *scalar = NULL;
	int result = 0;

	octets_of_point(key, octets);
	if (build == NULL || !OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, GROUP, 0))
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
	uint8_t octets[POINT_SIZE];

	octets_of_point(key, octets);
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
	} texts[] = {{OSSL_PKEY_PARAM_DEFAULT_DIGEST, "SM3"}, {OSSL_PKEY_PARAM_GROUP_NAME, GROUP}};
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

static void *key_dup(const void *from, int selection)
{
	const struct provider_key *key = from;
	struct provider_key *copy = key_new((void *)(uintptr_t)key->provider);

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
	void *provider;
	int selection;
};

static int generate_set_params(void *genctx, const OSSL_PARAM params[])
{
	return params == NULL || group_fits(params);
}

static void *generate_init(void *provctx, int selection, const OSSL_PARAM params[])
{
	struct generation *g = generate_set_params(NULL, params) ? malloc(sizeof(*g)) : NULL;

	if (g != NULL)
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
	struct provider_key *key = key_new(g->provider);
	uint8_t d[1][32];
	bool made = key != NULL;

	if (made && (g->selection & OSSL_KEYMGMT_SELECT_KEYPAIR) != 0) {
		do
			made = provider_random(g->provider, d[0], 32);
		while (made && !scalar_fits(d[0]));
		made = made && set_private(key, (const uint8_t(*)[32])d);
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
    {OSSL_FUNC_KEYMGMT_NEW, (void (*)(void))key_new},
    {OSSL_FUNC_KEYMGMT_FREE, (void (*)(void))provider_key_free},
    {OSSL_FUNC_KEYMGMT_HAS, (void (*)(void))key_has},
    {OSSL_FUNC_KEYMGMT_MATCH, (void (*)(void))key_match},
    {OSSL_FUNC_KEYMGMT_VALIDATE, (void (*)(void))key_validate},
    {OSSL_FUNC_KEYMGMT_IMPORT, (void (*)(void))key_import},
    {OSSL_FUNC_KEYMGMT_IMPORT_TYPES, (void (*)(void))key_types},
    {OSSL_FUNC_KEYMGMT_EXPORT, (void (*)(void))key_export},
    {OSSL_FUNC_KEYMGMT_EXPORT_TYPES, (void (*)(void))key_types},
    {OSSL_FUNC_KEYMGMT_GET_PARAMS, (void (*)(void))key_get_params},
    {OSSL_FUNC_KEYMGMT_GETTABLE_PARAMS, (void (*)(void))key_gettable},
    {OSSL_FUNC_KEYMGMT_DUP, (void (*)(void))key_dup},
    {OSSL_FUNC_KEYMGMT_GEN_INIT, (void (*)(void))generate_init},
    {OSSL_FUNC_KEYMGMT_GEN_SET_PARAMS, (void (*)(void))generate_set_params},
    {OSSL_FUNC_KEYMGMT_GEN_SETTABLE_PARAMS, (void (*)(void))generate_settable},
    {OSSL_FUNC_KEYMGMT_GEN, (void (*)(void))generate},
    {OSSL_FUNC_KEYMGMT_GEN_CLEANUP, (void (*)(void))generate_cleanup},
    {OSSL_FUNC_KEYMGMT_QUERY_OPERATION_NAME, (void (*)(void))operation_name},
    {0, NULL},
};
