/* A container's handle, and the transactions with a container selected. */
#ifndef HUFU_SKF_CONTAINER_H
#define HUFU_SKF_CONTAINER_H

#include "object.h"

struct container {
	struct object object;
	uint16_t number; /* the card's */
};

/* SAR_OK: the container is selected in a transaction of its device; container_end must follow. */
ULONG container_begin(HCONTAINER handle, struct container **container);
void container_end(struct container *container);

#endif
