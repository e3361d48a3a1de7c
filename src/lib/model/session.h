/* A browser's session: a visitor's, then perhaps a holder's or a person's. */
#ifndef HUFU_MODEL_SESSION_H
#define HUFU_MODEL_SESSION_H

#include "column.h"

#define SESSION_TOKEN_SIZE 43 /* base64url of 32 random bytes; the store keeps only its SM3 */
#define CHALLENGE_SIZE 32

struct session {
	const char *id;           /* hex64: SM3 of the token */
	const char *csrf;         /* token for forms, bound to this session */
	const char *serial;       /* certificate that logged in; "" for a visitor */
	const char *person;       /* staff: person id; else "" */
	const char *name;         /* of the person or the enterprise */
	const char *code;         /* enterprise's credit code; "" for staff and visitors */
	int64_t roles;            /* staff: ROLE_BIT of order/role.h, or-ed, as of this request */
	const char *applications; /* numbers of those it began or opened by a code, with a blank between them; "" */
	int64_t notafter;         /* of the certificate; 0 for a visitor */
	int64_t created, seen;
};
extern const struct shape session_shape;

bool session_is_visitor(const struct session *s);
bool session_is_holder(const struct session *s);
bool session_is_staff(const struct session *s);

#endif
