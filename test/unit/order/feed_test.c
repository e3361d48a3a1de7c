/* Batches of the feed: read as they were written, refused when numbers, signature or view are wrong. */
#include "feed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static const uint8_t ca[20] = {1}, head[32] = {2};
static const uint8_t serials[32] = {0x10, [16] = 0x20};

struct desk {
	struct pool *pool;
	struct sm2_private *key;
	struct buf text, signature;
	struct feed feed;
	struct err err;
};

static int set_up(void **state)
{
	static struct desk d;

	memset(&d, 0, sizeof(d));
	d.pool = pool_new(FEED_POOL_MAX);
	buf_init(&d.text, FEED_TEXT_MAX);
	buf_init(&d.signature, 80);
	*state = &d;
	return sm2_private_generate(&d.key, &d.err);
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

static void write_entry(struct json_writer *w, int64_t number, enum event_view view, const struct journal_event *event)
{
	struct buf body;
	struct err err;

	buf_init(&body, EVENT_BODY_MAX);
	assert_int_equal(journal_event_write(event, view, &body, &err), 0);
	feed_write_entry(w, number, 1000 + number, buf_get(&body));
	buf_free(&body);
}

/* Two entries with these numbers, signed. */
static void write_two(struct desk *d, enum event_view view, int64_t from, int64_t a, int64_t b, int64_t last, int64_t next)
{
	struct journal_event issued = {.type = EVENT_ISSUED, .serials = {serials, 2}};
	struct journal_event status = {
	    .type = EVENT_STATUS, .serials = {serials, 1}, .status = EVENT_REVOKED, .reason = ORDER_REASON_KEY_COMPROMISE};
	struct journal_event audit = {.type = EVENT_AUDIT, .count = 5}, crl = {.type = EVENT_CRL, .thisupdate = 1, .nextupdate = 2};
	struct json_writer w;

	buf_clear(&d->text);
	buf_clear(&d->signature);
	feed_write_begin(&w, &d->text, ca);
	write_entry(&w, a, view, view == EVENT_VIEW_STATUS ? &issued : &audit);
	write_entry(&w, b, view, view == EVENT_VIEW_STATUS ? &status : &crl);
	assert_int_equal(feed_write_end(&w, from, head, last, 2000, next, &d->err), 0);
	assert_int_equal(signed_text_sign(SIGNED_FEED, d->key, buf_get(&d->text), &d->signature, &d->err), 0);
}

static int read_it(struct desk *d, enum event_view view, int64_t from, int64_t seen)
{
	return feed_read(&d->feed, view, buf_get(&d->text), buf_get(&d->signature), sm2_private_public(d->key), from, seen, d->pool,
	                 &d->err);
}

static void test_the_status_view(void **state)
{
	struct desk *d = *state;

	write_two(d, EVENT_VIEW_STATUS, 3, 4, 9, 12, 13);
	assert_int_equal(read_it(d, EVENT_VIEW_STATUS, 3, 12), 0);
	assert_int_equal(d->feed.count, 2);
	assert_int_equal(d->feed.entries[0].event.type, EVENT_ISSUED);
	assert_int_equal(d->feed.entries[0].event.serials.count, 2);
	assert_int_equal(d->feed.entries[1].number, 9);
	assert_int_equal(d->feed.entries[1].time, 1009);
	assert_int_equal(d->feed.entries[1].event.status, EVENT_REVOKED);
	assert_int_equal(d->feed.entries[1].event.reason, ORDER_REASON_KEY_COMPROMISE);
	assert_int_equal(d->feed.entries[1].event.serials.data[0], 0x10);
	assert_int_equal(d->feed.next, 13);
	assert_memory_equal(d->feed.head, head, 32);
	/* an issue that ends others gives two entries of one number */
	write_two(d, EVENT_VIEW_STATUS, 3, 4, 4, 12, 5);
	assert_int_equal(read_it(d, EVENT_VIEW_STATUS, 3, 12), 0);
}

static void test_the_full_view(void **state)
{
	struct desk *d = *state;

	write_two(d, EVENT_VIEW_FULL, 3, 3, 4, 12, 5);
	assert_int_equal(read_it(d, EVENT_VIEW_FULL, 3, 0), 0);
	assert_int_equal(d->feed.entries[0].event.count, 5);
	assert_int_equal(read_it(d, EVENT_VIEW_STATUS, 3, 0), -1); /* what only the full view shows */
	assert_int_equal(d->err.code, HF_ORDER_MEMBER);
	write_two(d, EVENT_VIEW_STATUS, 3, 3, 4, 12, 5);
	assert_int_equal(read_it(d, EVENT_VIEW_FULL, 3, 0), -1); /* a shortened issue */
}

static void test_an_empty_batch(void **state)
{
	struct desk *d = *state;
	struct json_writer w;

	feed_write_begin(&w, &d->text, ca);
	assert_int_equal(feed_write_end(&w, 13, head, 12, 2000, 13, &d->err), 0);
	assert_int_equal(signed_text_sign(SIGNED_FEED, d->key, buf_get(&d->text), &d->signature, &d->err), 0);
	assert_int_equal(read_it(d, EVENT_VIEW_FULL, 13, 12), 0);
	assert_int_equal(d->feed.count, 0);
}

static void test_wrong_numbers(void **state)
{
	static const struct {
		enum event_view view;
		int64_t from, a, b, last, next;
	} rows[] = {
	    {EVENT_VIEW_FULL, 3, 3, 5, 12, 6},     /* a gap */
	    {EVENT_VIEW_FULL, 3, 4, 5, 12, 6},     /* not from what was asked */
	    {EVENT_VIEW_FULL, 3, 3, 3, 12, 4},     /* twice */
	    {EVENT_VIEW_STATUS, 3, 5, 4, 12, 6},   /* falling */
	    {EVENT_VIEW_STATUS, 3, 2, 4, 12, 6},   /* before what was asked */
	    {EVENT_VIEW_STATUS, 3, 4, 13, 12, 13}, /* after the newest */
	    {EVENT_VIEW_STATUS, 3, 4, 5, 12, 14},  /* next leaves one out */
	    {EVENT_VIEW_STATUS, 3, 4, 5, 12, 4},   /* next goes back */
	};
	struct desk *d = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		write_two(d, rows[i].view, rows[i].from, rows[i].a, rows[i].b, rows[i].last, rows[i].next);
		if (read_it(d, rows[i].view, rows[i].from, 0) == 0)
			fail_msg("row %zu was taken", i);
		assert_int_equal(d->err.code, HF_ORDER_MEMBER);
	}
}

