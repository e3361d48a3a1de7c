/* GM/T 0016 7.6: SM3, plain or begun with Z (GB/T 32918.2 5.5); closing of keys and digests. */
#include "blob.h"
#include "digest.h"
#include "object.h"

/* a, b, x_G, y_G of GB/T 32918.5 2 */
static const uint8_t curve[128] = {
    0xFF, 0xFF, 0xFF, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00,
    0x00, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFC, 0x28, 0xE9, 0xFA, 0x9E, 0x9D, 0x9F, 0x5E, 0x34, 0x4D, 0x5A, 0x9E, 0x4B,
    0xCF, 0x65, 0x09, 0xA7, 0xF3, 0x97, 0x89, 0xF5, 0x15, 0xAB, 0x8F, 0x92, 0xDD, 0xBC, 0xBD, 0x41, 0x4D, 0x94, 0x0E, 0x93, 0x32, 0xC4,
    0xAE, 0x2C, 0x1F, 0x19, 0x81, 0x19, 0x5F, 0x99, 0x04, 0x46, 0x6A, 0x39, 0xC9, 0x94, 0x8F, 0xE3, 0x0B, 0xBF, 0xF2, 0x66, 0x0B, 0xE1,
    0x71, 0x5A, 0x45, 0x89, 0x33, 0x4C, 0x74, 0xC7, 0xBC, 0x37, 0x36, 0xA2, 0xF4, 0xF6, 0x77, 0x9C, 0x59, 0xBD, 0xCE, 0xE3, 0x6B, 0x69,
    0x21, 0x53, 0xD0, 0xA9, 0x87, 0x7C, 0xC6, 0x2A, 0x47, 0x40, 0x02, 0xDF, 0x32, 0xE5, 0x21, 0x39, 0xF0, 0xA0,
};

#define ID_MAX 8191 /* its length in bits stands in 16 bits */

struct hash {
	struct object object;
	struct sm3_stream *stream;
};

static void end_hash(struct object *object)
{
	sm3_stream_free(&((struct hash *)object)->stream);
}

static int add_z(struct sm3_stream *message, const uint8_t point[SM2_POINT_SIZE], struct bytes id, struct err *err)
{
	const uint8_t bits[2] = {(uint8_t)(id.size * 8 >> 8), (uint8_t)(id.size * 8 & 0xFF)};
	struct sm3_stream *s = NULL;
	uint8_t z[SM3_SIZE];
	int result = -1;

	if (sm3_stream_new(&s, err) == 0 && sm3_stream_add(s, BYTES_ARRAY(bits), err) == 0 && sm3_stream_add(s, id, err) == 0 &&
	    sm3_stream_add(s, BYTES_ARRAY(curve), err) == 0 && sm3_stream_add(s, (struct bytes){point + 1, SM2_POINT_SIZE - 1}, err) == 0 &&
	    sm3_stream_end(s, z, err) == 0)
		result = sm3_stream_add(message, BYTES_ARRAY(z), err);
	sm3_stream_free(&s);
	return result;
}

static ULONG start(struct hash *hash, const ECCPUBLICKEYBLOB *key, struct bytes id)
{
	uint8_t point[SM2_POINT_SIZE];
	struct err err = {0};

	if (sm3_stream_new(&hash->stream, &err) != 0)
		return result_of_error(&err);
	if (id.size == 0)
		return SAR_OK;
	if (key == NULL || id.data == NULL || id.size > ID_MAX || blob_to_point(key, point) != SAR_OK)
		return SAR_INVALIDPARAMERR;
	return add_z(hash->stream, point, id, &err) == 0 ? SAR_OK : result_of_error(&err);
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
	else if (sm3_stream_add(hash->stream, (struct bytes){pbData, ulDataLen}, NULL) != 0)
		result = SAR_HASHERR;
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
		result = sm3_stream_end(hash->stream, value, NULL) == 0 ? SAR_OK : SAR_HASHERR;
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
