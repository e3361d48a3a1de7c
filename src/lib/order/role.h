/* The roles a person of the service may have. doc/protocol/order.md 3 */
#ifndef HUFU_ORDER_ROLE_H
#define HUFU_ORDER_ROLE_H

#include "bytes.h"

/* In the order of their names, so that a set written bit by bit is sorted. */
enum role {
	ROLE_AUDIT_ADMINISTRATOR,
	ROLE_AUDITOR,
	ROLE_BUSINESS_ADMINISTRATOR,
	ROLE_INTAKE_OPERATOR,
	ROLE_KEY_OFFICER,
	ROLE_REVIEWER,
	ROLE_SUPER_ADMINISTRATOR,
	ROLE_COUNT
};
#define ROLE_BIT(role) (UINT32_C(1) << (role))
/* The audit line; its roles never meet another one in a person. */
#define ROLE_AUDIT_LINE (ROLE_BIT(ROLE_AUDIT_ADMINISTRATOR) | ROLE_BIT(ROLE_AUDITOR))

/* "audit-administrator", … ended by NULL, in the order of enum role. */
extern const char *const role_names[ROLE_COUNT + 1];

/* False when the audit line meets the business line in roles. */
bool roles_may_meet(uint32_t roles);

#endif
