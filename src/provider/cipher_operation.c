/* Encrypting and decrypting for OpenSSL: SM2Cipher in DER (GB/T 35276 7.2). */
#include "der.h"
#include "encryption.h"
#include "fault.h"
#include "operation.h"

#include <openssl/core_names.h>
#include <openssl/params.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MAX (1u << 20)
#define OVERHEAD 128 /* more than DER adds to the text */

static void *cipher_new(void *provctx)
{
	return operation_alloc(provctx, sizeof(struct operation));
}

static void *cipher_dup(void *ctx)
{
	return operation_copy(ctx, sizeof(struct operation));
}

static int set_params(void *ctx, const OSSL_PARAM params[])
{
	const OSSL_PARAM *p = params != NULL ? OSSL_PARAM_locate_const(params, OSSL_ASYM_CIPHER_PARAM_DIGEST) : NULL;
	const struct operation *o = ctx;

	return p == NULL || operation_digest_fits(o, p);
}

static const OSSL_PARAM *settable(void *ctx, void *provctx)
{
	static const OSSL_PARAM params[] = {OSSL_PARAM_DEFN(OSSL_ASYM_CIPHER_PARAM_DIGEST, OSSL_PARAM_UTF8_STRING, NULL, 0),
	                                    OSSL_PARAM_END};

	return params;
}

static int encrypt_init(void *ctx, void *key, const OSSL_PARAM params[])
{
	return operation_set_key(ctx, key, false) && set_params(ctx, params);
}

static int decrypt_init(void *ctx, void *key, const OSSL_PARAM params[])
{
	return operation_set_key(ctx, key, true) && set_params(ctx, params);
}

static bool write_cipher(struct buf *der, const uint8_t c1[64], const uint8_t c3[SM3_DIGEST], struct bytes c2)
{
	struct der_writer w;

	der_start(&w, der);
	der_open(&w, DER_SEQUENCE);
	der_put_natural(&w, (struct bytes){c1, 32});
	der_put_natural(&w, (struct bytes){c1 + 32, 32});
	der_put(&w, DER_OCTET_STRING, (struct bytes){c3, SM3_DIGEST});
	der_put(&w, DER_OCTET_STRING, c2);
	der_close(&w);
	return der_finish(&w, NULL) == 0;
}

static int encrypt(void *ctx, uint8_t *out, size_t *out_size, size_t room, const uint8_t *in, size_t in_size)
{
	const struct operation *o = ctx;
	uint8_t random[NONCE_RANDOM_SIZE], c1[64], c3[SM3_DIGEST], *c2;
	struct buf der;
	int result = 0;

	if (in_size == 0 || in_size > TEXT_MAX)
		return FAULT(o->provider, FAULT_TEXT_SIZE);
	*out_size = out == NULL ? in_size + OVERHEAD : 0;
	if (out == NULL)
		return 1;
	c2 = malloc(in_size);
	buf_init(&der, in_size + OVERHEAD);
	if (c2 == NULL) {
		FAULT(o->provider, FAULT_MEMORY);
		goto out;
	}
	if (!provider_random(o->provider, random, sizeof(random)))
		goto out;
	encrypt_text(o->provider->engine, &o->key->at, (struct bytes){in, in_size}, random, c1, c3, c2);
	result = write_cipher(&der, c1, c3, (struct bytes){c2, in_size}) ? operation_give(o, out, out_size, room, buf_get(&der))
	                                                                 : FAULT(o->provider, FAULT_MEMORY);
out:
	free(c2);
	buf_free(&der);
	return result;
}

static int decrypt(void *ctx, uint8_t *out, size_t *out_size, size_t room, const uint8_t *in, size_t in_size)
{
	const struct operation *o = ctx;
	struct bytes all = {in, in_size}, fields, c3, c2;
	uint8_t c1[64];

	if (der_read(&all, DER_SEQUENCE, &fields) != 0 || all.size != 0 || der_read_number(&fields, c1, 32) != 0 ||
	    der_read_number(&fields, c1 + 32, 32) != 0 || der_read(&fields, DER_OCTET_STRING, &c3) != 0 ||
	    der_read(&fields, DER_OCTET_STRING, &c2) != 0 || fields.size != 0 || c3.size != SM3_DIGEST || c2.size == 0 ||
	    c2.size > TEXT_MAX)
		return FAULT(o->provider, FAULT_CIPHER_FORM);
	*out_size = c2.size;
	if (out == NULL)
		return 1;
	if (room < c2.size)
		return FAULT(o->provider, FAULT_ROOM);
	return decrypt_text(o->provider->engine, &private_part(o->key)->signer.d, c1, c3.data, c2, out) == 0 ||
	       FAULT(o->provider, FAULT_CIPHER);
}

const OSSL_DISPATCH provider_cipher_functions[] = {
    {OSSL_FUNC_ASYM_CIPHER_NEWCTX, (void (*)(void))cipher_new},
    {OSSL_FUNC_ASYM_CIPHER_FREECTX, (void (*)(void))operation_free},
    {OSSL_FUNC_ASYM_CIPHER_DUPCTX, (void (*)(void))cipher_dup},
    {OSSL_FUNC_ASYM_CIPHER_ENCRYPT_INIT, (void (*)(void))encrypt_init},
    {OSSL_FUNC_ASYM_CIPHER_ENCRYPT, (void (*)(void))encrypt},
    {OSSL_FUNC_ASYM_CIPHER_DECRYPT_INIT, (void (*)(void))decrypt_init},
    {OSSL_FUNC_ASYM_CIPHER_DECRYPT, (void (*)(void))decrypt},
    {OSSL_FUNC_ASYM_CIPHER_SET_CTX_PARAMS, (void (*)(void))set_params},
    {OSSL_FUNC_ASYM_CIPHER_SETTABLE_CTX_PARAMS, (void (*)(void))settable},
    {0, NULL},
};
