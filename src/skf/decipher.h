/* Deciphering with a container's encryption key, for session keys and for the vendor's own function. */
#ifndef HUFU_SKF_DECIPHER_H
#define HUFU_SKF_DECIPHER_H

#include "blob.h"
#include "container.h"

/* Appends the plaintext to out, which the caller wipes. SAR_INDATAERR when it does not open. */
ULONG decipher(HCONTAINER handle, const ECCCIPHERBLOB *cipher, struct buf *out);

#endif
