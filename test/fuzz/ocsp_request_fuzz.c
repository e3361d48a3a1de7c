/* The responder's reader of requests. */
#include "fuzz.h"
#include "ocsp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ocsp_request request;
	struct err err;

	if (ocsp_request_read(&request, (struct bytes){data, size}, &err) == 0)
		FUZZ_PROMISE(request.count > 0 && request.count <= OCSP_IDS_MAX && request.nonce.size <= OCSP_NONCE_MAX);
	return 0;
}
