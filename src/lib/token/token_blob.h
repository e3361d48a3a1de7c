/* Inside token: the standard's structures and what the rest of hufu uses. GB/T 35276 7.4, GM/T 0016 6.4 */
#ifndef HUFU_TOKEN_TOKEN_BLOB_H
#define HUFU_TOKEN_TOKEN_BLOB_H

#include "skf.h"
#include "sm2.h"

#include <stddef.h>

#define TOKEN_BLOB_WRAPPED_SIZE (offsetof(ECCCIPHERBLOB, Cipher) + 16)
#define TOKEN_BLOB_ENVELOPE_SIZE (offsetof(ENVELOPEDKEYBLOB, ECCCipherBlob) + TOKEN_BLOB_WRAPPED_SIZE)

/* HF_KEY_ANSWER when it is no point of the curve, or no number of 256 bits. */
int token_blob_to_public(const ECCPUBLICKEYBLOB *blob, struct sm2_public **key, struct err *err) MUST_CHECK;
int token_blob_to_signature(const ECCSIGNATUREBLOB *blob, uint8_t rs[64], struct err *err) MUST_CHECK;

/* SM2EnvelopedKey DER to an ENVELOPEDKEYBLOB; the encrypted private key stands right-aligned, the left half is zero. HF_ENVELOPE. */
int token_blob_from_envelope(struct bytes der, uint8_t blob[TOKEN_BLOB_ENVELOPE_SIZE], struct err *err) MUST_CHECK;
/* A 16-byte session key encrypted to the public key, as ECCCIPHERBLOB. */
int token_blob_wrap(const struct sm2_public *to, const struct secret *session, uint8_t blob[TOKEN_BLOB_WRAPPED_SIZE],
                    struct err *err) MUST_CHECK;

#endif
