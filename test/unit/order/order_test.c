/* Orders are read only in their one canonical form, with exactly the members of their kind. */
#include "order.h"

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
	struct buf text;
	struct order order;
	struct err err;
};

static int set_up(void **state)
{
	static struct desk desk;

	memset(&desk, 0, sizeof(desk));
	desk.pool = pool_new(1u << 20);
	buf_init(&desk.text, ORDER_TEXT_MAX);
	*state = &desk;
	return desk.pool == NULL;
}

static int tear_down(void **state)
{
	struct desk *desk = *state;

	pool_free(&desk->pool);
	buf_free(&desk->text);
	return 0;
}

static int complete(struct desk *desk, const char *draft)
{
	struct order_facts facts = order_text_facts();

	buf_clear(&desk->text);
	return order_complete_text(bytes_text(draft), &facts, desk->pool, &desk->text, &desk->order, &desk->err);
}

static void test_every_kind_is_completed(void **state)
{
	static const struct {
		const char *draft;
		enum order_deed deed;
		enum order_kind kind;
	} rows[] = {
	    {DRAFT_ACCEPT_NEW, ORDER_ACCEPT, ORDER_KIND_NEW},
	    {DRAFT_APPROVE_NEW(TEXT_HASH), ORDER_APPROVE, ORDER_KIND_NEW},
	    {DRAFT_ACCEPT_REVOKE, ORDER_ACCEPT, ORDER_KIND_REVOKE},
	    {DRAFT_ACCEPT_RESUME, ORDER_ACCEPT, ORDER_KIND_RESUME},
	    {DRAFT_REVOKE, ORDER_REVOKE, ORDER_KIND_NONE},
	    {DRAFT_SUSPEND, ORDER_SUSPEND, ORDER_KIND_NONE},
	    {DRAFT_INSTALLED, ORDER_INSTALLED, ORDER_KIND_NONE},
	    {DRAFT_STAFF, ORDER_STAFF, ORDER_KIND_NONE},
	    {DRAFT_POLICY, ORDER_POLICY, ORDER_KIND_NONE},
	    {DRAFT_CANCEL, ORDER_CANCEL, ORDER_KIND_NONE},
	    {DRAFT_RENEW, ORDER_RENEW, ORDER_KIND_NONE},
	};
	struct desk *desk = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (complete(desk, rows[i].draft) < 0)
			fail_msg("%s: %s", rows[i].draft, desk->err.text);
		assert_int_equal(desk->order.deed, rows[i].deed);
		assert_int_equal(desk->order.kind, rows[i].kind);
		assert_int_equal(desk->order.made, TEXT_MADE);
		assert_int_equal(desk->order.by[0], 0xcc);
		assert_true(bytes_equal(desk->order.text, buf_get(&desk->text)));
	}
}

/* 64 characters are 64 characters, whatever they take: 192 bytes, or 256. */
static void test_names_are_counted_in_characters(void **state)
{
	static const struct {
		const char *character;
		int count, result;
	} rows[] = {{"符", 64, 0}, {"符", 65, -1}, {"𠮷", 64, 0}, {"𠮷", 65, -1}, {"a", 64, 0}, {"a", 65, -1}};
	struct desk *desk = *state;
	char name[ORDER_NAME_MAX + 8], draft[4096];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		name[0] = '\0';
		for (int k = 0; k < rows[i].count; k++)
			strcat(name, rows[i].character);
		snprintf(draft, sizeof(draft),
		         "{\"application\":\"" TEXT_APPLICATION "\",\"holder\":{\"code\":\"91330100MA27XF8U4K\",\"name\":\"%s\"},"
		         "\"key\":{\"hash\":\"" TEXT_HASH "\",\"serial\":\"HUFUV0001\"},\"kind\":\"new\",\"order\":\"accept\","
		         "\"papers\":[\"" TEXT_PAPER "\"],\"subject\":{\"cn\":\"%s\",\"o\":\"%s\",\"ou\":\"%s\"}}",
		         name, name, name, name);
		assert_int_equal(complete(desk, draft), rows[i].result);
		if (rows[i].result < 0)
			assert_int_equal(desk->err.code, HF_ORDER_MEMBER);
	}
}

