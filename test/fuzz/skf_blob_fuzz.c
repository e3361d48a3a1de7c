/* Structures that a program hands to the SKF library: turned to DER or refused, and the DER back to the same structure. */
#include "blob.h"
#include "fuzz.h"

#include <string.h>

/* As a caller's buffer: as long as CipherLen says, and never shorter than the fixed part. */
static void try_cipher(const uint8_t *data, size_t size)
{
	uint8_t again[sizeof(ECCCIPHERBLOB) + BLOB_CIPHER_MAX];
	const ECCCIPHERBLOB *blob = (const ECCCIPHERBLOB *)data;
	struct buf der;

	if (size < offsetof(ECCCIPHERBLOB, Cipher) || size - offsetof(ECCCIPHERBLOB, Cipher) < blob->CipherLen)
		return;
	buf_init(&der, 1024);
	if (blob_to_cipher(blob, &der) == SAR_OK) {
		FUZZ_PROMISE(blob_from_cipher(buf_get(&der), (ECCCIPHERBLOB *)again) == SAR_OK);
		FUZZ_PROMISE(memcmp(again, data, offsetof(ECCCIPHERBLOB, Cipher) + blob->CipherLen) == 0);
	}
	buf_free(&der);
}

static void try_envelope(const uint8_t *data, size_t size)
{
	const size_t fixed = offsetof(ENVELOPEDKEYBLOB, ECCCipherBlob.Cipher);
	const ENVELOPEDKEYBLOB *blob = (const ENVELOPEDKEYBLOB *)data;
	struct buf der;

	if (size < fixed || size - fixed < blob->ECCCipherBlob.CipherLen)
		return;
	for (int half = BLOB_LEFT; half <= BLOB_RIGHT; half += BLOB_RIGHT) {
		buf_init(&der, ENVELOPE_DER_MAX);
		(void)!blob_to_envelope(blob, (enum blob_half)half, &der);
		buf_free(&der);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t from_der[sizeof(ECCCIPHERBLOB) + BLOB_CIPHER_MAX];

	try_cipher(data, size);
	try_envelope(data, size);
	(void)!blob_from_cipher((struct bytes){data, size}, (ECCCIPHERBLOB *)from_der);
	return 0;
}
