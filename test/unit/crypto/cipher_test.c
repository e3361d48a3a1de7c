/* SM4 against the standard's value; sealing, sealed files, and every change of them refused; randomness. */
#include "cipher.h"
#include "keyring.h"
#include "random.h"
#include "vector.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define KEY "0123456789ABCDEFFEDCBA98765432100123456789ABCDEFFEDCBA9876543210"

static void sm4_vector(void **state)
{
	struct buf key = vector("0123456789ABCDEFFEDCBA9876543210");
	uint8_t block[16], back[16];

	assert_int_equal(sm4_ecb_encrypt(key.data, buf_get(&key), block, NULL), 0);
	assert_vector(BYTES_ARRAY(block), "681EDF34D206965E86B3E94F536E4246");
	assert_int_equal(sm4_ecb_decrypt(key.data, BYTES_ARRAY(block), back, NULL), 0);
	assert_true(bytes_equal(BYTES_ARRAY(back), buf_get(&key)));
	assert_int_equal(sm4_ecb_encrypt(key.data, BYTES_LITERAL("not a block"), block, NULL), -1);
	buf_free(&key);
}

static void seals_and_opens(void **state)
{
	struct secret key = vector_secret(KEY), out;
	struct buf sealed, again, data;

	buf_init(&sealed, 256);
	buf_init(&again, 256);
	buf_init(&data, 256);
	assert_int_equal(seal(&key, BYTES_LITERAL("use"), BYTES_LITERAL("content"), &sealed, NULL), 0);
	assert_int_equal(sealed.size, 7 + SEAL_OVERHEAD);
	assert_int_equal(unseal(&key, BYTES_LITERAL("use"), buf_get(&sealed), &out, NULL), 0);
	assert_true(bytes_is_text(secret_get(&out), "content"));
	secret_free(&out);
	assert_int_equal(unseal_data(&key, BYTES_LITERAL("use"), buf_get(&sealed), &data, NULL), 0);
	assert_true(bytes_is_text(buf_get(&data), "content"));
	assert_int_equal(seal(&key, BYTES_LITERAL("use"), BYTES_LITERAL("content"), &again, NULL), 0);
	assert_false(bytes_equal(buf_get(&sealed), buf_get(&again)));
	buf_clear(&again);
	buf_clear(&data);
	assert_int_equal(seal(&key, BYTES_NONE, BYTES_NONE, &again, NULL), 0);
	assert_int_equal(unseal_data(&key, BYTES_NONE, buf_get(&again), &data, NULL), 0);
	assert_int_equal(data.size, 0);
	buf_free(&sealed);
	buf_free(&again);
	buf_free(&data);
	secret_free(&key);
}

static void refuses_what_was_changed(void **state)
{
	struct secret key = vector_secret(KEY), out;
	struct buf sealed, data;
	struct err err;

	buf_init(&sealed, 256);
	buf_init(&data, 256);
	assert_int_equal(seal(&key, BYTES_LITERAL("use"), BYTES_LITERAL("content"), &sealed, NULL), 0);
	assert_int_equal(unseal(&key, BYTES_LITERAL("other"), buf_get(&sealed), &out, &err), -1);
	assert_int_equal(err.code, HF_SEAL_BROKEN);
	for (size_t at = 0; at < sealed.size; at++) {
		sealed.data[at] ^= 1;
		assert_int_equal(unseal(&key, BYTES_LITERAL("use"), buf_get(&sealed), &out, &err), -1);
		assert_null(out.data);
		assert_int_equal(unseal_data(&key, BYTES_LITERAL("use"), buf_get(&sealed), &data, &err), -1);
		assert_int_equal(data.size, 0);
		sealed.data[at] ^= 1;
	}
	for (size_t size = 0; size < sealed.size; size++)
		assert_int_equal(unseal(&key, BYTES_LITERAL("use"), (struct bytes){sealed.data, size}, &out, &err), -1);
	key.data[0] ^= 1;
	assert_int_equal(unseal(&key, BYTES_LITERAL("use"), buf_get(&sealed), &out, &err), -1);
	secret_free(&key);
	key = vector_secret("0123456789ABCDEF"); /* too short a key */
	assert_int_equal(seal(&key, BYTES_NONE, BYTES_LITERAL("content"), &sealed, &err), -1);
	secret_free(&key);
	buf_free(&sealed);
	buf_free(&data);
}

