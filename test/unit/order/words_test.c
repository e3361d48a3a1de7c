/* The words of the window say what the order says, and always fit. */
#include "words.h"

#include "order_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

struct desk {
	struct pool *pool;
	struct order order;
	struct buf words;
	struct err err;
};

static int set_up(void **state)
{
	static struct desk d;

	memset(&d, 0, sizeof(d));
	d.pool = pool_new(1u << 20);
	buf_init(&d.words, 4096);
	*state = &d;
	return d.pool == NULL;
}

static int tear_down(void **state)
{
	struct desk *d = *state;

	pool_free(&d->pool);
	buf_free(&d->words);
	return 0;
}

static const char *words(struct desk *d, const char *draft, enum language language)
{
	struct order_facts facts = order_text_facts();
	struct buf text;

	buf_init(&text, ORDER_TEXT_MAX);
	assert_int_equal(order_complete_text(bytes_text(draft), &facts, d->pool, &text, &d->order, &d->err), 0);
	buf_free(&text);
	buf_clear(&d->words);
	assert_int_equal(order_words(&d->order, language, &d->words, &d->err), 0);
	assert_true(d->words.size <= WORDS_MAX);
	assert_int_equal(buf_append_u8(&d->words, 0, &d->err), 0);
	return (const char *)d->words.data;
}

static void test_an_approval_in_words(void **state)
{
	struct desk *d = *state;
	char fingerprint[9], line[64];
	const char *zh = words(d, DRAFT_APPROVE_NEW(TEXT_HASH), LANGUAGE_ZH);

	order_fingerprint(&d->order, fingerprint);
	snprintf(line, sizeof(line), "指纹：%s\n", fingerprint);
	assert_non_null(strstr(zh, "审核通过并签发：证书初次办理\n"));
	assert_non_null(strstr(zh, "单位：杭州虎符科技有限公司\n"));
	assert_non_null(strstr(zh, "统一社会信用代码：91330100MA27XF8U4K\n"));
	assert_non_null(strstr(zh, "地区：浙江省 杭州市\n"));
	assert_null(strstr(zh, "部门："));
	assert_non_null(strstr(zh, "有效期至：2027年1月15日\n"));
	assert_non_null(strstr(zh, "材料份数：1\n"));
	assert_non_null(strstr(zh, line));
	assert_true(bytes_is_text(order_code_from_paper(&d->order), "XF8U4K"));
}

static void test_other_orders_in_words(void **state)
{
	struct desk *d = *state;

	assert_non_null(strstr(words(d, DRAFT_ACCEPT_REVOKE, LANGUAGE_ZH), "证书序列号（末八位）：aaaaaaaa bbbbbbbb\n"));
	assert_non_null(strstr(words(d, DRAFT_ACCEPT_REVOKE, LANGUAGE_ZH), "原因：钥匙丢失或密钥泄露\n"));
	assert_int_equal(order_code_from_paper(&d->order).size, 0);
	assert_non_null(strstr(words(d, DRAFT_STAFF, LANGUAGE_ZH), "人员：审核员乙 (reviewer-b)\n岗位：受理员、审核员\n"));
	assert_non_null(strstr(words(d, DRAFT_POLICY, LANGUAGE_ZH), "：60\n"));
	assert_non_null(strstr(words(d, DRAFT_CANCEL, LANGUAGE_ZH), "0c0d0e0f\n"));
	assert_non_null(strstr(words(d, DRAFT_SUSPEND, LANGUAGE_ZH), "冻结证书\n"));
	assert_non_null(strstr(words(d, DRAFT_SUSPEND, LANGUAGE_EN), "Suspend certificates\nEnterprise: 杭州虎符科技有限公司\n"));
	assert_non_null(strstr(words(d, DRAFT_STAFF, LANGUAGE_EN), "Roles: intake operator, reviewer\nFrom: 2023-11-15\n"));
}

/* The longest that an order may say. */
static void test_the_longest_words_fit(void **state)
{
	struct desk *d = *state;
	char name[ORDER_NAME_MAX + 1], draft[8192];
	int at;

	memset(name, 0, sizeof(name));
	for (int i = 0; i < ORDER_NAME_CHARACTERS; i++)
		memcpy(name + 4 * i, "𠮷", 4);
	at = snprintf(draft, sizeof(draft),
	              "{\"application\":\"" TEXT_APPLICATION "\",\"holder\":{\"code\":\"91330100MA27XF8U4K\",\"name\":\"%s\"},"
	              "\"kind\":\"revoke\",\"order\":\"accept\",\"papers\":[],\"reason\":\"keyCompromise\",\"serials\":[",
	              name);
	for (int i = 0; i < ORDER_SERIALS_MAX; i++)
		at += snprintf(draft + at, sizeof(draft) - (size_t)at, "%s\"%032d\"", i > 0 ? "," : "", i);
	snprintf(draft + at, sizeof(draft) - (size_t)at, "]}");
	assert_non_null(strstr(words(d, draft, LANGUAGE_ZH), "等16张\n"));
	words(d, draft, LANGUAGE_EN);
	snprintf(draft, sizeof(draft),
	         "{\"application\":\"" TEXT_APPLICATION "\",\"certificate\":\"" TEXT_SERIAL_A
	         "\",\"first\":\"\",\"from\":1,\"order\":\"staff\","
	         "\"person\":{\"id\":\"%.64s\",\"name\":\"%s\"},\"roles\":[\"business-administrator\",\"intake-operator\",\"key-officer\","
	         "\"reviewer\",\"super-administrator\"],\"to\":2}",
	         "0123456789012345678901234567890123456789012345678901234567890123", name);
	words(d, draft, LANGUAGE_ZH);
	words(d, draft, LANGUAGE_EN);
}

