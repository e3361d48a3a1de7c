/* GM/T 0016 7.6: SM3, plain or begun with Z (GB/T 32918.2 5.5); closing of keys and digests. */
#include "blob.h"
#include "digest.h"
#include "object.h"
#include "sm2.h"

#define ID_MAX 8191 /* its length in bits stands in 16 bits */

struct hash {
	struct object object;
	struct sm3_stream *stream;
};

static void end_hash(struct object *object)
{
	sm3_stream_free(&((struct hash *)object)->stream);
}

static ULONG start(struct hash *hash, const ECCPUBLICKEYBLOB *key, struct bytes id)
{
	uint8_t point[SM2_POINT_SIZE], z[SM3_SIZE];
	struct err err = {0};

	if (sm3_stream_new(&hash->stream, &err) != 0)
		return result_of_error(&err);
	if (id.size == 0)
		return SAR_OK;
	if (key == NULL || id.data == NULL || id.size > ID_MAX || blob_to_point(key, point) != SAR_OK)
		return SAR_INVALIDPARAMERR;
	sm2_user_digest(z, id, point);
	sm3_stream_add(hash->stream, BYTES_ARRAY(z));
	return SAR_OK;
}

ULONG SKF_DigestInit(DEVHANDLE hDev, ULONG ulAlgID, ECCPUBLICKEYBLOB *pPubKey, BYTE *pucID, ULONG ulIDLen, HANDLE *phHash)
{
	struct object *device;
	struct hash *hash;
	ULONG result;

	if (phHash == NULL)
		return SAR_INVALIDPARAMERR;
	if (ulAlgID != SGD_SM3)
		return SAR_NOTSUPPORTYETERR;
	device = object_take(hDev, OBJECT_DEVICE);
	if (device == NULL)
		return SAR_INVALIDHANDLEERR;
	hash = (struct hash *)object_new(OBJECT_HASH, sizeof(*hash), device->device, end_hash);
	object_release(device);
	if (hash == NULL)
		return SAR_MEMORYERR;
	result = start(hash, pPubKey, (struct bytes){pucID, ulIDLen});
	if (result == SAR_OK)
		return object_open(&hash->object, phHash);
	object_release(&hash->object);
	return result;
}

ULONG SKF_DigestUpdate(HANDLE hHash, BYTE *pbData, ULONG ulDataLen)
{
	struct hash *hash;
	ULONG result = SAR_OK;

	if (pbData == NULL && ulDataLen != 0)
		return SAR_INVALIDPARAMERR;
	hash = (struct hash *)object_take(hHash, OBJECT_HASH);
	if (hash == NULL)
		return SAR_INVALIDHANDLEERR;
	if (hash->stream == NULL)
		result = SAR_NOTINITIALIZEERR;
	else
		sm3_stream_add(hash->stream, (struct bytes){pbData, ulDataLen});
	object_release(&hash->object);
	return result;
}

ULONG SKF_DigestFinal(HANDLE hHash, BYTE *pbHashData, ULONG *pulHashLen)
{
	struct hash *hash;
	uint8_t value[SM3_SIZE];
	ULONG result = SAR_OK;

	if (pulHashLen == NULL)
		return SAR_INVALIDPARAMERR;
	hash = (struct hash *)object_take(hHash, OBJECT_HASH);
	if (hash == NULL)
		return SAR_INVALIDHANDLEERR;
	if (hash->stream == NULL)
		result = SAR_NOTINITIALIZEERR;
	else if (pbHashData != NULL && *pulHashLen >= SM3_SIZE) {
		sm3_stream_end(hash->stream, value);
		sm3_stream_free(&hash->stream);
	}
	if (result == SAR_OK)
		result = result_give(BYTES_ARRAY(value), pbHashData, pulHashLen);
	object_release(&hash->object);
	return result;
}

ULONG SKF_Digest(HANDLE hHash, BYTE *pbData, ULONG ulDataLen, BYTE *pbHashData, ULONG *pulHashLen)
{
	ULONG result = SAR_OK;

	if (pbHashData != NULL && pulHashLen != NULL && *pulHashLen >= SM3_SIZE)
		result = SKF_DigestUpdate(hHash, pbData, ulDataLen);
	return result == SAR_OK ? SKF_DigestFinal(hHash, pbHashData, pulHashLen) : result;
}

ULONG SKF_CloseHandle(HANDLE hHandle)
{
	return object_close(hHandle, OBJECT_KEY | OBJECT_HASH);
}
