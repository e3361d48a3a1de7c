/* The card's contacts: one connection at a time, command frames in, answer frames out. doc/protocol/virtual-key.md 1 */
#ifndef HUFU_VKEY_DOOR_H
#define HUFU_VKEY_DOOR_H

#include "application.h"

/* Serves connections of the listener until stop becomes readable (0), or the card cannot go on (-1). */
int door_run(int listener, int stop, struct application *application, struct err *err) MUST_CHECK;

#endif
