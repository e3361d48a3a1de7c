/* GM/T 0016 7.3: applications. There is one. */
#include "object.h"

#include <string.h>

#define APPLICATION "hufu"

ULONG SKF_EnumApplication(DEVHANDLE hDev, LPSTR szAppName, ULONG *pulSize)
{
	static const char names[] = APPLICATION "\0"; /* and the array's own NUL ends the list */
	struct object *device;

	if (pulSize == NULL)
		return SAR_INVALIDPARAMERR;
	device = object_take(hDev, OBJECT_DEVICE);
	if (device == NULL)
		return SAR_INVALIDHANDLEERR;
	object_release(device);
	return result_give((struct bytes){(const uint8_t *)names, sizeof(names)}, szAppName, pulSize);
}

ULONG SKF_OpenApplication(DEVHANDLE hDev, LPSTR szAppName, HAPPLICATION *phApplication)
{
	struct object *device, *application;
	ULONG result = SAR_APPLICATION_NOT_EXISTS;

	if (szAppName == NULL || phApplication == NULL)
		return SAR_INVALIDPARAMERR;
	device = object_take(hDev, OBJECT_DEVICE);
	if (device == NULL)
		return SAR_INVALIDHANDLEERR;
	if (strcmp(szAppName, APPLICATION) == 0) {
		application = object_new(OBJECT_APPLICATION, sizeof(*application), device->device, NULL);
		result = application != NULL ? object_open(application, phApplication) : SAR_MEMORYERR;
	}
	object_release(device);
	return result;
}

ULONG SKF_CloseApplication(HAPPLICATION hApplication)
{
	return object_close(hApplication, OBJECT_APPLICATION);
}
