/* Tells every listening page when a key comes or goes. doc/protocol/agent.md 3 */
#ifndef HUFU_AGENT_EVENTS_H
#define HUFU_AGENT_EVENTS_H

#include "call.h"
#include "origin.h"
#include "reply.h"
#include "silence.h"

struct events; /* locked inside */

#define EVENTS_LISTENERS_MAX 32

/* Starts the thread that waits for keydoor's word; the call, the origins and the silence are kept. */
int events_new(struct events **e, struct call *keydoor, const struct origins *origins, struct silence *silence, struct err *err) MUST_CHECK;
/* Takes over the stream of an origin by its row's number, and writes a first line to it. In place of a line to an origin that is
 * silenced, or is on a list past its time, the stream ends. HF_RATE when there are too many listeners. */
int events_listen(struct events *e, struct reply_stream *stream, size_t origin_row, struct err *err) MUST_CHECK;
/* Closes all streams. The thread goes on until the process ends. */
void events_close(struct events *e);

#endif