static const char *renewal(char draft[8192], const char *name, const char *subject)
{
	snprintf(draft, 8192,
	         "{\"application\":\"" TEXT_APPLICATION "\",\"holder\":{\"code\":\"91330100MA27XF8U4K\",\"name\":\"%s\"},"
	         "\"key\":{\"hash\":\"" TEXT_HASH "\",\"serial\":\"HUFUV0001\"},\"notafter\":1800000000,\"order\":\"renew\","
	         "\"profile\":\"enterprise\",\"serials\":[\"" TEXT_SERIAL_A "\",\"" TEXT_SERIAL_B "\"],"
	         "\"subject\":%s}",
	         name, subject);
	return draft;
}

/* Which are the old ones and whose end is told must not be left to guess. */
static void test_a_renewal_in_words(void **state)
{
	struct desk *d = *state;
	char draft[8192], fingerprint[9], text[512];
	const char *zh = words(d, renewal(draft, "北京", "{\"cn\":\"北京\",\"o\":\"北京\"}"), LANGUAGE_ZH);

	order_fingerprint(&d->order, fingerprint);
	snprintf(text, sizeof(text),
	         "更新证书\n单位：北京\n统一社会信用代码：91330100MA27XF8U4K\n原证书序列号（末八位）：aaaaaaaa bbbbbbbb\n"
	         "钥匙序列号：HUFUV0001\n新证书有效期至：2027年1月15日\n指纹：%s\n",
	         fingerprint);
	assert_string_equal(zh, text);
	assert_int_equal(order_code_from_paper(&d->order).size, 0);
	words(d, draft, LANGUAGE_EN);
	order_fingerprint(&d->order, fingerprint);
	snprintf(text, sizeof(text),
	         "Renew certificates\nEnterprise: 北京\nCredit code: 91330100MA27XF8U4K\n"
	         "Old certificates (last 8 digits): aaaaaaaa bbbbbbbb\nKey serial number: HUFUV0001\n"
	         "New certificates valid until: 2027-01-15\nFingerprint: %s\n",
	         fingerprint);
	assert_string_equal((const char *)d->words.data, text);
}

/* The longest that the application form takes: 64 characters for name and department, 32 for province and city; places are in characters of
 * 3 bytes. */
static void test_the_longest_new_pair_and_its_renewal_fit(void **state)
{
	struct desk *d = *state;
	char name[ORDER_NAME_MAX + 1], place[32 * 3 + 1], draft[8192], subject[2048];

	memset(name, 0, sizeof(name));
	for (int i = 0; i < ORDER_NAME_CHARACTERS; i++)
		memcpy(name + 4 * i, "𠮷", 4);
	memset(place, 0, sizeof(place));
	for (int i = 0; i < 32; i++)
		memcpy(place + 3 * i, "州", 3);
	snprintf(draft, sizeof(draft),
	         "{\"accept\":\"" TEXT_HASH "\",\"application\":\"" TEXT_APPLICATION
	         "\",\"ends\":[],\"holder\":{\"code\":\"91330100MA27XF8U4K\",\"name\":\"%s\"},"
	         "\"key\":{\"hash\":\"" TEXT_HASH
	         "\",\"serial\":\"HUFUV0001\"},\"kind\":\"new\",\"notafter\":1800000000,\"order\":\"approve\","
	         "\"papers\":[\"" TEXT_PAPER "\"],\"profile\":\"enterprise\","
	         "\"subject\":{\"cn\":\"%s\",\"l\":\"%s\",\"o\":\"%s\",\"ou\":\"%s\",\"st\":\"%s\"}}",
	         name, name, place, name, name, place);
	assert_non_null(strstr(words(d, draft, LANGUAGE_ZH), "部门：𠮷"));
	words(d, draft, LANGUAGE_EN);
	snprintf(subject, sizeof(subject), "{\"cn\":\"%s\",\"l\":\"%s\",\"o\":\"%s\",\"ou\":\"%s\",\"st\":\"%s\"}", name, place, name, name,
	         place);
	assert_non_null(strstr(words(d, renewal(draft, name, subject), LANGUAGE_ZH), "部门：𠮷"));
	words(d, draft, LANGUAGE_EN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_an_approval_in_words, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_other_orders_in_words, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_the_longest_words_fit, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_a_renewal_in_words, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_the_longest_new_pair_and_its_renewal_fit, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
