/* The card application of a virtual key: one command in, one answer out. doc/protocol/virtual-key.md 2 */
#ifndef HUFU_VKEY_APPLICATION_H
#define HUFU_VKEY_APPLICATION_H

#include "memory_file.h"

#define APPLICATION_MAKER "hufu"

struct application;

/* Takes the file over, and reads it. */
int application_new(struct application **application, struct memory_file *file, struct err *err) MUST_CHECK;
void application_free(struct application **application);

/* As pulling out and plugging in: nothing selected, PIN not verified. */
void application_reset(struct application *application);
/* Appends data and status word to answer, whose maximum is at least CARD_FRAME_MAX. -1 when the card cannot go on: out of memory, or
 * its file cannot be read again after a failed write. */
int application_answer(struct application *application, struct bytes command, struct buf *answer, struct err *err) MUST_CHECK;

#endif
