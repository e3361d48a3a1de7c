/* The strict DER reader, and the writer against it. */
#include "der.h"
#include "vector.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void expect_refused(const char *hex, int (*read)(struct bytes *))
{
	struct buf b = vector(hex);
	struct bytes in = buf_get(&b);

	assert_int_equal(read(&in), -1);
	assert_ptr_equal(in.data, b.data); /* nothing was taken */
	assert_int_equal(in.size, b.size);
	buf_free(&b);
}

static int any(struct bytes *in)
{
	struct bytes content;
	uint8_t tag;
	return der_read_any(in, &tag, &content);
}

static int boolean(struct bytes *in)
{
	bool value;
	return der_read_boolean(in, &value);
}

static int integer(struct bytes *in)
{
	struct bytes content;
	return der_read_integer(in, &content);
}

static int natural(struct bytes *in)
{
	struct bytes content;
	return der_read_natural(in, &content);
}

static int small(struct bytes *in)
{
	uint32_t value;
	return der_read_small(in, &value);
}

static int bits(struct bytes *in)
{
	struct bytes octets;
	return der_read_bits(in, &octets);
}

static int flags(struct bytes *in)
{
	uint16_t value;
	return der_read_flags(in, &value);
}

static int oid(struct bytes *in)
{
	struct bytes content;
	return der_read_oid(in, &content);
}

static int time_of(struct bytes *in)
{
	int64_t seconds;
	return der_read_time(in, &seconds);
}

static void refuses_what_is_not_der(void **state)
{
	expect_refused("", any);
	expect_refused("04", any);
	expect_refused("0402aa", any);           /* too short */
	expect_refused("048101aa", any);         /* length not minimal */
	expect_refused("04820001aa", any);       /* leading zero in the length */
	expect_refused("0480aa0000", any);       /* indefinite */
	expect_refused("0485000000000100", any); /* length of five octets */
	expect_refused("04ff", any);
	expect_refused("1f8101aa", any); /* tag number of several octets */

	expect_refused("010101", boolean);
	expect_refused("0100", boolean);
	expect_refused("0102ffff", boolean);

	expect_refused("0200", integer);
	expect_refused("0202007f", integer);
	expect_refused("0202ff80", integer);
	expect_refused("0a0101", integer); /* another tag */
	expect_refused("020180", natural); /* negative */
	expect_refused("0201ff", small);
	expect_refused("02050080000000", small); /* 2^31 */

	expect_refused("0300", bits);
	expect_refused("030201fe", bits);
	expect_refused("0300", flags);
	expect_refused("03020680", flags); /* trailing zero bit */
	expect_refused("030207c0", flags); /* unused bit set */
	expect_refused("03020880", flags);
	expect_refused("030101", flags);
	expect_refused("030400000001", flags); /* more than 16 bits */

	expect_refused("0600", oid);
	expect_refused("060180", oid);       /* arc begins with 80 */
	expect_refused("06032a8081", oid);   /* ends inside an arc */
	expect_refused("06042a800101", oid); /* arc not minimal */
}

static void refuses_times_that_do_not_exist(void **state)
{
	expect_refused("170b31353031303130303030305a", time_of);           /* no seconds, wrong length */
	expect_refused("170d3230303233303030303030305a", time_of);         /* 30 February */
	expect_refused("170d3230313330313030303030305a", time_of);         /* month 13 */
	expect_refused("170d3230303130313234303030305a", time_of);         /* hour 24 */
	expect_refused("170d3230303130313030303036305a", time_of);         /* second 60 */
	expect_refused("170d32303031303130303030303058", time_of);         /* no Z */
	expect_refused("170d3a303031303130303030305a5a", time_of);         /* no digit */
	expect_refused("180f3230323130323239303030303030", time_of);       /* too short */
	expect_refused("180f32303231303232393030303030305a", time_of);     /* 29 February 2021 */
	expect_refused("181132303230303130313030303030302e355a", time_of); /* fractions */
	expect_refused("1813323032303031303130303030303030302b303830305a", time_of);
}

static int64_t read_time(const char *hex)
{
	struct buf b = vector(hex);
	struct bytes in = buf_get(&b);
	int64_t seconds;

	assert_int_equal(der_read_time(&in, &seconds), 0);
	assert_int_equal(in.size, 0);
	buf_free(&b);
	return seconds;
}

static void reads_times(void **state)
{
	assert_int_equal(read_time("170d3730303130313030303030305a"), 0);
	assert_int_equal(read_time("170d3439313233313233353935395a"), 2524607999);
	assert_int_equal(read_time("170d3530303130313030303030305a"), -631152000); /* 1950 */
	assert_int_equal(read_time("180f32303530303130313030303030305a"), 2524608000);
	assert_int_equal(read_time("180f32303230303232393132303030305a"), 1582977600);
}

