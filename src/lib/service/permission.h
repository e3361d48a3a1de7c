/* Who may do what: one table of verbs and roles. */
#ifndef HUFU_SERVICE_PERMISSION_H
#define HUFU_SERVICE_PERMISSION_H

#include "service.h"

enum verb {
	VERB_APPLY, /* anybody, for the application of this session */
	VERB_QUEUE_READ,
	VERB_APPLICATION_READ,
	VERB_PAPER_READ,
	VERB_ACCEPT,  /* also return and reject of what was submitted */
	VERB_APPROVE, /* also return and reject of what was accepted */
	VERB_COLLECT,
	VERB_MY_CERTIFICATES,
	VERB_REVOKE_OWN,
	VERB_RENEW,
	VERB_SUSPEND,
	VERB_REVOKE_ENTER, /* an application to revoke or resume, for two persons to decide */
	VERB_CERTIFICATE_FIND,
	VERB_PEOPLE_READ,
	VERB_MAIL_READ,
	VERB_AUDIT_READ,
	VERB_CA_READ,
	VERB_COUNT
};

bool permission_has(const struct session *session, enum verb verb); /* session NULL: nobody */
/* HF_SESSION_NONE for a visitor where a login is needed, HF_PERMISSION else. */
int permission_check(const struct actor *actor, enum verb verb, struct err *err) MUST_CHECK;

#endif
