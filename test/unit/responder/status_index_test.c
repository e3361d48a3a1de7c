/* The index finds what was set, grows, and knows nothing else. */
#include "status_index.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* Many serials share their last bytes, so that slots collide. */
static struct serial serial_of(uint32_t n)
{
	struct serial serial = {{1 + (uint8_t)(n % 255), (uint8_t)(n >> 24), (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n}};

	serial.bytes[15] = (uint8_t)(n % 64);
	return serial;
}

static void what_was_set_is_found(void **state)
{
	const struct index_record good = {INDEX_GOOD, CRL_UNSPECIFIED, 100};
	struct status_index *index = NULL;

	assert_int_equal(status_index_new(&index, NULL), 0);
	for (uint32_t n = 0; n < 20000; n++) {
		struct serial serial = serial_of(n);

		assert_int_equal(status_index_get(index, &serial).status, INDEX_UNKNOWN);
		assert_int_equal(status_index_set(index, &serial, &good, NULL), 0);
	}
	assert_int_equal(status_index_count(index), 20000);
	for (uint32_t n = 0; n < 20000; n++) {
		struct serial serial = serial_of(n), other = serial_of(n + 20000);

		assert_int_equal(status_index_get(index, &serial).status, INDEX_GOOD);
		assert_int_equal(status_index_get(index, &other).status, INDEX_UNKNOWN);
	}
	status_index_free(&index);
}

static void a_record_is_replaced(void **state)
{
	const struct index_record good = {INDEX_GOOD, CRL_UNSPECIFIED, 100}, revoked = {INDEX_REVOKED, CRL_KEY_COMPROMISE, 4000000000};
	struct serial serial = serial_of(7), zero = {{0}};
	struct status_index *index = NULL;
	struct index_record found;
	struct err err;

	assert_int_equal(status_index_new(&index, NULL), 0);
	assert_int_equal(status_index_set(index, &serial, &good, NULL), 0);
	assert_int_equal(status_index_set(index, &serial, &revoked, NULL), 0);
	found = status_index_get(index, &serial);
	assert_int_equal(found.status, INDEX_REVOKED);
	assert_int_equal(found.reason, CRL_KEY_COMPROMISE);
	assert_int_equal(found.since, 4000000000);
	assert_int_equal(status_index_count(index), 1);
	assert_int_equal(status_index_set(index, &zero, &good, &err), -1);
	assert_int_equal(status_index_get(index, &zero).status, INDEX_UNKNOWN);
	status_index_free(&index);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(what_was_set_is_found), cmocka_unit_test(a_record_is_replaced)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
