/* GM/T 0016 7.5: containers and their certificates. */
#include "container.h"

#include <string.h>

/* A row of the card's list of containers; name is lent. */
struct row {
	uint16_t number;
	uint8_t holdings;
	struct bytes name;
};

static bool read_row(struct reader *r, struct row *row)
{
	uint8_t size;

	return reader_u16(r, &row->number) == 0 && reader_u8(r, &row->holdings) == 0 && reader_u8(r, &size) == 0 &&
	       reader_take(r, size, &row->name) == 0;
}

/* Within a transaction. SAR_FILE_NOT_EXIST when no container has that name; list keeps what row lends. */
static ULONG find_row(struct device *device, struct bytes name, struct buf *list, struct row *row)
{
	struct reader r;
	ULONG result = device_get_object(device, CARD_OBJECT_CONTAINERS, list);

	if (result != SAR_OK)
		return result;
	r.rest = buf_get(list);
	while (r.rest.size > 0) {
		if (!read_row(&r, row))
			return SAR_UNKNOWNERR;
		if (bytes_equal(row->name, name))
			return SAR_OK;
	}
	return SAR_FILE_NOT_EXIST;
}

static ULONG select_container(struct device *device, uint16_t number)
{
	const uint8_t id[2] = {(uint8_t)(number >> 8), (uint8_t)(number & 0xFF)};
	const struct apdu select = {CARD_CLASS, CARD_SELECT, 0x01, 0x0C, BYTES_ARRAY(id), 0};

	return device_tell(device, &select);
}

ULONG container_begin(HCONTAINER handle, struct container **container)
{
	struct object *object = object_take(handle, OBJECT_CONTAINER);
	ULONG result;

	if (object == NULL)
		return SAR_INVALIDHANDLEERR;
	*container = (struct container *)object;
	result = device_begin(object->device);
	if (result == SAR_OK) {
		result = select_container(object->device, (*container)->number);
		if (result != SAR_OK)
			device_end(object->device);
	}
	if (result != SAR_OK)
		object_release(object);
	return result;
}

void container_end(struct container *container)
{
	device_end(container->object.device);
	object_release(&container->object);
}

static ULONG open_handle(struct device *device, uint16_t number, HCONTAINER *handle)
{
	struct container *container = (struct container *)object_new(OBJECT_CONTAINER, sizeof(*container), device, NULL);

	if (container == NULL)
		return SAR_MEMORYERR;
	container->number = number;
	return object_open(&container->object, handle);
}

/* Within a transaction: makes it and gives its number. */
static ULONG create(struct device *device, struct bytes name, uint16_t *number)
{
	const struct apdu command = {CARD_CLASS_OWN, CARD_CREATE_CONTAINER, 0, 0, name, 2};
	struct reader r;
	struct buf answer;
	uint16_t word;
	ULONG result;

	buf_init(&answer, CARD_FRAME_MAX);
	result = device_ask(device, &command, &answer, &word);
	if (result == SAR_OK)
		result = result_of_word(word);
	r.rest = buf_get(&answer);
	if (result == SAR_OK && reader_u16(&r, number) != 0)
		result = SAR_UNKNOWNERR;
	buf_free(&answer);
	return result;
}

static ULONG find_number(struct device *device, struct bytes name, uint16_t *number)
{
	struct buf list;
	struct row row;
	ULONG result;

	buf_init(&list, CARD_FRAME_MAX);
	result = find_row(device, name, &list, &row);
	if (result == SAR_OK)
		*number = row.number;
	buf_free(&list);
	return result;
}

static ULONG delete_found(struct device *device, struct bytes name, uint16_t *number)
{
	const struct apdu command = {CARD_CLASS, CARD_DELETE_CONTAINER, 0, 0, BYTES_NONE, 0};
	ULONG result = find_number(device, name, number);

	if (result == SAR_OK)
		result = select_container(device, *number);
	return result == SAR_OK ? device_tell(device, &command) : result;
}

/* Does one thing with a name in a transaction, and opens a handle to the container when one is asked for. */
static ULONG with_name(HAPPLICATION application, const char *name, ULONG (*act)(struct device *, struct bytes, uint16_t *),
                       HCONTAINER *handle)
{
	struct object *object;
	uint16_t number;
	ULONG result;

	if (name == NULL)
		return SAR_INVALIDPARAMERR;
	if (name[0] == '\0' || strlen(name) > CARD_NAME_MAX)
		return SAR_NAMELENERR;
	object = object_take(application, OBJECT_APPLICATION);
	if (object == NULL)
		return SAR_INVALIDHANDLEERR;
	result = device_begin(object->device);
	if (result == SAR_OK) {
		result = act(object->device, bytes_text(name), &number);
		device_end(object->device);
	}
	if (result == SAR_OK && handle != NULL)
		result = open_handle(object->device, number, handle);
	object_release(object);
	return result;
}

