/* Why the provider refuses: reasons of its own in OpenSSL's queue of errors. */
#ifndef HUFU_PROVIDER_FAULT_H
#define HUFU_PROVIDER_FAULT_H

#include "provider.h"

enum fault {
	FAULT_MEMORY = 1,
	FAULT_GENERATOR,
	FAULT_SELF_TEST,
	FAULT_DEFAULT_ID,
	FAULT_PARAMETER,
	FAULT_GROUP,
	FAULT_POINT,
	FAULT_SCALAR,
	FAULT_HALVES,
	FAULT_NO_PUBLIC,
	FAULT_NO_PRIVATE,
	FAULT_KEY_FIXED,
	FAULT_POINT_FORM,
	FAULT_DIGEST,
	FAULT_DIGEST_SIZE,
	FAULT_ID_SIZE,
	FAULT_ID_LATE,
	FAULT_ROOM,
	FAULT_SIGNATURE_FORM,
	FAULT_TEXT_SIZE,
	FAULT_CIPHER_FORM,
	FAULT_CIPHER,
};

/* The texts, for OSSL_FUNC_PROVIDER_GET_REASON_STRINGS. */
const OSSL_ITEM *fault_texts(void *provctx);

/* Adds to the queue, and returns 0, which is a function's refusal. */
#define FAULT(provider, reason) fault_raise(provider, reason, OPENSSL_FILE, OPENSSL_LINE, OPENSSL_FUNC)
int fault_raise(const struct provider *provider, enum fault reason, const char *file, int line, const char *function);

#endif
