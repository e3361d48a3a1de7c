/* What the library keeps between calls: the interface of the standard has no argument that could hold it. */
#ifndef HUFU_SKF_SKF_STATE_H
#define HUFU_SKF_SKF_STATE_H

#include "object.h"
#include "slot.h"

#define HANDLES_MAX 1024

struct handle_slot {
	struct object *object;
	uint32_t generation;
};

struct skf_state {
	struct device *devices;
	struct handle_slot handles[HANDLES_MAX];
	struct slot_watch *watch; /* made at the first wait; what came and went between two waits is not lost */
	bool waiting;
};

struct skf_state *skf_state_lock(void);
void skf_state_unlock(void);

#endif
