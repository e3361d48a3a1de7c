/* What the key objects of sm2.h hold. Only for the files of this folder. */
#ifndef HUFU_CRYPTO_SM2_KEY_H
#define HUFU_CRYPTO_SM2_KEY_H

#include "sm2.h"

#include "signature.h"

#include <openssl/evp.h>

/* A key is worked with by hufu's own arithmetic, or by OpenSSL where pkey is set: as crypto_use said when it was made. */
struct sm2_public {
	uint8_t point[SM2_POINT_SIZE];
	uint8_t z[32]; /* GB/T 32918.2 5.5, with the standard ID: what every message is prefixed with */
	struct affine at;
	struct comb *table; /* owned; NULL until sm2_public_prepare */
	EVP_PKEY *pkey;
};

/* What struct sm2_private keeps in its page of secrets. */
struct private_half {
	uint8_t scalar[SM2_SCALAR_SIZE];
	struct signer signer;
};

struct sm2_private {
	struct sm2_public *public_half;
	struct secret half; /* a struct private_half */
	EVP_PKEY *pkey;
};

static inline struct private_half *private_half(const struct sm2_private *key)
{
	return (struct private_half *)(void *)key->half.data;
}

/* OpenSSL's side (sm2_openssl.c). A point that is not on the curve gives NULL; d may be NULL for a public key. */
EVP_PKEY *openssl_key(const uint8_t point[SM2_POINT_SIZE], const uint8_t *d);
int openssl_sign(const struct sm2_private *key, const uint8_t e[32], uint8_t rs[64], struct err *err) MUST_CHECK;
int openssl_verify(const struct sm2_public *key, const uint8_t e[32], const uint8_t rs[64], struct err *err) MUST_CHECK;
int openssl_encrypt(const struct sm2_public *key, struct bytes plain, struct buf *out, struct err *err) MUST_CHECK;
bool openssl_decrypt(const struct sm2_private *key, struct bytes cipher, struct secret *out);

enum account_kind { ACCOUNT_SIGN, ACCOUNT_VERIFY, ACCOUNT_OTHER, ACCOUNT_KINDS };
/* Around operations of this folder: adds this thread's CPU time since account_start to the process's account. */
uint64_t account_start(void);
void account_stop(uint64_t start, enum account_kind kind, size_t calls);

#endif
