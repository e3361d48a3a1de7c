/* The agent's allow-list: what is read is written back as the same text, and every origin in it is one. */
#include "fuzz.h"
#include "origin_list.h"

#define POOL_MAX (1u << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pool *pool = pool_new(POOL_MAX);
	struct origin_list list;
	struct buf again;

	FUZZ_PROMISE(pool != NULL);
	buf_init(&again, ORIGIN_LIST_TEXT_MAX);
	if (origin_list_parse(&list, (struct bytes){data, size}, pool, NULL) == 0) {
		const struct origin_row *rows = list.origins.items;

		for (size_t i = 0; i < list.origins.count; i++)
			FUZZ_PROMISE(origin_is_valid(rows[i].origin) && rows[i].classes != 0);
		FUZZ_PROMISE(origin_list_write(&list, &again, NULL) == 0);
		FUZZ_PROMISE(bytes_equal(buf_get(&again), (struct bytes){data, size}));
	}
	buf_free(&again);
	pool_free(&pool);
	return 0;
}
