/* The table of permissions, as a table: who may do what, and that the audit line does nothing but audit. */
#include "permission.h"
#include "role.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static const struct session visitor = {.serial = "", .person = "", .name = "", .code = ""};
static const struct session holder = {.serial = "01", .person = "", .name = "", .code = "91110108123456788E"};

static struct session person(uint32_t roles)
{
	return (struct session){.serial = "01", .person = "p", .name = "", .code = "", .roles = roles};
}

static void test_visitors_and_holders(void **state)
{
	for (int v = 0; v < VERB_COUNT; v++) {
		bool open = v == VERB_APPLY || v == VERB_COLLECT,
		     own = v == VERB_MY_CERTIFICATES || v == VERB_REVOKE_OWN || v == VERB_RENEW;
		assert_int_equal(permission_has(&visitor, (enum verb)v), open);
		assert_int_equal(permission_has(&holder, (enum verb)v), open || own);
		assert_false(permission_has(NULL, (enum verb)v));
	}
}

static void test_roles(void **state)
{
	struct session operator= person(ROLE_BIT(ROLE_INTAKE_OPERATOR)), reviewer = person(ROLE_BIT(ROLE_REVIEWER)), none = person(0);
	struct session officer = person(ROLE_BIT(ROLE_KEY_OFFICER));

	assert_true(permission_has(&operator, VERB_ACCEPT));
	assert_false(permission_has(&operator, VERB_APPROVE));
	assert_true(permission_has(&reviewer, VERB_APPROVE));
	assert_false(permission_has(&reviewer, VERB_ACCEPT));
	assert_false(permission_has(&reviewer, VERB_SUSPEND));
	for (int v = 0; v < VERB_COUNT; v++) {
		assert_false(permission_has(&none, (enum verb)v));
		assert_int_equal(permission_has(&officer, (enum verb)v), v == VERB_CA_READ);
	}
}

static void test_audit_line_and_business_line_never_meet(void **state)
{
	for (int v = 0; v < VERB_COUNT; v++) {
		for (int role = 0; role < ROLE_COUNT; role++) {
			bool audit = (ROLE_BIT(role) & ROLE_AUDIT_LINE) != 0;
			struct session who = person(ROLE_BIT(role));
			if (v == VERB_PEOPLE_READ || v == VERB_CA_READ)
				continue; /* staff and CA are known to both */
			if (audit)
				assert_int_equal(permission_has(&who, (enum verb)v), v == VERB_AUDIT_READ);
			else
				assert_false(v == VERB_AUDIT_READ && permission_has(&who, (enum verb)v));
		}
	}
}

static void test_refusals_are_told_apart(void **state)
{
	struct session operator= person(ROLE_BIT(ROLE_INTAKE_OPERATOR));
	struct err err;

	assert_int_equal(permission_check(&(struct actor){NULL, ""}, VERB_ACCEPT, &err), -1);
	assert_int_equal(err.code, HF_SESSION_NONE);
	assert_int_equal(permission_check(&(struct actor){&visitor, ""}, VERB_ACCEPT, &err), -1);
	assert_int_equal(err.code, HF_SESSION_NONE);
	assert_int_equal(permission_check(&(struct actor){&holder, ""}, VERB_ACCEPT, &err), -1);
	assert_int_equal(err.code, HF_PERMISSION);
	assert_int_equal(permission_check(&(struct actor){&operator, ""}, VERB_APPROVE, &err), -1);
	assert_int_equal(err.code, HF_PERMISSION);
	assert_int_equal(permission_check(&(struct actor){&operator, ""}, VERB_ACCEPT, &err), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_visitors_and_holders),
	    cmocka_unit_test(test_roles),
	    cmocka_unit_test(test_audit_line_and_business_line_never_meet),
	    cmocka_unit_test(test_refusals_are_told_apart),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