static void test_wrong_batches(void **state)
{
	struct desk *d = *state;

	write_two(d, EVENT_VIEW_FULL, 3, 3, 4, 12, 5);
	assert_int_equal(read_it(d, EVENT_VIEW_FULL, 4, 0), -1); /* not what was asked for */
	assert_int_equal(read_it(d, EVENT_VIEW_FULL, 3, 13), -1);
	assert_int_equal(d->err.code, HF_FEED_BACK);
	d->text.data[d->text.size - 3] ^= 1;
	assert_int_equal(read_it(d, EVENT_VIEW_FULL, 3, 0), -1);
	assert_int_equal(d->err.code, HF_FEED_SIGNATURE);
}

static void test_bodies_that_are_refused(void **state)
{
	static const char *const bodies[] = {
	    "{}",
	    "[]",
	    "{\"event\":\"other\"}",
	    "{\"event\":\"audit\"}",
	    "{\"count\":1,\"event\":\"audit\",\"head\":\"00\"}",
	    "{\"count\":1,\"event\":\"audit\",\"extra\":1,\"head\":\"0000000000000000000000000000000000000000000000000000000000000000\"}",
	    "{\"event\":\"audit\",\"count\":1,\"head\":\"0000000000000000000000000000000000000000000000000000000000000000\"}",
	    "{\"certificate\":\"====\",\"event\":\"ocsp\"}",
	    "{\"certificate\":\"\",\"event\":\"ocsp\"}",
	};
	struct desk *d = *state;
	struct journal_event event;

	assert_int_equal(journal_event_parse(&event,
	                                     BYTES_LITERAL("{\"count\":1,\"event\":\"audit\",\"head\":"
	                                                   "\"0000000000000000000000000000000000000000000000000000000000000000\"}"),
	                                     d->pool, &d->err),
	                 0);
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		if (journal_event_parse(&event, bytes_text(bodies[i]), d->pool, &d->err) == 0)
			fail_msg("taken: %s", bodies[i]);
	}
}

static void test_a_staff_event_is_read_back(void **state)
{
	struct desk *d = *state;
	struct signed_bytes orders[2] = {{BYTES_LITERAL("s1"), BYTES_LITERAL("{\"a\":1}")},
	                                 {BYTES_LITERAL("s2"), BYTES_LITERAL("{\"b\":\"\\\"\"}")}};
	struct journal_event event = {.type = EVENT_STAFF,
	                              .application = {3},
	                              .orders = {orders, 2},
	                              .receipt = {BYTES_LITERAL("r"), BYTES_LITERAL("{}")},
	                              .certificate_serial = {4},
	                              .person = {BYTES_LITERAL("reviewer"), BYTES_LITERAL("审核员")},
	                              .roles = ROLE_BIT(ROLE_REVIEWER) | ROLE_BIT(ROLE_KEY_OFFICER),
	                              .from = 5,
	                              .to = 6};
	struct journal_event read;

	assert_int_equal(journal_event_write(&event, EVENT_VIEW_FULL, &d->text, &d->err), 0);
	assert_int_equal(journal_event_parse(&read, buf_get(&d->text), d->pool, &d->err), 0);
	assert_int_equal(read.orders.count, 2);
	assert_true(bytes_is_text(((const struct signed_bytes *)read.orders.items)[1].text, "{\"b\":\"\\\"\"}"));
	assert_true(bytes_is_text(((const struct signed_bytes *)read.orders.items)[1].signature, "s2"));
	assert_int_equal(read.roles, event.roles);
	assert_int_equal(read.certificate_serial[0], 4);
	assert_true(bytes_is_text(read.person.name, "审核员"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_the_status_view, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_the_full_view, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_an_empty_batch, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_wrong_numbers, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_wrong_batches, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_bodies_that_are_refused, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_a_staff_event_is_read_back, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
