/* Frames: what is taken, written again, gives the same bytes; fault bodies always give an error. */
#include "frame.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes rest = {data, size};
	struct frame f;
	struct buf again;
	struct err err;
	size_t used;

	buf_init(&again, FRAME_HEADER_SIZE + FRAME_BODY_MAX);
	while (frame_take(rest, &f, &used, &err) > 0) {
		FUZZ_PROMISE(used >= FRAME_HEADER_SIZE && used <= rest.size);
		buf_clear(&again);
		FUZZ_PROMISE(frame_append(&again, &f, &err) == 0);
		FUZZ_PROMISE(bytes_equal(buf_get(&again), (struct bytes){rest.data, used}));
		if (f.flags & FRAME_FLAG_FAULT)
			FUZZ_PROMISE(frame_fault(f.body, &err) == -1 && err.code != HF_NONE);
		rest = (struct bytes){rest.data + used, rest.size - used};
	}
	buf_free(&again);
	return 0;
}
