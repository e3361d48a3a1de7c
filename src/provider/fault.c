/* Reasons and their texts. */
#include "fault.h"

#include <stdarg.h>
#include <stdio.h>

#define TEXT(reason, text) [reason - 1] = {reason, text}
static const OSSL_ITEM texts[] = {
    TEXT(FAULT_MEMORY, "no memory"),
    TEXT(FAULT_GENERATOR, "no random octets: a provider with a generator must be loaded beside this one"),
    TEXT(FAULT_SELF_TEST, "a known answer of GB/T 32918.5 is not met"),
    TEXT(FAULT_DEFAULT_ID, "default-id is longer than 8191 octets (GB/T 32918.2 5.5)"),
    TEXT(FAULT_PARAMETER, "a parameter is not of its type"),
    TEXT(FAULT_GROUP, "the group is not SM2"),
    TEXT(FAULT_POINT, "the public key is no point of the curve (GB/T 32918.1 6.2.1)"),
    TEXT(FAULT_SCALAR, "the private key is not in 1..n-2 (GB/T 32918.1 6.1)"),
    TEXT(FAULT_HALVES, "the private key is not that of the public key"),
    TEXT(FAULT_NO_PUBLIC, "there is no public key"),
    TEXT(FAULT_NO_PRIVATE, "there is no private key"),
    TEXT(FAULT_KEY_FIXED, "a key does not change once it is made"),
    TEXT(FAULT_POINT_FORM, "points are given in the uncompressed form only (GB/T 35276 7.1)"),
    TEXT(FAULT_DIGEST, "SM3 is the only digest of SM2"),
    TEXT(FAULT_DIGEST_SIZE, "a digest has 32 octets"),
    TEXT(FAULT_ID_SIZE, "distid is longer than 8191 octets (GB/T 32918.2 5.5)"),
    TEXT(FAULT_ID_LATE, "distid comes before the first octet of the message"),
    TEXT(FAULT_ROOM, "no room for the answer"),
    TEXT(FAULT_SIGNATURE_FORM, "the signature is not SM2Signature in DER (GB/T 35276 7.3)"),
    TEXT(FAULT_TEXT_SIZE, "a text to encrypt has 1 octet to 1 MiB"),
    TEXT(FAULT_CIPHER_FORM, "the ciphertext is not SM2Cipher in DER (GB/T 35276 7.2)"),
    TEXT(FAULT_CIPHER, "the ciphertext does not open with this key (GB/T 32918.4 7.1)"),
    {0, NULL},
};

const OSSL_ITEM *fault_texts(void *provctx)
{
	return texts;
}

static void set_error(const struct provider *provider, enum fault reason, const char *format, ...)
{
	va_list data;

	va_start(data, format);
	provider->core.vset_error(provider->core.handle, (uint32_t)reason, format, data);
	va_end(data);
}

/* OpenSSL asks for the texts when a provider has begun; what prevents that brings its text along. */
int fault_raise(const struct provider *provider, enum fault reason, const char *file, int line, const char *function)
{
	const OSSL_CORE_HANDLE *handle = provider->core.handle;

	provider->core.new_error(handle);
	provider->core.set_error_debug(handle, file, line, function);
	if (reason == FAULT_SELF_TEST || reason == FAULT_DEFAULT_ID)
		set_error(provider, reason, "%s", (const char *)texts[reason - 1].ptr);
	else
		set_error(provider, reason, NULL);
	return 0;
}
