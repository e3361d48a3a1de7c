/* The token that binds a form to the session it was shown in: HMAC-SM3 over the session's id, masked anew each time. */
#ifndef HUFU_WEB_CSRF_H
#define HUFU_WEB_CSRF_H

#include "secret.h"

#define CSRF_TOKEN_SIZE 96 /* hex of mask (16) and masked MAC (32) */

/* The mask makes the token differ on every page, so that compressed pages tell nothing of it. */
int csrf_token(const struct secret *key, struct bytes session_id, char token[CSRF_TOKEN_SIZE + 1], struct err *err) MUST_CHECK;
/* HF_CSRF unless the token was made for this session id. */
int csrf_check(const struct secret *key, struct bytes session_id, struct bytes token, struct err *err) MUST_CHECK;

#endif
