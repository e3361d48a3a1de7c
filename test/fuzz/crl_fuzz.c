/* The reader of CRLs: entries come out ascending and are found; and the linter. */
#include "crl.h"
#include "fuzz.h"
#include "lint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct lint_report report;
	struct crl *crl;
	struct err err;

	if (crl_parse(&crl, (struct bytes){data, size}, &err) == 0) {
		for (size_t i = 0; i < crl->count; i++)
			FUZZ_PROMISE(crl_find(crl, &crl->entries[i].serial) == &crl->entries[i]);
		lint_crl(crl->tbs, &report);
		crl_free(&crl);
	}
	lint_crl((struct bytes){data, size}, &report);
	return 0;
}