static void test_members_are_read(void **state)
{
	struct desk *desk = *state;
	const struct order *o = &desk->order;

	assert_int_equal(complete(desk, DRAFT_APPROVE_NEW(TEXT_HASH)), 0);
	assert_true(bytes_is_text(o->holder.code, "91330100MA27XF8U4K"));
	assert_true(bytes_is_text(o->subject.st, "浙江省"));
	assert_int_equal(o->subject.ou.size, 0);
	assert_int_equal(o->key.hash[31], 0x11);
	assert_true(bytes_is_text(o->key.serial, "HUFUV0001"));
	assert_int_equal(o->papers.count, 1);
	assert_int_equal(o->papers.data[31], 0x22);
	assert_int_equal(o->accept[0], 0x11);
	assert_int_equal(o->ends.count, 0);
	assert_int_equal(o->notafter, 1800000000);
	assert_int_equal(complete(desk, DRAFT_STAFF), 0);
	assert_int_equal(o->roles, ROLE_BIT(ROLE_INTAKE_OPERATOR) | ROLE_BIT(ROLE_REVIEWER));
	assert_true(bytes_is_text(o->person.name, "审核员乙"));
	assert_false(order_is_second(o));
	assert_int_equal(complete(desk, DRAFT_ACCEPT_REVOKE), 0);
	assert_int_equal(o->reason, ORDER_REASON_KEY_COMPROMISE);
	assert_int_equal(o->serials.count, 2);
	assert_int_equal(o->serials.data[16], 0xbb);
	assert_int_equal(complete(desk, DRAFT_POLICY), 0);
	assert_int_equal(o->quota.issue_per_reviewer_hour, 60);
}

/* Two completions differ in the nonce, so they are two orders. */
static void test_every_completion_has_its_own_nonce(void **state)
{
	struct desk *desk = *state;
	uint8_t first[32];

	assert_int_equal(complete(desk, DRAFT_CANCEL), 0);
	memcpy(first, desk->order.hash, sizeof(first));
	assert_int_equal(complete(desk, DRAFT_CANCEL), 0);
	assert_memory_not_equal(first, desk->order.hash, sizeof(first));
}

#define APP "\"application\":\"" TEXT_APPLICATION "\""

