/* OpenSSL's failures as errors of hufu. */
#include "crypto_fault.h"

#include "log.h"

#include <openssl/err.h>
#include <stdlib.h>

void crypto_die(const char *what)
{
	char reason[160];

	ERR_error_string_n(ERR_peek_last_error(), reason, sizeof(reason));
	log_error("crypto.failed", "%s: %s", what, reason);
	abort();
}

int crypto_fault(struct err *err, const char *what)
{
	char reason[160];

	ERR_error_string_n(ERR_peek_last_error(), reason, sizeof(reason));
	ERR_clear_error();
	return err_set(err, HF_CRYPTO, "%s: %s", what, reason);
}
