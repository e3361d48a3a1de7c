/* Signing and verifying for OpenSSL: of a digest that is given, or of a message with Z before it. */
#include "der.h"
#include "key_pair.h"
#include "provider.h"

#include <openssl/core_names.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

#define SIGNATURE_MAX 72

/* AlgorithmIdentifier of SM2 with SM3 (GB/T 33560), parameters absent */
static const uint8_t algorithm_id[] = {0x30, 0x0a, 0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x83, 0x75};

struct operation {
	const struct provider *provider;
	struct provider_key *key; /* held */
	uint8_t *id;              /* NULL: the provider's default */
	size_t id_size;
	bool started; /* text holds Z and what came after it */
	struct sm3_state text;
};

static void *operation_new(void *provctx, const char *properties)
{
	struct operation *o = calloc(1, sizeof(*o));

	if (o != NULL)
		o->provider = provctx;
	return o;
}

static void operation_free(void *ctx)
{
	struct operation *o = ctx;

	if (o == NULL)
		return;
	provider_key_free(o->key);
	free(o->id);
	free(o);
}

static void *operation_dup(void *ctx)
{
	const struct operation *o = ctx;
	struct operation *copy = malloc(sizeof(*copy));

	if (copy == NULL)
		return NULL;
	*copy = *o;
	if (copy->key != NULL)
		provider_key_hold(copy->key);
	if (o->id != NULL) {
		copy->id = malloc(o->id_size + 1);
		if (copy->id == NULL) {
			operation_free(copy);
			return NULL;
		}
		memcpy(copy->id, o->id, o->id_size);
	}
	return copy;
}

static int set_params(void *ctx, const OSSL_PARAM params[])
{
	struct operation *o = ctx;
	const OSSL_PARAM *p;
	const char *name;
	size_t size = 0;

	if (params == NULL)
		return 1;
	p = OSSL_PARAM_locate_const(params, OSSL_PKEY_PARAM_DIST_ID);
	if (p != NULL) {
		void *id = NULL;

		/* Z is in the text already */
		if (o->started || !OSSL_PARAM_get_octet_string(p, &id, 0, &size) || size > PROVIDER_ID_MAX) {
			free(id);
			return 0;
		}
		free(o->id);
		o->id = id != NULL ? id : calloc(1, 1); /* an empty ID is one too */
		o->id_size = size;
		if (o->id == NULL)
			return 0;
	}
	p = OSSL_PARAM_locate_const(params, OSSL_SIGNATURE_PARAM_DIGEST);
	if (p != NULL && (!OSSL_PARAM_get_utf8_string_ptr(p, &name) || !provider_digest_fits(name)))
		return 0;
	p = OSSL_PARAM_locate_const(params, OSSL_SIGNATURE_PARAM_DIGEST_SIZE);
	return p == NULL || (OSSL_PARAM_get_size_t(p, &size) && size == SM3_DIGEST);
}

static const OSSL_PARAM *settable(void *ctx, void *provctx)
{
	static const OSSL_PARAM params[] = {
	    OSSL_PARAM_DEFN(OSSL_PKEY_PARAM_DIST_ID, OSSL_PARAM_OCTET_STRING, NULL, 0),
	    OSSL_PARAM_DEFN(OSSL_SIGNATURE_PARAM_DIGEST, OSSL_PARAM_UTF8_STRING, NULL, 0),
	    OSSL_PARAM_DEFN(OSSL_SIGNATURE_PARAM_DIGEST_SIZE, OSSL_PARAM_UNSIGNED_INTEGER, NULL, 0),
	    OSSL_PARAM_END,
	};

	return params;
}

static int get_params(void *ctx, OSSL_PARAM params[])
{
	OSSL_PARAM *p = OSSL_PARAM_locate(params, OSSL_SIGNATURE_PARAM_ALGORITHM_ID);

	if (p != NULL && !OSSL_PARAM_set_octet_string(p, algorithm_id, sizeof(algorithm_id)))
		return 0;
	p = OSSL_PARAM_locate(params, OSSL_SIGNATURE_PARAM_DIGEST_SIZE);
	if (p != NULL && !OSSL_PARAM_set_size_t(p, SM3_DIGEST))
		return 0;
	p = OSSL_PARAM_locate(params, OSSL_SIGNATURE_PARAM_DIGEST);
	return p == NULL || OSSL_PARAM_set_utf8_string(p, "SM3");
}

