/* Warrants: what is read is written back as the same text. */
#include "fuzz.h"
#include "warrant.h"

#define POOL_MAX (1u << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pool *pool = pool_new(POOL_MAX);
	struct warrant warrant;
	struct buf again;

	FUZZ_PROMISE(pool != NULL);
	buf_init(&again, WARRANT_TEXT_MAX);
	if (warrant_parse(&warrant, (struct bytes){data, size}, pool, NULL) == 0) {
		FUZZ_PROMISE(warrant_write(&warrant, &again, NULL) == 0);
		FUZZ_PROMISE(bytes_equal(buf_get(&again), (struct bytes){data, size}));
	}
	buf_free(&again);
	pool_free(&pool);
	return 0;
}
