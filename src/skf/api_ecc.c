/* GM/T 0016 7.6: SM2. */
#include "blob.h"
#include "container.h"

#include <string.h>

ULONG SKF_GenRandom(DEVHANDLE hDev, BYTE *pbRandom, ULONG ulRandomLen)
{
	struct apdu challenge = {CARD_CLASS, CARD_GET_CHALLENGE, 0, 0, BYTES_NONE, 0};
	struct object *device;
	struct buf answer;
	uint16_t word;
	ULONG result;

	if (pbRandom == NULL)
		return SAR_INVALIDPARAMERR;
	device = object_take(hDev, OBJECT_DEVICE);
	if (device == NULL)
		return SAR_INVALIDHANDLEERR;
	buf_init(&answer, CARD_FRAME_MAX);
	result = device_begin(device->device);
	if (result != SAR_OK)
		goto out;
	while (result == SAR_OK && ulRandomLen > 0) {
		challenge.le = ulRandomLen < CARD_CHALLENGE_MAX ? ulRandomLen : CARD_CHALLENGE_MAX;
		buf_clear(&answer);
		result = device_ask(device->device, &challenge, &answer, &word);
		if (result == SAR_OK && (word != CARD_DONE || answer.size != challenge.le))
			result = SAR_GENRANDERR;
		if (result == SAR_OK) {
			memcpy(pbRandom, answer.data, answer.size);
			pbRandom += answer.size;
			ulRandomLen -= (ULONG)answer.size;
		}
	}
	device_end(device->device);
out:
	buf_wipe(&answer);
	object_release(device);
	return result;
}

/* Asks the card, which has the container selected, for an answer of exactly size bytes. */
static ULONG ask_exactly(struct container *container, const struct apdu *command, uint8_t *out, size_t size)
{
	struct buf answer;
	uint16_t word;
	ULONG result;

	buf_init(&answer, CARD_FRAME_MAX);
	result = device_ask(container->object.device, command, &answer, &word);
	if (result == SAR_OK)
		result = result_of_word(word);
	if (result == SAR_OK && answer.size != size)
		result = SAR_UNKNOWNERR;
	if (result == SAR_OK)
		memcpy(out, answer.data, size);
	buf_free(&answer);
	return result;
}

ULONG SKF_GenECCKeyPair(HCONTAINER hContainer, ULONG ulAlgId, ECCPUBLICKEYBLOB *pBlob)
{
	const struct apdu generate = {CARD_CLASS, CARD_GENERATE, 0x80, 0, BYTES_NONE, SM2_POINT_SIZE};
	struct container *container;
	uint8_t point[SM2_POINT_SIZE];
	ULONG result;

	if (pBlob == NULL)
		return SAR_INVALIDPARAMERR;
	if (ulAlgId != SGD_SM2_1 && ulAlgId != SGD_SM2_1_DRAFT)
		return SAR_NOTSUPPORTYETERR;
	result = container_begin(hContainer, &container);
	if (result != SAR_OK)
		return result;
	result = ask_exactly(container, &generate, point, sizeof(point));
	container_end(container);
	if (result == SAR_OK)
		blob_from_point(point, pBlob);
	return result;
}

ULONG SKF_ExportPublicKey(HCONTAINER hContainer, BOOL bSignFlag, BYTE *pbBlob, ULONG *pulBlobLen)
{
	const uint16_t object = bSignFlag ? CARD_OBJECT_SIGN_POINT : CARD_OBJECT_ENCRYPT_POINT;
	const struct apdu get = {CARD_CLASS, CARD_GET_DATA, (uint8_t)(object >> 8), (uint8_t)(object & 0xFF), BYTES_NONE, SM2_POINT_SIZE};
	struct container *container;
	uint8_t point[SM2_POINT_SIZE];
	ECCPUBLICKEYBLOB blob;
	ULONG result;

	if (pulBlobLen == NULL)
		return SAR_INVALIDPARAMERR;
	result = container_begin(hContainer, &container);
	if (result != SAR_OK)
		return result;
	result = ask_exactly(container, &get, point, sizeof(point));
	container_end(container);
	if (result != SAR_OK)
		return result;
	blob_from_point(point, &blob);
	return result_give((struct bytes){(const uint8_t *)&blob, sizeof(blob)}, pbBlob, pulBlobLen);
}

static ULONG import_half(struct container *container, const ENVELOPEDKEYBLOB *blob, enum blob_half half)
{
	struct apdu import = {CARD_CLASS_OWN, CARD_IMPORT_KEY, 0, 0, BYTES_NONE, 0};
	struct buf der;
	ULONG result;

	buf_init(&der, ENVELOPE_DER_MAX);
	result = blob_to_envelope(blob, half, &der);
	if (result == SAR_OK) {
		import.data = buf_get(&der);
		result = device_tell(container->object.device, &import);
	}
	buf_free(&der);
	return result;
}

