/* The reader of PEM: takes block after block and ends. */
#include "fuzz.h"
#include "pem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes text = {data, size};
	struct buf der;
	struct err err;

	buf_init(&der, size + 1);
	while (pem_read(&text, PEM_CERTIFICATE, &der, &err) == 0)
		buf_clear(&der);
	buf_free(&der);
	return 0;
}
