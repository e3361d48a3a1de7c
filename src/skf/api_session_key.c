/* GM/T 0016 7.6: session keys, SM4 in ECB and CBC without padding. */
#include "cipher.h"
#include "decipher.h"

#include <string.h>

#define BLOCK 16

enum direction { NOT_STARTED, ENCRYPTING, DECRYPTING };

struct session_key {
	struct object object;
	ULONG algorithm;
	uint8_t key[SM4_KEY_SIZE];
	enum direction direction;
	uint8_t iv[BLOCK];
};

static void end_key(struct object *object)
{
	struct session_key *k = (struct session_key *)object;

	secret_wipe(k->key, sizeof(k->key));
}

static ULONG open_key(struct device *device, ULONG algorithm, const uint8_t key[SM4_KEY_SIZE], HANDLE *handle)
{
	struct session_key *k;

	if (algorithm != SGD_SM4_ECB && algorithm != SGD_SM4_CBC)
		return SAR_NOTSUPPORTYETERR;
	k = (struct session_key *)object_new(OBJECT_KEY, sizeof(*k), device, end_key);
	if (k == NULL)
		return SAR_MEMORYERR;
	k->algorithm = algorithm;
	memcpy(k->key, key, sizeof(k->key));
	return object_open(&k->object, handle);
}

/* The wrapped key is an ECCCIPHERBLOB for the container's encryption key. */
ULONG SKF_ImportSessionKey(HCONTAINER hContainer, ULONG ulAlgId, BYTE *pbWrapedData, ULONG ulWrapedLen, HANDLE *phKey)
{
	const ECCCIPHERBLOB *blob = (const ECCCIPHERBLOB *)pbWrapedData;
	struct object *container;
	struct buf key;
	ULONG result;

	if (pbWrapedData == NULL || phKey == NULL)
		return SAR_INVALIDPARAMERR;
	if (ulWrapedLen < offsetof(ECCCIPHERBLOB, Cipher) + SM4_KEY_SIZE || blob->CipherLen != SM4_KEY_SIZE)
		return SAR_INDATALENERR;
	container = object_take(hContainer, OBJECT_CONTAINER);
	if (container == NULL)
		return SAR_INVALIDHANDLEERR;
	buf_init(&key, CARD_FRAME_MAX);
	result = decipher(hContainer, blob, &key);
	if (result == SAR_OK)
		result = key.size == SM4_KEY_SIZE ? open_key(container->device, ulAlgId, key.data, phKey) : SAR_INDATAERR;
	buf_wipe(&key);
	object_release(container);
	return result;
}

ULONG SKF_SetSymmKey(DEVHANDLE hDev, BYTE *pbKey, ULONG ulAlgID, HANDLE *phKey)
{
	struct object *device;
	ULONG result;

	if (pbKey == NULL || phKey == NULL)
		return SAR_INVALIDPARAMERR;
	device = object_take(hDev, OBJECT_DEVICE);
	if (device == NULL)
		return SAR_INVALIDHANDLEERR;
	result = open_key(device->device, ulAlgID, pbKey, phKey);
	object_release(device);
	return result;
}

static ULONG start(HANDLE handle, const BLOCKCIPHERPARAM *parameters, enum direction direction)
{
	struct session_key *k = (struct session_key *)object_take(handle, OBJECT_KEY);
	ULONG result = SAR_OK;

	if (k == NULL)
		return SAR_INVALIDHANDLEERR;
	if (parameters->PaddingType != 0)
		result = SAR_NOTSUPPORTYETERR;
	else if (k->algorithm == SGD_SM4_CBC && parameters->IVLen != BLOCK)
		result = SAR_INVALIDPARAMERR;
	if (result == SAR_OK) {
		k->direction = direction;
		memcpy(k->iv, parameters->IV, BLOCK);
	}
	object_release(&k->object);
	return result;
}

ULONG SKF_EncryptInit(HANDLE hKey, BLOCKCIPHERPARAM EncryptParam)
{
	return start(hKey, &EncryptParam, ENCRYPTING);
}

ULONG SKF_DecryptInit(HANDLE hKey, BLOCKCIPHERPARAM DecryptParam)
{
	return start(hKey, &DecryptParam, DECRYPTING);
}

static void mix(uint8_t *to, const uint8_t *with)
{
	for (size_t i = 0; i < BLOCK; i++)
		to[i] ^= with[i];
}

/* One block; in and out may be the same. */
static int run_block(struct session_key *k, const uint8_t *in, uint8_t *out, struct err *err)
{
	uint8_t block[BLOCK], next[BLOCK];

	memcpy(block, in, BLOCK);
	memcpy(next, in, BLOCK);
	if (k->direction == ENCRYPTING) {
		if (k->algorithm == SGD_SM4_CBC)
			mix(block, k->iv);
		if (sm4_ecb_encrypt(k->key, BYTES_ARRAY(block), out, err) != 0)
			return -1;
		memcpy(k->iv, out, BLOCK);
		return 0;
	}
	if (sm4_ecb_decrypt(k->key, BYTES_ARRAY(block), out, err) != 0)
		return -1;
	if (k->algorithm == SGD_SM4_CBC)
		mix(out, k->iv);
	memcpy(k->iv, next, BLOCK);
	return 0;
}

static ULONG run_blocks(struct session_key *k, const uint8_t *in, ULONG size, uint8_t *out)
{
	struct err err = {0};

	for (ULONG at = 0; at < size; at += BLOCK)
		if (run_block(k, in + at, out + at, &err) != 0)
			return result_of_error(&err);
	k->direction = NOT_STARTED;
	return SAR_OK;
}

/* The whole message in one call. */
static ULONG run(HANDLE handle, enum direction direction, const uint8_t *in, ULONG size, uint8_t *out, ULONG *room)
{
	struct session_key *k;
	ULONG result = SAR_OK;

	if (in == NULL || room == NULL)
		return SAR_INVALIDPARAMERR;
	k = (struct session_key *)object_take(handle, OBJECT_KEY);
	if (k == NULL)
		return SAR_INVALIDHANDLEERR;
	if (k->direction != direction)
		result = SAR_NOTINITIALIZEERR;
	else if (size == 0 || size % BLOCK != 0)
		result = SAR_INDATALENERR;
	else if (out != NULL)
		result = *room < size ? SAR_BUFFER_TOO_SMALL : run_blocks(k, in, size, out);
	if (result == SAR_OK || result == SAR_BUFFER_TOO_SMALL)
		*room = size;
	object_release(&k->object);
	return result;
}

ULONG SKF_Encrypt(HANDLE hKey, BYTE *pbData, ULONG ulDataLen, BYTE *pbEncryptedData, ULONG *pulEncryptedLen)
{
	return run(hKey, ENCRYPTING, pbData, ulDataLen, pbEncryptedData, pulEncryptedLen);
}

ULONG SKF_Decrypt(HANDLE hKey, BYTE *pbEncryptedData, ULONG ulEncryptedLen, BYTE *pbData, ULONG *pulDataLen)
{
	return run(hKey, DECRYPTING, pbEncryptedData, ulEncryptedLen, pbData, pulDataLen);
}