/* Libraries differ in where they put the 32 bytes; the card finds out, as it accepts only the half that makes a pair. */
ULONG SKF_ImportECCKeyPair(HCONTAINER hContainer, ENVELOPEDKEYBLOB *pEnvelopedKeyBlob)
{
	struct container *container;
	ULONG result;

	if (pEnvelopedKeyBlob == NULL)
		return SAR_INVALIDPARAMERR;
	result = container_begin(hContainer, &container);
	if (result != SAR_OK)
		return result;
	result = import_half(container, pEnvelopedKeyBlob, BLOB_RIGHT);
	if (result == SAR_INDATAERR)
		result = import_half(container, pEnvelopedKeyBlob, BLOB_LEFT);
	container_end(container);
	return result;
}

ULONG SKF_ECCSignData(HCONTAINER hContainer, BYTE *pbData, ULONG ulDataLen, ECCSIGNATUREBLOB *pSignature)
{
	const struct apdu sign = {CARD_CLASS, CARD_SECURITY_OPERATION, 0x9E, 0x9A, {pbData, ulDataLen}, 64};
	struct container *container;
	uint8_t rs[64];
	ULONG result;

	if (pbData == NULL || pSignature == NULL)
		return SAR_INVALIDPARAMERR;
	if (ulDataLen != 32)
		return SAR_INDATALENERR;
	result = container_begin(hContainer, &container);
	if (result != SAR_OK)
		return result;
	result = ask_exactly(container, &sign, rs, sizeof(rs));
	container_end(container);
	if (result == SAR_OK)
		blob_from_signature(rs, pSignature);
	return result;
}

static ULONG read_public(DEVHANDLE device, const ECCPUBLICKEYBLOB *blob, struct sm2_public **key)
{
	struct object *object = object_take(device, OBJECT_DEVICE);
	uint8_t point[SM2_POINT_SIZE];
	struct err err = {0};
	ULONG result;

	if (object == NULL)
		return SAR_INVALIDHANDLEERR;
	object_release(object);
	result = blob_to_point(blob, point);
	if (result != SAR_OK || sm2_public_from_point(key, point, &err) == 0)
		return result;
	return err.code == HF_MEMORY ? SAR_MEMORYERR : SAR_INDATAERR;
}

ULONG SKF_ECCVerify(DEVHANDLE hDev, ECCPUBLICKEYBLOB *pECCPubKeyBlob, BYTE *pbData, ULONG ulDataLen, ECCSIGNATUREBLOB *pSignature)
{
	struct sm2_public *key = NULL;
	uint8_t rs[64];
	ULONG result;

	if (pECCPubKeyBlob == NULL || pbData == NULL || pSignature == NULL)
		return SAR_INVALIDPARAMERR;
	if (ulDataLen != 32)
		return SAR_INDATALENERR;
	result = read_public(hDev, pECCPubKeyBlob, &key);
	if (result == SAR_OK)
		result = blob_to_signature(pSignature, rs);
	if (result == SAR_OK && sm2_verify_digest(key, pbData, rs, NULL) != 0)
		result = SAR_FAIL;
	sm2_public_free(&key);
	return result;
}

ULONG SKF_ExtECCVerify(DEVHANDLE hDev, ECCPUBLICKEYBLOB *pECCPubKeyBlob, BYTE *pbData, ULONG ulDataLen, ECCSIGNATUREBLOB *pSignature)
{
	return SKF_ECCVerify(hDev, pECCPubKeyBlob, pbData, ulDataLen, pSignature);
}

ULONG SKF_ExtECCEncrypt(DEVHANDLE hDev, ECCPUBLICKEYBLOB *pECCPubKeyBlob, BYTE *pbPlainText, ULONG ulPlainTextLen,
                        ECCCIPHERBLOB *pCipherText)
{
	struct sm2_public *key = NULL;
	struct buf der;
	struct err err = {0};
	ULONG result;

	if (pECCPubKeyBlob == NULL || pbPlainText == NULL || pCipherText == NULL)
		return SAR_INVALIDPARAMERR;
	if (ulPlainTextLen == 0 || ulPlainTextLen > BLOB_CIPHER_MAX)
		return SAR_INDATALENERR;
	buf_init(&der, BLOB_CIPHER_MAX + SM2_CIPHER_OVERHEAD);
	result = read_public(hDev, pECCPubKeyBlob, &key);
	if (result == SAR_OK && sm2_encrypt(key, (struct bytes){pbPlainText, ulPlainTextLen}, &der, &err) != 0)
		result = result_of_error(&err);
	if (result == SAR_OK)
		result = blob_from_cipher(buf_get(&der), pCipherText);
	sm2_public_free(&key);
	buf_free(&der);
	return result;
}