static void test_drafts_that_are_refused(void **state)
{
	static const struct {
		const char *draft;
		enum err_code code;
	} rows[] = {
	    /* what only the client says */
	    {"{" APP ",\"order\":\"cancel\",\"by\":\"" TEXT_SERIAL_A "\"}", HF_ORDER_MEMBER},
	    {"{" APP ",\"order\":\"cancel\",\"made\":1}", HF_ORDER_MEMBER},
	    {"{" APP ",\"order\":\"cancel\",\"nonce\":\"" TEXT_SERIAL_A "\"}", HF_ORDER_MEMBER},
	    {"{" APP ",\"order\":\"cancel\",\"v\":1}", HF_ORDER_MEMBER},
	    {"{" APP ",\"order\":\"cancel\",\"ca\":\"dd02000000000000000000000000000000000000\"}", HF_ORDER_MEMBER},
	    /* unknown, missing, of another kind, of another type, twice */
	    {"{" APP ",\"order\":\"cancel\",\"papers\":[]}", HF_ORDER_MEMBER},
	    {"{" APP ",\"order\":\"cancel\",\"note\":\"x\"}", HF_ORDER_MEMBER},
	    {"{\"order\":\"cancel\"}", HF_ORDER_MEMBER},
	    {"{" APP "}", HF_ORDER_MEMBER},
	    {"{" APP ",\"order\":7}", HF_ORDER_MEMBER},
	    {"{\"application\":5,\"order\":\"cancel\"}", HF_ORDER_MEMBER},
	    {"{" APP "," APP ",\"order\":\"cancel\"}", HF_JSON},
	    {"{\"application\":\"000102030405060708090A0B0C0D0E0F\",\"order\":\"cancel\"}", HF_ORDER_MEMBER},
	    {"{\"application\":\"0001\",\"order\":\"cancel\"}", HF_ORDER_MEMBER},
	    {"[]", HF_ORDER_MEMBER},
	    /* kinds */
	    {"{" APP ",\"order\":\"bless\"}", HF_ORDER_UNKNOWN_KIND},
	    {"{" APP ",\"order\":\"produce\"}", HF_ORDER_NOT_BUILT},
	    {"{" APP ",\"order\":\"recover\"}", HF_ORDER_NOT_BUILT},
	    {"{" APP ",\"order\":\"accept\"}", HF_ORDER_MEMBER},
	    {"{" APP ",\"order\":\"accept\",\"kind\":\"reissue\"}", HF_ORDER_NOT_BUILT},
	    {"{" APP ",\"order\":\"accept\",\"kind\":\"other\"}", HF_ORDER_UNKNOWN_KIND},
	    /* characters */
	    {"{" APP ",\"order\":\"cancel\",\"x\":\"a\\u0007b\"}", HF_ORDER_CHARACTER},
	    {"{" APP ",\"order\":\"cancel\",\"x\":\"a\xe2\x80\xae"
	     "b\"}",
	     HF_ORDER_CHARACTER},
	    {"{" APP ",\"order\":\"cancel\",\"x\":\"a\\u202eb\"}", HF_ORDER_CHARACTER},
	    {"{" APP ",\"order\":\"cancel\",\"x\":\"e\xcc\x81\"}", HF_ORDER_CHARACTER},
	    {"{" APP ",\"order\":\"cancel\",\"x\":true}", HF_ORDER_NOT_CANONICAL},
	    {"{" APP ",\"order\":\"cancel\",\"x\":null}", HF_ORDER_NOT_CANONICAL},
	    /* lists */
	    {"{" APP "," TEXT_HOLDER ",\"order\":\"revoke\",\"reason\":\"superseded\",\"serials\":[]}", HF_ORDER_MEMBER},
	    {"{" APP "," TEXT_HOLDER ",\"order\":\"revoke\",\"reason\":\"superseded\",\"serials\":[\"" TEXT_SERIAL_B "\",\"" TEXT_SERIAL_A
	     "\"]}",
	     HF_ORDER_MEMBER},
	    {"{" APP "," TEXT_HOLDER ",\"order\":\"revoke\",\"reason\":\"superseded\",\"serials\":[\"" TEXT_SERIAL_A "\",\"" TEXT_SERIAL_A
	     "\"]}",
	     HF_ORDER_MEMBER},
	    {"{" APP "," TEXT_HOLDER ",\"order\":\"revoke\",\"reason\":\"superseded\",\"serials\":\"" TEXT_SERIAL_A "\"}", HF_ORDER_MEMBER},
	    /* reasons */
	    {"{" APP "," TEXT_HOLDER ",\"order\":\"revoke\",\"reason\":\"boredom\",\"serials\":[\"" TEXT_SERIAL_A "\"]}", HF_ORDER_MEMBER},
	    {"{" APP "," TEXT_HOLDER ",\"order\":\"revoke\",\"reason\":\"certificateHold\",\"serials\":[\"" TEXT_SERIAL_A "\"]}",
	     HF_ORDER_MEMBER},
	    {"{" APP "," TEXT_HOLDER ",\"order\":\"suspend\",\"reason\":\"superseded\",\"serials\":[\"" TEXT_SERIAL_A "\"]}",
	     HF_ORDER_MEMBER},
	    /* holder and subject */
	    {"{" APP ",\"holder\":{\"code\":\"91330100ma27xf8u4k\",\"name\":\"x\"},\"order\":\"revoke\",\"reason\":\"superseded\","
	     "\"serials\":[\"" TEXT_SERIAL_A "\"]}",
	     HF_ORDER_MEMBER},
	    {"{" APP
	     ",\"holder\":{\"code\":\"\",\"name\":\"x\"},\"order\":\"revoke\",\"reason\":\"superseded\",\"serials\":[\"" TEXT_SERIAL_A
	     "\"]}",
	     HF_ORDER_MEMBER},
	    {"{" APP
	     ",\"holder\":{\"code\":\"91330100MA27XF8U4K\"},\"order\":\"revoke\",\"reason\":\"superseded\",\"serials\":[\"" TEXT_SERIAL_A
	     "\"]}",
	     HF_ORDER_MEMBER},
	    {"{" APP "," TEXT_HOLDER ",\"key\":{\"hash\":\"" TEXT_HASH
	     "\",\"serial\":\"K\"},\"kind\":\"new\",\"order\":\"accept\",\"papers\":[\"" TEXT_PAPER
	     "\"],\"subject\":{\"cn\":\"另一家公司\",\"o\":\"另一家公司\"}}",
	     HF_ORDER_MEMBER},
	    {"{" APP "," TEXT_HOLDER ",\"key\":{\"hash\":\"" TEXT_HASH
	     "\",\"serial\":\"K\"},\"kind\":\"new\",\"order\":\"accept\",\"papers\":[]," TEXT_SUBJECT "}",
	     HF_ORDER_MEMBER},
	    /* staff */
	    {"{" APP ",\"certificate\":\"" TEXT_SERIAL_A
	     "\",\"first\":\"\",\"from\":1,\"order\":\"staff\",\"person\":{\"id\":\"p\",\"name\":\"n\"},"
	     "\"roles\":[\"auditor\",\"reviewer\"],\"to\":2}",
	     HF_ORDER_MEMBER},
	    {"{" APP ",\"certificate\":\"" TEXT_SERIAL_A
	     "\",\"first\":\"\",\"from\":1,\"order\":\"staff\",\"person\":{\"id\":\"p\",\"name\":\"n\"},"
	     "\"roles\":[\"reviewer\",\"intake-operator\"],\"to\":2}",
	     HF_ORDER_MEMBER},
	    {"{" APP ",\"certificate\":\"" TEXT_SERIAL_A
	     "\",\"first\":\"\",\"from\":2,\"order\":\"staff\",\"person\":{\"id\":\"p\",\"name\":\"n\"},"
	     "\"roles\":[],\"to\":2}",
	     HF_ORDER_MEMBER},
	    {"{" APP ",\"first\":\"0000000000000000000000000000000000000000000000000000000000000000\",\"order\":\"policy\","
	     "\"quota\":{\"issue-per-reviewer-hour\":1}}",
	     HF_ORDER_MEMBER},
	    {"{" APP ",\"first\":\"\",\"order\":\"policy\",\"quota\":{}}", HF_ORDER_MEMBER},
	    {"{" APP ",\"first\":\"\",\"order\":\"policy\",\"quota\":{\"issue-per-reviewer-hour\":-1}}", HF_ORDER_MEMBER},
	    {"{" APP ",\"first\":\"\",\"order\":\"policy\",\"quota\":{\"issue-per-reviewer-hour\":1,\"x\":1}}", HF_ORDER_MEMBER},
	    /* installed names two certificates */
	    {"{" APP ",\"order\":\"installed\",\"proof\":\"opened\",\"serials\":[\"" TEXT_SERIAL_A "\"]}", HF_ORDER_MEMBER},
	    {"{" APP ",\"order\":\"installed\",\"proof\":\"closed\",\"serials\":[\"" TEXT_SERIAL_A "\",\"" TEXT_SERIAL_B "\"]}",
	     HF_ORDER_MEMBER},
	};
	struct desk *desk = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (complete(desk, rows[i].draft) == 0)
			fail_msg("taken: %s", rows[i].draft);
		if (desk->err.code != rows[i].code)
			fail_msg("HF-%d instead of HF-%d (%s): %s", (int)desk->err.code, (int)rows[i].code, desk->err.text, rows[i].draft);
		assert_int_equal(desk->text.size, 0);
	}
}

