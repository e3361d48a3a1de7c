/* Structures of the standard from and to what card and crypto use. GB/T 35276 7.4, GM/T 0016 6.4 */
#ifndef HUFU_SKF_BLOB_H
#define HUFU_SKF_BLOB_H

#include "result.h"
#include "envelope.h"

#define BLOB_CIPHER_MAX 256 /* plaintext of an ECCCIPHERBLOB, as the library takes and makes them */

/* SAR_INDATAERR when BitLen is not 256 or a left half is not zero. Whether it is a point of the curve is not looked at. */
ULONG blob_to_point(const ECCPUBLICKEYBLOB *blob, uint8_t point[SM2_POINT_SIZE]);
void blob_from_point(const uint8_t point[SM2_POINT_SIZE], ECCPUBLICKEYBLOB *blob);

ULONG blob_to_signature(const ECCSIGNATUREBLOB *blob, uint8_t rs[64]);
void blob_from_signature(const uint8_t rs[64], ECCSIGNATUREBLOB *blob);

/* SM2Cipher DER. CipherLen 1 to BLOB_CIPHER_MAX. */
ULONG blob_to_cipher(const ECCCIPHERBLOB *blob, struct buf *der);
/* The caller has room for the plaintext's size in blob->Cipher. */
ULONG blob_from_cipher(struct bytes der, ECCCIPHERBLOB *blob);

/* Where an envelope's maker put the 32 bytes of the encrypted private key in the field of 64. */
enum blob_half { BLOB_LEFT = 0, BLOB_RIGHT = 32 };
/* SM2EnvelopedKey DER, with that half. SAR_INDATAERR. */
ULONG blob_to_envelope(const ENVELOPEDKEYBLOB *blob, enum blob_half half, struct buf *der);

#endif
