/* The certificate reader; what it takes is also given to the linter, which must end. */
#include "cert.h"
#include "fuzz.h"
#include "lint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct lint_report report;
	struct cert *cert;
	struct err err;
	struct buf text;

	if (cert_parse(&cert, (struct bytes){data, size}, &err) == 0) {
		buf_init(&text, 4096);
		FUZZ_PROMISE(name_print(&text, &cert->subject_name, &err) == 0);
		buf_free(&text);
		lint_certificate(cert->tbs, PROFILE_ENTERPRISE_SIGN, &report);
		cert_free(&cert);
	}
	lint_certificate((struct bytes){data, size}, (enum profile)(size % PROFILES), &report);
	return 0;
}