#define CANCEL(before, after) \
	before "\"application\":\"" TEXT_APPLICATION "\",\"by\":\"" TEXT_SERIAL_A \
	       "\",\"ca\":\"dd02000000000000000000000000000000000000\"," \
	       "\"made\":1700000000,\"nonce\":\"" TEXT_SERIAL_B "\",\"order\":\"cancel\",\"v\":1" after

static void test_only_the_canonical_text_is_read(void **state)
{
	static const struct {
		const char *text;
		enum err_code code;
	} rows[] = {
	    {CANCEL("{", "}"), HF_NONE},
	    {CANCEL("{ ", "}"), HF_ORDER_NOT_CANONICAL},
	    {CANCEL("{", "}\n"), HF_ORDER_CHARACTER},
	    {CANCEL("{", "} "), HF_ORDER_NOT_CANONICAL},
	    {CANCEL("{", "}x"), HF_ORDER_NOT_CANONICAL},
	    {CANCEL("{", ""), HF_ORDER_NOT_CANONICAL},
	    {CANCEL("\xef\xbb\xbf{", "}"), HF_ORDER_NOT_CANONICAL},
	    {CANCEL("[", "]"), HF_ORDER_NOT_CANONICAL},
	    {CANCEL("{", ",\"v\":1}"), HF_ORDER_NOT_CANONICAL}, /* twice */
	    {CANCEL("{", ",\"u\":1}"), HF_ORDER_NOT_CANONICAL}, /* not sorted */
	    {CANCEL("{", ",\"w\":1}"), HF_ORDER_MEMBER},        /* unknown */
	    {CANCEL("{", ",\"w\":1.0}"), HF_ORDER_NOT_CANONICAL},
	    {CANCEL("{", ",\"w\":1e2}"), HF_ORDER_NOT_CANONICAL},
	    {CANCEL("{", ",\"w\":-0}"), HF_ORDER_NOT_CANONICAL},
	    {CANCEL("{", ",\"w\":01}"), HF_ORDER_NOT_CANONICAL},
	    {CANCEL("{", ",\"w\":9007199254740992}"), HF_ORDER_NOT_CANONICAL},
	    {CANCEL("{", ",\"w\":\"\\/\"}"), HF_ORDER_NOT_CANONICAL},
	    {CANCEL("{", ",\"w\":\"\\u0041\"}"), HF_ORDER_NOT_CANONICAL},
	    {CANCEL("{", ",\"w\":\"\x7f\"}"), HF_ORDER_CHARACTER},
	    {CANCEL("{", ",\"w\":\"\xc0\x80\"}"), HF_ORDER_NOT_CANONICAL},
	    {CANCEL("{", ",\"\xe2\x80\x8e\":1}"), HF_ORDER_CHARACTER},
	    {"{\"application\":\"" TEXT_APPLICATION "\",\"by\":\"" TEXT_SERIAL_A "\",\"ca\":\"dd02000000000000000000000000000000000000\","
	     "\"made\":1700000000,\"nonce\":\"" TEXT_SERIAL_B "\",\"order\":\"cancel\",\"v\":2}",
	     HF_ORDER_MEMBER},
	    {"", HF_ORDER_NOT_CANONICAL},
	    {"{}", HF_ORDER_MEMBER},
	};
	struct desk *desk = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		enum err_code code = HF_NONE;

		if (order_parse(&desk->order, bytes_text(rows[i].text), desk->pool, &desk->err) < 0)
			code = desk->err.code;
		if (code != rows[i].code)
			fail_msg("HF-%d instead of HF-%d (%s): %s", (int)code, (int)rows[i].code, desk->err.text, rows[i].text);
	}
}

static void test_size_is_bounded(void **state)
{
	struct desk *desk = *state;
	static char draft[ORDER_TEXT_MAX + 4096];
	size_t at = (size_t)snprintf(draft, sizeof(draft), "{%s,\"order\":\"cancel\",\"x\":\"", APP);

	memset(draft + at, 'x', sizeof(draft) - at - 3);
	memcpy(draft + sizeof(draft) - 3, "\"}", 3);
	assert_int_equal(complete(desk, draft), -1);
	assert_int_equal(order_parse(&desk->order, bytes_text(draft), desk->pool, &desk->err), -1);
	assert_int_equal(desk->err.code, HF_ORDER_NOT_CANONICAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_every_kind_is_completed, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_names_are_counted_in_characters, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_members_are_read, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_every_completion_has_its_own_nonce, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_drafts_that_are_refused, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_only_the_canonical_text_is_read, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_size_is_bounded, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
