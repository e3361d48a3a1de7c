/* Conversions between DER and the standard's structures, by the vectors and with every wrong field. */
#include "envelope_vector.h"
#include "token_blob.h"
#include "vector.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define ENCRYPTION_D "785129917D45A9EA5437A59356B82338EAADDA6CEB199088F14AE10DEFA229B5"

static void envelope_becomes_the_right_aligned_blob(void **state)
{
	struct buf der = vector(VECTOR_ENVELOPE);
	uint8_t blob[TOKEN_BLOB_ENVELOPE_SIZE];

	assert_int_equal(sizeof(blob), 388);
	assert_int_equal(token_blob_from_envelope(buf_get(&der), blob, NULL), 0);
	assert_vector(BYTES_ARRAY(blob), VECTOR_BLOB_B);
	buf_free(&der);
}

static void wrong_envelopes_are_refused(void **state)
{
	struct buf der = vector(VECTOR_ENVELOPE);
	uint8_t blob[TOKEN_BLOB_ENVELOPE_SIZE];
	struct err err;

	for (size_t n = 0; n < der.size; n++)
		assert_int_equal(token_blob_from_envelope((struct bytes){der.data, n}, blob, &err), -1);
	for (size_t i = 138; i < 138 + 3 + SM2_POINT_SIZE; i++) {
		der.data[i] ^= 0x01;
		assert_int_equal(token_blob_from_envelope(buf_get(&der), blob, &err), -1);
		assert_int_equal(err.code, HF_ENVELOPE);
		der.data[i] ^= 0x01;
	}
	buf_free(&der);
}

static void public_keys_and_signatures_have_256_bits(void **state)
{
	struct buf whole = vector(VECTOR_BLOB_B);
	ECCPUBLICKEYBLOB *blob = &((ENVELOPEDKEYBLOB *)whole.data)->PubKey;
	ECCSIGNATUREBLOB signature = {0};
	struct sm2_public *key = NULL;
	uint8_t point[SM2_POINT_SIZE], rs[64];

	assert_int_equal(token_blob_to_public(blob, &key, NULL), 0);
	sm2_public_point(key, point);
	assert_memory_equal(point + 1, blob->XCoordinate + 32, 32);
	sm2_public_free(&key);
	blob->BitLen = 512;
	assert_int_equal(token_blob_to_public(blob, &key, NULL), -1);
	blob->BitLen = 256;
	blob->XCoordinate[31] = 1;
	assert_int_equal(token_blob_to_public(blob, &key, NULL), -1);
	blob->XCoordinate[31] = 0;
	blob->YCoordinate[63] ^= 1;
	assert_int_equal(token_blob_to_public(blob, &key, NULL), -1);
	signature.r[63] = 7;
	signature.s[32] = 9;
	assert_int_equal(token_blob_to_signature(&signature, rs, NULL), 0);
	assert_int_equal(rs[31], 7);
	assert_int_equal(rs[32], 9);
	signature.s[0] = 1;
	assert_int_equal(token_blob_to_signature(&signature, rs, NULL), -1);
	buf_free(&whole);
}

/* Back to DER by hand: x and y have no leading zero more often than not, so that lengths vary from run to run. */
static void wrapped_session_key_opens(void **state)
{
	struct secret scalar = vector_secret(ENCRYPTION_D), session, found;
	struct sm2_private *key = NULL;
	uint8_t blob[TOKEN_BLOB_WRAPPED_SIZE];
	const ECCCIPHERBLOB *b = (const ECCCIPHERBLOB *)blob;

	assert_int_equal(sm2_private_from_scalar(&key, &scalar, NULL), 0);
	assert_int_equal(secret_copy(&session, BYTES_LITERAL("sixteen bytes ok"), NULL), 0);
	for (int i = 0; i < 8; i++) {
		uint8_t der[160] = {0x30, 0, 0x02, 0x21, 0x00};
		size_t at = 4;

		assert_int_equal(token_blob_wrap(sm2_private_public(key), &session, blob, NULL), 0);
		assert_int_equal(b->CipherLen, 16);
		if (b->XCoordinate[32] == 0 || b->YCoordinate[32] == 0)
			continue;
		for (int n = 0; n < 2; n++) {
			const uint8_t *number = (n == 0 ? b->XCoordinate : b->YCoordinate) + 32;
			bool high = (number[0] & 0x80) != 0;

			at = n == 0 ? 2 : at;
			der[at++] = 0x02;
			der[at++] = high ? 0x21 : 0x20;
			if (high)
				der[at++] = 0;
			memcpy(der + at, number, 32);
			at += 32;
		}
		der[at++] = 0x04;
		der[at++] = 32;
		memcpy(der + at, b->HASH, 32);
		at += 32;
		der[at++] = 0x04;
		der[at++] = 16;
		memcpy(der + at, blob + offsetof(ECCCIPHERBLOB, Cipher), 16);
		at += 16;
		der[1] = (uint8_t)(at - 2);
		assert_int_equal(sm2_decrypt(key, (struct bytes){der, at}, &found, NULL), 0);
		assert_true(bytes_equal(secret_get(&found), secret_get(&session)));
		secret_free(&found);
	}
	secret_free(&session);
	secret_free(&scalar);
	sm2_private_free(&key);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(envelope_becomes_the_right_aligned_blob),
	    cmocka_unit_test(wrong_envelopes_are_refused),
	    cmocka_unit_test(public_keys_and_signatures_have_256_bits),
	    cmocka_unit_test(wrapped_session_key_opens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
