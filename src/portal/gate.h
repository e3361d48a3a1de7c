/* The gate before every handler: whose session it is, what the row asks for, and the token of forms. */
#ifndef HUFU_PORTAL_GATE_H
#define HUFU_PORTAL_GATE_H

#include "csrf.h"
#include "portal.h"
#include "reply.h"

struct route;

/* router_program.gate: finds the session, begins one where the row wants it, and judges the row's roles. */
int gate_judge(struct web_request *r, const struct route *row, struct err *err) MUST_CHECK;
/* router_program.csrf */
int gate_csrf(struct web_request *r, struct bytes token, struct err *err) MUST_CHECK;

/* A token for the forms of this page; "" for a visitor without a session. */
int gate_form_token(const struct visit *visit, char token[CSRF_TOKEN_SIZE + 1], struct err *err) MUST_CHECK;
/* The cookie, when the session began with this request. */
int gate_put_cookie(struct web_request *r, struct reply *reply, struct err *err) MUST_CHECK;
/* After a login: the new session's cookie; NULL deletes it. */
int gate_change_cookie(struct web_request *r, struct reply *reply, const char *token, struct err *err) MUST_CHECK;

#endif
