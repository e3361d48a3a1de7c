/* Receipts and warrants are what the signer wrote, for this order, in their time. */
#include "receipt.h"

#include "order_text.h"
#include "warrant.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

struct desk {
	struct pool *pool;
	struct sm2_private *key;
	struct order order;
	struct receipt receipt;
	struct buf text, signature;
	struct err err;
};

static int set_up(void **state)
{
	static struct desk d;
	struct order_facts facts = order_text_facts();

	memset(&d, 0, sizeof(d));
	d.pool = pool_new(1u << 20);
	buf_init(&d.text, ORDER_TEXT_MAX);
	buf_init(&d.signature, 80);
	assert_int_equal(order_complete_text(bytes_text(DRAFT_REVOKE), &facts, d.pool, &d.text, &d.order, &d.err), 0);
	assert_int_equal(sm2_private_generate(&d.key, &d.err), 0);
	d.receipt = (struct receipt){.deed = ORDER_REVOKE, .made = 1700000001, .number = 7, .serials = d.order.serials, .v = 1};
	memcpy(d.receipt.application, d.order.application, 16);
	memcpy(d.receipt.ca, d.order.ca, 20);
	memcpy(d.receipt.order, d.order.hash, 32);
	*state = &d;
	return 0;
}

static int tear_down(void **state)
{
	struct desk *d = *state;

	pool_free(&d->pool);
	sm2_private_free(&d->key);
	buf_free(&d->text);
	buf_free(&d->signature);
	return 0;
}

static int checked(struct desk *d)
{
	struct receipt read;

	buf_clear(&d->text);
	buf_clear(&d->signature);
	assert_int_equal(receipt_write(&d->receipt, &d->text, &d->err), 0);
	assert_int_equal(signed_text_sign(SIGNED_RECEIPT, d->key, buf_get(&d->text), &d->signature, &d->err), 0);
	return receipt_check(&read, buf_get(&d->text), buf_get(&d->signature), sm2_private_public(d->key), &d->order, d->pool, &d->err);
}

static void test_a_receipt_is_read_back(void **state)
{
	struct desk *d = *state;
	struct receipt read;

	assert_int_equal(checked(d), 0);
	assert_int_equal(receipt_parse(&read, buf_get(&d->text), d->pool, &d->err), 0);
	assert_int_equal(read.number, 7);
	assert_int_equal(read.deed, ORDER_REVOKE);
	assert_int_equal(read.serials.count, 1);
	assert_memory_equal(read.order, d->order.hash, 32);
}

static void test_a_receipt_of_another_order(void **state)
{
	struct desk *d = *state;

	d->receipt.order[5] ^= 1;
	assert_int_equal(checked(d), -1);
	assert_int_equal(d->err.code, HF_ORDER_MISMATCH);
	d->receipt.order[5] ^= 1;
	d->receipt.application[5] ^= 1;
	assert_int_equal(checked(d), -1);
	d->receipt.application[5] ^= 1;
	d->receipt.ca[5] ^= 1;
	assert_int_equal(checked(d), -1);
	d->receipt.ca[5] ^= 1;
	d->receipt.deed = ORDER_SUSPEND;
	assert_int_equal(checked(d), -1);
	assert_int_equal(d->err.code, HF_ORDER_MISMATCH);
	d->receipt.deed = ORDER_REVOKE;
	d->receipt.v = 2;
	assert_int_equal(checked(d), -1);
	assert_int_equal(d->err.code, HF_ORDER_MEMBER);
}

static void test_a_forged_receipt(void **state)
{
	struct desk *d = *state;
	struct sm2_private *other = NULL;
	struct receipt read;

	assert_int_equal(checked(d), 0);
	d->text.data[d->text.size - 2] ^= 1;
	assert_int_equal(
	    receipt_check(&read, buf_get(&d->text), buf_get(&d->signature), sm2_private_public(d->key), &d->order, d->pool, &d->err), -1);
	assert_int_equal(d->err.code, HF_ORDER_SIGNATURE);
	assert_int_equal(checked(d), 0);
	assert_int_equal(sm2_private_generate(&other, &d->err), 0);
	assert_int_equal(
	    receipt_check(&read, buf_get(&d->text), buf_get(&d->signature), sm2_private_public(other), &d->order, d->pool, &d->err), -1);
	assert_int_equal(d->err.code, HF_ORDER_SIGNATURE);
	sm2_private_free(&other);
}

static void test_warrants(void **state)
{
	struct desk *d = *state;
	struct warrant w = {.made = 1000, .until = 1600, .v = 1, .key = {9}}, read;
	uint8_t ca[20] = {0};

	buf_clear(&d->text);
	assert_int_equal(warrant_write(&w, &d->text, &d->err), 0);
	assert_int_equal(warrant_parse(&read, buf_get(&d->text), d->pool, &d->err), 0);
	assert_int_equal(read.key[0], 9);
	assert_int_equal(read.until, 1600);
	assert_int_equal(warrant_check(&read, ca, 1000, &d->err), 0);
	assert_int_equal(warrant_check(&read, ca, 1600, &d->err), 0);
	assert_int_equal(warrant_check(&read, ca, 999, &d->err), -1);
	assert_int_equal(warrant_check(&read, ca, 1601, &d->err), -1);
	assert_int_equal(d->err.code, HF_WARRANT_EXPIRED);
	read.until = 1601;
	assert_int_equal(warrant_check(&read, ca, 1000, &d->err), -1);
	assert_int_equal(d->err.code, HF_WARRANT_EXPIRED);
	read.until = 1600;
	ca[0] = 1;
	assert_int_equal(warrant_check(&read, ca, 1000, &d->err), -1);
	assert_int_equal(d->err.code, HF_ORDER_OTHER_CA);
	assert_int_equal(warrant_parse(&read, BYTES_LITERAL("{}"), d->pool, &d->err), -1);
	assert_int_equal(d->err.code, HF_ORDER_MEMBER);
	/* a receipt is no warrant */
	assert_int_equal(checked(d), 0);
	assert_int_equal(warrant_parse(&read, buf_get(&d->text), d->pool, &d->err), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_a_receipt_is_read_back, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_a_receipt_of_another_order, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_a_forged_receipt, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_warrants, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
