/* SM4 (GB/T 32907): sealing of data at rest, and the raw block mode that SM2EnvelopedKey needs. */
#ifndef HUFU_CRYPTO_CIPHER_H
#define HUFU_CRYPTO_CIPHER_H

#include "secret.h"

#define SM4_KEY_SIZE 16
#define SEAL_OVERHEAD 48 /* 16 IV + 32 tag */

/* Authenticated: IV(16) || SM4-CTR || HMAC-SM3(context-length || context || IV || ciphertext). key: 32 bytes of master; the two working
 * keys are derived from it (labels "hufu-seal-cipher", "hufu-seal-mac"). context binds the use and is not stored. Opening gives
 * HF_SEAL_BROKEN when anything was changed, or the key or context is another. */
int seal(const struct secret *key, struct bytes context, struct bytes plain, struct buf *out, struct err *err) MUST_CHECK;
int unseal(const struct secret *key, struct bytes context, struct bytes sealed, struct secret *out, struct err *err) MUST_CHECK;
/* The same for what is larger than SECRET_MAX and no key (papers). */
int unseal_data(const struct secret *key, struct bytes context, struct bytes sealed, struct buf *out, struct err *err) MUST_CHECK;

/* ECB without padding; data a multiple of 16. Only for SM2EnvelopedKey. */
int sm4_ecb_encrypt(const uint8_t key[SM4_KEY_SIZE], struct bytes data, uint8_t *out, struct err *err) MUST_CHECK;
int sm4_ecb_decrypt(const uint8_t key[SM4_KEY_SIZE], struct bytes data, uint8_t *out, struct err *err) MUST_CHECK;

#endif