static const OSSL_PARAM *gettable(void *ctx, void *provctx)
{
	static const OSSL_PARAM params[] = {
	    OSSL_PARAM_DEFN(OSSL_SIGNATURE_PARAM_ALGORITHM_ID, OSSL_PARAM_OCTET_STRING, NULL, 0),
	    OSSL_PARAM_DEFN(OSSL_SIGNATURE_PARAM_DIGEST_SIZE, OSSL_PARAM_UNSIGNED_INTEGER, NULL, 0),
	    OSSL_PARAM_DEFN(OSSL_SIGNATURE_PARAM_DIGEST, OSSL_PARAM_UTF8_STRING, NULL, 0),
	    OSSL_PARAM_END,
	};

	return params;
}

/* A key of NULL keeps the one of before. */
static int start(struct operation *o, struct provider_key *key, bool private_needed, const OSSL_PARAM params[])
{
	if (key != NULL) {
		provider_key_hold(key);
		provider_key_free(o->key);
		o->key = key;
	}
	o->started = false;
	if (o->key == NULL || !o->key->has_public || (private_needed && o->key->secret.size == 0))
		return 0;
	return set_params(o, params);
}

static int sign_init(void *ctx, void *key, const OSSL_PARAM params[])
{
	return start(ctx, key, true, params);
}

static int verify_init(void *ctx, void *key, const OSSL_PARAM params[])
{
	return start(ctx, key, false, params);
}

static int digest_sign_init(void *ctx, const char *digest, void *key, const OSSL_PARAM params[])
{
	return provider_digest_fits(digest) && start(ctx, key, true, params);
}

static int digest_verify_init(void *ctx, const char *digest, void *key, const OSSL_PARAM params[])
{
	return provider_digest_fits(digest) && start(ctx, key, false, params);
}

/* One INTEGER of 256 bits in DER: minimal, positive. Returns its size. */
static size_t put_integer(uint8_t *out, const uint8_t value[32])
{
	size_t skip = 0, pad;

	while (skip < 31 && value[skip] == 0)
		skip++;
	pad = value[skip] >> 7;
	out[0] = DER_INTEGER;
	out[1] = (uint8_t)(32 - skip + pad);
	out[2] = 0;
	memcpy(out + 2 + pad, value + skip, 32 - skip);
	return 2 + pad + 32 - skip;
}

static int sign_digest(const struct operation *o, uint8_t *out, size_t *out_size, size_t room, const uint8_t e[SM3_DIGEST])
{
	struct sign_job job = {.signer = &private_part(o->key)->signer, .digest = e};
	uint8_t der[SIGNATURE_MAX];
	size_t size = 2;

	if (RAND_priv_bytes(job.random, sizeof(job.random)) != 1)
		return 0;
	sign_many(o->provider->engine, &job, 1);
	size += put_integer(der + size, job.rs);
	size += put_integer(der + size, job.rs + 32);
	der[0] = DER_SEQUENCE;
	der[1] = (uint8_t)(size - 2);
	if (room < size)
		return 0;
	memcpy(out, der, size);
	*out_size = size;
	return 1;
}

static bool take_integer(struct bytes *in, uint8_t value[32])
{
	struct bytes magnitude;

	if (der_read_natural(in, &magnitude) != 0 || magnitude.size > 32)
		return false;
	memset(value, 0, 32 - magnitude.size);
	memcpy(value + 32 - magnitude.size, magnitude.data, magnitude.size);
	return true;
}

static int verify_digest(const struct operation *o, const uint8_t *der, size_t size, const uint8_t e[SM3_DIGEST])
{
	struct bytes all = {der, size}, pair;
	uint8_t rs[64];
	struct verify_job job = {.key = &o->key->at, .digest = e, .rs = rs};

	if (der_read(&all, DER_SEQUENCE, &pair) != 0 || all.size != 0 || !take_integer(&pair, rs) || !take_integer(&pair, rs + 32) ||
	    pair.size != 0)
		return 0;
	verify_many(o->provider->engine, &job, 1);
	return job.valid;
}

static int sign(void *ctx, uint8_t *out, size_t *out_size, size_t room, const uint8_t *e, size_t e_size)
{
	if (out == NULL) {
		*out_size = SIGNATURE_MAX;
		return 1;
	}
	return e_size == SM3_DIGEST && sign_digest(ctx, out, out_size, room, e);
}

static int verify(void *ctx, const uint8_t *der, size_t size, const uint8_t *e, size_t e_size)
{
	return e_size == SM3_DIGEST && verify_digest(ctx, der, size, e);
}

