/* The client's reader of answers. */
#include "fuzz.h"
#include "ocsp_client.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ocsp_response response;
	struct err err;

	if (ocsp_response_read(&response, (struct bytes){data, size}, &err) == 0 && response.responder != NULL)
		FUZZ_PROMISE(ocsp_response_verify(&response, response.responder, BYTES_NONE, 0, &err) != 0); /* no CA */
	ocsp_response_free(&response);
	return 0;
}
