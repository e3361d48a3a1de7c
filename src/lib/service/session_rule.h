/* Sessions within the service: made, and forgotten. */
#ifndef HUFU_SERVICE_SESSION_RULE_H
#define HUFU_SERVICE_SESSION_RULE_H

#include "login.h"
#include "query.h"

struct session_new {
	const char *serial, *person; /* "" for a visitor */
	const char *address;
	int64_t now;
};
/* Draws token and id; the row is added within the transaction. */
int session_add(struct connection *c, const struct session_new *new, char token[SESSION_TOKEN_SIZE + 1], char id[65],
                struct err *err) MUST_CHECK;
/* The session goes on under another token and id, which nobody knew before it is given more. Its forms stay good; under the old id it gets
 * nothing more and ends in 10 s, so that a second click is still answered. */
int session_renew(struct connection *c, const struct session *old, int64_t now, char token[SESSION_TOKEN_SIZE + 1], char id[65],
                  struct err *err) MUST_CHECK;
/* What the old session works on is the new one's too; the old one ends then. */
int session_take_over(struct connection *c, const char *old, const char *new, int64_t then, struct err *err) MUST_CHECK;
/* The whole session of an id, as session_find tells it. */
int session_load(struct service *s, struct connection *c, const char *id, int64_t now, struct pool *pool, struct session *session,
                 struct err *err) MUST_CHECK;
/* Removes the rows of sessions that ended or were not seen for a week. */
int session_sweep(struct service *s, struct err *err) MUST_CHECK;

/* Its record, and the newest CRL. HF_LOGIN_REVOKED, HF_LOGIN_SUSPENDED, HF_LOGIN_EXPIRED, HF_LOGIN_NOT_YET. */
struct certificate;
int session_certificate_check(struct service *s, const struct certificate *certificate, int64_t now, struct err *err) MUST_CHECK;

#endif
