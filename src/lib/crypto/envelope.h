/* SM2EnvelopedKey (GB/T 35276 7.4): an encryption key's private half, enveloped to a signature key. */
#ifndef HUFU_CRYPTO_ENVELOPE_H
#define HUFU_CRYPTO_ENVELOPE_H

#include "sm2.h"

#define ENVELOPE_DER_MAX 1024 /* one of ours has about 260 bytes */

/* Writes DER with symAlgID SM4-ECB (1.2.156.10197.1.104.1), no parameters. */
int envelope_seal(const struct sm2_public *to, const struct sm2_private *key, struct buf *der, struct err *err) MUST_CHECK;

/* The parts of an envelope, lent from der; reads 104 and 104.1, NULL or absent parameters; strict DER otherwise. */
struct envelope {
	struct bytes cipher; /* SM2Cipher DER */
	uint8_t point[SM2_POINT_SIZE];
	uint8_t encrypted[32];
};
int envelope_read(struct envelope *e, struct bytes der, struct err *err) MUST_CHECK;
/* Opens and checks d*G against the point inside. HF_ENVELOPE. */
int envelope_open(const struct sm2_private *with, struct bytes der, struct sm2_private **key, struct err *err) MUST_CHECK;

#endif