static void sealed_files(void **state)
{
	struct secret content = vector_secret(KEY), out;
	struct buf file;
	struct err err;

	buf_init(&file, 256);
	assert_int_equal(keyring_seal(BYTES_LITERAL("pass"), "issuing", &content, &file, NULL), 0);
	assert_int_equal(keyring_open(BYTES_LITERAL("pass"), "issuing", buf_get(&file), &out, NULL), 0);
	assert_true(bytes_equal(secret_get(&content), secret_get(&out)));
	secret_free(&out);
	assert_int_equal(keyring_open(BYTES_LITERAL("Pass"), "issuing", buf_get(&file), &out, &err), -1);
	assert_int_equal(err.code, HF_PASSPHRASE);
	assert_int_equal(keyring_open(BYTES_LITERAL("pass"), "journal", buf_get(&file), &out, &err), -1);
	assert_int_equal(err.code, HF_SEAL_BROKEN);

	file.data[file.size - 1] ^= 1;
	assert_int_equal(keyring_open(BYTES_LITERAL("pass"), "issuing", buf_get(&file), &out, &err), -1);
	assert_int_equal(err.code, HF_PASSPHRASE);
	file.data[file.size - 1] ^= 1;
	size_t cost = 14 + 1 + 7 + 16;
	assert_int_equal(file.data[cost], 15);
	file.data[cost] = 40; /* would take a terabyte */
	assert_int_equal(keyring_open(BYTES_LITERAL("pass"), "issuing", buf_get(&file), &out, &err), -1);
	assert_int_equal(err.code, HF_SEAL_BROKEN);
	for (size_t size = 0; size < cost; size++)
		assert_int_equal(keyring_open(BYTES_LITERAL("pass"), "issuing", (struct bytes){file.data, size}, &out, &err), -1);
	buf_free(&file);
	secret_free(&content);
}

/* Files of one ceremony open like any other, and no two are under the same IV. */
static void sealed_together(void **state)
{
	static const char *const labels[] = {"issuing", "journal"};
	const size_t head = 14 + 1 + 7 + KEYRING_SALT_SIZE + 1;
	struct secret content = vector_secret(KEY), out;
	struct stretched key;
	struct buf files[2];

	assert_int_equal(keyring_stretch(&key, BYTES_LITERAL("pass"), NULL), 0);
	for (int i = 0; i < 2; i++) {
		buf_init(&files[i], 256);
		assert_int_equal(keyring_seal_with(&key, labels[i], &content, &files[i], NULL), 0);
		assert_int_equal(keyring_open(BYTES_LITERAL("pass"), labels[i], buf_get(&files[i]), &out, NULL), 0);
		assert_true(bytes_equal(secret_get(&content), secret_get(&out)));
		secret_free(&out);
	}
	assert_memory_not_equal(files[0].data + head, files[1].data + head, 16);
	buf_free(&files[0]);
	buf_free(&files[1]);
	keyring_stretched_free(&key);
	secret_free(&content);
}

static void random_texts_are_of_their_alphabet(void **state)
{
	char a[201], b[201];
	size_t seen[3] = {0, 0, 0};

	random_text(a, 200, "xyz");
	random_text(b, 200, "xyz");
	assert_int_equal(strlen(a), 200);
	assert_int_equal(strspn(a, "xyz"), 200);
	assert_string_not_equal(a, b);
	for (size_t i = 0; i < 200; i++)
		seen[a[i] - 'x']++;
	assert_true(seen[0] > 20 && seen[1] > 20 && seen[2] > 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(sm4_vector),
	    cmocka_unit_test(seals_and_opens),
	    cmocka_unit_test(refuses_what_was_changed),
	    cmocka_unit_test(sealed_files),
	    cmocka_unit_test(sealed_together),
	    cmocka_unit_test(random_texts_are_of_their_alphabet),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
