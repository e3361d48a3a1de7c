/* SM3, SHA-1, SHA-256, HMAC-SM3 and key derivation. */
#include "digest.h"

#include "algorithm.h"
#include "sm2_key.h"

#include <openssl/core_names.h>
#include <openssl/params.h>
#include <stdlib.h>

#define ACCOUNTED_SIZE 512

static void sm3_run(struct bytes a, struct bytes b, uint8_t out[SM3_SIZE])
{
	struct sm3_state state;

	sm3_begin(&state);
	sm3_add(&state, a.data, a.size);
	sm3_add(&state, b.data, b.size);
	sm3_end(&state, out);
}

void sm3(struct bytes data, uint8_t out[SM3_SIZE])
{
	sm3_two(data, BYTES_NONE, out);
}

void sm3_two(struct bytes a, struct bytes b, uint8_t out[SM3_SIZE])
{
	uint64_t start;

	if (a.size + b.size < ACCOUNTED_SIZE) {
		sm3_run(a, b, out);
		return;
	}
	start = account_start();
	sm3_run(a, b, out);
	account_stop(start, ACCOUNT_OTHER, 1);
}

static void older_digest(const EVP_MD *md, struct bytes data, uint8_t *out)
{
	if (EVP_Digest(data.data, data.size, out, NULL, md, NULL) != 1)
		crypto_die("digest");
}

void sha1(struct bytes data, uint8_t out[20])
{
	older_digest(algorithms_get()->sha1, data, out);
}

void sha256(struct bytes data, uint8_t out[32])
{
	older_digest(algorithms_get()->sha256, data, out);
}

struct sm3_stream {
	struct sm3_state state;
};

int sm3_stream_new(struct sm3_stream **s, struct err *err)
{
	*s = calloc(1, sizeof(**s));
	if (*s == NULL)
		return err_set(err, HF_MEMORY, "SM3 stream");
	sm3_begin(&(*s)->state);
	return 0;
}

void sm3_stream_add(struct sm3_stream *s, struct bytes data)
{
	uint64_t start = account_start();

	sm3_add(&s->state, data.data, data.size);
	account_stop(start, ACCOUNT_OTHER, 1);
}

void sm3_stream_end(struct sm3_stream *s, uint8_t out[SM3_SIZE])
{
	sm3_end(&s->state, out);
}

void sm3_stream_free(struct sm3_stream **s)
{
	free(*s);
	*s = NULL;
}

static int hmac_run(const struct secret *key, const struct bytes *parts, size_t n, uint8_t out[SM3_SIZE], struct err *err)
{
	char name[] = "SM3";
	OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0), OSSL_PARAM_construct_end()};
	EVP_MAC_CTX *ctx = EVP_MAC_CTX_new(algorithms_get()->hmac);
	size_t size = 0;
	int result = -1;

	if (ctx == NULL || EVP_MAC_init(ctx, key->data, key->size, params) != 1)
		goto out;
	for (size_t i = 0; i < n; i++) {
		if (EVP_MAC_update(ctx, parts[i].data, parts[i].size) != 1)
			goto out;
	}
	if (EVP_MAC_final(ctx, out, &size, SM3_SIZE) != 1 || size != SM3_SIZE)
		goto out;
	result = 0;
out:
	EVP_MAC_CTX_free(ctx);
	return result == 0 ? 0 : crypto_fault(err, "HMAC-SM3");
}

int hmac_sm3_parts(const struct secret *key, const struct bytes *parts, size_t n, uint8_t out[SM3_SIZE], struct err *err)
{
	uint64_t start = account_start();
	int result = hmac_run(key, parts, n, out, err);

	account_stop(start, ACCOUNT_OTHER, 1);
	return result;
}

int hmac_sm3(const struct secret *key, struct bytes data, uint8_t out[SM3_SIZE], struct err *err)
{
	return hmac_sm3_parts(key, &data, 1, out, err);
}

int kdf_sm3(const struct secret *key, const char *label, struct bytes context, struct secret *out, struct err *err)
{
	const struct bytes parts[] = {bytes_text(label), {(const uint8_t *)"", 1}, context};

	if (secret_new(out, SM3_SIZE, err) != 0)
		return -1;
	if (hmac_sm3_parts(key, parts, 3, out->data, err) != 0) {
		secret_free(out);
		return -1;
	}
	return 0;
}
