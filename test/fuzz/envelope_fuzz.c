/* Envelopes, opened with a fixed key; ciphertexts and signatures in DER go the same way. */
#include "envelope.h"
#include "fuzz.h"

/* The key of GB/T 32918.5, so that its examples open. */
static const uint8_t scalar[SM2_SCALAR_SIZE] = {0x39, 0x45, 0x20, 0x8f, 0x7b, 0x21, 0x44, 0xb1, 0x3f, 0x36, 0xe3,
                                                0x8a, 0xc6, 0xd3, 0x9f, 0x95, 0x88, 0x93, 0x93, 0x69, 0x28, 0x60,
                                                0xb5, 0x1a, 0x42, 0xfb, 0x81, 0xef, 0x4d, 0xf7, 0xc5, 0xb8};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct bytes in = {data, size};
	struct sm2_private *key = NULL, *opened = NULL;
	struct secret d, plain;
	uint8_t rs[64];
	struct err err;

	FUZZ_PROMISE(secret_copy(&d, BYTES_ARRAY(scalar), &err) == 0 && sm2_private_from_scalar(&key, &d, &err) == 0);
	FUZZ_PROMISE((envelope_open(key, in, &opened, &err) == 0) == (opened != NULL));
	if (sm2_decrypt(key, in, &plain, &err) == 0)
		secret_free(&plain);
	FUZZ_PROMISE(sm2_verify(sm2_private_public(key), BYTES_LITERAL("another text"), in, &err) != 0);
	if (sm2_signature_from_der(in, rs, &err) == 0) {
		struct buf again;
		buf_init(&again, SM2_SIGNATURE_MAX);
		FUZZ_PROMISE(sm2_signature_to_der(rs, &again, &err) == 0 && bytes_equal(in, buf_get(&again)));
		buf_free(&again);
	}
	sm2_private_free(&opened);
	sm2_private_free(&key);
	secret_free(&d);
	return 0;
}
