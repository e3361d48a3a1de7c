/* PSO DECIPHER. */
#include "decipher.h"

#define DER_MAX (BLOB_CIPHER_MAX + SM2_CIPHER_OVERHEAD)

static ULONG ask(struct container *container, struct bytes der, struct buf *out)
{
	const struct apdu command = {CARD_CLASS, CARD_SECURITY_OPERATION, 0x80, 0x84, der, APDU_LE_MAX};
	uint16_t word;
	ULONG result = device_ask(container->object.device, &command, out, &word);

	return result == SAR_OK ? result_of_word(word) : result;
}

ULONG decipher(HCONTAINER handle, const ECCCIPHERBLOB *cipher, struct buf *out)
{
	struct container *container;
	struct buf der;
	ULONG result;

	buf_init(&der, DER_MAX);
	result = blob_to_cipher(cipher, &der);
	if (result == SAR_OK)
		result = container_begin(handle, &container);
	if (result == SAR_OK) {
		result = ask(container, buf_get(&der), out);
		container_end(container);
	}
	buf_free(&der);
	return result;
}

ULONG SKF_ECCPrvKeyDecrypt(HCONTAINER hContainer, ECCCIPHERBLOB *pCipherText, BYTE *pbPlainText, ULONG *pulPlainTextLen)
{
	struct buf plain;
	ULONG result;

	if (pCipherText == NULL || pulPlainTextLen == NULL)
		return SAR_INVALIDPARAMERR;
	buf_init(&plain, CARD_FRAME_MAX);
	result = decipher(hContainer, pCipherText, &plain);
	if (result == SAR_OK)
		result = result_give(buf_get(&plain), pbPlainText, pulPlainTextLen);
	buf_wipe(&plain);
	return result;
}
