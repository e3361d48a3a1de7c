/* Digests (SM3 GB/T 32905; SHA-1 and SHA-256 only for OCSP CertIDs) and HMAC-SM3. */
#ifndef HUFU_CRYPTO_DIGEST_H
#define HUFU_CRYPTO_DIGEST_H

#include "secret.h"

#define SM3_SIZE 32

void sm3(struct bytes data, uint8_t out[SM3_SIZE]);
void sm3_two(struct bytes a, struct bytes b, uint8_t out[SM3_SIZE]); /* of a || b */

/* Of what comes in pieces. After its end a stream is only freed. */
struct sm3_stream;
int sm3_stream_new(struct sm3_stream **s, struct err *err) MUST_CHECK;
void sm3_stream_add(struct sm3_stream *s, struct bytes data);
void sm3_stream_end(struct sm3_stream *s, uint8_t out[SM3_SIZE]);
void sm3_stream_free(struct sm3_stream **s);

/* These end the process if OpenSSL cannot: nothing is true without them. */
void sha1(struct bytes data, uint8_t out[20]);
void sha256(struct bytes data, uint8_t out[32]);

int hmac_sm3(const struct secret *key, struct bytes data, uint8_t out[SM3_SIZE], struct err *err) MUST_CHECK;
/* Over n parts one after the other, as if they stood in one piece. */
int hmac_sm3_parts(const struct secret *key, const struct bytes *parts, size_t n, uint8_t out[SM3_SIZE], struct err *err) MUST_CHECK;
/* Key derivation: HMAC-SM3(key, label || 00 || context), 32 bytes. */
int kdf_sm3(const struct secret *key, const char *label, struct bytes context, struct secret *out, struct err *err) MUST_CHECK;

#endif
