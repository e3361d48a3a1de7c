/* SM3 against the standard's examples and OpenSSL. */
#include "sm3_state.h"
#include "vector.h"

#include <openssl/evp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void hash(const void *data, size_t size, uint8_t digest[SM3_DIGEST])
{
	struct sm3_state s;

	sm3_begin(&s);
	sm3_add(&s, data, size);
	sm3_end(&s, digest);
}

static void hashes_the_examples(void **state)
{
	uint8_t digest[SM3_DIGEST], text[64];

	hash("abc", 3, digest);
	assert_vector(BYTES_ARRAY(digest), "66C7F0F462EEEDD9D1F2D46BDC10E4E24167C4875CF2F7A2297DA02B8F4BA8E0");
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (uint8_t)("abcd"[i % 4]);
	hash(text, sizeof(text), digest);
	assert_vector(BYTES_ARRAY(digest), "DEBE9FF92275B8A138604889C18E5A4D6FDB70E5387E5765293DCBA39C0C5732");
	hash(NULL, 0, digest);
	assert_vector(BYTES_ARRAY(digest), "1AB21D8355CFA17F8E61194831E81A8F22BEC8C728FEFB747ED035EB5082AA2B");
}

static void every_size_and_every_cut(void **state)
{
	uint8_t text[400], digest[SM3_DIGEST], want[SM3_DIGEST];
	struct sm3_state s;

	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (uint8_t)(i * 7 + i / 13);
	for (size_t size = 0; size <= 260; size++) {
		assert_int_equal(EVP_Digest(text, size, want, NULL, EVP_sm3(), NULL), 1);
		hash(text, size, digest);
		assert_memory_equal(digest, want, SM3_DIGEST);
		sm3_begin(&s);
		for (size_t at = 0, step; at < size; at += step) {
			step = 1 + (size * 3 + at) % 67;
			if (step > size - at)
				step = size - at;
			sm3_add(&s, text + at, step);
			sm3_add(&s, text, 0);
		}
		sm3_end(&s, digest);
		assert_memory_equal(digest, want, SM3_DIGEST);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(hashes_the_examples),
	    cmocka_unit_test(every_size_and_every_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
