/* Plugging a virtual key into a slot: its lock, its listening socket. doc/protocol/virtual-key.md 1 */
#ifndef HUFU_VKEY_PLUG_H
#define HUFU_VKEY_PLUG_H

#include "slot.h"

struct plug {
	int lock; /* kept open for writing: its closing tells watchers that the key is gone, however it went */
	int listener;
	char path[SLOT_PATH_MAX];
};

/* where: the name of a slot in the slot directory, or a path that ends in ".sock". HF_EXISTS when a key is plugged in there. */
int plug_in(struct plug *plug, const char *where, struct err *err) MUST_CHECK;
void plug_out(struct plug *plug);

#endif
