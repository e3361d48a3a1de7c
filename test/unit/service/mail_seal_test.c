/* Details of mails in the outbox: only the row that they were sealed for opens them. */
#include "mail_seal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const struct mail row = {.id = 7,
                                .kind = MAIL_CODE,
                                .address = "li@example.cn",
                                .number = "2026112200001",
                                .detail = "ABCDEFGHJK",
                                .origin = "https://ca.example.cn"};

static void make_key(struct secret *key, const char *storage)
{
	struct secret master;
	struct err err;

	assert_int_equal(secret_copy(&master, bytes_text(storage), &err), 0);
	assert_int_equal(mail_key_derive(&master, key, &err), 0);
	secret_free(&master);
}

static void refuses(const struct secret *key, struct mail mail, const char *sealed)
{
	struct secret text;
	struct err err;

	mail.detail = sealed;
	assert_int_equal(mail_detail_open(key, &mail, &text, &err), -1);
	assert_int_equal(err.code, HF_SEAL_BROKEN);
}

static void test_opens_for_its_row_only(void **state)
{
	struct secret key, other, text;
	struct mail mail = row;
	struct buf sealed;
	struct err err;

	(void)state;
	make_key(&key, "0123456789abcdef0123456789abcdef");
	make_key(&other, "fedcba9876543210fedcba9876543210");
	buf_init(&sealed, MAIL_SEALED_MAX);
	assert_int_equal(mail_detail_seal(&key, &row, &sealed, &err), 0);
	assert_int_equal(buf_append_u8(&sealed, 0, &err), 0);
	const char *kept = (const char *)sealed.data;
	assert_null(strstr(kept, row.detail));

	mail.detail = kept;
	assert_int_equal(mail_detail_open(&key, &mail, &text, &err), 0);
	assert_string_equal(text.data, "ABCDEFGHJK");
	secret_free(&text);

	struct mail changed[] = {row, row, row, row, row};
	changed[0].id = 8;
	changed[1].kind = MAIL_RETURNED;
	changed[2].address = "thief@example.cn";
	changed[3].number = "2026112200002";
	changed[4].origin = "https://evil.example";
	for (size_t i = 0; i < sizeof(changed) / sizeof(changed[0]); i++)
		refuses(&key, changed[i], kept);
	refuses(&other, row, kept);
	refuses(&key, row, "ABCDEFGHJK");
	refuses(&key, row, "QUJD");
	refuses(&key, row, "");
	/* What stands side by side cannot be moved from one to the other. */
	struct mail moved = row;
	moved.address = "li@example.c";
	moved.number = "n2026112200001";
	refuses(&key, moved, kept);
	buf_free(&sealed);
	secret_free(&other);
	secret_free(&key);
}

static void test_needs_a_whole_storage_key(void **state)
{
	struct secret master, key = {NULL, 0};
	struct err err;

	(void)state;
	assert_int_equal(secret_copy(&master, BYTES_LITERAL("0123456789abcdef0123456789abcde"), &err), 0);
	assert_int_equal(mail_key_derive(&master, &key, &err), -1);
	assert_int_equal(err.code, HF_SETTING);
	secret_free(&master);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_opens_for_its_row_only),
	    cmocka_unit_test(test_needs_a_whole_storage_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
