/* Secrets: places that are wiped and used again, whichever size; and a fork in the midst of their use. */
#include "secret.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void begins_as_zeros(void **state)
{
	static const size_t sizes[] = {1, 32, 512, 513, SECRET_MAX};
	static const uint8_t zeros[SECRET_MAX];
	struct secret s;
	struct err err;

	for (int round = 0; round < 200; round++) {
		const size_t size = sizes[round % 5];

		assert_int_equal(secret_new(&s, size, &err), 0);
		assert_int_equal(s.size, size);
		assert_memory_equal(s.data, zeros, size);
		memset(s.data, 0xa5, size);
		secret_free(&s);
		assert_null(s.data);
	}
	assert_int_equal(secret_new(&s, 0, &err), -1);
	assert_int_equal(secret_new(&s, SECRET_MAX + 1, &err), -1);
}

static atomic_bool stop;

static void *take_and_give(void *arg)
{
	struct secret s;

	while (!stop) {
		if (secret_new(&s, 32, NULL) == 0)
			secret_free(&s);
	}
	return NULL;
}

/* The lock was held by the thread at some of these moments; a child that waits for it for ever is ended by its alarm. */
static void a_forked_child_has_secrets(void **state)
{
	pthread_t thread[2];
	struct secret s;
	int status;

	stop = false;
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, take_and_give, NULL), 0);
	for (int i = 0; i < 60; i++) {
		pid_t pid = fork();

		assert_true(pid >= 0);
		if (pid == 0) {
			(void)alarm(60);
			if (secret_new(&s, 32, NULL) != 0)
				_exit(1);
			secret_free(&s);
			_exit(0);
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_int_equal(status, 0);
	}
	stop = true;
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(pthread_join(thread[i], NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(begins_as_zeros),
	    cmocka_unit_test(a_forked_child_has_secrets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
