/* Times, CA, signatures, and that a second order repeats the first. */
#include "order_check.h"

#include "order_text.h"
#include "signed_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

struct desk {
	struct pool *pool;
	struct order accept, approve;
	char approve_draft[4096];
	struct err err;
};

static void complete(struct desk *desk, const char *draft, struct order *order)
{
	struct order_facts facts = order_text_facts();
	struct buf text;

	buf_init(&text, ORDER_TEXT_MAX);
	if (order_complete_text(bytes_text(draft), &facts, desk->pool, &text, order, &desk->err) < 0)
		fail_msg("%s: %s", draft, desk->err.text);
	buf_free(&text);
}

/* The approval of desk->accept with one text in the draft replaced. */
static void approve(struct desk *desk, const char *from, const char *to)
{
	char *at = strstr(desk->approve_draft, from), changed[4096];

	assert_non_null(at);
	snprintf(changed, sizeof(changed), "%.*s%s%s", (int)(at - desk->approve_draft), desk->approve_draft, to, at + strlen(from));
	complete(desk, changed, &desk->approve);
}

static int set_up(void **state)
{
	static struct desk desk;
	char hash[65];

	memset(&desk, 0, sizeof(desk));
	desk.pool = pool_new(1u << 20);
	complete(&desk, DRAFT_ACCEPT_NEW, &desk.accept);
	for (int i = 0; i < 32; i++)
		snprintf(hash + 2 * i, 3, "%02x", desk.accept.hash[i]);
	snprintf(desk.approve_draft, sizeof(desk.approve_draft),
	         "{" TEXT_NEW ",\"accept\":\"%s\",\"ends\":[],\"notafter\":1800000000,\"order\":\"approve\",\"profile\":\"enterprise\"}",
	         hash);
	*state = &desk;
	return 0;
}

static int tear_down(void **state)
{
	struct desk *desk = *state;

	pool_free(&desk->pool);
	return 0;
}

static void test_time(void **state)
{
	struct desk *desk = *state;

	assert_int_equal(order_check_time(&desk->accept, TEXT_MADE, &desk->err), 0);
	assert_int_equal(order_check_time(&desk->accept, TEXT_MADE - 600, &desk->err), 0);
	assert_int_equal(order_check_time(&desk->accept, TEXT_MADE - 601, &desk->err), -1);
	assert_int_equal(desk->err.code, HF_ORDER_AHEAD);
	assert_int_equal(order_check_time(&desk->accept, TEXT_MADE + 604800, &desk->err), 0);
	assert_int_equal(order_check_time(&desk->accept, TEXT_MADE + 604801, &desk->err), -1);
	assert_int_equal(desk->err.code, HF_ORDER_EXPIRED);
}

static void test_ca(void **state)
{
	struct desk *desk = *state;
	uint8_t ca[20] = {0xdd, 2};

	assert_int_equal(order_check_ca(&desk->accept, ca, &desk->err), 0);
	ca[19] = 1;
	assert_int_equal(order_check_ca(&desk->accept, ca, &desk->err), -1);
	assert_int_equal(desk->err.code, HF_ORDER_OTHER_CA);
}

static void test_signature(void **state)
{
	struct desk *desk = *state;
	struct sm2_private *key = NULL, *other = NULL;
	struct order changed = desk->accept;
	struct buf signature;
	char text[ORDER_TEXT_MAX];

	buf_init(&signature, 80);
	assert_int_equal(sm2_private_generate(&key, &desk->err), 0);
	assert_int_equal(sm2_private_generate(&other, &desk->err), 0);
	assert_int_equal(signed_text_sign(SIGNED_ORDER, key, desk->accept.text, &signature, &desk->err), 0);
	assert_int_equal(order_check_signature(&desk->accept, sm2_private_public(key), buf_get(&signature), &desk->err), 0);
	/* another key, another text, another prefix, no prefix */
	assert_int_equal(order_check_signature(&desk->accept, sm2_private_public(other), buf_get(&signature), &desk->err), -1);
	assert_int_equal(desk->err.code, HF_ORDER_SIGNATURE);
	memcpy(text, desk->accept.text.data, desk->accept.text.size);
	text[desk->accept.text.size - 2] ^= 1;
	changed.text = (struct bytes){(uint8_t *)text, desk->accept.text.size};
	assert_int_equal(order_check_signature(&changed, sm2_private_public(key), buf_get(&signature), &desk->err), -1);
	buf_clear(&signature);
	assert_int_equal(signed_text_sign(SIGNED_RECEIPT, key, desk->accept.text, &signature, &desk->err), 0);
	assert_int_equal(order_check_signature(&desk->accept, sm2_private_public(key), buf_get(&signature), &desk->err), -1);
	buf_clear(&signature);
	assert_int_equal(sm2_sign(key, desk->accept.text, &signature, &desk->err), 0);
	assert_int_equal(order_check_signature(&desk->accept, sm2_private_public(key), buf_get(&signature), &desk->err), -1);
	assert_int_equal(order_check_signature(&desk->accept, sm2_private_public(key), BYTES_NONE, &desk->err), -1);
	assert_int_equal(desk->err.code, HF_ORDER_SIGNATURE);
	sm2_private_free(&key);
	sm2_private_free(&other);
	buf_free(&signature);
}

