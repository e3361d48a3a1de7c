/* Sessions, and login by certificate: doc/protocol/login.md. */
#ifndef HUFU_SERVICE_LOGIN_H
#define HUFU_SERVICE_LOGIN_H

#include "service.h"

enum login_door { LOGIN_ENTERPRISE, LOGIN_STAFF };

/* A visitor's session. token: for the cookie, SESSION_TOKEN_SIZE characters and NUL. HF_RATE. */
int session_begin(struct service *s, const char *address, char token[SESSION_TOKEN_SIZE + 1], struct pool *pool, struct session *session,
                  struct err *err) MUST_CHECK;
/* The session of a request: idle and absolute time-out, and for a certificate its status and notafter as of now.
 * HF_SESSION_NONE, HF_SESSION_ENDED, HF_LOGIN_REVOKED, HF_LOGIN_SUSPENDED, HF_LOGIN_EXPIRED. */
int session_find(struct service *s, struct bytes token, struct pool *pool, struct session *session, struct err *err) MUST_CHECK;
int session_end(struct service *s, const struct actor *actor, struct err *err) MUST_CHECK;

/* 32 bytes bound to the session for 120 s; digits: the four that page and window both show. HF_RATE. */
int login_challenge(struct service *s, const struct actor *actor, uint8_t challenge[CHALLENGE_SIZE], char digits[5],
                    struct err *err) MUST_CHECK;

struct login_answer {
	struct bytes serial;      /* hex32 */
	struct bytes certificate; /* DER */
	struct bytes signature;   /* DER */
	const char *origin; /* that the page was under, as the browser says: one of the settings' (HF_LOGIN_ORIGIN); NULL: the first */
};
/* Checks in the order of login.md 3; then a new session, whose token replaces the visitor's (whose session ends). */
int login(struct service *s, const struct actor *actor, enum login_door door, const struct login_answer *answer,
          char token[SESSION_TOKEN_SIZE + 1], struct pool *pool, struct session *session, struct err *err) MUST_CHECK;

#endif
