/* Sealed files, opened with a fixed passphrase. */
#include "fuzz.h"
#include "keyring.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct secret content;
	struct err err;

	if (keyring_open(BYTES_LITERAL("passphrase"), "issuing", (struct bytes){data, size}, &content, &err) == 0)
		secret_free(&content);
	return 0;
}
