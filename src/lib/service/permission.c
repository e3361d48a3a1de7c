/* The table of who may do what. */
#include "permission.h"

#include "role.h"

enum { VISITOR = 1, HOLDER = 2 };

#define OPERATOR ROLE_BIT(ROLE_INTAKE_OPERATOR)
#define REVIEWER ROLE_BIT(ROLE_REVIEWER)
#define ADMINISTRATORS (ROLE_BIT(ROLE_BUSINESS_ADMINISTRATOR) | ROLE_BIT(ROLE_SUPER_ADMINISTRATOR))
#define DESK (OPERATOR | REVIEWER)
#define AUDIT ROLE_AUDIT_LINE

static const struct {
	const char *name;
	unsigned public;
	uint32_t roles;
} table[VERB_COUNT] = {
    [VERB_APPLY] = {"apply", VISITOR | HOLDER, 0},
    [VERB_QUEUE_READ] = {"queue.read", 0, DESK | ADMINISTRATORS},
    [VERB_APPLICATION_READ] = {"application.read", 0, DESK | ADMINISTRATORS},
    [VERB_PAPER_READ] = {"paper.read", 0, DESK},
    [VERB_ACCEPT] = {"application.accept", 0, OPERATOR},
    [VERB_APPROVE] = {"application.approve", 0, REVIEWER},
    [VERB_COLLECT] = {"certificate.collect", VISITOR | HOLDER, 0},
    [VERB_MY_CERTIFICATES] = {"certificate.mine", HOLDER, 0},
    [VERB_REVOKE_OWN] = {"certificate.revoke-own", HOLDER, 0},
    [VERB_RENEW] = {"certificate.renew", HOLDER, 0},
    [VERB_SUSPEND] = {"certificate.suspend", 0, OPERATOR},
    [VERB_REVOKE_ENTER] = {"certificate.revoke-enter", 0, OPERATOR},
    [VERB_CERTIFICATE_FIND] = {"certificate.find", 0, DESK | ADMINISTRATORS},
    [VERB_PEOPLE_READ] = {"people.read", 0, ADMINISTRATORS | AUDIT},
    [VERB_MAIL_READ] = {"mail.read", 0, DESK | ADMINISTRATORS},
    [VERB_AUDIT_READ] = {"audit.read", 0, AUDIT},
    [VERB_CA_READ] = {"ca.read", 0, DESK | ADMINISTRATORS | AUDIT | ROLE_BIT(ROLE_KEY_OFFICER)},
};

bool permission_has(const struct session *session, enum verb verb)
{
	if (session == NULL)
		return false;
	if (session_is_visitor(session))
		return (table[verb].public & VISITOR) != 0;
	if (session_is_holder(session))
		return (table[verb].public & HOLDER) != 0;
	return ((uint32_t)session->roles & table[verb].roles) != 0;
}

int permission_check(const struct actor *actor, enum verb verb, struct err *err)
{
	const struct session *session = actor->session;

	if (permission_has(session, verb))
		return 0;
	if (session == NULL || session_is_visitor(session))
		return err_set(err, HF_SESSION_NONE, "%s needs a login", table[verb].name);
	return err_set(err, HF_PERMISSION, "%s is not for %s", table[verb].name, session->serial);
}
