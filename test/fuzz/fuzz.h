/* What every fuzz target defines: reads size bytes as foreign input and ends the process on any broken promise. */
#ifndef HUFU_FUZZ_FUZZ_H
#define HUFU_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A promise of the reader under test. */
#define FUZZ_PROMISE(condition) \
	do { \
		if (!(condition)) \
			abort(); \
	} while (0)

#endif