ULONG SKF_CreateContainer(HAPPLICATION hApplication, LPSTR szContainerName, HCONTAINER *phContainer)
{
	return phContainer == NULL ? SAR_INVALIDPARAMERR : with_name(hApplication, szContainerName, create, phContainer);
}

ULONG SKF_OpenContainer(HAPPLICATION hApplication, LPSTR szContainerName, HCONTAINER *phContainer)
{
	return phContainer == NULL ? SAR_INVALIDPARAMERR : with_name(hApplication, szContainerName, find_number, phContainer);
}

ULONG SKF_DeleteContainer(HAPPLICATION hApplication, LPSTR szContainerName)
{
	return with_name(hApplication, szContainerName, delete_found, NULL);
}

ULONG SKF_CloseContainer(HCONTAINER hContainer)
{
	return object_close(hContainer, OBJECT_CONTAINER);
}

/* The names of the card's list, in the form of the standard. */
static ULONG give_names(struct bytes list, LPSTR names, ULONG *size)
{
	uint8_t out[CARD_CONTAINERS_MAX * (CARD_NAME_MAX + 1) + 1];
	struct reader r = {list};
	struct row row;
	size_t used = 0;

	while (r.rest.size > 0) {
		if (!read_row(&r, &row) || row.name.size > CARD_NAME_MAX || used + row.name.size + 2 > sizeof(out))
			return SAR_UNKNOWNERR;
		memcpy(out + used, row.name.data, row.name.size);
		used += row.name.size;
		out[used++] = '\0';
	}
	out[used++] = '\0';
	return result_give((struct bytes){out, used}, names, size);
}

ULONG SKF_EnumContainer(HAPPLICATION hApplication, LPSTR szContainerName, ULONG *pulSize)
{
	struct object *application;
	struct buf list;
	ULONG result;

	if (pulSize == NULL)
		return SAR_INVALIDPARAMERR;
	application = object_take(hApplication, OBJECT_APPLICATION);
	if (application == NULL)
		return SAR_INVALIDHANDLEERR;
	buf_init(&list, CARD_FRAME_MAX);
	result = device_begin(application->device);
	if (result == SAR_OK) {
		result = device_get_object(application->device, CARD_OBJECT_CONTAINERS, &list);
		device_end(application->device);
	}
	if (result == SAR_OK)
		result = give_names(buf_get(&list), szContainerName, pulSize);
	buf_free(&list);
	object_release(application);
	return result;
}

ULONG SKF_GetContainerType(HCONTAINER hContainer, ULONG *pulContainerType)
{
	struct container *container;
	struct buf point;
	ULONG result;

	if (pulContainerType == NULL)
		return SAR_INVALIDPARAMERR;
	result = container_begin(hContainer, &container);
	if (result != SAR_OK)
		return result;
	buf_init(&point, CARD_FRAME_MAX);
	result = device_get_object(container->object.device, CARD_OBJECT_SIGN_POINT, &point);
	buf_free(&point);
	container_end(container);
	if (result != SAR_OK && result != SAR_KEYNOTFOUNTERR)
		return result;
	*pulContainerType = result == SAR_OK ? CONTAINER_ECC : CONTAINER_UNKNOWN;
	return SAR_OK;
}

ULONG SKF_ImportCertificate(HCONTAINER hContainer, BOOL bSignFlag, BYTE *pbCert, ULONG ulCertLen)
{
	const uint16_t object = bSignFlag ? CARD_OBJECT_SIGN_CERTIFICATE : CARD_OBJECT_ENCRYPT_CERTIFICATE;
	const struct apdu put = {CARD_CLASS, CARD_PUT_DATA, (uint8_t)(object >> 8), (uint8_t)(object & 0xFF), {pbCert, ulCertLen}, 0};
	struct container *container;
	ULONG result;

	if (pbCert == NULL)
		return SAR_INVALIDPARAMERR;
	if (ulCertLen == 0 || ulCertLen > CARD_CERTIFICATE_MAX)
		return SAR_INDATALENERR;
	result = container_begin(hContainer, &container);
	if (result != SAR_OK)
		return result;
	result = device_tell(container->object.device, &put);
	container_end(container);
	return result;
}

ULONG SKF_ExportCertificate(HCONTAINER hContainer, BOOL bSignFlag, BYTE *pbCert, ULONG *pulCertLen)
{
	struct container *container;
	struct buf certificate;
	ULONG result;

	if (pulCertLen == NULL)
		return SAR_INVALIDPARAMERR;
	result = container_begin(hContainer, &container);
	if (result != SAR_OK)
		return result;
	buf_init(&certificate, CARD_FRAME_MAX);
	result = device_get_object(container->object.device, bSignFlag ? CARD_OBJECT_SIGN_CERTIFICATE : CARD_OBJECT_ENCRYPT_CERTIFICATE,
	                           &certificate);
	container_end(container);
	if (result == SAR_OK)
		result = result_give(buf_get(&certificate), pbCert, pulCertLen);
	buf_free(&certificate);
	return result == SAR_KEYNOTFOUNTERR ? SAR_CERTNOTFOUNTERR : result;
}