static void test_an_approval_repeats_its_acceptance(void **state)
{
	static const char *const changes[][2] = {
	    {TEXT_APPLICATION, "ff0102030405060708090a0b0c0d0e0f"},
	    {"91330100MA27XF8U4K", "91330100MA27XF8U4L"},
	    {"\"l\":\"杭州市\"", "\"l\":\"宁波市\""},
	    {"\"l\":\"杭州市\",", ""},
	    {"\"key\":{\"hash\":\"11", "\"key\":{\"hash\":\"12"},
	    {"HUFUV0001", "HUFUV0002"},
	    {"[\"22", "[\"23"},
	    {"[\"22", "[\"" TEXT_HASH "\",\"22"},
	};
	struct desk *desk = *state;

	complete(desk, desk->approve_draft, &desk->approve);
	assert_int_equal(order_check_approves(&desk->approve, &desk->accept, &desk->err), 0);
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		approve(desk, changes[i][0], changes[i][1]);
		if (order_check_approves(&desk->approve, &desk->accept, &desk->err) == 0)
			fail_msg("taken: %s for %s", changes[i][1], changes[i][0]);
		assert_int_equal(desk->err.code, HF_ORDER_MISMATCH);
	}
	/* another name stands in three places */
	desk->approve.holder.name = BYTES_LITERAL("x");
	assert_int_equal(order_check_approves(&desk->approve, &desk->accept, &desk->err), -1);
	/* the same facts under another acceptance */
	complete(desk, DRAFT_APPROVE_NEW(TEXT_HASH), &desk->approve);
	assert_int_equal(order_check_approves(&desk->approve, &desk->accept, &desk->err), -1);
	assert_int_equal(desk->err.code, HF_ORDER_MISMATCH);
}

static void test_a_second_order_repeats_the_first(void **state)
{
	struct desk *desk = *state;
	struct order first, second;

	complete(desk, DRAFT_STAFF, &first);
	second = first;
	assert_int_equal(order_check_seconds(&second, &first, &desk->err), -1); /* does not name it */
	memcpy(second.first, first.hash, sizeof(first.hash));
	assert_int_equal(order_check_seconds(&second, &first, &desk->err), 0);
	second.roles |= ROLE_BIT(ROLE_SUPER_ADMINISTRATOR);
	assert_int_equal(order_check_seconds(&second, &first, &desk->err), -1);
	second.roles = first.roles;
	second.to++;
	assert_int_equal(order_check_seconds(&second, &first, &desk->err), -1);
	second.to = first.to;
	second.certificate[3]++;
	assert_int_equal(order_check_seconds(&second, &first, &desk->err), -1);
	second.certificate[3]--;
	second.person.id = BYTES_LITERAL("other");
	assert_int_equal(order_check_seconds(&second, &first, &desk->err), -1);
	second.person = first.person;
	second.application[0]++;
	assert_int_equal(order_check_seconds(&second, &first, &desk->err), -1);
	second.application[0]--;
	second.quota.issue_per_reviewer_hour = 1;
	assert_int_equal(order_check_seconds(&second, &first, &desk->err), -1);
	second.quota = first.quota;
	second.deed = ORDER_POLICY;
	assert_int_equal(order_check_seconds(&second, &first, &desk->err), -1);
	assert_int_equal(desk->err.code, HF_ORDER_MISMATCH);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_time, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_ca, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_signature, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_an_approval_repeats_its_acceptance, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_a_second_order_repeats_the_first, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
