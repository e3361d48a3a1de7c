/* The first persons: who may be named, and how many it takes. */
#include "person_list.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_the_usual(void **state)
{
	struct person_list list = {.count = 0};
	struct err err;

	(void)state;
	assert_int_equal(person_list_usual(&list, &err), 0);
	assert_int_equal(list.count, 7);
	assert_string_equal(list.items[3].id, "intake");
	assert_string_equal(list.items[3].name, "受理员");
	assert_int_equal(list.items[3].roles, ROLE_BIT(ROLE_INTAKE_OPERATOR));
	assert_null(list.items[3].request);
	assert_int_equal(person_list_check(&list, true, &err), 0);
	assert_int_equal(person_list_check(&list, false, &err), -1); /* nobody brought a request */
	person_list_free(&list);
}

static void test_malformed(void **state)
{
	static const char *const texts[] = {
	    "",
	    "a",
	    "a=b",
	    "=某人=reviewer",
	    "A=某人=reviewer",
	    "a b=某人=reviewer",
	    "a==reviewer",
	    "a=某人=",
	    "a=某人=boss",
	    "a=某人=reviewer,",
	    "a=某人=reviewer,auditor",
	    "a=e\xcc\x81=reviewer",
	    "a=x\x07=reviewer",
	    "abcdefghijklmnopqrstuvwxyz0123456=某人=reviewer",
	    "taken=某人=reviewer",
	};
	struct person_list list = {.count = 0};
	struct err err;

	(void)state;
	assert_int_equal(person_list_add(&list, "taken=某人=reviewer", &err), 0);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (person_list_add(&list, texts[i], &err) == 0)
			fail_msg("taken: %s", texts[i]);
		assert_int_equal(err.code, HF_USAGE);
	}
	assert_int_equal(list.count, 1);
	person_list_free(&list);
}

static int check(const char *const *texts, bool evaluation)
{
	struct person_list list = {.count = 0};
	struct err err;
	int result;

	for (; *texts != NULL; texts++)
		assert_int_equal(person_list_add(&list, *texts, &err), 0);
	result = person_list_check(&list, evaluation, &err);
	person_list_free(&list);
	return result;
}

#define A "a=甲=super-administrator,intake-operator,key-officer"
#define B "b=乙=super-administrator,reviewer,key-officer"
#define C "c=丙=audit-administrator"

static void test_enough_to_work_with(void **state)
{
	(void)state;
	assert_int_equal(check((const char *[]){A, B, C, NULL}, true), 0);
	assert_int_equal(check((const char *[]){A "=r", B "=r", C "=r", NULL}, false), 0);
	assert_int_equal(check((const char *[]){A "=r", B "=r", C, NULL}, false), -1);
	assert_int_equal(check((const char *[]){A "=r", B, C, NULL}, true), -1);
	assert_int_equal(check((const char *[]){A, B, NULL}, true), -1);
	assert_int_equal(check((const char *[]){A, C, NULL}, true), -1);
	assert_int_equal(check((const char *[]){NULL}, true), -1);
	/* operator and reviewer in one person only */
	assert_int_equal(check((const char *[]){"a=甲=super-administrator,intake-operator,reviewer,key-officer",
	                                        "b=乙=super-administrator,key-officer", C, NULL},
	                       true),
	                 -1);
	assert_int_equal(check((const char *[]){"a=甲=super-administrator,intake-operator,reviewer,key-officer",
	                                        "b=乙=super-administrator,key-officer,reviewer", C, NULL},
	                       true),
	                 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_the_usual),
	    cmocka_unit_test(test_malformed),
	    cmocka_unit_test(test_enough_to_work_with),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