/* Z goes in with the first octets, so that the ID may be set until then. */
static void begin_text(struct operation *o)
{
	uint8_t z[SM3_DIGEST];

	if (o->started)
		return;
	if (o->id != NULL)
		user_digest(z, (struct bytes){o->id, o->id_size}, o->key->xy);
	else
		memcpy(z, o->key->default_z, sizeof(z));
	sm3_begin(&o->text);
	sm3_add(&o->text, z, sizeof(z));
	o->started = true;
}

static int update(void *ctx, const uint8_t *data, size_t size)
{
	struct operation *o = ctx;

	if (o->key == NULL)
		return 0;
	begin_text(o);
	sm3_add(&o->text, data, size);
	return 1;
}

static void end_text(struct operation *o, uint8_t e[SM3_DIGEST])
{
	begin_text(o);
	sm3_end(&o->text, e);
	o->started = false;
}

static int digest_sign_final(void *ctx, uint8_t *out, size_t *out_size, size_t room)
{
	struct operation *o = ctx;
	uint8_t e[SM3_DIGEST];

	if (o->key == NULL || o->key->secret.size == 0)
		return 0;
	if (out == NULL) {
		*out_size = SIGNATURE_MAX;
		return 1;
	}
	end_text(o, e);
	return sign_digest(o, out, out_size, room, e);
}

static int digest_verify_final(void *ctx, const uint8_t *der, size_t size)
{
	struct operation *o = ctx;
	uint8_t e[SM3_DIGEST];

	if (o->key == NULL)
		return 0;
	end_text(o, e);
	return verify_digest(o, der, size, e);
}

static int digest_sign(void *ctx, uint8_t *out, size_t *out_size, size_t room, const uint8_t *data, size_t size)
{
	if (out != NULL && !update(ctx, data, size))
		return 0;
	return digest_sign_final(ctx, out, out_size, room);
}

static int digest_verify(void *ctx, const uint8_t *der, size_t der_size, const uint8_t *data, size_t size)
{
	return update(ctx, data, size) && digest_verify_final(ctx, der, der_size);
}

const OSSL_DISPATCH provider_signature_functions[] = {
    {OSSL_FUNC_SIGNATURE_NEWCTX, (void (*)(void))operation_new},
    {OSSL_FUNC_SIGNATURE_FREECTX, (void (*)(void))operation_free},
    {OSSL_FUNC_SIGNATURE_DUPCTX, (void (*)(void))operation_dup},
    {OSSL_FUNC_SIGNATURE_SIGN_INIT, (void (*)(void))sign_init},
    {OSSL_FUNC_SIGNATURE_SIGN, (void (*)(void))sign},
    {OSSL_FUNC_SIGNATURE_VERIFY_INIT, (void (*)(void))verify_init},
    {OSSL_FUNC_SIGNATURE_VERIFY, (void (*)(void))verify},
    {OSSL_FUNC_SIGNATURE_DIGEST_SIGN_INIT, (void (*)(void))digest_sign_init},
    {OSSL_FUNC_SIGNATURE_DIGEST_SIGN_UPDATE, (void (*)(void))update},
    {OSSL_FUNC_SIGNATURE_DIGEST_SIGN_FINAL, (void (*)(void))digest_sign_final},
    {OSSL_FUNC_SIGNATURE_DIGEST_SIGN, (void (*)(void))digest_sign},
    {OSSL_FUNC_SIGNATURE_DIGEST_VERIFY_INIT, (void (*)(void))digest_verify_init},
    {OSSL_FUNC_SIGNATURE_DIGEST_VERIFY_UPDATE, (void (*)(void))update},
    {OSSL_FUNC_SIGNATURE_DIGEST_VERIFY_FINAL, (void (*)(void))digest_verify_final},
    {OSSL_FUNC_SIGNATURE_DIGEST_VERIFY, (void (*)(void))digest_verify},
    {OSSL_FUNC_SIGNATURE_GET_CTX_PARAMS, (void (*)(void))get_params},
    {OSSL_FUNC_SIGNATURE_GETTABLE_CTX_PARAMS, (void (*)(void))gettable},
    {OSSL_FUNC_SIGNATURE_SET_CTX_PARAMS, (void (*)(void))set_params},
    {OSSL_FUNC_SIGNATURE_SETTABLE_CTX_PARAMS, (void (*)(void))settable},
    {0, NULL},
};
