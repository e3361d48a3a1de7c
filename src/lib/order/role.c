/* The names of the roles. */
#include "role.h"

const char *const role_names[ROLE_COUNT + 1] = {
    [ROLE_AUDIT_ADMINISTRATOR] = "audit-administrator",
    [ROLE_AUDITOR] = "auditor",
    [ROLE_BUSINESS_ADMINISTRATOR] = "business-administrator",
    [ROLE_INTAKE_OPERATOR] = "intake-operator",
    [ROLE_KEY_OFFICER] = "key-officer",
    [ROLE_REVIEWER] = "reviewer",
    [ROLE_SUPER_ADMINISTRATOR] = "super-administrator",
    [ROLE_COUNT] = NULL,
};

bool roles_may_meet(uint32_t roles)
{
	return (roles & ROLE_AUDIT_LINE) == 0 || (roles & ~ROLE_AUDIT_LINE) == 0;
}
