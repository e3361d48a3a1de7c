/* A line: a child asks its parent for a new connection to one door, and gets it as a descriptor. doc/protocol/processes.md 2 */
#ifndef HUFU_PROCESS_LINE_H
#define HUFU_PROCESS_LINE_H

#include "err.h"

int line_pair(int ends[2], struct err *err) MUST_CHECK; /* [0] the asking end, [1] the answering end */
/* The asking end: a connected descriptor, or -1 with HF_PEER_GONE. Waits for the parent. Several threads may ask at once. */
int line_ask(int line, struct err *err) MUST_CHECK;
/* The answering end, when it is readable: 1 somebody asks (and is to be answered), 0 nobody does, -1 the other end is closed. */
int line_asked(int line);
/* Hands over a connection, which is closed here; -1 says that there is none now. */
int line_answer(int line, int connection, struct err *err) MUST_CHECK;

#endif
