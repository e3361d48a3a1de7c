/* The type of a paper from its first bytes. */
#include "fuzz.h"
#include "paper.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum paper_type type = paper_type_of((struct bytes){data, size});

	FUZZ_PROMISE(type == PAPER_UNKNOWN || size >= 6);
	/* more content does not change what the first bytes said */
	FUZZ_PROMISE(size <= 32 || paper_type_of((struct bytes){data, 32}) == type);
	return 0;
}
