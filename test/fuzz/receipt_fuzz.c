/* Receipts: what is read is written back as the same text. */
#include "fuzz.h"
#include "receipt.h"

#define POOL_MAX (1u << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pool *pool = pool_new(POOL_MAX);
	struct receipt receipt;
	struct buf again;

	FUZZ_PROMISE(pool != NULL);
	buf_init(&again, ORDER_TEXT_MAX);
	if (receipt_parse(&receipt, (struct bytes){data, size}, pool, NULL) == 0) {
		FUZZ_PROMISE(receipt_write(&receipt, &again, NULL) == 0);
		FUZZ_PROMISE(bytes_equal(buf_get(&again), (struct bytes){data, size}));
	}
	buf_free(&again);
	pool_free(&pool);
	return 0;
}
