/* Tells every listening page when a key comes or goes. doc/protocol/agent.md 3 */
#ifndef HUFU_AGENT_EVENTS_H
#define HUFU_AGENT_EVENTS_H

#include "call.h"
#include "reply.h"

struct events; /* locked inside */

#define EVENTS_LISTENERS_MAX 32

/* Starts the thread that waits for keydoor's word; the call is kept. */
int events_new(struct events **e, struct call *keydoor, struct err *err) MUST_CHECK;
/* Takes over the stream and writes a first line to it. HF_LIMIT when there are too many listeners. */
int events_listen(struct events *e, struct reply_stream *stream, struct err *err) MUST_CHECK;
/* Closes all streams. The thread goes on until the process ends. */
void events_close(struct events *e);

#endif