static void reads_what_it_wrote(void **state)
{
	static const uint8_t magnitude[] = {0, 0, 0x80, 1};
	struct buf b;
	struct der_writer w;
	struct bytes in, seq, c;
	bool yes;
	uint32_t n;
	uint16_t f;
	int64_t t;

	buf_init(&b, 4096);
	der_start(&w, &b);
	der_open(&w, DER_SEQUENCE);
	der_put_boolean(&w, true);
	der_put_natural(&w, BYTES_ARRAY(magnitude));
	der_put_small(&w, DER_INTEGER, 0);
	der_put_small(&w, DER_INTEGER, 0x7fffffff);
	der_put_flags(&w, 1u << 5 | 1u << 6);
	der_put_flags(&w, 1u << 8);
	der_put_flags(&w, 0);
	der_put_bits(&w, BYTES_LITERAL("abc"));
	der_put_null(&w);
	der_put_time(&w, 2524607999);
	der_put_time(&w, 2524608000);
	der_put_generalized_time(&w, 0);
	der_close(&w);
	assert_int_equal(der_finish(&w, NULL), 0);

	in = buf_get(&b);
	assert_int_equal(der_read(&in, DER_SEQUENCE, &seq), 0);
	assert_int_equal(in.size, 0);
	assert_int_equal(der_read_boolean(&seq, &yes), 0);
	assert_true(yes);
	assert_int_equal(der_read_natural(&seq, &c), 0);
	assert_vector(c, "8001");
	assert_int_equal(der_read_small(&seq, &n), 0);
	assert_int_equal(n, 0);
	assert_int_equal(der_read_small(&seq, &n), 0);
	assert_int_equal(n, 0x7fffffff);
	assert_int_equal(der_read_flags(&seq, &f), 0);
	assert_int_equal(f, 0x60);
	assert_int_equal(der_read_flags(&seq, &f), 0);
	assert_int_equal(f, 0x100);
	assert_int_equal(der_read_flags(&seq, &f), 0);
	assert_int_equal(f, 0);
	assert_int_equal(der_read_bits(&seq, &c), 0);
	assert_true(bytes_is_text(c, "abc"));
	assert_int_equal(der_read(&seq, DER_NULL, &c), 0);
	assert_true(der_is(seq, DER_UTC_TIME));
	assert_int_equal(der_read_time(&seq, &t), 0);
	assert_int_equal(t, 2524607999);
	assert_true(der_is(seq, DER_GENERALIZED_TIME));
	assert_int_equal(der_read_time(&seq, &t), 0);
	assert_int_equal(t, 2524608000);
	assert_int_equal(der_read_time(&seq, &t), 0);
	assert_int_equal(t, 0);
	assert_int_equal(seq.size, 0);
	buf_free(&b);
}

static void writes_long_lengths(void **state)
{
	static uint8_t filler[70000];
	static const size_t sizes[] = {0, 1, 127, 128, 255, 256, 65535, 65536, sizeof(filler)};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct buf opened, put;
		struct der_writer w;
		struct bytes in, content;

		buf_init(&opened, 1 << 20);
		buf_init(&put, 1 << 20);
		der_start(&w, &opened);
		der_open(&w, DER_OCTET_STRING);
		der_put_element(&w, (struct bytes){filler, sizes[i]});
		der_close(&w);
		assert_int_equal(der_finish(&w, NULL), 0);
		der_start(&w, &put);
		der_put(&w, DER_OCTET_STRING, (struct bytes){filler, sizes[i]});
		assert_int_equal(der_finish(&w, NULL), 0);
		assert_true(bytes_equal(buf_get(&opened), buf_get(&put)));
		in = buf_get(&put);
		assert_int_equal(der_read(&in, DER_OCTET_STRING, &content), 0);
		assert_int_equal(content.size, sizes[i]);
		assert_int_equal(in.size, 0);
		buf_free(&opened);
		buf_free(&put);
	}
}

static void writer_keeps_its_first_failure(void **state)
{
	struct buf b;
	struct der_writer w;
	struct err err;

	buf_init(&b, 8);
	der_start(&w, &b);
	der_open(&w, DER_SEQUENCE);
	der_put(&w, DER_OCTET_STRING, BYTES_LITERAL("too much for it"));
	der_put_null(&w);
	der_close(&w);
	assert_int_equal(der_finish(&w, &err), -1);
	assert_int_equal(err.code, HF_LIMIT);

	buf_clear(&b);
	der_start(&w, &b);
	der_open(&w, DER_SEQUENCE);
	assert_int_equal(der_finish(&w, &err), -1);
	assert_int_equal(err.code, HF_SYSTEM);

	buf_free(&b);
	buf_init(&b, 4096);
	der_start(&w, &b);
	for (int i = 0; i < DER_DEPTH_MAX + 1; i++)
		der_open(&w, DER_SEQUENCE);
	assert_int_equal(der_finish(&w, &err), -1);
	assert_int_equal(err.code, HF_LIMIT);

	buf_clear(&b);
	der_start(&w, &b);
	der_put_time(&w, INT64_C(253402300800)); /* year 10000 */
	assert_int_equal(der_finish(&w, &err), -1);
	buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(refuses_what_is_not_der),
	    cmocka_unit_test(refuses_times_that_do_not_exist),
	    cmocka_unit_test(reads_times),
	    cmocka_unit_test(reads_what_it_wrote),
	    cmocka_unit_test(writes_long_lengths),
	    cmocka_unit_test(writer_keeps_its_first_failure),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
