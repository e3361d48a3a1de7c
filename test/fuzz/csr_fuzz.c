/* The reader of requests. */
#include "csr.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct csr csr;
	struct err err;

	FUZZ_PROMISE((csr_read(&csr, (struct bytes){data, size}, &err) == 0) == (csr.key != NULL));
	csr_free(&csr);
	return 0;
}
