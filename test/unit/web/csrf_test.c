/* A token is good for its session and key only, and looks different each time. */
#include "csrf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void tokens_are_bound_to_their_session(void **state)
{
	char first[CSRF_TOKEN_SIZE + 1], second[CSRF_TOKEN_SIZE + 1];
	struct secret key, other;
	struct err err;

	assert_int_equal(secret_copy(&key, BYTES_LITERAL("0123456789abcdef0123456789abcdef"), &err), 0);
	assert_int_equal(secret_copy(&other, BYTES_LITERAL("0123456789abcdef0123456789abcdeg"), &err), 0);
	assert_int_equal(csrf_token(&key, BYTES_LITERAL("session"), first, &err), 0);
	assert_int_equal(csrf_token(&key, BYTES_LITERAL("session"), second, &err), 0);
	assert_int_equal(strlen(first), CSRF_TOKEN_SIZE);
	assert_string_not_equal(first, second);
	assert_int_equal(csrf_check(&key, BYTES_LITERAL("session"), bytes_text(first), &err), 0);
	assert_int_equal(csrf_check(&key, BYTES_LITERAL("session"), bytes_text(second), &err), 0);
	assert_int_equal(csrf_check(&key, BYTES_LITERAL("sessiom"), bytes_text(first), &err), -1);
	assert_int_equal(err.code, HF_CSRF);
	assert_int_equal(csrf_check(&other, BYTES_LITERAL("session"), bytes_text(first), &err), -1);
	secret_free(&key);
	secret_free(&other);
}

static void other_shapes_are_refused(void **state)
{
	char token[CSRF_TOKEN_SIZE + 1];
	struct secret key;
	struct err err;

	assert_int_equal(secret_copy(&key, BYTES_LITERAL("0123456789abcdef0123456789abcdef"), &err), 0);
	assert_int_equal(csrf_token(&key, BYTES_LITERAL("s"), token, &err), 0);
	assert_int_equal(csrf_check(&key, BYTES_LITERAL("s"), BYTES_NONE, &err), -1);
	assert_int_equal(csrf_check(&key, BYTES_LITERAL("s"), (struct bytes){(uint8_t *)token, CSRF_TOKEN_SIZE - 1}, &err), -1);
	for (size_t i = 0; i < CSRF_TOKEN_SIZE; i++) {
		char was = token[i];

		token[i] = was == '0' ? '1' : '0';
		assert_int_equal(csrf_check(&key, BYTES_LITERAL("s"), bytes_text(token), &err), -1);
		token[i] = was;
	}
	token[3] = 'G';
	assert_int_equal(csrf_check(&key, BYTES_LITERAL("s"), bytes_text(token), &err), -1);
	secret_free(&key);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(tokens_are_bound_to_their_session), cmocka_unit_test(other_shapes_are_refused)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
