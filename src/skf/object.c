/* Handles: an index and a generation in one number. */
#include "object.h"

#include "skf_state.h"

#include <stdlib.h>

struct object *object_new(enum object_kind kind, size_t size, struct device *device, void (*end)(struct object *))
{
	struct object *o = calloc(1, size);

	if (o == NULL)
		return NULL;
	*o = (struct object){.kind = kind, .uses = 1, .device = device_share(device), .end = end};
	return o;
}

void object_release(struct object *object)
{
	bool last;

	(void)skf_state_lock();
	last = --object->uses == 0;
	skf_state_unlock();
	if (!last)
		return;
	if (object->end != NULL)
		object->end(object);
	device_release(object->device);
	free(object);
}

static HANDLE to_handle(size_t index, uint32_t generation)
{
	return (HANDLE)(uintptr_t)((uintptr_t)generation * HANDLES_MAX + index);
}

static struct handle_slot *find(struct skf_state *state, HANDLE handle, unsigned kinds)
{
	uintptr_t number = (uintptr_t)handle;
	struct handle_slot *s = &state->handles[number % HANDLES_MAX];

	if (s->object == NULL || s->generation != number / HANDLES_MAX || (s->object->kind & kinds) == 0)
		return NULL;
	return s;
}

ULONG object_open(struct object *object, HANDLE *handle)
{
	struct skf_state *state = skf_state_lock();
	bool opened = false;

	for (size_t i = 0; i < HANDLES_MAX && !opened; i++) {
		struct handle_slot *s = &state->handles[i];

		if (s->object != NULL)
			continue;
		s->object = object;
		s->generation = s->generation == UINT32_MAX / HANDLES_MAX ? 1 : s->generation + 1;
		*handle = to_handle(i, s->generation);
		opened = true;
	}
	skf_state_unlock();
	if (opened)
		return SAR_OK;
	object_release(object);
	return SAR_NO_ROOM;
}

struct object *object_take(HANDLE handle, unsigned kinds)
{
	struct skf_state *state = skf_state_lock();
	struct handle_slot *s = find(state, handle, kinds);
	struct object *object = s != NULL ? s->object : NULL;

	if (object != NULL)
		object->uses++;
	skf_state_unlock();
	return object;
}

ULONG object_close(HANDLE handle, unsigned kinds)
{
	struct skf_state *state = skf_state_lock();
	struct handle_slot *s = find(state, handle, kinds);
	struct object *object = s != NULL ? s->object : NULL;

	if (s != NULL)
		s->object = NULL;
	skf_state_unlock();
	if (object == NULL)
		return SAR_INVALIDHANDLEERR;
	object_release(object);
	return SAR_OK;
}
