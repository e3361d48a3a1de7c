/* GM/T 0016 7.1: devices. */
#include "object.h"
#include "skf_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONTAINER_SPACE (2 * CARD_CERTIFICATE_MAX)

static ULONG get_directory(char directory[SLOT_PATH_MAX])
{
	struct err err = {0};

	return slot_directory(directory, &err) == 0 ? SAR_OK : SAR_FAIL;
}

ULONG SKF_EnumDev(BOOL bPresent, LPSTR szNameList, ULONG *pulSize)
{
	char directory[SLOT_PATH_MAX];
	char names[SLOT_MAX * (SLOT_NAME_MAX + 1) + 1];
	struct slot_list list;
	struct err err = {0};
	size_t size = 0;

	if (pulSize == NULL)
		return SAR_INVALIDPARAMERR;
	if (get_directory(directory) != SAR_OK || slot_list_present(directory, &list, &err) != 0)
		return SAR_FAIL;
	for (size_t i = 0; i < list.count; i++) {
		size_t n = strlen(list.names[i]) + 1;

		memcpy(names + size, list.names[i], n);
		size += n;
	}
	names[size++] = '\0';
	return result_give((struct bytes){(const uint8_t *)names, size}, szNameList, pulSize);
}

ULONG SKF_GetDevState(LPSTR szDevName, ULONG *pulDevState)
{
	char directory[SLOT_PATH_MAX];

	if (szDevName == NULL || pulDevState == NULL)
		return SAR_INVALIDPARAMERR;
	if (get_directory(directory) != SAR_OK)
		return SAR_FAIL;
	*pulDevState = slot_is_present(directory, szDevName) ? DEV_PRESENT_STATE : DEV_ABSENT_STATE;
	return SAR_OK;
}

ULONG SKF_ConnectDev(LPSTR szName, DEVHANDLE *phDev)
{
	struct device *device = NULL;
	struct object *object;
	ULONG result;

	if (szName == NULL || phDev == NULL)
		return SAR_INVALIDPARAMERR;
	do { /* anew when older handles turn out to be of another card */
		if (device != NULL)
			device_release(device);
		result = device_get(szName, &device);
		if (result != SAR_OK)
			return result;
		result = device_begin(device);
	} while (result == SAR_DEVICE_REMOVED && device_is_gone(device));
	if (result == SAR_OK) {
		device_end(device);
		object = object_new(OBJECT_DEVICE, sizeof(*object), device, NULL);
		result = object != NULL ? object_open(object, phDev) : SAR_MEMORYERR;
	}
	device_release(device);
	return result;
}

ULONG SKF_DisConnectDev(DEVHANDLE hDev)
{
	struct object *object = object_take(hDev, OBJECT_DEVICE);

	if (object == NULL)
		return SAR_INVALIDHANDLEERR;
	device_unlock_all(object->device, object);
	object_release(object);
	return object_close(hDev, OBJECT_DEVICE);
}

ULONG SKF_LockDev(DEVHANDLE hDev, ULONG ulTimeOut)
{
	struct object *object = object_take(hDev, OBJECT_DEVICE);
	ULONG result;

	if (object == NULL)
		return SAR_INVALIDHANDLEERR;
	result = device_lock(object->device, object, ulTimeOut);
	object_release(object);
	return result;
}

ULONG SKF_UnlockDev(DEVHANDLE hDev)
{
	struct object *object = object_take(hDev, OBJECT_DEVICE);
	ULONG result;

	if (object == NULL)
		return SAR_INVALIDHANDLEERR;
	result = device_unlock(object->device, object);
	object_release(object);
	return result;
}

ULONG SKF_SetLabel(DEVHANDLE hDev, LPSTR szLabel)
{
	struct apdu put = {CARD_CLASS, CARD_PUT_DATA, CARD_OBJECT_LABEL >> 8, CARD_OBJECT_LABEL & 0xFF, bytes_text(szLabel), 0};
	struct object *object = object_take(hDev, OBJECT_DEVICE);
	ULONG result;

	if (object == NULL)
		return SAR_INVALIDHANDLEERR;
	if (szLabel == NULL || put.data.size > CARD_LABEL_MAX)
		result = SAR_INVALIDPARAMERR;
	else
		result = device_begin(object->device);
	if (result == SAR_OK) {
		result = device_tell(object->device, &put);
		device_end(object->device);
	}
	object_release(object);
	return result;
}

/* A text object into a field that is filled with zeros and, when the text has its very size, has no NUL. */
static ULONG get_text(struct device *device, enum card_object object, char *field, size_t size)
{
	struct buf text;
	ULONG result;

	buf_init(&text, CARD_FRAME_MAX);
	result = device_get_object(device, object, &text);
	if (result == SAR_OK && text.size > size)
		result = SAR_UNKNOWNERR;
	if (result == SAR_OK && text.size > 0)
		memcpy(field, text.data, text.size);
	buf_free(&text);
	return result;
}

static ULONG get_small(struct device *device, enum card_object object, uint8_t *field, size_t size)
{
	struct buf value;
	ULONG result;

	buf_init(&value, CARD_FRAME_MAX);
	result = device_get_object(device, object, &value);
	if (result == SAR_OK && value.size != size)
		result = SAR_UNKNOWNERR;
	if (result == SAR_OK)
		memcpy(field, value.data, size);
	buf_free(&value);
	return result;
}

static ULONG read_info(struct device *device, DEVINFO *info)
{
	uint8_t versions[3], status[CARD_STATUS_SIZE];
	ULONG result = get_text(device, CARD_OBJECT_MAKER, info->Manufacturer, sizeof(info->Manufacturer));

	if (result == SAR_OK)
		result = get_text(device, CARD_OBJECT_LABEL, info->Label, sizeof(info->Label));
	if (result == SAR_OK)
		result = get_text(device, CARD_OBJECT_SERIAL, info->SerialNumber, sizeof(info->SerialNumber));
	if (result == SAR_OK)
		result = get_small(device, CARD_OBJECT_VERSIONS, versions, sizeof(versions));
	if (result == SAR_OK)
		result = get_small(device, CARD_OBJECT_STATUS, status, sizeof(status));
	if (result != SAR_OK)
		return result;
	memcpy(info->Issuer, info->Manufacturer, sizeof(info->Issuer));
	info->FirmwareVersion = (VERSION){versions[0], versions[1]};
	info->TotalSpace = status[5] * (ULONG)CONTAINER_SPACE;
	info->FreeSpace = status[5] < status[4] ? 0 : (ULONG)(status[5] - status[4]) * CONTAINER_SPACE;
	return SAR_OK;
}

ULONG SKF_GetDevInfo(DEVHANDLE hDev, DEVINFO *pDevInfo)
{
	DEVINFO info = {
	    .Version = {1, 0},
	    .AlgSymCap = SGD_SM4_ECB | SGD_SM4_CBC,
	    .AlgAsymCap = SGD_SM2_1 | SGD_SM2_3,
	    .AlgHashCap = SGD_SM3,
	    .DevAuthAlgId = SGD_SM4_ECB,
	    .MaxECCBufferSize = 256,
	    .MaxBufferSize = CARD_CERTIFICATE_MAX,
	};
	struct object *object = object_take(hDev, OBJECT_DEVICE);
	ULONG result;

	if (object == NULL)
		return SAR_INVALIDHANDLEERR;
	result = pDevInfo != NULL ? device_begin(object->device) : SAR_INVALIDPARAMERR;
	if (result == SAR_OK) {
		result = read_info(object->device, &info);
		device_end(object->device);
	}
	if (result == SAR_OK)
		*pDevInfo = info;
	object_release(object);
	return result;
}
