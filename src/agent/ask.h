/* What every handler does: ask keydoor, and take what came of it. */
#ifndef HUFU_AGENT_ASK_H
#define HUFU_AGENT_ASK_H

#include "agent.h"
#include "agent_request.h"
#include "keydoor_message.h"

/* Who asks, for keydoor's window. */
struct keydoor_asker ask_as(const struct web_request *r, struct bytes key);

/* One request to keydoor; the reply lives in the request's pool. HF_KEY_TIME_OUT when keydoor ended over it. */
int ask_keydoor(struct web_request *r, uint16_t type, const struct body *request_body, const void *request, const struct body *reply_body,
                void *reply, struct err *err) MUST_CHECK;
/* The same for what opens a window: the person's or the key's refusal becomes the error, its tries stand in the request's struct
 * asked, and silence hears of it. HF_ORIGIN_SILENCED when the origin is silenced by now. */
int ask_window(struct web_request *r, uint16_t type, const struct body *request_body, const void *request,
               struct keydoor_outcome_reply *outcome, struct err *err) MUST_CHECK;

#endif
