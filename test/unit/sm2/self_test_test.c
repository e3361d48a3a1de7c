/* The known answers: every engine gives them, and one that is wrong in one place does not. */
#include "self_test.h"

#include "fn.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void engines_pass(void **state)
{
	const struct engine *engines[ENGINES_MAX];
	size_t n = engine_list(engines);

	for (size_t i = 0; i < n; i++)
		assert_true(self_test(engines[i]));
}

static void wrong_multiples(struct affine *r, const struct fn *k, size_t n)
{
	engine_portable.base_many(r, k, n);
	r[n - 1].x = r[n - 1].y;
}

static void wrong_in_a_batch(struct affine *r, const struct fn *k, size_t n)
{
	engine_portable.base_many(r, k, n);
	if (n == 8)
		r[5].y = r[5].x;
}

static void wrong_product(struct affine *r, const struct affine *p, const struct fn *k)
{
	*r = *p;
}

static void accept_all(struct sum_check *check, size_t n)
{
	for (size_t i = 0; i < n; i++)
		check[i].holds = true;
}

static void refuse_the_last(struct sum_check *check, size_t n)
{
	engine_portable.check(check, n);
	if (n > 1)
		check[n - 2].holds = false;
}

static void wrong_number(struct fn *r, const struct affine *a)
{
	*r = (struct fn){{1}};
}

static void what_is_wrong_is_seen(void **state)
{
	struct engine wrong[6];

	for (size_t i = 0; i < 6; i++)
		wrong[i] = engine_portable;
	assert_true(self_test(&wrong[0]));
	wrong[0].base_many = wrong_multiples;
	wrong[1].base_many = wrong_in_a_batch;
	wrong[2].multiply = wrong_product;
	wrong[3].check = accept_all;
	wrong[4].check = refuse_the_last;
	wrong[5].abscissa = wrong_number;
	for (size_t i = 0; i < 6; i++)
		assert_false(self_test(&wrong[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(engines_pass), cmocka_unit_test(what_is_wrong_is_seen)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
