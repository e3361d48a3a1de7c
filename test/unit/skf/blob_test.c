/* The library's side of the structures: sizes, vectors in all three layouts, wrong fields. */
#include "blob.h"
#include "envelope_vector.h"
#include "vector.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* GM/T 0016: packed to one byte, ULONG of 32 bits */
_Static_assert(sizeof(VERSION) == 2, "VERSION");
_Static_assert(sizeof(DEVINFO) == 294, "DEVINFO");
_Static_assert(sizeof(ECCPUBLICKEYBLOB) == 132, "ECCPUBLICKEYBLOB");
_Static_assert(sizeof(ECCPRIVATEKEYBLOB) == 68, "ECCPRIVATEKEYBLOB");
_Static_assert(sizeof(ECCSIGNATUREBLOB) == 128, "ECCSIGNATUREBLOB");
_Static_assert(sizeof(ECCCIPHERBLOB) == 165 && offsetof(ECCCIPHERBLOB, Cipher) == 164, "ECCCIPHERBLOB");
_Static_assert(sizeof(ENVELOPEDKEYBLOB) == 373 && offsetof(ENVELOPEDKEYBLOB, ECCCipherBlob) == 208, "ENVELOPEDKEYBLOB");
_Static_assert(sizeof(BLOCKCIPHERPARAM) == 44, "BLOCKCIPHERPARAM");
_Static_assert(sizeof(FILEATTRIBUTE) == 44, "FILEATTRIBUTE");
_Static_assert(sizeof(RSAPUBLICKEYBLOB) == 268 && sizeof(RSAPRIVATEKEYBLOB) == 1164, "RSA");

static void each_layout_gives_the_envelope(void **state)
{
	static const struct {
		const char *blob;
		enum blob_half half;
	} layouts[] = {{VECTOR_BLOB_A, BLOB_RIGHT}, {VECTOR_BLOB_B, BLOB_RIGHT}, {VECTOR_BLOB_C, BLOB_LEFT}};

	for (size_t i = 0; i < 3; i++) {
		struct buf blob = vector(layouts[i].blob), der;

		buf_init(&der, ENVELOPE_DER_MAX);
		assert_int_equal(blob_to_envelope((const ENVELOPEDKEYBLOB *)blob.data, layouts[i].half, &der), SAR_OK);
		assert_vector(buf_get(&der), VECTOR_ENVELOPE);
		buf_free(&der);
		buf_free(&blob);
	}
}

static void refuse(size_t at, uint8_t value, ULONG expected)
{
	struct buf blob = vector(VECTOR_BLOB_B), der;

	buf_init(&der, ENVELOPE_DER_MAX);
	blob.data[at] = value;
	assert_int_equal(blob_to_envelope((const ENVELOPEDKEYBLOB *)blob.data, BLOB_RIGHT, &der), expected);
	buf_free(&der);
	buf_free(&blob);
}

static void wrong_fields_are_refused(void **state)
{
	refuse(0, 2, SAR_INDATAERR);                                                             /* Version */
	refuse(5, 1, SAR_INDATAERR);                                                             /* SM1 */
	refuse(9, 2, SAR_INDATAERR);                                                             /* ulBits */
	refuse(76, 1, SAR_INDATAERR);                                                            /* BitLen */
	refuse(80, 1, SAR_INDATAERR);                                                            /* left half of X */
	refuse(offsetof(ENVELOPEDKEYBLOB, ECCCipherBlob), 1, SAR_INDATAERR);                     /* left half of the cipher's X */
	refuse(offsetof(ENVELOPEDKEYBLOB, ECCCipherBlob.CipherLen), 0, SAR_INDATALENERR);        /* no cipher */
	refuse(offsetof(ENVELOPEDKEYBLOB, ECCCipherBlob.CipherLen) + 3, 0xFF, SAR_INDATALENERR); /* far beyond */
}

static void cipher_comes_back_from_der(void **state)
{
	struct buf blob = vector(VECTOR_BLOB_B), der;
	uint8_t again[sizeof(ECCCIPHERBLOB) + 15];
	const uint8_t *cipher = blob.data + offsetof(ENVELOPEDKEYBLOB, ECCCipherBlob);

	buf_init(&der, ENVELOPE_DER_MAX);
	assert_int_equal(blob_to_cipher((const ECCCIPHERBLOB *)cipher, &der), SAR_OK);
	assert_int_equal(blob_from_cipher(buf_get(&der), (ECCCIPHERBLOB *)again), SAR_OK);
	assert_memory_equal(again, cipher, sizeof(again));
	der.data[0] = 0x31;
	assert_int_equal(blob_from_cipher(buf_get(&der), (ECCCIPHERBLOB *)again), SAR_INDATAERR);
	buf_free(&der);
	buf_free(&blob);
}

static void points_and_signatures_go_both_ways(void **state)
{
	uint8_t point[SM2_POINT_SIZE] = {0x04, 1, 2, 3}, same[SM2_POINT_SIZE], rs[64] = {5, 6}, same_rs[64];
	ECCPUBLICKEYBLOB key;
	ECCSIGNATUREBLOB signature;

	point[64] = 9;
	blob_from_point(point, &key);
	assert_int_equal(key.YCoordinate[63], 9);
	assert_int_equal(blob_to_point(&key, same), SAR_OK);
	assert_memory_equal(point, same, sizeof(point));
	blob_from_signature(rs, &signature);
	assert_int_equal(blob_to_signature(&signature, same_rs), SAR_OK);
	assert_memory_equal(rs, same_rs, sizeof(rs));
	signature.r[0] = 1;
	assert_int_equal(blob_to_signature(&signature, same_rs), SAR_INDATAERR);
}

static void sizes_are_asked_and_given(void **state)
{
	char out[4];
	ULONG size = 0;

	assert_int_equal(result_give(BYTES_LITERAL("abcd"), NULL, &size), SAR_OK);
	assert_int_equal(size, 4);
	size = 3;
	assert_int_equal(result_give(BYTES_LITERAL("abcd"), out, &size), SAR_BUFFER_TOO_SMALL);
	assert_int_equal(size, 4);
	assert_int_equal(result_give(BYTES_LITERAL("abcd"), out, &size), SAR_OK);
	assert_memory_equal(out, "abcd", 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_layout_gives_the_envelope), cmocka_unit_test(wrong_fields_are_refused),
	    cmocka_unit_test(cipher_comes_back_from_der),     cmocka_unit_test(points_and_signatures_go_both_ways),
	    cmocka_unit_test(sizes_are_asked_and_given),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
