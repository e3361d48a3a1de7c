/* Random octets never come twice: not from the stock, not in a thread beside, not in a forked process. */
#include "random.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define DRAWS 1000
#define THREADS 4

typedef uint8_t draw[RANDOM_NONCE_SIZE];

static int by_value(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(draw));
}

static void expect_all_different(draw *drawn, size_t n)
{
	static const draw none;

	qsort(drawn, n, sizeof(drawn[0]), by_value);
	assert_memory_not_equal(drawn[0], none, sizeof(none));
	for (size_t i = 1; i < n; i++)
		assert_memory_not_equal(drawn[i], drawn[i - 1], sizeof(drawn[i]));
}

static void *draw_many(void *into)
{
	draw *drawn = into;

	for (size_t i = 0; i < DRAWS; i++)
		random_nonce(drawn[i]);
	return NULL;
}

static void threads_draw_different_octets(void **state)
{
	static draw drawn[THREADS * DRAWS];
	pthread_t thread[THREADS];

	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, draw_many, drawn + i * DRAWS), 0);
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(thread[i], NULL), 0);
	expect_all_different(drawn, THREADS * DRAWS);
}

/* The parent has some in stock when it forks. */
static void a_child_draws_for_itself(void **state)
{
	enum { CHILDREN = 3, EACH = 100 };
	static draw drawn[(CHILDREN + 1) * EACH];
	int channel[2];

	random_nonce(drawn[0]);
	for (size_t i = 1; i <= CHILDREN; i++) {
		assert_int_equal(pipe(channel), 0);
		pid_t child = fork();
		assert_true(child >= 0);
		if (child == 0) {
			for (size_t j = 0; j < EACH; j++)
				random_nonce(drawn[j]);
			_exit(write(channel[1], drawn, EACH * sizeof(draw)) == EACH * sizeof(draw) ? 0 : 1);
		}
		assert_int_equal(read(channel[0], drawn + i * EACH, EACH * sizeof(draw)), EACH * sizeof(draw));
		int status;
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_int_equal(status, 0);
		close(channel[0]);
		close(channel[1]);
	}
	for (size_t i = 0; i < EACH; i++)
		random_nonce(drawn[i]);
	expect_all_different(drawn, sizeof(drawn) / sizeof(drawn[0]));
}

static void texts_keep_to_their_alphabet(void **state)
{
	char text[201];
	size_t count[10] = {0};

	for (size_t i = 0; i < 50; i++) {
		random_text(text, sizeof(text) - 1, "0123456789");
		assert_int_equal(strlen(text), 200);
		assert_int_equal(strspn(text, "0123456789"), 200);
		for (size_t j = 0; j < 200; j++)
			count[text[j] - '0']++;
	}
	for (size_t i = 0; i < 10; i++)
		assert_in_range(count[i], 800, 1200); /* six standard deviations from 1000 */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(threads_draw_different_octets),
	    cmocka_unit_test(a_child_draws_for_itself),
	    cmocka_unit_test(texts_keep_to_their_alphabet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
