/* Orders: one that is read is its own canonical text, its words fit the window, and its lists are in their bounds. */
#include "fuzz.h"
#include "words.h"

#define POOL_MAX (4u << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pool *pool = pool_new(POOL_MAX);
	struct order order;
	struct buf words;

	FUZZ_PROMISE(pool != NULL);
	buf_init(&words, WORDS_MAX);
	if (order_parse(&order, (struct bytes){data, size}, pool, NULL) == 0) {
		FUZZ_PROMISE(bytes_equal(order.text, (struct bytes){data, size}));
		FUZZ_PROMISE(order.serials.count <= ORDER_SERIALS_MAX && order.papers.count <= ORDER_PAPERS_MAX);
		FUZZ_PROMISE(order.deed < ORDER_DEEDS && order.v == 1);
		FUZZ_PROMISE(order_words(&order, LANGUAGE_ZH, &words, NULL) == 0);
		buf_clear(&words);
		FUZZ_PROMISE(order_words(&order, LANGUAGE_EN, &words, NULL) == 0);
	}
	buf_free(&words);
	pool_free(&pool);
	return 0;
}
