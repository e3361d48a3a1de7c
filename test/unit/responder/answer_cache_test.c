/* Kept answers are found by their exact CertID, half their life long, and never after their certificate's status changed. */
#include "answer_cache.h"
#include "http_date.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const struct serial serial = {{9, 8, 7}};
static const struct index_record good = {INDEX_GOOD, CRL_UNSPECIFIED, 100}, revoked = {INDEX_REVOKED, CRL_SUPERSEDED, 200};
static struct answer_cache *cache;
static struct status_index *status;

static int setup(void **state)
{
	return status_index_new(&status, NULL) != 0 || answer_cache_new(&cache, 64, NULL) != 0 ||
	       status_index_set(status, &serial, &good, NULL) != 0;
}

static int teardown(void **state)
{
	answer_cache_free(&cache);
	status_index_free(&status);
	return 0;
}

static void keep(const char *id, const char *der, const struct index_record *seen)
{
	struct answer *answer = NULL;

	assert_int_equal(answer_new(&answer, bytes_text(der), bytes_text(id), &serial, 1010, 1000, 1600, NULL), 0);
	answer_cache_keep(cache, answer, status, seen);
	answer_release(answer);
}

static bool found_by(const char *id, int64_t known, int64_t now, const char *der)
{
	struct answer *answer = answer_cache_find(cache, bytes_text(id), &serial, known, now);
	bool same = answer != NULL && bytes_is_text(answer->der, der);

	answer_release(answer);
	return same;
}

/* While the index goes with the time. */
static bool found(const char *id, int64_t now, const char *der)
{
	return found_by(id, now, now, der);
}

static void found_by_exact_id_for_half_its_life(void **state)
{
	keep("id", "answer", &good);
	assert_true(found("id", 1010, "answer"));
	assert_true(found("id", 1299, "answer"));
	assert_false(found("id", 1300, "answer"));
	assert_false(found("id", 1009, "answer"));
	assert_false(found("ie", 1010, "answer"));
	keep("id", "newer", &good);
	assert_true(found("id", 1010, "newer"));
}

/* A new one would end no later while nothing newer is known. */
static void found_to_its_end_when_nothing_newer_is_known(void **state)
{
	keep("id", "answer", &good);
	assert_true(found_by("id", 1000, 1599, "answer"));
	assert_false(found_by("id", 1000, 1600, "answer"));
	assert_false(found_by("id", 1001, 1599, "answer"));
}

static void a_change_drops_every_answer(void **state)
{
	keep("one", "1", &good);
	keep("two", "2", &good);
	assert_int_equal(status_index_set(status, &serial, &revoked, NULL), 0);
	answer_cache_drop(cache, &serial);
	assert_false(found("one", 1020, "1"));
	assert_false(found("two", 1020, "2"));
}

/* Signed before the change, brought after it. */
static void a_late_answer_is_not_kept(void **state)
{
	assert_int_equal(status_index_set(status, &serial, &revoked, NULL), 0);
	answer_cache_drop(cache, &serial);
	keep("id", "good", &good);
	assert_false(found("id", 1020, "good"));
	keep("id", "revoked", &revoked);
	assert_true(found("id", 1020, "revoked"));
}

static void a_held_answer_outlives_its_place(void **state)
{
	struct answer *held;
	char id[2] = "a";

	keep("id", "answer", &good);
	held = answer_cache_find(cache, BYTES_LITERAL("id"), &serial, 1020, 1020);
	assert_non_null(held);
	for (; id[0] < 'z'; id[0]++)
		keep(id, "other", &good);
	assert_false(found("id", 1020, "answer"));
	assert_true(bytes_is_text(held->der, "answer"));
	answer_release(held);
}

static void http_dates(void **state)
{
	static const char *const bad[] = {"",
	                                  "Sun, 22 Nov 2026 01:05:00",
	                                  "Mon, 22 Nov 2026 01:05:00 GMT",
	                                  "Sun, 32 Nov 2026 01:05:00 GMT",
	                                  "Sun, 22 Nix 2026 01:05:00 GMT",
	                                  "Sun, 22 Nov 2026 25:05:00 GMT",
	                                  "Sunday, 22-Nov-26 01:05:00 GMT"};
	char text[HTTP_DATE_SIZE];
	int64_t seconds;

	http_date_write(text, 1795309500);
	assert_string_equal(text, "Sun, 22 Nov 2026 01:05:00 GMT");
	assert_true(http_date_read(text, &seconds));
	assert_int_equal(seconds, 1795309500);
	http_date_write(text, 0);
	assert_string_equal(text, "Thu, 01 Jan 1970 00:00:00 GMT");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(http_date_read(bad[i], &seconds));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(found_by_exact_id_for_half_its_life, setup, teardown),
	    cmocka_unit_test_setup_teardown(found_to_its_end_when_nothing_newer_is_known, setup, teardown),
	    cmocka_unit_test_setup_teardown(a_change_drops_every_answer, setup, teardown),
	    cmocka_unit_test_setup_teardown(a_late_answer_is_not_kept, setup, teardown),
	    cmocka_unit_test_setup_teardown(a_held_answer_outlives_its_place, setup, teardown),
	    cmocka_unit_test(http_dates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
