/* Signing and verifying for OpenSSL: of a digest that is given, or of a message with Z before it. */
#include "der.h"
#include "fault.h"
#include "key_pair.h"
#include "operation.h"

#include <openssl/core_names.h>
#include <openssl/params.h>
#include <stdlib.h>
#include <string.h>

#define SIGNATURE_MAX 72

/* AlgorithmIdentifier of SM2 with SM3 (GB/T 33560), parameters absent */
static const uint8_t algorithm_id[] = {0x30, 0x0a, 0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x83, 0x75};

struct signing {
	struct operation base;
	uint8_t *id; /* NULL: the provider's default */
	size_t id_size;
	bool started; /* text holds Z and what came after it */
	struct sm3_state text;
};

static void *signing_new(void *provctx, const char *properties)
{
	return operation_alloc(provctx, sizeof(struct signing));
}

static void signing_free(void *ctx)
{
	struct signing *o = ctx;

	if (o == NULL)
		return;
	free(o->id);
	operation_free(&o->base);
}

static void *signing_dup(void *ctx)
{
	const struct signing *o = ctx;
	struct signing *copy = operation_copy(o, sizeof(*o));

	if (copy == NULL || o->id == NULL)
		return copy;
	copy->id = malloc(o->id_size + 1);
	if (copy->id == NULL) {
		signing_free(copy);
		return NULL;
	}
	memcpy(copy->id, o->id, o->id_size);
	return copy;
}

/* An empty ID is one too. */
static int take_id(struct signing *o, const OSSL_PARAM *p)
{
	const void *data;
	size_t size;

	if (o->started) /* Z is in the text already */
		return FAULT(o->base.provider, FAULT_ID_LATE);
	if (!OSSL_PARAM_get_octet_string_ptr(p, &data, &size))
		return FAULT(o->base.provider, FAULT_PARAMETER);
	if (size > PROVIDER_ID_MAX)
		return FAULT(o->base.provider, FAULT_ID_SIZE);
	uint8_t *id = malloc(size + 1);
	if (id == NULL)
		return FAULT(o->base.provider, FAULT_MEMORY);
	if (size > 0)
		memcpy(id, data, size);
	free(o->id);
	o->id = id;
	o->id_size = size;
	return 1;
}

static int set_params(void *ctx, const OSSL_PARAM params[])
{
	struct signing *o = ctx;
	const OSSL_PARAM *p;
	size_t size;

	if (params == NULL)
		return 1;
	p = OSSL_PARAM_locate_const(params, OSSL_PKEY_PARAM_DIST_ID);
	if (p != NULL && !take_id(o, p))
		return 0;
	p = OSSL_PARAM_locate_const(params, OSSL_SIGNATURE_PARAM_DIGEST);
	if (p != NULL && !operation_digest_fits(&o->base, p))
		return 0;
	p = OSSL_PARAM_locate_const(params, OSSL_SIGNATURE_PARAM_DIGEST_SIZE);
	return p == NULL || (OSSL_PARAM_get_size_t(p, &size) && size == SM3_DIGEST) || FAULT(o->base.provider, FAULT_DIGEST_SIZE);
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

static int start(struct signing *o, struct provider_key *key, bool private_needed, const OSSL_PARAM params[])
{
	o->started = false;
	return operation_set_key(&o->base, key, private_needed) && set_params(o, params);
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
	const struct signing *o = ctx;

	return provider_digest_fits(o->base.provider, digest) && start(ctx, key, true, params);
}

static int digest_verify_init(void *ctx, const char *digest, void *key, const OSSL_PARAM params[])
{
	const struct signing *o = ctx;

	return provider_digest_fits(o->base.provider, digest) && start(ctx, key, false, params);
}

static int sign_digest(const struct signing *o, uint8_t *out, size_t *out_size, size_t room, const uint8_t e[SM3_DIGEST])
{
	struct sign_job job = {.signer = &private_part(o->base.key)->signer, .digest = e};
	struct der_writer w;
	struct buf der;

	if (!provider_random(o->base.provider, job.random, sizeof(job.random)))
		return 0;
	sign_many(o->base.provider->engine, &job, 1);
	buf_init(&der, SIGNATURE_MAX);
	der_start(&w, &der);
	der_open(&w, DER_SEQUENCE);
	der_put_natural(&w, (struct bytes){job.rs, 32});
	der_put_natural(&w, (struct bytes){job.rs + 32, 32});
	der_close(&w);
	int result = der_finish(&w, NULL) == 0 ? operation_give(&o->base, out, out_size, room, buf_get(&der))
	                                       : FAULT(o->base.provider, FAULT_MEMORY);
	buf_free(&der);
	return result;
}

static int verify_digest(const struct signing *o, const uint8_t *der, size_t size, const uint8_t e[SM3_DIGEST])
{
	struct bytes all = {der, size}, pair;
	uint8_t rs[64];
	struct verify_job job = {.key = &o->base.key->at, .digest = e, .rs = rs};

	if (der_read(&all, DER_SEQUENCE, &pair) != 0 || all.size != 0 || der_read_number(&pair, rs, 32) != 0 ||
	    der_read_number(&pair, rs + 32, 32) != 0 || pair.size != 0)
		return FAULT(o->base.provider, FAULT_SIGNATURE_FORM);
	verify_many(o->base.provider->engine, &job, 1);
	return job.valid;
}

static bool is_digest(const struct signing *o, size_t size)
{
	return size == SM3_DIGEST || FAULT(o->base.provider, FAULT_DIGEST_SIZE);
}

static int sign(void *ctx, uint8_t *out, size_t *out_size, size_t room, const uint8_t *e, size_t e_size)
{
	if (out == NULL) {
		*out_size = SIGNATURE_MAX;
		return 1;
	}
	return is_digest(ctx, e_size) && sign_digest(ctx, out, out_size, room, e);
}

static int verify(void *ctx, const uint8_t *der, size_t size, const uint8_t *e, size_t e_size)
{
	return is_digest(ctx, e_size) && verify_digest(ctx, der, size, e);
}

/* Z goes in with the first octets, so that the ID may be set until then. */
static void begin_text(struct signing *o)
{
	uint8_t z[SM3_DIGEST];

	if (o->started)
		return;
	if (o->id != NULL)
		user_digest(z, (struct bytes){o->id, o->id_size}, o->base.key->xy);
	else
		memcpy(z, o->base.key->default_z, sizeof(z));
	sm3_begin(&o->text);
	sm3_add(&o->text, z, sizeof(z));
	o->started = true;
}

static int update(void *ctx, const uint8_t *data, size_t size)
{
	struct signing *o = ctx;

	if (!operation_set_key(&o->base, NULL, false))
		return 0;
	begin_text(o);
	sm3_add(&o->text, data, size);
	return 1;
}

static void end_text(struct signing *o, uint8_t e[SM3_DIGEST])
{
	begin_text(o);
	sm3_end(&o->text, e);
	o->started = false;
}

static int digest_sign_final(void *ctx, uint8_t *out, size_t *out_size, size_t room)
{
	struct signing *o = ctx;
	uint8_t e[SM3_DIGEST];

	if (!operation_set_key(&o->base, NULL, true))
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
	struct signing *o = ctx;
	uint8_t e[SM3_DIGEST];

	if (!operation_set_key(&o->base, NULL, false))
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
    {OSSL_FUNC_SIGNATURE_NEWCTX, (void (*)(void))signing_new},
    {OSSL_FUNC_SIGNATURE_FREECTX, (void (*)(void))signing_free},
    {OSSL_FUNC_SIGNATURE_DUPCTX, (void (*)(void))signing_dup},
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
