/* What a handle stands for. A handle is a number, so that a wrong or closed one is found and never followed. */
#ifndef HUFU_SKF_OBJECT_H
#define HUFU_SKF_OBJECT_H

#include "device.h"

enum object_kind { OBJECT_DEVICE = 1, OBJECT_APPLICATION = 2, OBJECT_CONTAINER = 4, OBJECT_KEY = 8, OBJECT_HASH = 16 };

/* Stands first in what is kept for a handle. */
struct object {
	enum object_kind kind;
	unsigned uses;                      /* the handle, and calls under way */
	struct device *device;              /* shared; released with the object */
	void (*end)(struct object *object); /* frees what the kind keeps besides; may be NULL */
};

/* Allocates size bytes (at least struct object), zeroed, and shares the device. NULL when out of memory. */
struct object *object_new(enum object_kind kind, size_t size, struct device *device, void (*end)(struct object *));
/* Hands the object over to a new handle; on failure it is released. SAR_NO_ROOM when there are too many handles. */
ULONG object_open(struct object *object, HANDLE *handle);
/* The object of a handle of one of the kinds, in use until object_release; NULL when there is none. */
struct object *object_take(HANDLE handle, unsigned kinds);
void object_release(struct object *object);
/* Ends the handle; the object ends with its last use. SAR_INVALIDHANDLEERR. */
ULONG object_close(HANDLE handle, unsigned kinds);

#endif
