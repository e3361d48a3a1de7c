/* Any octets as a signature: hufu's arithmetic and OpenSSL's give one verdict, for a good message and in a batch; and OpenSSL by itself,
 * with a DER reader of its own, too. */
#include "crypto_load.h"
#include "fuzz.h"
#include "sm2.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

/* GB/T 32918.5, the signature example */
static const uint8_t point[SM2_POINT_SIZE] = {
    0x04, 0x09, 0xf9, 0xdf, 0x31, 0x1e, 0x54, 0x21, 0xa1, 0x50, 0xdd, 0x7d, 0x16, 0x1e, 0x4b, 0xc5, 0xc6, 0x72, 0x17, 0x9f, 0xad, 0x18,
    0x33, 0xfc, 0x07, 0x6b, 0xb0, 0x8f, 0xf3, 0x56, 0xf3, 0x50, 0x20, 0xcc, 0xea, 0x49, 0x0c, 0xe2, 0x67, 0x75, 0xa5, 0x2d, 0xc6, 0xea,
    0x71, 0x8c, 0xc1, 0xaa, 0x60, 0x0a, 0xed, 0x05, 0xfb, 0xf3, 0x5e, 0x08, 0x4a, 0x66, 0x32, 0xf6, 0x07, 0x2d, 0xa9, 0xad, 0x13,
};

static struct sm2_public *key_of(const char *arithmetic)
{
	struct sm2_public *key = NULL;

	FUZZ_PROMISE(crypto_use(arithmetic, NULL) == 0);
	FUZZ_PROMISE(sm2_public_from_point(&key, point, NULL) == 0);
	return key;
}

static EVP_PKEY *key_of_openssl(const struct sm2_public *from)
{
	uint8_t spki[SM2_SPKI_SIZE];
	const uint8_t *at = spki;

	sm2_public_spki(from, spki);
	EVP_PKEY *key = d2i_PUBKEY(NULL, &at, sizeof(spki));
	FUZZ_PROMISE(key != NULL);
	return key;
}

static bool openssl_accepts(EVP_PKEY *key, const uint8_t e[32], struct bytes signature)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);

	FUZZ_PROMISE(ctx != NULL && EVP_PKEY_verify_init(ctx) == 1);
	bool valid = EVP_PKEY_verify(ctx, signature.data, signature.size, e, 32) == 1;
	EVP_PKEY_CTX_free(ctx);
	ERR_clear_error();
	return valid;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct sm2_public *own, *openssl;
	static EVP_PKEY *bare;
	static uint8_t e[32];
	const struct bytes signature = {data, size}, message = BYTES_LITERAL("message digest");

	if (own == NULL) {
		openssl = key_of("openssl");
		own = key_of("own");
		bare = key_of_openssl(own);
		FUZZ_PROMISE(sm2_digest(own, message, e, NULL) == 0);
	}
	struct sm2_verify_item items[2] = {{.key = own, .message = message, .signature = signature},
	                                   {.key = openssl, .message = message, .signature = signature}};
	int verdict = sm2_verify(own, message, signature, NULL);

	FUZZ_PROMISE(sm2_verify(openssl, message, signature, NULL) == verdict);
	FUZZ_PROMISE(openssl_accepts(bare, e, signature) == (verdict == 0));
	FUZZ_PROMISE(sm2_verify_many(items, 2, NULL) == 0);
	FUZZ_PROMISE(items[0].result == verdict && items[1].result == verdict);
	return 0;
}
