/* The checks of identity codes: never read past the end, and the mask never shows more than it should. */
#include "fuzz.h"
#include "identity_code.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes code = {data, size};
	char mask[RESIDENT_ID_SIZE + 1];

	FUZZ_PROMISE(!credit_code_valid(code) || size == CREDIT_CODE_SIZE);
	FUZZ_PROMISE(!organisation_code_valid(code) || size == ORGANISATION_CODE_SIZE || size == ORGANISATION_CODE_SIZE + 1);
	FUZZ_PROMISE(!resident_id_valid(code, 20779) || size == RESIDENT_ID_SIZE);
	resident_id_mask(code, mask);
	FUZZ_PROMISE(memcmp(mask + 3, "***********", 11) == 0 && mask[RESIDENT_ID_SIZE] == '\0');
	return 0;
}
