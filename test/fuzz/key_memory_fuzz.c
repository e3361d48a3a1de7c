/* Memory files of virtual keys: what is read, written again, gives the same bytes. The check value is made anew, so that it stops nothing.
 */
#include "digest.h"
#include "fuzz.h"
#include "memory.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *file = malloc(size + SM3_SIZE);
	struct memory m;
	struct buf again;

	FUZZ_PROMISE(file != NULL);
	if (size > 0)
		memcpy(file, data, size);
	sm3((struct bytes){data, size}, file + size);
	buf_init(&again, MEMORY_FILE_MAX);
	if (memory_decode(&m, (struct bytes){file, size + SM3_SIZE}, NULL) == 0) {
		FUZZ_PROMISE(memory_encode(&m, &again, NULL) == 0);
		FUZZ_PROMISE(bytes_equal(buf_get(&again), (struct bytes){file, size + SM3_SIZE}));
		memory_free(&m);
	}
	buf_free(&again);
	free(file);
	return 0;
}
