/* SM3, HMAC-SM3 and the key derivation against published values. */
#include "digest.h"
#include "vector.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void sm3_vectors(void **state)
{
	uint8_t out[SM3_SIZE];

	sm3(BYTES_LITERAL("abc"), out);
	assert_vector(BYTES_ARRAY(out), "66C7F0F462EEEDD9D1F2D46BDC10E4E24167C4875CF2F7A2297DA02B8F4BA8E0");
	sm3(BYTES_LITERAL("abcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcd"), out);
	assert_vector(BYTES_ARRAY(out), "DEBE9FF92275B8A138604889C18E5A4D6FDB70E5387E5765293DCBA39C0C5732");
	sm3(BYTES_NONE, out);
	assert_vector(BYTES_ARRAY(out), "1AB21D8355CFA17F8E61194831E81A8F22BEC8C728FEFB747ED035EB5082AA2B");
	sm3_two(BYTES_LITERAL("a"), BYTES_LITERAL("bc"), out);
	assert_vector(BYTES_ARRAY(out), "66C7F0F462EEEDD9D1F2D46BDC10E4E24167C4875CF2F7A2297DA02B8F4BA8E0");
}

static void streams_give_the_same(void **state)
{
	struct sm3_stream *s;
	uint8_t out[SM3_SIZE];

	assert_int_equal(sm3_stream_new(&s, NULL), 0);
	for (int i = 0; i < 16; i++)
		sm3_stream_add(s, BYTES_LITERAL("abcd"));
	sm3_stream_end(s, out);
	assert_vector(BYTES_ARRAY(out), "DEBE9FF92275B8A138604889C18E5A4D6FDB70E5387E5765293DCBA39C0C5732");
	sm3_stream_free(&s);
	assert_null(s);
	sm3_stream_free(&s);
}

static void older_digests(void **state)
{
	uint8_t one[20], two[32];

	sha1(BYTES_LITERAL("abc"), one);
	assert_vector(BYTES_ARRAY(one), "a9993e364706816aba3e25717850c26c9cd0d89d");
	sha256(BYTES_LITERAL("abc"), two);
	assert_vector(BYTES_ARRAY(two), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void hmac_vector(void **state)
{
	static const char expected[] = "5321E8BF4A089BE431CA15AC24956400ACF9A8843D2D62C052FAD88E33393DD7";
	const struct bytes parts[] = {BYTES_LITERAL("a"), BYTES_LITERAL("bc")};
	struct secret key = vector_secret("0123456789ABCDEFFEDCBA98765432100123456789ABCDEFFEDCBA9876543210");
	uint8_t out[SM3_SIZE];

	assert_int_equal(hmac_sm3(&key, BYTES_LITERAL("abc"), out, NULL), 0);
	assert_vector(BYTES_ARRAY(out), expected);
	memset(out, 0, sizeof(out));
	assert_int_equal(hmac_sm3_parts(&key, parts, 2, out, NULL), 0);
	assert_vector(BYTES_ARRAY(out), expected);
	secret_free(&key);
}

static void kdf_is_hmac_of_label_and_context(void **state)
{
	struct secret key = vector_secret("0123456789ABCDEFFEDCBA98765432100123456789ABCDEFFEDCBA9876543210");
	struct secret derived;
	uint8_t expected[SM3_SIZE];

	assert_int_equal(hmac_sm3(&key, BYTES_LITERAL("label\0context"), expected, NULL), 0);
	assert_int_equal(kdf_sm3(&key, "label", BYTES_LITERAL("context"), &derived, NULL), 0);
	assert_true(bytes_equal(secret_get(&derived), BYTES_ARRAY(expected)));
	secret_free(&derived);
	secret_free(&key);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(sm3_vectors),
	    cmocka_unit_test(streams_give_the_same),
	    cmocka_unit_test(older_digests),
	    cmocka_unit_test(hmac_vector),
	    cmocka_unit_test(kdf_is_hmac_of_label_and_context),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
